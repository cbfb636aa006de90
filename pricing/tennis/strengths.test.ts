import { describe, expect, test } from "vitest";
import type { PrematchPrices } from "../../shared/feeds/canonical.ts";
import { tennisFixture } from "../../testing/tennis.ts";
import { FINAL_SETS, type Format, setsToWin } from "./format.ts";
import { aroundLine, type MatchLaw, meanOf, SETS } from "./match-model.ts";
import { outlookOf } from "./outlook.ts";
import type { Serves } from "./point-model.ts";
import { START } from "./score.ts";
import { strengthsOf } from "./strengths.ts";

const solved = (prices: PrematchPrices, format: Partial<Format> = {}) =>
	strengthsOf(tennisFixture({ prices, format: { bestOf: 3, ...format } }));

function lawOf(serves: Serves, format: Format): MatchLaw {
	const outlook = outlookOf({ position: START, format, serves }, null);
	if (outlook === null) throw new Error("over");
	return outlook.match;
}
const winsOf = (law: MatchLaw, format: Format): number => {
	const need = setsToWin(format);
	return Array.from({ length: need }, (_, away) => law.sets[need * SETS + away] ?? 0).reduce((sum, p) => sum + p, 0);
};
/** Prices of two outcomes with a margin, in exact thousandths of odds, so that removing it by the power method is exact to 1e-3. */
const odds = (p: number): [number, number] => [Math.round(1_000 / p), Math.round(1_000 / (1 - p))];

describe("strengths from prices", () => {
	const truths: readonly (readonly [Serves, Format])[] = [
		[
			{ home: 0.66, away: 0.62 },
			{ bestOf: 3, finalSet: "tiebreak7", noAd: false },
		],
		[
			{ home: 0.58, away: 0.55 },
			{ bestOf: 3, finalSet: "tiebreak10", noAd: false },
		],
		[
			{ home: 0.6, away: 0.68 },
			{ bestOf: 5, finalSet: "advantage", noAd: false },
		],
		[
			{ home: 0.7, away: 0.65 },
			{ bestOf: 5, finalSet: "tiebreak7_at_12", noAd: false },
		],
		[
			{ home: 0.63, away: 0.63 },
			{ bestOf: 3, finalSet: "tiebreak7", noAd: true },
		],
	];
	test.each(truths)("%j are found again from any pair of prices, best of %j", (truth, format) => {
		const law = lawOf(truth, format);
		const line = Math.floor(meanOf(law.total)) + 0.5;
		const handicap = -(Math.floor(meanOf(law.lead)) + 0.5);
		const moneyline = odds(winsOf(law, format));
		const totals = [{ line, odds: odds(aroundLine(law.total, line).above) }];
		const handicaps = [{ line: handicap, odds: odds(aroundLine(law.lead, -handicap).above) }];
		const expected = { total: meanOf(law.total), supremacy: meanOf(law.lead) };
		const books: PrematchPrices[] = [
			{ moneyline, totals },
			{ totals, handicaps },
			{ moneyline, totals, handicaps },
			{ expected },
		];
		for (const prices of books) {
			const found = solved(prices, format);
			if (!found.ok) throw new Error(`${Object.keys(prices)}: ${found.message}`);
			// Odds in thousandths carry the chances to about 0.0005, and the level through the total to some 0.002.
			expect(found.params.home).toBeCloseTo(truth.home, 2);
			expect(found.params.away).toBeCloseTo(truth.away, 2);
		}
	});

	test("a moneyline alone is met at the tour's level, and mirrored prices mirror the sides", () => {
		const one = solved({ moneyline: [1_400, 3_000] });
		const two = solved({ moneyline: [3_000, 1_400] });
		if (!one.ok || !two.ok) throw new Error("not solved");
		expect((one.params.home + one.params.away) / 2).toBeCloseTo(0.6, 9);
		expect(one.params.home).toBeCloseTo(two.params.away, 9);
		expect(one.params.home).toBeGreaterThan(one.params.away);
	});

	test.each<readonly [string, PrematchPrices, RegExp]>([
		["no prices", {}, /moneyline or a game handicap/],
		[
			"totals alone: nobody knows whose games they are",
			{ totals: [{ line: 22.5, odds: [1_900, 1_900] }] },
			/moneyline or a game/,
		],
		["a whole line only", { handicaps: [{ line: -3, odds: [1_900, 1_900] }] }, /half line/],
		["three-way prices, which tennis does not have", { oneXTwo: [2_000, 3_000, 4_000] }, /moneyline/],
		["more games than three sets hold", { expected: { total: 45, supremacy: 0 } }, /expected total misses/],
		["a supremacy no match can have", { expected: { total: 20, supremacy: 15 } }, /misses/],
		[
			"a favourite who wins no games",
			{ moneyline: [1_100, 8_000], handicaps: [{ line: 4.5, odds: [3_000, 1_350] }] },
			/misses/,
		],
		["a price that is none", { moneyline: [1_000, 5_000] }, /moneyline: decimal odds/],
		["a margin that nobody takes", { moneyline: [1_300, 1_300] }, /moneyline: a book of 154 %/],
	])("refuses %s", (_name, prices, message) => {
		expect(solved(prices)).toMatchObject({ ok: false, code: "no_prices", message: expect.stringMatching(message) });
	});

	test.each([
		[{ bestOf: 4 }, /bestOf/],
		[{}, /bestOf/],
		[{ bestOf: 3, finalSet: "match_tiebreak" }, new RegExp(FINAL_SETS.join(", "))],
		[{ bestOf: 3, noAd: "yes" }, /noAd/],
	])("refuses the format %j", (format, message) => {
		expect(strengthsOf(tennisFixture({ format: format as Record<string, string | number> }))).toMatchObject({
			ok: false,
			code: "bad_fixture",
			message: expect.stringMatching(message),
		});
	});
});
