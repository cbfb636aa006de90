import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyTapered } from "../../pricing/margin-taper.ts";
import { priceMarket } from "../../pricing/price-market.ts";
import { MARGIN_METHODS } from "../catalogue/margin-methods.ts";
import type { MarginRule } from "../catalogue/schemas.ts";
import { BET } from "../limits.ts";
import { isOnLadder, MAX_ODDS_MILLI, MIN_ODDS_MILLI, stepAt, toOddsMilli } from "./ladder.ts";

/** Every rung, by climbing. */
function rungs(): readonly number[] {
	const found = [MIN_ODDS_MILLI];
	for (let at = MIN_ODDS_MILLI; at < MAX_ODDS_MILLI; found.push(at)) at += stepAt(at);
	return found;
}

const book = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }).map((weights) => {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	return weights.map((weight) => weight / total);
});
const rule = fc.record<MarginRule>({
	method: fc.constantFrom(...MARGIN_METHODS),
	margin: fc.double({ min: 0.005, max: 0.15, noNaN: true }),
	minOddsMilli: fc.constantFrom(1_010, 1_050, 1_200),
	maxOddsMilli: fc.constantFrom(50_000, 500_000, MAX_ODDS_MILLI),
});

describe("the odds ladder", () => {
	test("climbs from 1.01 to 1000 in steps that fit their stretch, and holds nothing else", () => {
		const all = rungs();
		expect(all).toHaveLength(350);
		expect(all.every(isOnLadder)).toBe(true);
		const set = new Set(all);
		for (let milli = 1_000; milli <= 30_000; milli++) expect(isOnLadder(milli)).toBe(set.has(milli));
	});

	test("a price on a rung stays on it", () => {
		for (const rung of rungs()) expect(toOddsMilli(1_000 / rung)).toBe(rung);
	});

	test("a price between two rungs falls to the lower one", () => {
		for (const rung of rungs().slice(0, -1)) {
			expect(toOddsMilli(1_000 / (rung + stepAt(rung) * 0.999))).toBe(rung);
			expect(toOddsMilli(1_000 / (rung - 0.001))).toBe(rung === MIN_ODDS_MILLI ? null : rung - stepAt(rung - 1));
		}
	});

	test("[OFF-1] below the least price nothing is offered, and nothing above the highest: never cut to it", () => {
		expect(toOddsMilli(1 / 1.19, 1_200)).toBeNull();
		expect(toOddsMilli(1 / 1.2, 1_200)).toBe(1_200);
		expect(toOddsMilli(1 / 509.9, MIN_ODDS_MILLI, 500_000)).toBe(500_000);
		expect(toOddsMilli(1 / 510, MIN_ODDS_MILLI, 500_000)).toBeNull();
		expect(toOddsMilli(1 / 1_009)).toBe(MAX_ODDS_MILLI);
		for (const q of [1 / 1_010, 1e-9, Number.MIN_VALUE]) expect(toOddsMilli(q)).toBeNull();
		for (const q of [0, -0.1, Number.NaN, 1, 2]) expect(toOddsMilli(q)).toBeNull();
	});
});

describe("a market's book", () => {
	test("[OFF-1] meets its target, or what its outcomes can carry of it, within the ladder's steps", () => {
		fc.assert(
			fc.property(book, rule, (fair, charged) => {
				const odds = priceMarket(fair, charged, 1);
				const implied = applyTapered(charged.method, fair, charged.margin, 1);
				if (!implied.ok) {
					expect(odds.every((price) => price === null)).toBe(true);
					return;
				}
				let realised = 0;
				let most = 0;
				odds.forEach((price, index) => {
					const q = implied.values[index] ?? 0;
					if (price === null) {
						// Not offered: what it would have carried counts as it is.
						const { minOddsMilli, maxOddsMilli } = charged;
						const exact = 1_000 / q;
						expect(exact < minOddsMilli || exact > maxOddsMilli + stepAt(maxOddsMilli) - 1e-6).toBe(true);
						realised += q;
						most += q;
						return;
					}
					expect(isOnLadder(price)).toBe(true);
					expect(price).toBeGreaterThanOrEqual(charged.minOddsMilli);
					expect(price).toBeLessThanOrEqual(charged.maxOddsMilli);
					realised += 1_000 / price;
					most += Math.min(1_000 / price, q + 1_000 / price - 1_000 / (price + stepAt(price)));
				});
				const carried = implied.values.reduce((total, q) => total + q, 0);
				expect(carried).toBeLessThanOrEqual(1 + charged.margin + 1e-9);
				expect(realised).toBeGreaterThanOrEqual(carried - 1e-9);
				expect(realised).toBeLessThanOrEqual(most + 1e-9);
			}),
			{ numRuns: 500 },
		);
	});

	test("dead outcomes and books that cannot carry the margin are not offered", () => {
		const charged: MarginRule = { method: "odds-ratio", margin: 0.05, minOddsMilli: 1_010, maxOddsMilli: 500_000 };
		expect(priceMarket([0.5, 0.5, 0], charged, 1)).toEqual([1_900, 1_900, null]);
		expect(priceMarket([1, 0], charged, 1)).toEqual([null, null]);
		expect(priceMarket([0.8, 0.7, 0.5], charged, 2)).toEqual([1_210, 1_360, 1_840]);
	});
});

/** The ladder as a decoder of prices: whatever number comes is a price of it or refused. */
test("every price that is made stands on it, pays no more than the probability, and comes back as itself", () => {
	fc.assert(
		fc.property(fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }), (probability) => {
			const odds = toOddsMilli(probability);
			if (odds === null) {
				const exact = 1_000 / probability;
				expect(exact < MIN_ODDS_MILLI || exact >= MAX_ODDS_MILLI + stepAt(MAX_ODDS_MILLI) - 1e-3).toBe(true);
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
