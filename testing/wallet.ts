/** Tickets of every shape that a wallet may have stored, for tests. */
import fc from "fast-check";
import type { Vote } from "../shared/contracts/desk.ts";
import type { LegOutcome } from "../shared/contracts/results.ts";
import type { CreatePlayer, PlaceRequest } from "../shared/contracts/wallet.ts";
import { BET } from "../shared/limits.ts";
import { newTicket } from "../shared/ticket/lifecycle.ts";
import type { LegState, Ticket } from "../shared/ticket/ticket.ts";

export const PLAYER_ID = "p_weur_00000000000000aa";
/** Who has the accounts of these tests. */
export const HOLDER = { playerId: PLAYER_ID, partnerId: "demo", licence: "generic", currency: "EUR" } as const;

/** That player, as a wallet is asked to open its accounts. */
export const opening = (over: Partial<CreatePlayer> = {}): CreatePlayer => ({
	v: 1,
	wallet: "wallet:weur:0",
	...HOLDER,
	openingBalanceMinor: 10_000,
	tokenTtlMs: 86_400_000,
	...over,
});

export function request(odds: readonly number[], over: Partial<PlaceRequest["ticket"]> = {}): PlaceRequest {
	return {
		v: 1,
		wallet: "wallet:weur:0",
		playerId: PLAYER_ID,
		region: "weur",
		token: "",
		ticket: {
			id: "ticket-0001",
			legs: odds.map((oddsMilli, n) => ({ matchId: `m${n}`, marketId: "1x2", outcomeId: "home", oddsMilli })),
			stakeMinor: 1_000,
			currency: "EUR",
			pricePolicy: { kind: "any" },
			...over,
		},
	};
}

/** A ticket that waits for its desks, at these shown prices. */
export function pending(
	odds: readonly number[],
	over: Partial<PlaceRequest["ticket"]> & { maxPayoutMinor?: number } = {},
): Ticket {
	const { maxPayoutMinor = 10_000_000, ...ticket } = over;
	const terms = {
		partnerId: "demo",
		licence: "generic",
		rate: { num: 1, den: 1, day: "2026-11-24" },
		maxPayoutMinor,
		houseRulesVersion: "2026-12",
		deadlineMs: 40_000,
	};
	return newTicket(request(odds, ticket), terms, 1_000, null);
}

export function yes({ key }: Pick<Ticket, "key">, legNo: number, oddsMilli: number): Vote {
	return {
		ticketKey: key,
		legNo,
		vote: "yes",
		oddsMilli,
		marketVersion: 1,
		matchState: "0-0",
		epoch: "1.e",
		seq: 1,
		tick: 1_000,
		delayMs: 5_000,
		fairPpm: 500_000,
	};
}

const oddsMilli = fc.integer({ min: BET.minOddsMilli, max: BET.maxOddsMilli });
const stakeMinor = fc.integer({ min: 1, max: BET.maxStakeMinor });
const outcome = fc.oneof(
	fc.constantFrom<LegOutcome["kind"]>("win", "lose", "void", "half_win", "half_lose").map((kind) => ({ kind })),
	fc
		.record({ places: fc.integer({ min: 1, max: 64 }), tied: fc.integer({ min: 2, max: 64 }) })
		.map((tie) => ({ kind: "dead_heat", ...tie })),
) as fc.Arbitrary<LegOutcome>;
const legFate = fc.record({
	shown: oddsMilli,
	taken: fc.option(oddsMilli),
	isRefused: fc.boolean(),
	outcome: fc.option(outcome),
});

/** Whatever may stand in a wallet's table, accepted by this code or by older code that refused less. */
export const storableTicket: fc.Arbitrary<Ticket> = fc
	.record({
		fates: fc.array(legFate, { minLength: 1, maxLength: BET.maxLegs }),
		stakeMinor,
		maxPayoutMinor: stakeMinor,
		status: fc.constantFrom<Ticket["status"]>("pending", "accepted", "refused", "settled"),
		currency: fc.constantFrom("EUR", "GBP", "USD", "JPY", "KWD", "CHF"),
		houseRulesVersion: fc.constantFrom("2026-11", "2026-12", "never published"),
		returnMinor: fc.option(fc.integer({ min: 0, max: BET.maxStakeMinor })),
	})
	.map(({ fates, ...rest }) => {
		const { stakeMinor: stake, currency, maxPayoutMinor, ...fields } = rest;
		const ticket = pending(
			fates.map(({ shown }) => shown),
			{ stakeMinor: stake, currency, maxPayoutMinor },
		);
		const no: Vote = { ticketKey: ticket.key, legNo: 0, vote: "no", code: "price_unknown", oddsMilli: 2_000 };
		const legs = ticket.legs.map((leg, legNo): LegState => {
			const { taken, isRefused, outcome: result } = fates[legNo] ?? { taken: null, isRefused: false, outcome: null };
			const vote = taken === null ? null : isRefused ? { ...no, legNo } : yes(ticket, legNo, taken);
			return { ...leg, vote, outcome: result, settlementVersion: result === null ? 0 : 1 };
		});
		return { ...ticket, ...fields, legs };
	});
