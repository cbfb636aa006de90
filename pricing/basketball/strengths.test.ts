import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PrematchPrices } from "../../shared/feeds/canonical.ts";
import { AT, fixture } from "../../testing/basketball.ts";
import { removeMargin } from "../margin.ts";
import type { FairMarket } from "../sport.ts";
import { basketball } from "./basketball.ts";
import type { Strengths } from "./state.ts";

const solve = (prices: PrematchPrices, format: Record<string, number> = {}) =>
	basketball.params(fixture({ prices, format }));

/** The book of given strengths before the match, from which prices are taken. */
const bookOf = ({ home, away }: Strengths, format: Record<string, number> = {}): readonly FairMarket[] => {
	const prices = { expected: { total: home + away, supremacy: home - away } };
	return basketball.book(basketball.initial(fixture({ prices, format })), { home, away }, AT);
};
const fairOf = (book: readonly FairMarket[], marketId: string): readonly number[] =>
	book.find(({ spec }) => spec.marketId === marketId)?.fair ?? [];
const oddsOf = (fair: readonly number[]): number[] => fair.map((p) => Math.round(1_000 / p));
const lines = (book: readonly FairMarket[], family: string): readonly number[] =>
	book.flatMap(({ spec }) => (spec.marketId.startsWith(`${family}:`) ? [Number(spec.marketId.split(":")[1])] : []));

describe("strengths from prices", () => {
	const given: Strengths = { home: 109.5, away: 103.25 };
	const book = bookOf(given);
	const totals = lines(book, "ou").map((line) => ({ line, odds: oddsOf(fairOf(book, `ou:${line}`)) }));
	const handicaps = lines(book, "sp").map((line) => ({ line, odds: oddsOf(fairOf(book, `sp:${line}`)) }));
	const moneyline = oddsOf(fairOf(book, "ml"));
	const oneXTwo = oddsOf(fairOf(book, "1x2"));

	test.each<[string, PrematchPrices]>([
		["moneyline and one total", { moneyline, totals: totals.slice(2, 3) }],
		["1X2 of regular time and several totals", { oneXTwo, totals }],
		["several handicaps and one total", { handicaps, totals: totals.slice(0, 1) }],
		["all of them", { moneyline, oneXTwo, handicaps, totals }],
		["the provider's own expectation", { expected: { total: 212.75, supremacy: 6.25 } }],
	])("%s give back the points they were made of", (_name, prices) => {
		const found = solve(prices);
		expect(found.ok).toBe(true);
		if (!found.ok) return;
		// Prices in thousandths say as much as this and no more.
		expect(found.params.home).toBeCloseTo(given.home, 1);
		expect(found.params.away).toBeCloseTo(given.away, 1);
	});

	test("without a total the usual one of the format is assumed, and the moneyline is met", () => {
		for (const [format, total] of [
			[{}, 220],
			[{ quarterMinutes: 10 }, 160],
		] as const) {
			const found = solve({ moneyline: [1_500, 2_700] }, format);
			expect(found.ok).toBe(true);
			if (!found.ok) return;
			expect(found.params.home + found.params.away).toBeCloseTo(total, 9);
			const fair = removeMargin("power", [1.5, 2.7]);
			expect(fairOf(bookOf(found.params, format), "ml")[0]).toBeCloseTo(fair.ok ? (fair.values[0] ?? 0) : 0, 6);
		}
	});

	test("whole lines count only what decides", () => {
		const found = solve({
			handicaps: [{ line: -5, odds: [2_000, 2_000] }],
			totals: [{ line: 210, odds: [2_000, 2_000] }],
		});
		expect(found.ok).toBe(true);
		if (!found.ok) return;
		expect(found.params.home - found.params.away).toBeGreaterThan(4.7);
		expect(found.params.home - found.params.away).toBeLessThan(5.3);
		expect(found.params.home + found.params.away).toBeGreaterThan(208);
		expect(found.params.home + found.params.away).toBeLessThan(211);
	});

	test("any match between teams of this world converges from its moneyline and total", () => {
		fc.assert(
			fc.property(fc.integer({ min: 150, max: 260 }), fc.integer({ min: -22, max: 22 }), (total, edge) => {
				const priced = bookOf({ home: (total + edge) / 2, away: (total - edge) / 2 });
				const line = lines(priced, "ou")[2] ?? 0;
				const found = solve({
					moneyline: oddsOf(fairOf(priced, "ml")),
					totals: [{ line, odds: oddsOf(fairOf(priced, `ou:${line}`)) }],
				});
				expect(found.ok).toBe(true);
				if (!found.ok) return;
				// Long odds in thousandths leave a little of the edge open.
				expect(Math.abs(found.params.home + found.params.away - total)).toBeLessThan(0.1);
				expect(Math.abs(found.params.home - found.params.away - edge)).toBeLessThan(0.5);
			}),
			{ numRuns: 25 },
		);
	}, 60_000);

	test.each<[string, PrematchPrices, RegExp, Record<string, number>?]>([
		["nothing", {}, /moneyline, 1X2 or handicap is needed/],
		["a total alone", { totals: [{ line: 200.5, odds: [1_900, 1_900] }] }, /is needed/],
		["an expectation of football", { expected: { total: 2.5, supremacy: 0.5 } }, /no basketball match/],
		[
			"an expectation of which one side scores nothing",
			{ expected: { total: 200, supremacy: 190 } },
			/no basketball match/,
		],
		["a quarter line", { handicaps: [{ line: -4.25, odds: [1_900, 1_900] }] }, /no whole or half line/],
		[
			"a total that no match has",
			{ moneyline: [1_900, 1_900], totals: [{ line: 600.5, odds: [1_900, 1_900] }] },
			/no points of the two sides/,
		],
		[
			"a total of nothing",
			{ moneyline: [1_900, 1_900], totals: [{ line: 0, odds: [1_900, 1_900] }] },
			/no whole or half line/,
		],
		[
			"an edge that so few points cannot hold",
			{ moneyline: [1_001, 1_000_000], totals: [{ line: 90.5, odds: [1_900, 1_900] }] },
			/no points of the two sides/,
		],
		[
			"prices that contradict each other",
			{ moneyline: [1_200, 4_500], handicaps: [{ line: 6.5, odds: [1_900, 1_900] }] },
			/contradict each other/,
		],
		["odds of one", { moneyline: [1_000, 9_000] }, /moneyline/],
		["a margin that nobody takes", { moneyline: [1_300, 1_300] }, /moneyline: a book of 154 %/],
		[
			"quarters of an hour and a half",
			{ moneyline: [1_900, 1_900] },
			/quarters last 5 to 15 minutes/,
			{ quarterMinutes: 90 },
		],
	])("%s is refused with a reason", (_name, prices, words, format) => {
		const found = solve(prices, format);
		expect(found.ok).toBe(false);
		if (!found.ok) expect(found.message).toMatch(words);
	});
});
