/** Points that come late, twice, out of order or taken back before they are told: the score is the one that was played. */
import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { AT, point, stated, tennisFixture } from "../../testing/tennis.ts";
import type { Reduced, StateInput } from "../sport.ts";
import { CORRECTABLE_POINTS } from "./reduce.ts";
import { initialState, type TennisState } from "./state.ts";
import { tennis } from "./tennis.ts";

const at = (input: Input, ms: number, over: object = {}): Input => ({ ...input, sentAtMs: AT + ms, ...over }) as Input;
const told = (side: "home" | "away", id: string, sentMs: number): Input => at(point(side, id), sentMs);
const dated = (side: "home" | "away", id: string, playedMs: number, sentMs = playedMs): Input =>
	at(point(side, id), sentMs, { occurredAt: { atMs: AT + playedMs, precision: "ms" } });
const cancelled = (incidentId: string, ms: number): Input =>
	({ v: 1, kind: "cancellation", id: "c", matchId: "court", sentAtMs: AT + ms, incidentId }) as Input;
const next = (state: TennisState, input: Input): Reduced<TennisState> => tennis.reduce(state, input, AT);
function play(inputs: readonly Input[], from: TennisState = STARTED): TennisState {
	return inputs.reduce((state, input) => {
		const reduced = next(state, input);
		if (!reduced.ok) throw new Error(reduced.message);
		return reduced.state;
	}, from);
}
const STARTED = play([at(stated("playing", { server: "home" }), 0)], initialState(tennisFixture()));
/** Alternating, so that one game never ends and every point counts. */
const LONG = Array.from({ length: CORRECTABLE_POINTS + 8 }, (_, n) =>
	dated(n % 2 === 0 ? "home" : "away", `q${n}`, 10 * (n + 1)),
);

describe("[SET-5] the order of points is their own", () => {
	test("one told late takes its place, and none falls out of the score for it", () => {
		const late = LONG.length - 5;
		const state = play([...LONG.filter((_, n) => n !== late), at(LONG[late] as Input, 5_000)]);
		expect(state.now).toEqual(play(LONG).now);
		expect(state.recent).toHaveLength(CORRECTABLE_POINTS);
	});

	test("one taken back before it is told changes nothing", () => {
		const state = play(LONG);
		expect(play([cancelled("none", 6_000), told("home", "none", 5_500)], state).now).toEqual(state.now);
	});

	test("one from before all that are remembered leaves the score in doubt", () => {
		const state = play(LONG);
		const reduced = next(state, dated("home", "old", 5, 5_000));
		expect(reduced).toMatchObject({ ok: true, unclear: expect.stringContaining("old") });
		expect(reduced.ok && reduced.state.now).toEqual(state.now);
	});
});

describe("[MAT-7] points that a statement has counted", () => {
	const filled = play([told("home", "a", 10), at(stated("playing", { games: "0-0", points: "30-0" }), 30)]);

	test("count once when they are told at last, and later ones count", () => {
		expect(play([told("home", "b", 20)], filled).now).toEqual(filled.now);
		expect(play([dated("home", "b", 20, 40)], filled).now).toEqual(filled.now);
		expect(play([told("home", "c", 40)], filled).now.points).toHaveLength(3);
	});

	test("and those played after it count on top where a trader follows it", () => {
		const ahead = play([at(stated("playing", { games: "2-0" }), 10)]);
		const behind = at(stated("playing", { games: "1-0", points: "0-0" }), 20) as Extract<Input, { kind: "state" }>;
		expect(next(ahead, behind)).toMatchObject({ ok: false, code: "contradiction" });
		const since = play([dated("away", "before", 15, 25), dated("home", "after", 30)], ahead);
		const adopted = tennis.adopt(since, behind, AT);
		expect(adopted.ok && adopted.state.now).toMatchObject({ current: { home: 1, away: 0 }, points: "h" });
		expect(adopted.ok && play([cancelled("after", 40)], adopted.state).now.points).toBe("");
	});

	const said = (sentMs: number, phase: string, facts: Readonly<Record<string, string>>): StateInput => ({
		v: 1,
		kind: "state",
		id: "said",
		matchId: "court",
		sentAtMs: AT + sentMs,
		phase,
		facts,
	});

	test("and an undated one that was told before it counts in it, though it was corrected since", () => {
		const before = play([told("home", "a", 10), told("home", "b", 12)]);
		const behind = said(20, "playing", { games: "0-0", points: "15-0" });
		expect(next(before, behind)).toMatchObject({ ok: false, code: "contradiction" });
		const since = play([at(point("home", "a"), 30, { kind: "correction" })], before);
		const adopted = tennis.adopt(since, behind, AT);
		expect(adopted.ok && adopted.state.now.points).toBe("H");
	});

	test("and none after the end that a trader follows", () => {
		const close = play([said(5, "playing", { games: "6-0 5-0", points: "40-0" }), told("home", "last", 30)]);
		const adopted = tennis.adopt(close, said(20, "ended", { games: "6-0 6-0" }), AT);
		expect(adopted).toMatchObject({ ok: true, state: { phase: "ended" } });
	});

	test("of games alone: nobody knows which of the running game it had seen", () => {
		const games = play([at(stated("playing", { games: "1-0" }), 30)]);
		expect(next(games, told("home", "b", 20))).toMatchObject({ ok: true, unclear: expect.any(String) });
		expect(next(games, told("home", "c", 40))).not.toHaveProperty("unclear");
		expect(play([at(stated("playing", { games: "0-0" }), 50), told("home", "d", 45)]).now.points).toBe("h");
	});
});
