/** The HTTP schemas: whatever JSON comes is refused with paths or taken as it is, and what is taken fits the wallet's contract. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnLadder, toOddsMilli } from "../../shared/betting/ladder.ts";
import { placeRequestSchema } from "../../shared/contracts/wallet.ts";
import { decode } from "../../shared/decode.ts";
import { BET } from "../../shared/limits.ts";
import { json, nearly, valuesOf } from "../../testing/contracts.ts";
import { PlaceBetSchema, ticketIdSchema } from "./schemas.ts";

const onLadder = fc
	.double({ min: 0.001, max: 0.99, noNaN: true })
	.map((probability) => toOddsMilli(probability) ?? 1_010);
const { ticket } = placeRequestSchema.entries;
type Ticket = { readonly legs: readonly object[]; readonly pricePolicy: { readonly kind: string } };
/** A bet as a page sends it, made from what the wallet would take. */
const bets = fc
	.tuple(valuesOf(ticket) as fc.Arbitrary<Ticket>, onLadder, fc.boolean())
	.map(([made, oddsMilli, inWords]) => {
		const { pricePolicy } = made;
		const policy = inWords || pricePolicy.kind !== "any" ? pricePolicy.kind : { floorOddsMilli: 1_500, ...pricePolicy };
		return { ...made, legs: made.legs.map((leg) => ({ ...leg, oddsMilli })), pricePolicy: policy };
	});

describe("a bet over HTTP", () => {
	test("what fits is taken as it is, and the wallet takes it too", () => {
		fc.assert(
			fc.property(bets, (bet) => {
				expect(PlaceBetSchema.parse(bet)).toEqual(bet);
				const pricePolicy = typeof bet.pricePolicy === "string" ? { kind: bet.pricePolicy } : bet.pricePolicy;
				expect(decode(ticket, { ...bet, pricePolicy })).toMatchObject({ ok: true });
			}),
			{ numRuns: 60 },
		);
	});

	test("whatever else comes: nothing is thrown, what is taken the wallet takes, and no object changes", () => {
		fc.assert(
			fc.property(fc.oneof(nearly(bets), json), (value) => {
				const parsed = PlaceBetSchema.safeParse(value);
				if (!parsed.success) expect(parsed.error.issues.length).toBeGreaterThan(0);
				else {
					const { pricePolicy } = parsed.data;
					const policy = typeof pricePolicy === "string" ? { kind: pricePolicy } : pricePolicy;
					expect(decode(ticket, { ...parsed.data, pricePolicy: policy })).toMatchObject({ ok: true });
					expect(parsed.data.legs.every(({ oddsMilli }) => isOnLadder(oddsMilli))).toBe(true);
				}
				expect(Object.keys(Object.prototype)).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});

	test("BET.maxLegs, maxStakeMinor, minOddsMilli, maxOddsMilli: the last that is taken, and the first that is not", () => {
		const leg = { matchId: "m1", marketId: "1x2", outcomeId: "home", oddsMilli: 2_500 };
		const bet = { id: "ticket-0001", legs: [leg], stakeMinor: 100, currency: "EUR", pricePolicy: "none" as const };
		const isTaken = (over: object): boolean => PlaceBetSchema.safeParse({ ...bet, ...over }).success;
		const legs = (count: number) => ({ legs: Array.from({ length: count }, () => leg) });
		const floor = (floorOddsMilli: number) => ({ pricePolicy: { kind: "any", floorOddsMilli } });
		expect([isTaken(legs(BET.maxLegs)), isTaken(legs(BET.maxLegs + 1))]).toEqual([true, false]);
		expect([BET.maxStakeMinor, BET.maxStakeMinor + 1].map((stakeMinor) => isTaken({ stakeMinor }))).toEqual([
			true,
			false,
		]);
		expect([BET.minOddsMilli, BET.minOddsMilli - 1].map((odds) => isTaken(floor(odds)))).toEqual([true, false]);
		expect([BET.maxOddsMilli, BET.maxOddsMilli + 1].map((odds) => isTaken(floor(odds)))).toEqual([true, false]);
	});

	test("an id of a ticket is what it says, or refused", () => {
		const letters = fc.constantFrom(..."abzAZ09-_./ \n\u0000é");
		fc.assert(
			fc.property(fc.string({ unit: letters, minLength: 6, maxLength: 66 }), (text) => {
				const isOne =
					text.length >= 8 && text.length <= 64 && [...text].every((letter) => "abzAZ09-_".includes(letter));
				expect(ticketIdSchema.safeParse(text).success).toBe(isOne);
			}),
			{ numRuns: 500 },
		);
	});
});
