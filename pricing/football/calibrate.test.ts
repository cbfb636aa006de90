import { describe, expect, test } from "vitest";
import { fixture, incident, phase } from "../../testing/football-inputs.ts";
import { removeMargin } from "../margin.ts";
import type { NamedStrengths, Quote } from "../sport.ts";
import { football } from "./football.ts";
import type { GoalStrengths } from "./outlook.ts";
import type { FootballState } from "./state.ts";

const quoteOf = (marketId: string, odds: Readonly<Record<string, number>>): Quote => {
	const fair = removeMargin("power", Object.values(odds));
	if (!fair.ok) throw new Error(fair.message);
	return { marketId, fair: Object.fromEntries(Object.keys(odds).map((id, n) => [id, fair.values[n] ?? 0])) };
};
const strengthsOf = (oneXTwo: number[], totals?: { line: number; odds: number[] }[]): GoalStrengths => {
	const found = football.params(fixture({ prices: totals === undefined ? { oneXTwo } : { oneXTwo, totals } }));
	if (!found.ok) throw new Error(found.message);
	return found.params;
};
const START = football.initial(fixture());
const fairIn = (state: FootballState, params: GoalStrengths, marketId: string, tickMs = 0): readonly number[] =>
	football.book(state, params, tickMs).find(({ spec }) => spec.marketId === marketId)?.fair ?? [];
const followed = (found: ReturnType<typeof football.strengthsFrom>): GoalStrengths => {
	if (!found.ok) throw new Error(`${found.code}: ${found.message}`);
	return found.params;
};
const BEFORE = strengthsOf([2_000, 3_500, 4_000]);
const MOVED = quoteOf("1x2", { home: 1.76, draw: 3.9, away: 4.44 });

describe("[MAT-9] football strengths follow the market before the match", () => {
	test("1x2 has the provider's fair probabilities, to the part per million", () => {
		const params = followed(football.calibrate(BEFORE, START, [MOVED], 0, 1));
		for (const [index, id] of ["home", "draw", "away"].entries())
			expect(fairIn(START, params, "1x2")[index]).toBeCloseTo(MOVED.fair[id] ?? 0, 6);
	});

	test("a total moves goals and leaves the result; a result leaves goals that a total has told", () => {
		const known = strengthsOf([2_000, 3_500, 4_000], [{ line: 2.5, odds: [1_900, 1_900] }]);
		const over = quoteOf("ou:2.5", { over: 1.7, under: 2.15 });
		const more = followed(football.calibrate(known, START, [over], 0, 1));
		expect(fairIn(START, more, "ou:2.5")[0]).toBeCloseTo(over.fair.over ?? 0, 3);
		for (const index of [0, 1, 2]) {
			const moved = (fairIn(START, more, "1x2")[index] ?? 0) - (fairIn(START, known, "1x2")[index] ?? 0);
			expect(Math.abs(moved)).toBeLessThan(0.01);
		}
		const moved = followed(football.calibrate(more, START, [MOVED], 0, 1));
		expect(fairIn(START, moved, "1x2")[0]).toBeCloseTo(MOVED.fair.home ?? 0, 6);
		expect(fairIn(START, moved, "ou:2.5")[0]).toBeCloseTo(over.fair.over ?? 0, 1);
	});

	test("several markets of one statement are met together, the result exactly", () => {
		const quotes = [
			MOVED,
			quoteOf("ou:2.5", { over: 1.8, under: 2.0 }),
			quoteOf("ou:3.5", { over: 3.0, under: 1.38 }),
			quoteOf("ah:-0.75", { home: 1.97, away: 1.87 }),
		];
		const params = followed(football.calibrate(BEFORE, START, quotes, 0, 1));
		expect(fairIn(START, params, "1x2")[0]).toBeCloseTo(MOVED.fair.home ?? 0, 4);
		for (const { marketId, fair } of quotes)
			expect(Math.abs((fairIn(START, params, marketId)[0] ?? 0) - (Object.values(fair)[0] ?? 0))).toBeLessThan(0.02);
	});

	test("what is met already stays, and the same arguments give the same bytes", () => {
		const once = followed(football.calibrate(BEFORE, START, [MOVED], 0, 1));
		const twice = followed(football.calibrate(once, START, [MOVED], 0, 1));
		expect(twice.home).toBeCloseTo(once.home, 1);
		expect(fairIn(START, twice, "1x2")[0]).toBeCloseTo(MOVED.fair.home ?? 0, 6);
		expect(JSON.stringify(followed(football.calibrate(BEFORE, START, [MOVED], 0, 1)))).toBe(JSON.stringify(once));
	});

	test("FOLLOWING.maxMisfitPpm: a step too far is refused, alone; prices of no match are refused", () => {
		const wild = quoteOf("1x2", { home: 17.6, draw: 3.9, away: 1.45 });
		expect(football.calibrate(BEFORE, START, [wild], 0, 1)).toMatchObject({ ok: false, code: "too_far" });
		const total = quoteOf("ou:2.5", { over: 1.85, under: 1.95 });
		const params = followed(football.calibrate(BEFORE, START, [wild, total], 0, 1));
		expect(fairIn(START, params, "1x2")[0]).toBeCloseTo(fairIn(START, BEFORE, "1x2")[0] ?? 0, 2);
		const oneWay = quoteOf("ah:-0.5", { home: 2.3, away: 1.65 });
		expect(football.calibrate(BEFORE, START, [MOVED, oneWay], 0, 1)).toMatchObject({ ok: false, code: "no_prices" });
		expect(football.calibrate(BEFORE, START, [quoteOf("btts", { yes: 2, no: 1.8 })], 0, 1)).toMatchObject({
			ok: false,
		});
	});
});

describe("[MAT-9] football strengths in play", () => {
	const at = (...inputs: Parameters<typeof football.reduce>[1][]): FootballState =>
		inputs.reduce((state, input) => {
			const reduced = football.reduce(state, input, 0);
			if (!reduced.ok) throw new Error(reduced.message);
			return reduced.state;
		}, START);
	const live = at(phase("first_half", 1_200), incident("goal", "home", "g1", "15"));

	test("go a share of the way, from the state as it stands", () => {
		const now = fairIn(live, BEFORE, "1x2")[0] ?? 0;
		const nudged = { marketId: "1x2", fair: { home: now + 0.05, draw: 0, away: 0 } };
		const rest = fairIn(live, BEFORE, "1x2");
		const share = (1 - now - 0.05) / (1 - now);
		nudged.fair.draw = (rest[1] ?? 0) * share;
		nudged.fair.away = (rest[2] ?? 0) * share;
		const whole = fairIn(live, followed(football.calibrate(BEFORE, live, [nudged], 0, 1)), "1x2")[0] ?? 0;
		const tenth = fairIn(live, followed(football.calibrate(BEFORE, live, [nudged], 0, 0.1)), "1x2")[0] ?? 0;
		expect(whole - now).toBeGreaterThan(0.03);
		expect(whole - now).toBeLessThan(0.055);
		expect(tenth - now).toBeGreaterThan(0.002);
		expect(tenth - now).toBeLessThan(0.0085);
		expect(followed(football.calibrate(BEFORE, live, [nudged], 0, 0)).home).toBeCloseTo(BEFORE.home, 12);
	});

	test("what the alarm suspends is not followed", () => {
		const quote = { marketId: "1x2", fair: { home: 0.1, draw: 0.3, away: 0.6 } };
		expect(football.calibrate(BEFORE, live, [quote], 0, 0.1)).toMatchObject({ ok: false, code: "too_far" });
	});
});

test("[MAT-9] the calibration prices markets as the book does", () => {
	const live = football.reduce(START, phase("first_half", 900), 0);
	if (!live.ok) throw new Error(live.message);
	for (const state of [START, live.state]) {
		const quotes = football
			.book(state, BEFORE, 0)
			.filter(({ spec }) => football.isDetermining(spec.marketId))
			.map(({ spec, fair }) => ({
				marketId: spec.marketId,
				fair: Object.fromEntries(spec.outcomes.map(({ outcomeId }, n) => [outcomeId, fair[n] ?? 0])),
			}));
		expect(quotes.length).toBeGreaterThan(15);
		const params = followed(football.calibrate(BEFORE, state, quotes, 0, 1));
		expect(params.home).toBeCloseTo(BEFORE.home, 6);
		expect(params.away).toBeCloseTo(BEFORE.away, 6);
	}
});

test("[MAT-9] a trader names football's strengths within bounds", () => {
	expect(followed(football.strengthsFrom(BEFORE, START, { homeGoals: 2.1 }))).toEqual({ ...BEFORE, home: 2.1 });
	const wrong: readonly NamedStrengths[] = [
		{ homeGoals: 0 },
		{ homeGoals: 8, awayGoals: 5 },
		{ homeServe: 0.6 },
		{ homeGoals: Number.NaN },
	];
	for (const named of wrong)
		expect(football.strengthsFrom(BEFORE, START, named)).toMatchObject({ ok: false, code: "bad_strengths" });
	expect(football.namedStrengths(BEFORE)).toEqual({ homeGoals: BEFORE.home, awayGoals: BEFORE.away });
});

test("[MAT-10] a later fixture tells what a match decides, and how the first leg ended, until regular time is over", () => {
	const tie = fixture({ format: { extraTime: true, shootOut: true, leg: 2, firstLegHome: 0, firstLegAway: 3 } });
	const changed = football.refixture(START, tie);
	expect(changed).toMatchObject({ ok: true, state: { tie: { firstLeg: { home: 0, away: 3 } } } });
	if (!changed.ok) throw new Error(changed.message);
	expect(changed.affected).toContain("trophy");
	expect(changed.state).toEqual(football.initial(tie));
	expect(football.refixture(changed.state, tie)).toEqual({ ok: true, state: changed.state, affected: "none" });
	expect(football.refixture(changed.state, fixture())).toMatchObject({ ok: true, state: START });
	expect(football.refixture(START, fixture({ format: { leg: 3 } }))).toMatchObject({ ok: false, code: "bad_fixture" });
});
