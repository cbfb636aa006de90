import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { BET, ON_SALE } from "../../shared/limits.ts";
import { paramsOf, play } from "../../testing/football.ts";
import {
	AT,
	betStart,
	cancellation,
	confirmation,
	finalInputs,
	fixture,
	incident,
	kick,
	phase,
} from "../../testing/football-inputs.ts";
import { football } from "./football.ts";
import { factsOf } from "./path.ts";
import type { FootballState } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

const PARAMS = paramsOf(2.7, 0.2);

/** The outcomes of a result, as `win` or what else they got; null while there is none. */
function resultOf(state: FootballState, marketId: string): unknown {
	const result = football.results(state).find(({ spec }) => spec.marketId === marketId)?.state;
	if (result === undefined) return null;
	if (result.kind !== "settled") return result.kind;
	return Object.fromEntries(Object.entries(result.outcomes).map(([outcomeId, { kind }]) => [outcomeId, kind]));
}
const winnersOf = (state: FootballState, marketId: string): readonly string[] | null => {
	const result = resultOf(state, marketId);
	if (result === null || typeof result !== "object") return null;
	return Object.entries(result).flatMap(([outcomeId, kind]) => (kind === "win" ? [outcomeId] : []));
};
const isOffered = (state: FootballState, marketId: string, tickMs = AT): boolean =>
	football.book(state, PARAMS, tickMs).some(({ spec }) => spec.marketId === marketId);
const goal = (
	side: "home" | "away",
	incidentId: string,
	told: { clockSec?: number; minuteText?: string } = {},
): Input => ({ ...incident("goal", side, incidentId), ...told }) as Input;
const correction = (incidentId: string, side: "home" | "away", more: Partial<Input> = {}): Input =>
	({
		v: 1,
		id: `c-${incidentId}`,
		matchId: "final",
		sentAtMs: AT,
		kind: "correction",
		incidentId,
		incident: "goal",
		side,
		...more,
	}) as Input;

describe("the table", () => {
	const markets = FOOTBALL_FAMILIES.flatMap((family) => family.markets);

	test("names each market once, within the bounds of ids, in the group and part of its family", () => {
		const ids = markets.map(({ spec }) => spec.marketId);
		expect(new Set(ids).size).toBe(ids.length);
		expect(new Set(FOOTBALL_FAMILIES.map(({ family }) => family)).size).toBe(FOOTBALL_FAMILIES.length);
		for (const { spec } of markets) {
			expect(spec.marketId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,47}$/);
			const outcomeIds = spec.outcomes.map(({ outcomeId }) => outcomeId);
			expect(new Set(outcomeIds).size).toBe(outcomeIds.length);
			for (const outcomeId of outcomeIds) expect(outcomeId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,31}$/);
		}
	});

	test("[HOU-1] abandoned, every market of it has a result: decided, or void", () => {
		const state = play([phase("first_half", 0), goal("home", "a"), betStart(), phase("abandoned", 1_200, false)]);
		const results = new Map(football.results(state).map(({ spec, state: result }) => [spec.marketId, result.kind]));
		expect(markets.map(({ spec }) => spec.marketId).filter((marketId) => !results.has(marketId))).toEqual([]);
		expect(resultOf(state, "ou:0.5")).toEqual({ over: "win", under: "lose" });
		// Half of it is won, but not all: a further goal would win the rest.
		expect(resultOf(state, "ou:0.75")).toBe("void");
		expect(resultOf(state, "ou:1")).toBe("void");
		expect(winnersOf(state, "ng:1")).toEqual(["home"]);
		expect(winnersOf(state, "clean:away")).toEqual(["no"]);
		for (const open of ["1x2", "ah:0", "h1:1x2", "ng:2", "htft", "trophy", "so:kick:1"]) {
			expect(resultOf(state, open), open).toBe("void");
		}
		expect(football.book(state, PARAMS, AT)).toEqual([]);
	});

	test("[HOU-1] abandoned at half-time, the first half stands and no interval of the second has passed", () => {
		const state = play([phase("first_half", 0), phase("half_time", 3_120, false), phase("abandoned", 3_120, false)]);
		expect(winnersOf(state, "h1:1x2")).toEqual(["draw"]);
		expect(winnersOf(state, "g5:40")).toEqual(["no"]);
		expect(resultOf(state, "g5:45")).toBe("void");
		expect(resultOf(state, "h2:1x2")).toBe("void");
	});
});

describe("[MON-4] lines give stakes back in whole and in half", () => {
	const ended = play([
		phase("first_half", 0),
		goal("home", "a"),
		goal("home", "b"),
		betStart(),
		phase("half_time", 2_800, false),
		phase("second_half", 2_700),
		goal("away", "c"),
		betStart(),
		phase("ended", 5_700, false),
	]);
	test.each([
		["ou:2.5", { over: "win", under: "lose" }],
		["ou:2.75", { over: "half_win", under: "half_lose" }],
		["ou:3", { over: "void", under: "void" }],
		["ou:3.25", { over: "half_lose", under: "half_win" }],
		["ah:-0.75", { home: "half_win", away: "half_lose" }],
		["ah:-1", { home: "void", away: "void" }],
		["ah:-1.25", { home: "half_lose", away: "half_win" }],
		["ah:0.25", { home: "win", away: "lose" }],
		["eh:-1", { home: "lose", draw: "win", away: "lose" }],
		["dnb", { home: "win", away: "lose" }],
		["h2:dnb", { home: "lose", away: "win" }],
		["tt:home:1.5", { over: "win", under: "lose" }],
		["h1:ou:2", { over: "void", under: "void" }],
	])("2-1: %s", (marketId, expected) => {
		expect(resultOf(ended, marketId)).toEqual(expected);
	});
	test.each([
		["htft", ["home_home"]],
		["hsh", ["first"]],
		["goals", ["3"]],
		["oe", ["odd"]],
		["wm", ["home_1"]],
		["h1:cs", ["2-0"]],
		["h2:cs", ["0-1"]],
		["h1:ng:3", ["none"]],
		["h2:ng:1", ["away"]],
		["1x2+btts", ["home_yes"]],
		["btts+ou:2.5", ["yes_over"]],
		["mov", ["home_90"]],
		["trophy", ["home"]],
	])("2-1: %s is won by %s", (marketId, expected) => {
		expect(winnersOf(ended, marketId)).toEqual(expected);
	});
});

describe("what is decided before its part ends", () => {
	const start = [phase("first_half", 600)];

	test("is decided by the confirmed goals, closed by the told ones, and dead outcomes are closed alone", () => {
		const told = play([...start, goal("home", "a"), goal("away", "b")]);
		expect(isOffered(told, "btts")).toBe(false);
		expect(resultOf(told, "btts")).toBeNull();
		const confirmed = play([betStart()], told);
		expect(winnersOf(confirmed, "btts")).toEqual(["yes"]);
		expect(winnersOf(confirmed, "nil:home")).toEqual(["no"]);
		const scores = football.book(confirmed, PARAMS, AT).find(({ spec }) => spec.marketId === "cs");
		const alive = scores?.spec.outcomes.filter((_, index) => scores.alive[index]).map(({ outcomeId }) => outcomeId);
		expect(alive).not.toContain("2-0");
		expect(alive).toContain("1-1");
		expect(scores?.fair[0]).toBe(0);
	});

	test("[SET-1] a goal that VAR takes back takes all its results back, and the markets return", () => {
		const confirmed = play([...start, goal("home", "a"), betStart()]);
		expect(winnersOf(confirmed, "ng:1")).toEqual(["home"]);
		const back = play([incident("var_review", "home", "v"), cancellation("a")], confirmed);
		for (const marketId of ["ng:1", "ou:0.5", "clean:away", "h1:ng:1", "g15:0"]) {
			expect(resultOf(back, marketId), marketId).toBeNull();
			expect(isOffered(back, marketId), marketId).toBe(true);
		}
	});

	test("[SET-1] a goal corrected to the other side, and moved to the first half, settles as corrected", () => {
		const later = play([
			...start,
			phase("half_time", 2_790, false),
			phase("second_half", 2_700),
			goal("home", "a"),
			confirmation("a"),
		]);
		expect(winnersOf(later, "h1:1x2")).toEqual(["draw"]);
		expect(winnersOf(later, "h2:ng:1")).toEqual(["home"]);
		const corrected = play([correction("a", "away", { minuteText: "45+1" } as Partial<Input>)], later);
		expect(winnersOf(corrected, "h1:1x2")).toEqual(["away"]);
		expect(winnersOf(corrected, "ng:1")).toEqual(["away"]);
		expect(resultOf(corrected, "h2:ng:1")).toBeNull();
	});
});

describe("halves and the clock", () => {
	test("a goal told late belongs to the half of its minute or of its clock", () => {
		const inSecond = play([phase("first_half", 0), phase("half_time", 2_800, false), phase("second_half", 2_700)]);
		expect(winnersOf(play([goal("home", "a", { minuteText: "45+2" }), betStart()], inSecond), "h1:1x2")).toEqual([
			"home",
		]);
		expect(winnersOf(play([goal("home", "a", { clockSec: 2_640 }), betStart()], inSecond), "h1:1x2")).toEqual(["home"]);
		expect(winnersOf(play([goal("home", "a", { minuteText: "46" }), betStart()], inSecond), "h1:1x2")).toEqual([
			"draw",
		]);
		const inBreak = play(
			[phase("extra_break", 5_700, false), goal("away", "z", { minuteText: "90+5" }), betStart()],
			inSecond,
		);
		expect(winnersOf(inBreak, "1x2")).toEqual(["away"]);
	});

	test("an interval leaves the book with the clock, and is settled by the next input", () => {
		const state = play([phase("first_half", 0)]);
		const at = (sec: number): number => AT + sec * 1_000;
		expect(isOffered(state, "g5:0", at(279))).toBe(true);
		expect(isOffered(state, "g5:0", at(280))).toBe(false);
		expect(isOffered(state, "g5:5", at(299))).toBe(true);
		expect(isOffered(state, "g5:10", at(299))).toBe(false);
		expect(isOffered(state, "g5:10", at(300))).toBe(true);
		expect(resultOf(state, "g5:0")).toBeNull();
		expect(resultOf(play([incident("corner", "home", "b")], state, at(290)), "g5:0")).toBeNull();
		const later = play([incident("corner", "home", "c")], state, at(301));
		expect(winnersOf(later, "g5:0")).toEqual(["no"]);
		expect(resultOf(later, "g10:0")).toBeNull();
		expect(winnersOf(play([phase("half_time", 2_760, false)], state, at(2_760)), "g15:30")).toEqual(["no"]);
	});

	test("[OFF-2] an interval closes before a bet's longest window and a late feed can reach its end: ON_SALE.footballLastSec", () => {
		expect(ON_SALE.footballLastSec).toBe(20);
		expect(ON_SALE.footballLastSec * 1_000).toBeGreaterThan(BET.maxDelayMs);
		const state = play([phase("first_half", 0)]);
		for (const [marketId, endSec] of [
			["g5:5", 600],
			["g10:20", 1_800],
			["g15:15", 1_800],
		] as const) {
			expect(isOffered(state, marketId, AT + (endSec - 21) * 1_000)).toBe(true);
			expect(isOffered(state, marketId, AT + (endSec - 20) * 1_000)).toBe(false);
		}
		// The last piece of a half has no last second: nobody knows the whistle.
		expect(isOffered(state, "g5:40", AT + 2_699_000)).toBe(true);
	});

	test("a goal in doubt keeps its interval open; confirmed it is settled by its own second", () => {
		const state = play([phase("first_half", 0)]);
		const told = play([goal("home", "a", { clockSec: 298 })], state, AT + 303_000);
		expect(resultOf(told, "g5:0")).toBeNull();
		const confirmed = play([confirmation("a")], told, AT + 360_000);
		expect(winnersOf(confirmed, "g5:0")).toEqual(["yes"]);
		expect(resultOf(confirmed, "g5:5")).toBeNull();
	});

	test("announced stoppage reaches the goal model, and moves the price of the last minutes", () => {
		const late = play([phase("first_half", 0), phase("half_time", 2_800, false), phase("second_half", 5_390)]);
		const announced = play(
			[{ ...incident("corner", "home", "s"), incident: "stoppage_announced", value: 9 } as Input],
			late,
		);
		expect(factsOf(announced, AT)).toMatchObject({ phase: "second_half", elapsedSec: 5_390, addedMin: 9 });
		const more = (state: FootballState): number =>
			football.book(state, PARAMS, AT).find(({ spec }) => spec.marketId === "ng:1")?.fair[0] ?? 0;
		expect(more(announced)).toBeGreaterThan(more(late));
	});

	test("facts hold score, dismissals and extra time of what stands", () => {
		const state = play([...finalInputs().slice(0, 16), incident("red_card", "away", "red")]);
		expect(factsOf(state, AT)).toEqual({
			phase: "extra_second",
			elapsedSec: 6_300,
			addedMin: null,
			regular: { home: 2, away: 2 },
			extra: { home: 1, away: 0 },
			reds: { home: 0, away: 1 },
		});
	});
});

describe("extra time and kicks", () => {
	const level = [
		phase("first_half", 0),
		phase("half_time", 2_800, false),
		phase("second_half", 2_700),
		phase("extra_break", 5_700, false),
	];

	test("extra time has markets of its own (SET-0), and its goals leave those of regular time alone", () => {
		const state = play([...level, phase("extra_first", 5_400), goal("away", "x"), betStart()]);
		expect(winnersOf(state, "1x2")).toEqual(["draw"]);
		expect(winnersOf(state, "et:ng:1")).toEqual(["away"]);
		expect(winnersOf(state, "et:ou:0.5")).toEqual(["over"]);
		for (const marketId of ["et:1x2", "et:ng:2", "et:cs", "trophy", "mov"]) {
			expect(isOffered(state, marketId), marketId).toBe(true);
		}
		const mov = football.book(state, PARAMS, AT).find(({ spec }) => spec.marketId === "mov");
		expect(mov?.alive).toEqual([false, true, true, false, true, true]);
	});

	test("kick by kick, until one side cannot be caught", () => {
		const before = play([...level, phase("shootout_break", 7_400, false), phase("shootout", 7_400, false)]);
		expect(isOffered(before, "so:kick:1")).toBe(true);
		expect(isOffered(before, "so:winner")).toBe(true);
		const kicks = ["k1", "k2", "k3", "k4", "k5", "k6"].map((id, index) =>
			kick(index % 2 === 0 ? "home" : "away", index % 2 === 0 ? "scored" : "missed", id),
		);
		const five = play(kicks.slice(0, 5), before);
		expect(winnersOf(five, "so:kick:2")).toEqual(["missed"]);
		expect(resultOf(five, "so:winner")).toBeNull();
		const won = play(kicks.slice(5), five);
		expect(winnersOf(won, "so:winner")).toEqual(["home"]);
		expect(isOffered(won, "trophy")).toBe(false);
		expect(winnersOf(play([phase("ended", 7_400, false)], won), "mov")).toEqual(["home_pens"]);
	});

	test("a kick that was on offer and never taken is void", () => {
		const state = play([
			...level,
			phase("shootout_break", 7_400, false),
			phase("shootout", 7_400, false),
			kick("home", "scored", "k1"),
			phase("ended", 7_400, false),
		]);
		expect(resultOf(state, "so:kick:2")).toBe("void");
		expect(resultOf(state, "so:kick:3")).toBe("void");
	});
});

describe("[LAN-1] what cannot be is refused with a reason, and changes nothing", () => {
	const running = play([phase("first_half", 0)]);
	const many = (count: number): FootballState =>
		play(
			Array.from({ length: count }, (_, index) => goal("home", `m${index}`)),
			running,
		);
	test.each([
		["a second half that begins before it can", phase("second_half", 30), /a clock of 30 s/, running],
		["a first half of two hours", phase("first_half", 7_200), /a clock of 7200 s/, running],
		["more goals than were ever scored", goal("home", "one-more"), /no score of football/, many(60)],
		[
			"an incident of another sport",
			{ ...incident("corner", "home", "s"), incident: "basket" } as Input,
			/no basket/,
			running,
		],
		["a goal of nobody", { ...goal("home", "n"), side: undefined } as Input, /needs a side/, running],
	])("%s", (_name, input, words, state) => {
		const before = JSON.stringify(state);
		const reduced = football.reduce(state, input, AT);
		expect(reduced).toMatchObject({ ok: false, message: expect.stringMatching(words) });
		expect(JSON.stringify(state)).toBe(before);
	});

	test("no prices that a match could have", () => {
		for (const expected of [
			{ total: Number.NaN, supremacy: 0 },
			{ total: 2.5, supremacy: Number.POSITIVE_INFINITY },
		]) {
			expect(football.params(fixture({ prices: { expected } }))).toMatchObject({ ok: false });
		}
	});
});

test("what wins at each final score that an operator sees profit by, by the same rules", () => {
	const rows = football.finalScores(play([phase("first_half", 0), goal("home", "a"), betStart()]));
	const row = rows.find(({ label }) => label === "2-1");
	expect(row?.winners).toMatchObject({
		"1x2": ["home"],
		dc: ["1x", "12"],
		"ah:-0.5": ["home"],
		"ou:2.5": ["over"],
		cs: ["2-1"],
		wm: ["home_1"],
	});
	// At 2-1 the stakes of a handicap of −1 come back.
	expect(row?.winners).not.toHaveProperty("ah:-1");
});
