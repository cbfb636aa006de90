/** What a Wallet object answers to the edge (players), to desks (votes, leg results), to relays (`me`), to reporting. */
import * as v from "valibot";
import { BET, PLAYER_TOKEN } from "../limits.ts";
import type { Histogram } from "../metrics.ts";
import type { TicketView } from "../ticket/schema.ts";
import { pricePolicySchema } from "../ticket/terms.ts";
import type { LegResultsRequest, LegsAnswered, VotesRequest } from "./desk.ts";
import {
	currencySchema,
	licenceSchema,
	marketIdSchema,
	matchIdSchema,
	outcomeIdSchema,
	partnerIdSchema,
	playerIdSchema,
	regionSchema,
	ticketIdSchema,
} from "./ids.ts";
import { durationMs, objectName, oddsMilli, shortText, stakeMinor, tokenText, v1, version } from "./primitives.ts";

export const placeLegSchema = v.strictObject({
	matchId: matchIdSchema,
	marketId: marketIdSchema,
	outcomeId: outcomeIdSchema,
	oddsMilli,
	marketVersion: v.optional(version),
});
export const placeRequestSchema = v.strictObject({
	v: v1,
	wallet: objectName,
	playerId: playerIdSchema,
	/** The region whose desks take the legs: where the player is now. */
	region: regionSchema,
	/** The player's token, verified here and nowhere else (FRM-7). */
	token: tokenText,
	ticket: v.strictObject({
		id: ticketIdSchema,
		legs: v.pipe(v.array(placeLegSchema), v.minLength(1), v.maxLength(BET.maxLegs)),
		stakeMinor,
		currency: currencySchema,
		pricePolicy: pricePolicySchema,
	}),
	/** Matches of its legs that have never been opened: no desk is woken for them. */
	unknownMatches: v.optional(v.pipe(v.array(matchIdSchema), v.maxLength(BET.maxLegs))),
});
export type PlaceRequest = v.InferOutput<typeof placeRequestSchema>;

export type MeView = {
	readonly playerId: string;
	readonly partnerId: string;
	readonly licence: string;
	readonly currency: string;
	readonly balanceMinor: number;
	readonly heldMinor: number;
	readonly receivableMinor: number;
};

/** The player asks more often than `PLAYER_RATE` allows; after so long one more would be answered. */
export type TooMany = { readonly kind: "error"; readonly code: "too_many_requests"; readonly retryAfterMs: number };
export type PlaceAnswer =
	| { readonly kind: "ticket"; readonly ticket: TicketView; readonly replayed: boolean }
	| {
			readonly kind: "error";
			readonly code: "unauthorized" | "token_expired" | "idempotency_conflict" | "busy";
			/** Why it is busy: the wallet has as many bets under way as it takes, or as many as it takes of this match. */
			readonly full?: { readonly matchId: string | null };
	  }
	| TooMany;
export type ReadAnswer<T> =
	| { readonly kind: "ok"; readonly value: T }
	| { readonly kind: "error"; readonly code: "unauthorized" | "token_expired" | "not_found" }
	| TooMany;

export const createPlayerSchema = v.strictObject({
	v: v1,
	wallet: objectName,
	playerId: playerIdSchema,
	partnerId: partnerIdSchema,
	licence: licenceSchema,
	currency: currencySchema,
	openingBalanceMinor: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000_000)),
	tokenTtlMs: v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(PLAYER_TOKEN.maxTtlMs)),
});
export type CreatePlayer = v.InferOutput<typeof createPlayerSchema>;
export type NewPlayer = {
	readonly playerId: string;
	readonly token: string;
	readonly expiresAtMs: number;
	readonly balanceMinor: number;
	readonly currency: string;
};
export const playerReadSchema = v.strictObject({
	v: v1,
	wallet: objectName,
	playerId: playerIdSchema,
	token: tokenText,
});
export type PlayerRead = v.InferOutput<typeof playerReadSchema>;
export type FreshToken = { readonly token: string; readonly expiresAtMs: number };

export const ticketReadSchema = v.strictObject({
	...playerReadSchema.entries,
	ticketId: ticketIdSchema,
	waitMs: durationMs,
});
export const ticketsReadSchema = v.strictObject({
	...playerReadSchema.entries,
	limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(BET.maxTicketsPerPage)),
	/** The ticket id after which the page begins. */
	before: v.nullable(ticketIdSchema),
});
export type TicketsRead = v.InferOutput<typeof ticketsReadSchema>;
export const revokeSchema = v.strictObject({
	v: v1,
	wallet: objectName,
	playerId: playerIdSchema,
	reason: shortText,
	/** A partner revokes its own players only; absent where an operator does. */
	partnerId: v.optional(partnerIdSchema),
});
export type RevokeRequest = v.InferOutput<typeof revokeSchema>;
/** `refusedBets`: those that waited for their decision; what was accepted stands. */
export type RevokeAnswer =
	| { readonly kind: "revoked"; readonly v: 1; readonly refusedBets: number }
	| { readonly kind: "not_found"; readonly v: 1 };

/** A ledger seen from outside: sums by currency (all zero, MON-2), by account, and what is not yet in Postgres. */
export type WalletConservation = {
	readonly wallet: string;
	readonly atMs: number;
	readonly sums: Readonly<Record<string, number>>;
	readonly accounts: readonly { readonly account: string; readonly currency: string; readonly balanceMinor: number }[];
	readonly lastSeq: number;
	readonly confirmedSeq: number;
	readonly pendingTickets: number;
	readonly overdueTickets: number;
	readonly outboxDepth: number;
};

/** What is asked every few seconds: counts, and how long tickets waited for their decision (bet delay included). */
export type WalletMeasures = {
	readonly wallet: string;
	readonly pendingTickets: number;
	readonly overdueTickets: number;
	readonly outboxDepth: number;
	/** Rows on their way to Postgres, and for how long the oldest has been; null where none waits. */
	readonly reportOutboxDepth: number;
	readonly reportOutboxAgeMs: number | null;
	/** On this wallet's own clock, since its instance started. */
	readonly betToDecision: Histogram;
};

export type WalletRpc = {
	createPlayer(request: CreatePlayer): Promise<NewPlayer>;
	place(request: PlaceRequest): Promise<PlaceAnswer>;
	/** Answers at the decision, or with the ticket as it stands after `waitMs`. */
	ticket(request: PlayerRead & { ticketId: string; waitMs: number }): Promise<ReadAnswer<TicketView>>;
	tickets(request: PlayerRead & { limit: number; before: string | null }): Promise<ReadAnswer<TicketView[]>>;
	me(request: PlayerRead): Promise<ReadAnswer<MeView>>;
	/** A token that is still good for one that lasts longer; it ends an evening after the first all the same. */
	renewToken(request: PlayerRead): Promise<ReadAnswer<FreshToken>>;
	votes(request: VotesRequest): Promise<LegsAnswered>;
	legResults(request: LegResultsRequest): Promise<LegsAnswered>;
	conservation(request: { v: 1; wallet: string }): Promise<WalletConservation>;
	measures(request: { v: 1; wallet: string }): Promise<WalletMeasures>;
	confirmReports(request: { v: 1; source: string; mark: number }): Promise<void>;
	/** Every token of the player is void from now on, and every bet of theirs that waits for its decision is refused. */
	revoke(request: RevokeRequest): Promise<RevokeAnswer>;
};
