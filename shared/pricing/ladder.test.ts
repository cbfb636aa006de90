/** The ladder as a decoder of prices: whatever number comes is a price of it or refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BET } from "../limits.ts";
import { isOnLadder, MAX_ODDS_MILLI, MIN_ODDS_MILLI, toOddsMilli } from "./ladder.ts";

test("every price that is made stands on it, pays no more than the probability, and comes back as itself", () => {
	fc.assert(
		fc.property(fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }), (probability) => {
			const odds = toOddsMilli(probability);
			if (odds === null) {
				expect(1_000 / probability).toBeLessThan(MIN_ODDS_MILLI);
				return;
			}
			expect(isOnLadder(odds)).toBe(true);
			expect(odds).toBeLessThanOrEqual((1_000 / probability) * (1 + 1e-9));
			expect(toOddsMilli(1_000 / odds)).toBe(odds);
		}),
		{ numRuns: 500 },
	);
});

test("BET.minOddsMilli, maxOddsMilli: no number outside is a price, and neither is one between two steps", () => {
	expect(MIN_ODDS_MILLI).toBeGreaterThanOrEqual(BET.minOddsMilli);
	expect(MAX_ODDS_MILLI).toBeLessThanOrEqual(BET.maxOddsMilli);
	fc.assert(
		fc.property(fc.oneof(fc.double(), fc.integer(), fc.integer({ min: 0, max: 2_000_000 })), (number) => {
			if (!isOnLadder(number)) return;
			expect(Number.isSafeInteger(number)).toBe(true);
			expect(toOddsMilli(1_000 / number)).toBe(number);
		}),
		{ numRuns: 1_000 },
	);
	for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -2_500, 0, 2_510, 1_000, 1_010_000])
		expect(isOnLadder(wrong)).toBe(false);
});
