import { expect, test } from "vitest";
import { basket, fixture, statement } from "../../testing/basketball.ts";
import type { NamedStrengths } from "../sport.ts";
import { basketball } from "./basketball.ts";
import type { BasketballState, Strengths } from "./state.ts";

const solved = basketball.params(fixture());
if (!solved.ok) throw new Error(solved.message);
const BEFORE = solved.params;
const START = basketball.initial(fixture());
const LIVE = [statement("q2", 1_000), basket("home", 3, "b1"), basket("away", 2, "b2")].reduce((state, input) => {
	const reduced = basketball.reduce(state, input, 0);
	if (!reduced.ok) throw new Error(reduced.message);
	return reduced.state;
}, START);
const fairIn = (state: BasketballState, params: Strengths, marketId: string): readonly number[] =>
	basketball.book(state, params, 0).find(({ spec }) => spec.marketId === marketId)?.fair ?? [];
const followed = (found: ReturnType<typeof basketball.strengthsFrom>): Strengths => {
	if (!found.ok) throw new Error(`${found.code}: ${found.message}`);
	return found.params;
};
const winner = (home: number) => ({ marketId: "ml", fair: { home, away: 1 - home } });

test("[MAT-9] the winner is met before the match and points stay; a total moves points and not who wins", () => {
	const params = followed(basketball.calibrate(BEFORE, START, [winner(0.7)], 0, 1));
	expect(fairIn(START, params, "ml")[0]).toBeCloseTo(0.7, 6);
	expect(params.home + params.away).toBeCloseTo(208, 1);
	const line = START.lines.ou?.now[2] ?? 0;
	const total = { marketId: `ou:${line}`, fair: { over: 0.58, under: 0.42 } };
	const more = followed(basketball.calibrate(params, START, [total], 0, 1));
	expect(fairIn(START, more, `ou:${line}`)[0]).toBeCloseTo(0.58, 3);
	expect(more.home - more.away).toBeCloseTo(params.home - params.away, 1);
});

test("[MAT-9] in play a share of the way, and no step that the alarm would suspend", () => {
	const now = fairIn(LIVE, BEFORE, "ml")[0] ?? 0;
	const part = fairIn(LIVE, followed(basketball.calibrate(BEFORE, LIVE, [winner(now + 0.05)], 0, 0.1)), "ml")[0] ?? 0;
	expect(part - now).toBeGreaterThan(0.002);
	expect(part - now).toBeLessThan(0.006);
	expect(basketball.calibrate(BEFORE, LIVE, [winner(now - 0.1)], 0, 0.1)).toMatchObject({ code: "too_far" });
});

test("[MAT-9] the calibration prices markets as the book does", () => {
	for (const state of [START, LIVE]) {
		const quotes = basketball
			.book(state, BEFORE, 0)
			.filter(({ spec }) => basketball.isDetermining(spec.marketId))
			.map(({ spec, fair }) => ({
				marketId: spec.marketId,
				fair: Object.fromEntries(spec.outcomes.map(({ outcomeId }, n) => [outcomeId, fair[n] ?? 0])),
			}));
		expect(quotes.length).toBeGreaterThan(8);
		const params = followed(basketball.calibrate(BEFORE, state, quotes, 0, 1));
		expect(params.home).toBeCloseTo(BEFORE.home, 4);
		expect(params.away).toBeCloseTo(BEFORE.away, 4);
	}
});

test("[MAT-9] lines go with the strengths", () => {
	const params = { home: 118, away: 104 };
	const moved = basketball.withStrengths(START, params, 0);
	expect(moved.lines.ou?.now).not.toEqual(START.lines.ou?.now);
	expect(moved.lines.ou?.ever).toEqual(expect.arrayContaining([...(START.lines.ou?.now ?? [])]));
	expect(basketball.withStrengths(moved, params, 0)).toBe(moved);
});

test("[MAT-9] a trader names points within what the format gives", () => {
	expect(followed(basketball.strengthsFrom(BEFORE, START, { homePoints: 111 }))).toEqual({
		home: 111,
		away: BEFORE.away,
	});
	const wrong: readonly NamedStrengths[] = [{ homePoints: 11 }, { awayPoints: 400 }, { homeWins: 0.5 }];
	for (const named of wrong)
		expect(basketball.strengthsFrom(BEFORE, START, named)).toMatchObject({ ok: false, code: "bad_strengths" });
});

test("[MAT-10] quarters change before the match only, overtimes until one is near", () => {
	const short = fixture({ format: { quarterMinutes: 10 } });
	expect(basketball.refixture(START, short)).toMatchObject({
		ok: true,
		affected: "all",
		state: { format: { quarterSec: 600 } },
	});
	expect(basketball.refixture(LIVE, short)).toMatchObject({ ok: false, code: "bad_fixture" });
	expect(basketball.refixture(LIVE, fixture({ format: { overtimeMinutes: 3 } }))).toMatchObject({ ok: true });
	expect(basketball.refixture(START, fixture())).toMatchObject({ ok: true, affected: "none", state: START });
	expect(basketball.refixture(START, fixture({ format: { quarterMinutes: 1 } }))).toMatchObject({ ok: false });
});
