import { describe, expect, test } from "vitest";
import { rateOf } from "../catalogue/currencies.ts";
import {
	jointOddsMilli,
	jointPpm,
	largestStakeThatFits,
	legRiskBaseMinor,
	type RiskTerms,
	weighedBy,
} from "./exposure.ts";

const day = "2026-11-24";
const single: RiskTerms = {
	stakeMinor: 10_000,
	rate: { num: 1, den: 1, day },
	maxPayoutMinor: 1_000_000_000,
	legCount: 1,
	weightPpm: 1_000_000,
	otherOddsMilli: 1_000,
};

/** A small stream of numbers, the same each time. */
function numbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state % below;
	};
}

describe("[MON-5] risk of a leg", () => {
	test("a single risks payout less stake, at the price taken", () => {
		expect(legRiskBaseMinor(single, 2_500)).toBe(15_000);
		expect(legRiskBaseMinor({ ...single, rate: { num: 115, den: 100, day } }, 2_500)).toBe(17_250);
	});

	test("a capped payout risks no more than the cap", () => {
		expect(legRiskBaseMinor({ ...single, maxPayoutMinor: 12_000 }, 2_500)).toBe(2_000);
		expect(legRiskBaseMinor({ ...single, maxPayoutMinor: 9_000 }, 2_500)).toBe(0);
	});

	test("an accumulator's leg counts min(payout, cap) by the other legs' fair probability, rounded up", () => {
		const terms = { ...single, legCount: 3, weightPpm: 250_001, otherOddsMilli: 4_000 };
		// 10,000 × 2 × 4 = 80,000; × 0.250001 = 20,000.08
		expect(legRiskBaseMinor(terms, 2_000)).toBe(20_001);
		expect(legRiskBaseMinor({ ...terms, maxPayoutMinor: 40_000 }, 2_000)).toBe(10_001);
	});

	test("a double of 1000.00 at 1.90 and 10.00 counts by the figures of its desks, whatever its player was shown", () => {
		const weighed = weighedBy([{ fairPpm: 90_000, oddsMilli: 10_000 }]);
		expect(legRiskBaseMinor({ ...single, stakeMinor: 100_000, legCount: 2, ...weighed }, 1_900)).toBe(171_000);
	});

	test("products of other legs round up, and stay exact at twenty legs", () => {
		expect(jointPpm([])).toBe(1_000_000);
		expect(jointPpm([500_000, 333_333])).toBe(166_667);
		expect(jointPpm(Array.from({ length: 19 }, () => 1))).toBe(1);
		expect(jointOddsMilli([])).toBe(1_000);
		expect(jointOddsMilli([1_333, 1_333])).toBe(1_777);
		expect(jointOddsMilli(Array.from({ length: 19 }, () => 10_000_000))).toBe(Number.MAX_SAFE_INTEGER);
	});
});

describe("[BET-6] the largest stake that fits", () => {
	test("by hand", () => {
		expect(largestStakeThatFits(single, 2_500, 15_000)).toBe(10_000);
		expect(largestStakeThatFits(single, 2_500, 14_999)).toBe(9_999);
		expect(largestStakeThatFits(single, 2_500, 3)).toBe(2);
		expect(largestStakeThatFits(single, 2_500, 0)).toBe(0);
	});

	test("a stake beyond the payout's cap fits where its risk does, though a smaller one would not", () => {
		const capped = { ...single, stakeMinor: 11_000, maxPayoutMinor: 12_000 };
		expect(legRiskBaseMinor({ ...capped, stakeMinor: 5_000 }, 2_500)).toBe(7_000);
		expect(largestStakeThatFits(capped, 2_500, 1_000)).toBe(11_000);
	});

	test("property: it fits, it is at most what was asked, and one unit more would not fit", () => {
		const next = numbers(7);
		const rates = [rateOf("EUR"), rateOf("GBP"), rateOf("JPY"), rateOf("KWD")];
		for (let round = 0; round < 5_000; round++) {
			const legCount = 1 + next(3);
			const terms: RiskTerms = {
				stakeMinor: 1 + next(2_000),
				rate: rates[next(rates.length)] ?? rateOf("EUR"),
				maxPayoutMinor: 1 + next(6_000),
				legCount,
				weightPpm: legCount === 1 ? 1_000_000 : 1 + next(1_000_000),
				otherOddsMilli: legCount === 1 ? 1_000 : 1_001 + next(9_000),
			};
			const odds = 1_001 + next(8_000);
			const room = next(4_000);
			const risk = (stakeMinor: number): number => legRiskBaseMinor({ ...terms, stakeMinor }, odds);
			const stake = largestStakeThatFits(terms, odds, room);
			expect(stake).toBeLessThanOrEqual(terms.stakeMinor);
			expect(stake === 0 || risk(stake) <= room).toBe(true);
			// The largest of all, tried one by one.
			let largest = 0;
			for (let tried = terms.stakeMinor; tried > 0 && largest === 0; tried--) if (risk(tried) <= room) largest = tried;
			expect(stake).toBe(largest);
		}
	});
});
