import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ON_SALE } from "../shared/limits.ts";
import { isOnSale } from "./on-sale.ts";
import { priceMarket } from "./price-market.ts";
import { MAX_LIABILITY_LOGIT, shiftFair } from "./shift.ts";

const fairOdds = (milli: number): readonly number[] => [1_000 / milli, 1 - 1_000 / milli];

describe("[OFF-1] what can be sold", () => {
	test("closes below one bound and comes back from another: ON_SALE.closesBelowMilli, opensFromMilli", () => {
		expect([ON_SALE.closesBelowMilli, ON_SALE.opensFromMilli]).toEqual([1_020, 1_030]);
		for (const [milli, stays, comes] of [
			[1_019, false, false],
			[1_020, true, false],
			[1_029, true, false],
			[1_030, true, true],
			[2_000, true, true],
		] as const) {
			expect([isOnSale(fairOdds(milli), true), isOnSale(fairOdds(milli), false)], `${milli}`).toEqual([stays, comes]);
			expect(isOnSale(fairOdds(milli).toReversed(), true)).toBe(stays);
		}
	});

	test("what is decided, or no number, is not", () => {
		for (const fair of [
			[1, 0],
			[0, 1, 0],
			[Number.NaN, Number.NaN],
			[0.99, 0.98, 0.03],
		])
			expect(isOnSale(fair, true)).toBe(false);
	});

	/** Two outcomes, one all but certain; three; and double chance of the three. */
	const book = fc.oneof(
		fc.double({ min: 0.5, max: 1, noNaN: true }).map((p) => ({ fair: [p, 1 - p], winners: 1 })),
		fc
			.tuple(fc.double({ min: -7, max: 0, noNaN: true }), fc.double({ min: -7, max: 0, noNaN: true }), fc.boolean())
			.map(([a, b, isDouble]) => {
				const total = 1 + Math.exp(a) + Math.exp(b);
				const fair = [1 / total, Math.exp(a) / total, Math.exp(b) / total];
				return isDouble ? { fair: fair.map((p) => 1 - p), winners: 2 } : { fair, winners: 1 };
			}),
	);

	test("until then no favourite is without a price, whatever the margin, and however bets have moved it", () => {
		fc.assert(
			fc.property(
				book,
				fc.double({ min: 0.001, max: 0.5, noNaN: true }),
				fc.constantFrom("odds-ratio", "power"),
				fc.array(fc.constantFrom(0, MAX_LIABILITY_LOGIT), { minLength: 3, maxLength: 3 }),
				({ fair, winners }, margin, method, shifts) => {
					if (!isOnSale(fair, true)) return;
					const moved = shiftFair(fair, shifts.slice(0, fair.length), winners);
					const charged = { method, margin, minOddsMilli: 1_010, maxOddsMilli: 500_000 };
					const odds = priceMarket(moved, charged, winners);
					for (const [at, p] of moved.entries()) if (p > 1 / 500) expect(odds[at], moved.join()).not.toBeNull();
					expect(odds.filter((price) => price !== null).length).toBeGreaterThanOrEqual(2);
				},
			),
			{ numRuns: 2_000 },
		);
	});
});
