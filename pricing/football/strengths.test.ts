import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PrematchPrices } from "../../shared/feeds/canonical.ts";
import { fixture } from "../../testing/football-inputs.ts";
import { aroundLine, differenceOf, dixonColesGrid, type ScoreGrid, totalOf } from "../goals/score-grid.ts";
import { removeMargin } from "../margin.ts";
import { finalScoreOf } from "./final-score.ts";
import { outlookOf } from "./goal-model.ts";
import type { GoalStrengths } from "./outlook.ts";
import { strengthsOf } from "./strengths.ts";

const FILE = "../shared/data/odds_and_events_5leagues_2009_2014.csv";
const isThere = existsSync(FILE);
const NONE = { home: 0, away: 0 };

function solved(prices: PrematchPrices): GoalStrengths {
	const strengths = strengthsOf(fixture({ prices }));
	if (!strengths.ok) throw new Error(strengths.message);
	return strengths.params;
}
const refusal = (prices: PrematchPrices): string => {
	const strengths = strengthsOf(fixture({ prices }));
	return strengths.ok ? "accepted" : `${strengths.code}: ${strengths.message}`;
};
/** Final scores as production prices them before the match. */
const gridOf = (params: GoalStrengths): ScoreGrid =>
	finalScoreOf(
		outlookOf(params, { phase: "scheduled", elapsedSec: 0, addedMin: null, regular: NONE, extra: NONE, reds: NONE }),
		NONE,
	);
const fairOf = (odds: readonly number[]): readonly number[] => {
	const fair = removeMargin(
		"power",
		odds.map((price) => price / 1_000),
	);
	if (!fair.ok) throw new Error(fair.message);
	return fair.values;
};
const decided = ([win, , lose]: readonly [number, number, number]): number => win / (win + lose);

/** Fair prices of a model, in thousandths, to solve again. */
function pricesOf(means: { readonly home: number; readonly away: number }, rho: number) {
	const grid = dixonColesGrid(means, rho);
	const milli = (p: number): number => 1_000 / p;
	const two = (p: number): number[] => [milli(p), milli(1 - p)];
	const over = (line: number) => ({ line, odds: two(decided(aroundLine(totalOf(grid), line))) });
	const handicap = (line: number) => ({ line, odds: two(decided(aroundLine(differenceOf(grid), -line))) });
	return {
		oneXTwo: aroundLine(differenceOf(grid), 0).map(milli),
		over,
		handicap,
		moneyline: two(decided(aroundLine(differenceOf(grid), 0))),
	};
}

describe("strengths from prices", () => {
	test("1X2 prices come back from the model that prices", () => {
		const oneXTwo = [2_100, 3_400, 3_700];
		const [home, draw, away] = aroundLine(differenceOf(gridOf(solved({ oneXTwo }))), 0);
		[home, draw, away].forEach((p, i) => {
			expect(Math.abs(p - (fairOf(oneXTwo)[i] as number))).toBeLessThan(1e-4);
		});
	});

	test("1X2 and a total are met together", () => {
		const prices = { oneXTwo: [2_100, 3_400, 3_700], totals: [{ line: 2.5, odds: [1_850, 2_000] }] };
		const grid = gridOf(solved(prices));
		expect(aroundLine(differenceOf(grid), 0)[0]).toBeCloseTo(fairOf(prices.oneXTwo)[0] as number, 3);
		expect(aroundLine(totalOf(grid), 2.5)[0]).toBeCloseTo(fairOf([1_850, 2_000])[0] as number, 3);
	});

	test("whole and quarter lines, handicaps and moneyline lead back to the model they were priced by", () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0.6, max: 2.8, noNaN: true }),
				fc.double({ min: 0.6, max: 2.8, noNaN: true }),
				fc.constantFrom(2, 2.25, 2.5, 2.75, 3),
				fc.constantFrom(-1, -0.75, -0.5, -0.25, 0, 0.25, 1),
				(home, away, total, line) => {
					const prices = pricesOf({ home, away }, -0.0995);
					for (const book of [
						{ totals: [prices.over(total)], handicaps: [prices.handicap(line)] },
						{ totals: [prices.over(total), prices.over(3.5)], moneyline: prices.moneyline },
						{ oneXTwo: prices.oneXTwo, totals: [prices.over(total)], handicaps: [prices.handicap(line)] },
					]) {
						const found = solved(book);
						expect(Math.abs(found.home - home)).toBeLessThan(2e-3);
						expect(Math.abs(found.away - away)).toBeLessThan(2e-3);
					}
				},
			),
			{ numRuns: 40 },
		);
	});

	test("where prices over-determine, each is missed a little", () => {
		const params = solved({
			oneXTwo: [2_100, 3_400, 3_700],
			totals: [
				{ line: 2.5, odds: [1_900, 1_950] },
				{ line: 3.5, odds: [3_300, 1_340] },
			],
			handicaps: [{ line: -0.5, odds: [2_080, 1_800] }],
		});
		expect(params.home + params.away).toBeGreaterThan(2.4);
		expect(params.home + params.away).toBeLessThan(3);
		expect(params.home).toBeGreaterThan(params.away);
	});

	test("the provider's expected total and supremacy are taken as they are", () => {
		const { home, away, rho } = solved({ expected: { total: 2.8, supremacy: 0.6 } });
		expect([home, away]).toEqual([expect.closeTo(1.7, 12), expect.closeTo(1.1, 12)]);
		expect(rho).toBeUndefined();
	});

	test("the better side by the prices is the better side", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1_050, max: 15_000 }), fc.integer({ min: 0, max: 80 }), (home, margin) => {
				const rest = 1 + margin / 1_000 - 1_000 / home;
				const draw = Math.min(0.27, rest / 2);
				const strengths = strengthsOf(fixture({ prices: { oneXTwo: [home, 1_000 / draw, 1_000 / (rest - draw)] } }));
				if (!strengths.ok) return;
				expect(Math.sign(strengths.params.home - strengths.params.away)).toBe(Math.sign(1_000 / home - (rest - draw)));
			}),
		);
	});
});

describe("prices that are none are refused with the reason", () => {
	test.each([
		[{}, /1X2, moneyline or handicap prices are needed/],
		[{ totals: [{ line: 2.5, odds: [1_900, 1_900] }] }, /needed/],
		[{ oneXTwo: [1_000, 3_000, 3_000] }, /1X2/],
		[{ oneXTwo: [1_500, 1_500, 1_500] }, /a book of 200 %/],
		[{ oneXTwo: [9_000, 9_000, 9_000] }, /a book of 33 %/],
		[{ oneXTwo: [Number.NaN, 3_000, 3_000] }, /1X2/],
		[{ oneXTwo: [2_000, 60_000, 2_050] }, /no football match has these prices/],
		[{ oneXTwo: [2_100, 3_400, 3_700], totals: [{ line: 2.4, odds: [1_900, 1_900] }] }, /no line 2.4/],
		[{ oneXTwo: [2_100, 3_400, 3_700], totals: [{ line: 0, odds: [1_900, 1_900] }] }, /no line 0/],
		[{ oneXTwo: [2_100, 3_400, 3_700], totals: [{ line: 9.5, odds: [1_200, 4_500] }] }, /no football match/],
		[{ oneXTwo: [2_100, 3_400, 3_700], handicaps: [{ line: Number.NaN, odds: [1_900, 1_900] }] }, /no line NaN/],
		[{ oneXTwo: [1_200, 7_000, 13_000], handicaps: [{ line: 2, odds: [1_900, 1_900] }] }, /no football match/],
		[{ moneyline: [1_200, 1_200] }, /a book of 167 %/],
		[{ expected: { total: 2, supremacy: 3 } }, /no football match/],
		[{ expected: { total: Number.NaN, supremacy: 0 } }, /no football match/],
	] satisfies readonly (readonly [PrematchPrices, RegExp])[])("%j", (prices, reason) => {
		expect(refusal(prices)).toMatch(/^no_prices: /);
		expect(refusal(prices)).toMatch(reason);
	});
});

test.skipIf(!isThere)(
	`every book of 9,115 matches has strengths that give its prices back${isThere ? "" : " (skipped: the file of matches is not on this machine)"}`,
	() => {
		const [header, ...lines] = readFileSync(FILE, "utf8").trim().split("\n");
		const columns = (header as string).split(",");
		const [h, d, a] = ["odd_h", "odd_d", "odd_a"].map((name) => columns.indexOf(name)) as [number, number, number];
		const refused: string[] = [];
		let worst = 0;
		for (const line of lines) {
			const fields = line.split(",");
			const oneXTwo = [h, d, a].map((column) => Math.round(Number(fields[column]) * 1_000));
			const strengths = strengthsOf(fixture({ prices: { oneXTwo } }));
			if (!strengths.ok) {
				refused.push(`${oneXTwo}: ${strengths.message}`);
				continue;
			}
			const { home, away, rho = 0 } = strengths.params;
			const fair = fairOf(oneXTwo);
			aroundLine(differenceOf(dixonColesGrid({ home, away }, rho)), 0).forEach((p, i) => {
				worst = Math.max(worst, Math.abs(p - (fair[i] as number)));
			});
		}
		expect(refused).toEqual([]);
		expect(lines.length).toBe(9_115);
		expect(worst).toBeLessThan(2e-3);
	},
	120_000,
);
