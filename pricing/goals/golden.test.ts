import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { brierScore, ignorance, logLoss, rankedProbabilityScore } from "./forecast-scores.ts";
import { halfTimeFullTime, nextGoalChances } from "./halves.ts";
import { meansFromResult, totalFromUnder } from "./inverse.ts";
import { negativeBinomialMasses, poissonMasses } from "./masses.ts";
import {
	bivariatePoissonGrid,
	chanceOf,
	differenceOf,
	dixonColesGrid,
	handicapChances,
	independentGrid,
	marginal,
	resultChances,
	type ScoreGrid,
	totalChances,
} from "./score-grid.ts";

const FILE = "../shared/data/model-golden.json";
const isThere = existsSync(FILE);
const reason = isThere ? "" : " (skipped: the file of golden numbers is not on this machine)";

const numbers = v.array(v.number());
const byLine = v.record(v.string(), numbers);
const expectedSchema = v.object({
	"1x2": numbers,
	btts_yes: v.number(),
	double_chance_1x_x2_12: numbers,
	draw_no_bet: numbers,
	totals_over_push_under: byLine,
	asian_handicap_home_win_push_lose: byLine,
	correct_score_0_4: v.optional(v.array(numbers)),
	home_goals_0_5: v.optional(numbers),
	away_goals_0_5: v.optional(numbers),
	win_to_nil: v.optional(numbers),
	odd_even: v.optional(numbers),
	next_goal_home_away_none: v.optional(numbers),
});
const pair = v.tuple([v.number(), v.number()]);
const prematchSchema = v.variant("model", [
	v.object({ model: v.literal("poisson"), lambda: pair, expected: expectedSchema, scipy_skellam_1x2: numbers }),
	v.object({ model: v.literal("dixon_coles"), lambda: pair, rho: v.number(), expected: expectedSchema }),
	v.object({
		model: v.literal("negative_binomial_independent"),
		mean: pair,
		dispersion_alpha: v.number(),
		expected: expectedSchema,
	}),
	v.object({
		model: v.literal("bivariate_poisson"),
		lambda1: v.number(),
		lambda2: v.number(),
		lambda3: v.number(),
		expected: expectedSchema,
	}),
]);
const goldenSchema = v.object({
	published: v.array(v.looseObject({ source: v.string() })),
	prematch: v.array(prematchSchema),
	inplay_poisson: v.array(v.object({ score: pair, lambda_remaining: pair, expected: expectedSchema })),
	half_time_full_time: v.array(
		v.object({ lambda: pair, first_half_share: v.number(), expected: v.record(v.string(), v.number()) }),
	),
	inverse: v.array(
		v.union([
			v.object({ p1x2: numbers, expected_lambda: pair }),
			v.object({ under: v.number(), line: v.number(), expected_lambda_total: v.number() }),
		]),
	),
});
const golden = isThere ? v.parse(goldenSchema, JSON.parse(readFileSync(FILE, "utf8"))) : null;

function near(actual: readonly number[], expected: readonly number[], within = 1e-12): void {
	expect(actual.length).toBe(expected.length);
	actual.forEach((value, i) => {
		expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(within);
	});
}

function gridOf(row: v.InferOutput<typeof prematchSchema>): ScoreGrid {
	switch (row.model) {
		case "poisson":
			return independentGrid(poissonMasses(row.lambda[0]), poissonMasses(row.lambda[1]));
		case "dixon_coles":
			return dixonColesGrid({ home: row.lambda[0], away: row.lambda[1] }, row.rho);
		case "negative_binomial_independent":
			return independentGrid(
				negativeBinomialMasses(row.mean[0], row.dispersion_alpha),
				negativeBinomialMasses(row.mean[1], row.dispersion_alpha),
			);
		case "bivariate_poisson":
			return bivariatePoissonGrid({ home: row.lambda1, away: row.lambda2 }, row.lambda3);
	}
}

/** Everything a row names, computed and compared. */
function compare(grid: ScoreGrid, expected: v.InferOutput<typeof expectedSchema>): void {
	const [home, draw, away] = resultChances(grid);
	near([home, draw, away], expected["1x2"]);
	near([chanceOf(grid, (h, a) => h > 0 && a > 0)], [expected.btts_yes]);
	near([home + draw, draw + away, home + away], expected.double_chance_1x_x2_12);
	near([home / (home + away), away / (home + away)], expected.draw_no_bet);
	for (const [line, chances] of Object.entries(expected.totals_over_push_under))
		near(totalChances(grid, Number(line)), chances);
	for (const [line, chances] of Object.entries(expected.asian_handicap_home_win_push_lose))
		near(handicapChances(grid, Number(line)), chances);
	expected.correct_score_0_4?.forEach((row, h) => {
		row.forEach((chance, a) => {
			near([chanceOf(grid, (x, y) => x === h && y === a)], [chance]);
		});
	});
	if (expected.home_goals_0_5 !== undefined) near(marginal(grid, "home").slice(0, 6), expected.home_goals_0_5);
	if (expected.away_goals_0_5 !== undefined) near(marginal(grid, "away").slice(0, 6), expected.away_goals_0_5);
	if (expected.win_to_nil !== undefined) {
		near([chanceOf(grid, (h, a) => h > a && a === 0), chanceOf(grid, (h, a) => a > h && h === 0)], expected.win_to_nil);
	}
	if (expected.odd_even !== undefined) {
		const odd = chanceOf(grid, (h, a) => (h + a) % 2 === 1);
		near([odd, 1 - odd], expected.odd_even);
	}
}

describe.skipIf(!isThere)(`golden numbers${reason}`, () => {
	test("38 pre-match grids of four models, every market within 1e-12", () => {
		expect(golden?.prematch.length).toBe(38);
		for (const row of golden?.prematch ?? []) compare(gridOf(row), row.expected);
	});

	test("Skellam's difference of Poisson numbers is the grid's", () => {
		for (const row of golden?.prematch ?? []) {
			if (row.model === "poisson") near(resultChances(gridOf(row)), row.scipy_skellam_1x2);
		}
	});

	test("7 states in play: what stands and independent goals to come", () => {
		expect(golden?.inplay_poisson.length).toBe(7);
		for (const { score, lambda_remaining, expected } of golden?.inplay_poisson ?? []) {
			const [home, away] = lambda_remaining;
			const start = { home: score[0], away: score[1] };
			compare(independentGrid(poissonMasses(home), poissonMasses(away), start), expected);
			if (expected.next_goal_home_away_none !== undefined)
				near(nextGoalChances({ home, away }), expected.next_goal_home_away_none);
		}
	});

	test("half-time/full-time", () => {
		for (const { lambda, first_half_share: share, expected } of golden?.half_time_full_time ?? []) {
			const part = (x: number) => ({ home: lambda[0] * x, away: lambda[1] * x });
			const chances = Object.entries(halfTimeFullTime(part(share), part(1 - share)));
			expect(chances.length).toBe(9);
			for (const [key, chance] of chances) near([chance], [expected[key] as number]);
		}
	});

	test("11 inverse problems within 1e-7", () => {
		expect(golden?.inverse.length).toBe(11);
		for (const row of golden?.inverse ?? []) {
			if ("p1x2" in row) {
				const means = meansFromResult(row.p1x2);
				near([means?.home ?? Number.NaN, means?.away ?? Number.NaN], row.expected_lambda, 1e-7);
			} else {
				near([totalFromUnder(row.under, row.line) ?? Number.NaN], [row.expected_lambda_total], 1e-7);
			}
		}
	});

	test("published scores of ten forecasts", () => {
		const schema = v.object({
			predictions: v.array(numbers),
			observed: numbers,
			published: v.object({
				rps_each: numbers,
				brier_multiclass_mean: v.number(),
				ignorance_log2_mean: v.number(),
			}),
			R_goalmodel_score_predictions: v.object({ log: numbers, brier: numbers, rps: numbers }),
		});
		const row = v.parse(
			schema,
			golden?.published.find((each) => "observed" in each),
		);
		const each = (rule: (chances: readonly number[], happened: number) => number) =>
			row.predictions.map((chances, i) => rule(chances, row.observed[i] as number));
		const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
		near(each(rankedProbabilityScore), row.published.rps_each);
		near(each(rankedProbabilityScore), row.R_goalmodel_score_predictions.rps);
		near(each(logLoss), row.R_goalmodel_score_predictions.log);
		near(each(brierScore), row.R_goalmodel_score_predictions.brier);
		near([mean(each(brierScore))], [row.published.brier_multiclass_mean]);
		near([mean(each(ignorance))], [row.published.ignorance_log2_mean]);
	});

	test("a published fit of Dixon and Coles, printed from a grid cut at 14 goals: within 1e-7", () => {
		const schema = v.object({
			lambda: pair,
			rho_recovered_from_published_draw: v.number(),
			published: v.object({
				"1x2": numbers,
				btts_yes: v.number(),
				"totals_2.0_under_push_over": numbers,
				exact_2_1: v.number(),
				win_to_nil: numbers,
			}),
		});
		const row = v.parse(
			schema,
			golden?.published.find((each) => "rho_recovered_from_published_draw" in each),
		);
		const grid = dixonColesGrid({ home: row.lambda[0], away: row.lambda[1] }, row.rho_recovered_from_published_draw);
		near(resultChances(grid), row.published["1x2"], 1e-7);
		near([chanceOf(grid, (h, a) => h > 0 && a > 0)], [row.published.btts_yes], 1e-7);
		near(totalChances(grid, 2).toReversed(), row.published["totals_2.0_under_push_over"], 1e-7);
		near([chanceOf(grid, (h, a) => h === 2 && a === 1)], [row.published.exact_2_1], 1e-7);
	});
});

describe("numbers written down", () => {
	// From scipy's Poisson and Skellam, and the R package goalmodel 0.6.4, at means 1.5 and 1.2.
	test("independent Poisson", () => {
		const grid = independentGrid(poissonMasses(1.5), poissonMasses(1.2));
		near(resultChances(grid), [0.44146517316683376, 0.25481677758645116, 0.3037180492467151]);
		near(totalChances(grid, 2.25), [0.5063755089265379, 0.12248204696819395, 0.3711424441052681]);
	});

	test("Dixon and Coles at ρ = −0.05: 0-1 weighs 1 + λρ and 1-0 weighs 1 + μρ, not the other way round", () => {
		const grid = dixonColesGrid({ home: 1.5, away: 1.2 }, -0.05);
		near(resultChances(grid), [0.43541667702025627, 0.2669137698796061, 0.29766955310013765]);
		near([chanceOf(grid, (h, a) => h === 0 && a === 1)], [0.07459811914112224]);
		near([chanceOf(grid, (h, a) => h === 1 && a === 0)], [0.09475977296304716]);
	});

	test("a home handicap of −0.5 is a home win, of −0.75 half a win by two", () => {
		const grid = independentGrid(poissonMasses(1.5), poissonMasses(1.2));
		expect(handicapChances(grid, -0.5)[0]).toBeCloseTo(resultChances(grid)[0], 14);
		near(handicapChances(grid, -0.75), [0.32985159927536445, 0.1116135738914693, 0.5585348268331662]);
	});

	test("the difference of a bivariate Poisson does not depend on what both sides share", () => {
		const shared = differenceOf(bivariatePoissonGrid({ home: 1.4, away: 1.1 }, 0.1));
		const own = differenceOf(bivariatePoissonGrid({ home: 1.4, away: 1.1 }, 0));
		const at = (law: typeof own, d: number) => law.masses[d - law.from] ?? 0;
		for (let d = -6; d <= 6; d++) expect(Math.abs(at(shared, d) - at(own, d))).toBeLessThan(1e-14);
	});

	test("Poisson means of 61.1 %, 22.7 % and 16.2 %, and of under 2.5 at 60 %", () => {
		const means = meansFromResult([0.6114897, 0.226823, 0.1616873]);
		near([means?.home ?? 0, means?.away ?? 0], [1.7958372058647543, 0.7957297164284123], 1e-7);
		near([totalFromUnder(0.6, 2.5) ?? 0], [2.2850769040033803], 1e-7);
	});
});
