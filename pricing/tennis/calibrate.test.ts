import { expect, test } from "vitest";
import { point, stated, tennisFixture } from "../../testing/tennis.ts";
import type { NamedStrengths } from "../sport.ts";
import type { Serves } from "./point-model.ts";
import type { TennisState } from "./state.ts";
import { tennis } from "./tennis.ts";

const solved = tennis.params(tennisFixture({ prices: { moneyline: [1_750, 2_150] } }));
if (!solved.ok) throw new Error(solved.message);
const BEFORE = solved.params;
const START = tennis.initial(tennisFixture());
const played = (...inputs: Parameters<typeof tennis.reduce>[1][]): TennisState =>
	inputs.reduce((state, input) => {
		const reduced = tennis.reduce(state, input, 0);
		if (!reduced.ok) throw new Error(reduced.message);
		return reduced.state;
	}, START);
const LIVE = played(stated("playing", { server: "home" }), ...Array.from({ length: 9 }, () => point("home")));
const fairIn = (state: TennisState, params: Serves, marketId: string): readonly number[] =>
	tennis.book(state, params, 0).find(({ spec }) => spec.marketId === marketId)?.fair ?? [];
const followed = (found: ReturnType<typeof tennis.strengthsFrom>): Serves => {
	if (!found.ok) throw new Error(`${found.code}: ${found.message}`);
	return found.params;
};
const winner = (home: number) => ({ marketId: "ml", fair: { home, away: 1 - home } });

test("[MAT-9] the match winner is met before the match, and games stay as they were", () => {
	const params = followed(tennis.calibrate(BEFORE, START, [winner(0.64)], 0, 1));
	expect(fairIn(START, params, "ml")[0]).toBeCloseTo(0.64, 6);
	expect(params.home + params.away).toBeCloseTo(BEFORE.home + BEFORE.away, 2);
	const total = { marketId: "tg:22.5", fair: { over: 0.56, under: 0.44 } };
	const longer = followed(tennis.calibrate(params, START, [total], 0, 1));
	expect(fairIn(START, longer, "tg:22.5")[0]).toBeCloseTo(0.56, 2);
	expect(fairIn(START, longer, "ml")[0]).toBeCloseTo(0.64, 2);
});

test("[MAT-9] whatever step the winner takes, from wherever, points on serve are won as often as before", () => {
	for (const bestOf of [3, 5])
		for (const from of [1_080, 1_230, 1_500, 1_900]) {
			const away = Math.round(1_000 / (1.05 - 1_000 / from));
			const fixture = tennisFixture({ format: { bestOf }, prices: { moneyline: [from, away] } });
			const known = tennis.params(fixture);
			if (!known.ok) throw new Error(known.message);
			const state = tennis.initial(fixture);
			const now = fairIn(state, known.params, "ml")[0] ?? 1_000 / from / 1.05;
			for (const step of [-0.14, -0.11, -0.08, -0.04, 0.04]) {
				const home = Math.min(0.97, now + step);
				const { home: p, away: q } = followed(tennis.calibrate(known.params, state, [winner(home)], 0, 1));
				expect(fairIn(state, { home: p, away: q }, "ml")[0]).toBeCloseTo(home, 6);
				expect(p + q).toBeCloseTo(known.params.home + known.params.away, 6);
			}
		}
});

test("[MAT-9] in play a share of the way, and no step that the alarm would suspend", () => {
	const now = fairIn(LIVE, BEFORE, "ml")[0] ?? 0;
	const whole = fairIn(LIVE, followed(tennis.calibrate(BEFORE, LIVE, [winner(now + 0.04)], 0, 1)), "ml")[0] ?? 0;
	const part = fairIn(LIVE, followed(tennis.calibrate(BEFORE, LIVE, [winner(now + 0.04)], 0, 0.1)), "ml")[0] ?? 0;
	expect(whole - now).toBeGreaterThan(0.02);
	expect(part - now).toBeGreaterThan(0.001);
	expect(part - now).toBeLessThan(0.006);
	expect(tennis.calibrate(BEFORE, LIVE, [winner(now - 0.1)], 0, 0.1)).toMatchObject({ code: "too_far" });
});

test("[MAT-9] the calibration prices markets as the book does", () => {
	for (const state of [START, LIVE]) {
		const quotes = tennis
			.book(state, BEFORE, 0)
			.filter(({ spec }) => tennis.isDetermining(spec.marketId))
			.map(({ spec, fair }) => ({
				marketId: spec.marketId,
				fair: Object.fromEntries(spec.outcomes.map(({ outcomeId }, n) => [outcomeId, fair[n] ?? 0])),
			}));
		expect(quotes.length).toBeGreaterThan(8);
		const params = followed(tennis.calibrate(BEFORE, state, quotes, 0, 1));
		expect(params.home).toBeCloseTo(BEFORE.home, 6);
		expect(params.away).toBeCloseTo(BEFORE.away, 6);
	}
});

test("[MAT-9] a trader names chances on serve, or the chance of the match as it stands", () => {
	expect(followed(tennis.strengthsFrom(BEFORE, START, { homeServe: 0.66 }))).toEqual({ ...BEFORE, home: 0.66 });
	for (const state of [START, LIVE]) {
		const params = followed(tennis.strengthsFrom(BEFORE, state, { homeWins: 0.7 }));
		expect(fairIn(state, params, "ml")[0]).toBeCloseTo(0.7, 9);
		expect(params.home + params.away).toBeCloseTo(BEFORE.home + BEFORE.away, 9);
	}
	const wrong: readonly NamedStrengths[] = [
		{ homeServe: 0.99 },
		{ homeWins: 1 },
		{ homeWins: 0.5, homeServe: 0.6 },
		{ homeGoals: 1 },
	];
	for (const named of wrong)
		expect(tennis.strengthsFrom(BEFORE, START, named)).toMatchObject({ ok: false, code: "bad_strengths" });
});

test("[MAT-10] a later fixture changes names at any time, sets before the match, and a final set until it begins", () => {
	const renamed = tennisFixture({ home: { name: "N. Djokovic", short: "DJO" } });
	expect(tennis.refixture(LIVE, renamed)).toMatchObject({
		ok: true,
		affected: "none",
		state: { names: { home: "N. Djokovic" } },
	});
	const longer = tennisFixture({ format: { bestOf: 5 } });
	expect(tennis.refixture(START, longer)).toMatchObject({
		ok: true,
		affected: "all",
		state: { format: { bestOf: 5 } },
	});
	expect(tennis.refixture(LIVE, longer)).toMatchObject({ ok: false, code: "bad_fixture" });
	const super10 = tennisFixture({ format: { bestOf: 3, finalSet: "tiebreak10" } });
	expect(tennis.refixture(LIVE, super10)).toMatchObject({ ok: true, state: { format: { finalSet: "tiebreak10" } } });
	expect(tennis.refixture(START, tennisFixture({ format: { bestOf: 4 } }))).toMatchObject({ ok: false });
});
