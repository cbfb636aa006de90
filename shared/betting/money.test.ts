import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json } from "../../testing/contracts.ts";
import { CURRENCIES, decimalsOf, isCurrency } from "../catalogue/currencies.ts";
import { currencySchema } from "../contracts/ids.ts";
import { oddsMilli, stakeMinor } from "../contracts/primitives.ts";
import type { LegOutcome } from "../contracts/results.ts";
import { decode } from "../decode.ts";
import { BET } from "../limits.ts";
import {
	combinedOddsMilli,
	formatMinor,
	largestStakeWithin,
	legFactor,
	multiply,
	payoutMinor,
	returnMinor,
	toBaseMinor,
} from "./money.ts";

const day = "2026-11-24";

describe("[MON-1] exact money", () => {
	test("a return is rounded down once, at the end", () => {
		expect(payoutMinor(100, [1_335])).toBe(133);
		// 333 × 1.5 × 1.5 = 749.25; rounding each leg would give 748.
		expect(payoutMinor(333, [1_500, 1_500])).toBe(749);
		expect(payoutMinor(1, [1_999])).toBe(1);
	});

	test("twenty legs at long odds stay exact, and the cap holds", () => {
		const odds = Array.from({ length: 20 }, () => 9_999_999);
		expect(payoutMinor(1_000_000_000_000, odds, 50_000_000)).toBe(50_000_000);
		expect(() => payoutMinor(1_000_000_000_000, odds)).toThrow(/beyond exact numbers/);
	});

	test("floats would be wrong here: 0.29 × 100 is 28.999…", () => {
		expect(payoutMinor(29, [1_100])).toBe(31);
		expect(payoutMinor(4_503_599_627_371, [1_001])).toBe(4_508_103_226_998);
	});

	test("the label of combined odds never promises more than is paid", () => {
		expect(combinedOddsMilli([1_333, 1_333])).toBe(1_776);
		expect(combinedOddsMilli([])).toBe(1_000);
	});

	test("currencies have 0, 2 or 3 digits", () => {
		expect([decimalsOf("JPY"), decimalsOf("EUR"), decimalsOf("KWD")]).toEqual([0, 2, 3]);
		expect(isCurrency("EUR")).toBe(true);
		expect(isCurrency("toString")).toBe(false);
		expect(formatMinor(1_234, "EUR")).toBe("12.34");
		expect(formatMinor(5, "EUR")).toBe("0.05");
		expect(formatMinor(-5, "KWD")).toBe("-0.005");
		expect(formatMinor(1_234, "JPY")).toBe("1234");
		expect(formatMinor(-7, "JPY")).toBe("-7");
	});
});

describe("[MON-1] odds of many legs together", () => {
	test("a label is exact as far as a number is, and beyond it the largest number", () => {
		expect(combinedOddsMilli(Array.from({ length: 12 }, () => 10_000))).toBe(1_000_000_000_000_000);
		expect(combinedOddsMilli(Array.from({ length: 13 }, () => 10_000))).toBe(Number.MAX_SAFE_INTEGER);
	});

	test("BET.maxCombinedOddsMilli: the last that a ticket may carry, and the first that it may not", () => {
		expect(largestStakeWithin([1_000_000, 1_000_000], 10_000_000)).toBe(10);
		expect(largestStakeWithin([1_000_000, 1_000_010], 10_000_000)).toBe(0);
	});

	test("[BET-6] property: the largest stake within a cap returns at most the cap, and one unit more returns more", () => {
		const legs = fc.array(fc.integer({ min: 1_001, max: 50_000 }), { minLength: 1, maxLength: 3 });
		fc.assert(
			fc.property(legs, fc.integer({ min: 1, max: 1_000_000_000_000 }), (odds, cap) => {
				const stake = largestStakeWithin(odds, cap);
				expect(payoutMinor(stake, odds)).toBeLessThanOrEqual(cap);
				expect(payoutMinor(stake + 1, odds)).toBeGreaterThan(cap);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("[MON-4] what a leg multiplies a stake by", () => {
	const cases: readonly (readonly [LegOutcome, number, number])[] = [
		[{ kind: "win" }, 2_500, 250],
		[{ kind: "lose" }, 2_500, 0],
		[{ kind: "void" }, 2_500, 100],
		[{ kind: "half_win" }, 2_500, 175],
		[{ kind: "half_lose" }, 2_500, 50],
		[{ kind: "dead_heat", places: 1, tied: 2 }, 2_500, 125],
		[{ kind: "dead_heat", places: 2, tied: 3 }, 2_500, 166],
	];
	test.each(cases)("%o at %i pays %i for 100", (outcome, odds, paid) => {
		expect(returnMinor(100, legFactor(outcome, odds))).toBe(paid);
	});

	test("half win of one leg and dead heat of another, rounded once", () => {
		const product = multiply([
			legFactor({ kind: "half_win" }, 1_900),
			legFactor({ kind: "dead_heat", places: 1, tied: 3 }, 4_000),
		]);
		// 101 × 1.45 × 4/3 = 195.26…
		expect(returnMinor(101, product)).toBe(195);
	});
});

test("[MON-5] the base currency rounds up, so that a cap is never passed by rounding", () => {
	expect(toBaseMinor(1, { num: 285, den: 1_000, day })).toBe(1);
	expect(toBaseMinor(1_000, { num: 285, den: 1_000, day })).toBe(285);
	expect(toBaseMinor(0, { num: 285, den: 1_000, day })).toBe(0);
});

describe("money and odds from outside", () => {
	const numbers = fc.oneof(
		fc.double(),
		fc.integer(),
		fc.maxSafeInteger(),
		fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0.5, 2 ** 53),
	);

	test("whatever comes is a whole number within its limits, or refused; nothing is thrown", () => {
		fc.assert(
			fc.property(fc.oneof(numbers, json), (value) => {
				const isWhole = typeof value === "number" && Number.isSafeInteger(value);
				expect(decode(stakeMinor, value).ok).toBe(isWhole && value >= 1 && value <= BET.maxStakeMinor);
				expect(decode(oddsMilli, value).ok).toBe(isWhole && value >= BET.minOddsMilli && value <= BET.maxOddsMilli);
				expect(decode(currencySchema, value).ok).toBe(typeof value === "string" && /^[A-Z]{3}$/.test(value));
			}),
			{ numRuns: 1_000 },
		);
	});

	test("[MON-1] what is taken pays an exact amount, never less than its stake at any odds, and at most its cap", () => {
		const stakes = fc.integer({ min: 1, max: BET.maxStakeMinor });
		const odds = fc.array(fc.integer({ min: BET.minOddsMilli, max: BET.maxOddsMilli }), {
			minLength: 1,
			maxLength: BET.maxLegs,
		});
		fc.assert(
			fc.property(stakes, odds, fc.integer({ min: 1, max: 10_000_000 }), (stake, legs, cap) => {
				const paid = payoutMinor(stake, legs, cap);
				expect(Number.isSafeInteger(paid)).toBe(true);
				expect(paid).toBeLessThanOrEqual(cap);
				expect(paid).toBeGreaterThanOrEqual(Math.min(stake, cap));
			}),
			{ numRuns: 500 },
		);
	});

	test("an amount on a page says all of its digits, and nothing but them", () => {
		const currencies = fc.constantFrom(...CURRENCIES);
		fc.assert(
			fc.property(fc.maxSafeInteger(), currencies, (minor, currency) => {
				const text = formatMinor(minor, currency);
				expect(Number(text.replace(".", ""))).toBe(minor + 0);
				expect(text.split(".")[1]?.length ?? 0).toBe(decimalsOf(currency));
			}),
			{ numRuns: 500 },
		);
	});
});
