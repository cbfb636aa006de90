/**
 * A ticket as others see it, described once: what a player, a report and a page are told are views of the same fields, and
 * their schemas, rows and decoders derive from here.
 */
import * as v from "valibot";
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
} from "../contracts/ids.ts";
import { epochMs, minorUnits, oddsMilli, sequence, shortText, stakeMinor, version } from "../contracts/primitives.ts";
import { legOutcomeSchema } from "../contracts/results.ts";
import { betRefusalSchema } from "./refusals.ts";

export const ticketStatusSchema = v.picklist(["pending", "accepted", "refused", "settled"]);

/** What is told of a leg as its wallet keeps it. */
export const keptLegEntries = {
	legNo: sequence,
	matchId: matchIdSchema,
	marketId: marketIdSchema,
	outcomeId: outcomeIdSchema,
	shownOddsMilli: oddsMilli,
	settlementVersion: version,
} as const;

/** BET-7: what a leg keeps, at request and at decision. */
const legEntries = {
	...keptLegEntries,
	takenOddsMilli: v.nullable(oddsMilli),
	marketVersion: v.nullable(version),
	matchStateAtRequest: v.nullable(shortText),
	matchStateAtDecision: v.nullable(shortText),
	epoch: v.nullable(v.string()),
	seq: v.nullable(sequence),
	tick: v.nullable(epochMs),
} as const;

/**
 * What everybody is told of a ticket as its wallet keeps it. A field is added here, and where its value comes from
 * (`newTicket`); one that came later is optional for as long as stored tickets and rows under way may lack it.
 */
export const keptEntries = {
	status: ticketStatusSchema,
	currency: currencySchema,
	stakeMinor,
	houseRulesVersion: shortText,
	placedAtMs: epochMs,
	decidedAtMs: v.nullable(epochMs),
	settledAtMs: v.nullable(epochMs),
	/** Where its player was when it was placed: whose desks took it. */
	region: v.optional(regionSchema),
} as const;

const ticketEntries = {
	...keptEntries,
	/** Counts from 1, one more with each change (REP-1). */
	ticketVersion: version,
} as const;

export const legViewSchema = v.strictObject({
	...legEntries,
	code: v.nullable(betRefusalSchema),
	/** The price at the refusal, where it had moved. */
	currentOddsMilli: v.nullable(oddsMilli),
	outcome: v.nullable(legOutcomeSchema),
});
export type LegView = Readonly<v.InferOutput<typeof legViewSchema>>;

/** What a player is told. */
export const ticketViewSchema = v.strictObject({
	id: ticketIdSchema,
	...ticketEntries,
	code: v.nullable(betRefusalSchema),
	/** BET-6: with a refusal for the stake, the one that would have been accepted; 0: none would. */
	maxStakeMinor: v.nullable(minorUnits),
	/** Product of the legs' taken odds; null before the decision. */
	totalOddsMilli: v.nullable(minorUnits),
	potentialReturnMinor: v.nullable(minorUnits),
	/** What has been paid; null until settled. */
	returnMinor: v.nullable(minorUnits),
	/** True where a price taken is above the price asked. */
	betterThanAsked: v.boolean(),
	/** For display only: the window is elapsed time on the desk. */
	decideAtMs: v.nullable(epochMs),
	legs: v.array(legViewSchema),
});
export type TicketView = Readonly<Omit<v.InferOutput<typeof ticketViewSchema>, "legs">> & {
	readonly legs: readonly LegView[];
};

const legRowSchema = v.strictObject({ ...legEntries, result: v.nullable(shortText) });

/** What Postgres is told after each change (REP-1). */
export const ticketRowSchema = v.strictObject({
	kind: v.literal("ticket"),
	partnerId: partnerIdSchema,
	licence: licenceSchema,
	playerId: playerIdSchema,
	ticketId: ticketIdSchema,
	...ticketEntries,
	/** Of whatever version of the code the wallet runs: its list may be longer than ours. */
	code: v.nullable(shortText),
	/** What has been paid for it so far in total. */
	returnMinor: minorUnits,
	potentialReturnMinor: minorUnits,
	legs: v.array(legRowSchema),
});
export type TicketRow = v.InferOutput<typeof ticketRowSchema>;

/**
 * As pages read it: whatever a newer platform adds is passed over, and a refusal that they do not know is a word. A field that
 * comes later is optional here until no wallet is left that does not send it.
 */
const readLegSchema = v.looseObject({ ...legViewSchema.entries, code: v.nullable(v.string()) });
export const readTicketSchema = v.looseObject({
	...ticketViewSchema.entries,
	code: v.nullable(v.string()),
	legs: v.array(readLegSchema),
});
export type ReadTicket = v.InferOutput<typeof readTicketSchema>;
