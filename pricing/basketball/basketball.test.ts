import { describe, expect, test } from "vitest";
import { marketIdSchema, outcomeIdSchema } from "../../shared/contracts/ids.ts";
import { decode } from "../../shared/decode.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { BET, ON_SALE } from "../../shared/limits.ts";
import {
	AT,
	basket,
	betStart,
	cancellation,
	confirmation,
	fixture,
	foul,
	incident,
	pointsFor,
	statement,
	told,
} from "../../testing/basketball.ts";
import { basketball } from "./basketball.ts";
import type { BasketballState } from "./state.ts";

const PARAMS = { home: 106, away: 102 };

function play(inputs: readonly Input[], from = basketball.initial(fixture()), tickMs = AT): BasketballState {
	let state = from;
	for (const input of inputs) {
		const reduced = basketball.reduce(state, input, tickMs);
		if (!reduced.ok) throw new Error(`${input.kind}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

const bookOf = (state: BasketballState, tickMs = AT) => basketball.book(state, PARAMS, tickMs);
const fairOf = (state: BasketballState, marketId: string, tickMs = AT): readonly number[] | null =>
	bookOf(state, tickMs).find(({ spec }) => spec.marketId === marketId)?.fair ?? null;
const stateOf = (state: BasketballState, marketId: string) =>
	basketball.results(state).find(({ spec }) => spec.marketId === marketId)?.state ?? null;
function winnerOf(state: BasketballState, marketId: string): string | null {
	const found = stateOf(state, marketId);
	if (found === null || found.kind !== "settled") return null;
	return Object.entries(found.outcomes).find(([, { kind }]) => kind === "win")?.[0] ?? null;
}

const scored = [1, 2, 3].flatMap((period) => pointsFor(period, { home: 25, away: 25 }));
/** Level in the fourth quarter, `leftSec` before its end. */
const late = (leftSec: number, possession = "home"): BasketballState =>
	play([
		...told([...scored, ...pointsFor(4, { home: 20, away: 20 })]),
		statement("q4", 2_880 - leftSec, { possession }),
	]);

describe("the book", () => {
	test("ids and outcomes have the form that everything else expects, each id once", () => {
		for (const state of [play([]), late(300)]) {
			const ids = bookOf(state).map(({ spec }) => spec.marketId);
			expect(new Set(ids).size).toBe(ids.length);
			for (const { spec } of bookOf(state)) {
				expect(decode(marketIdSchema, spec.marketId)).toMatchObject({ ok: true });
				for (const { outcomeId } of spec.outcomes)
					expect(decode(outcomeIdSchema, outcomeId)).toMatchObject({ ok: true });
			}
		}
		expect(bookOf(play([])).some(({ spec }) => spec.marketId === basketball.headlineMarketId)).toBe(true);
	});

	test("lines follow the score, what is passed leaves the book, and its result is there once the baskets stand", () => {
		const start = play([statement("q1", 0)]);
		const lines = (state: BasketballState) =>
			bookOf(state).flatMap(({ spec }) => (spec.marketId.startsWith("q1:ou:") ? [Number(spec.marketId.slice(6))] : []));
		expect(lines(start)).toEqual([50.5, 52.5, 54.5]);
		const ahead = play(
			pointsFor(1, { home: 28, away: 26 }).map((one, n) => basket(one.side, one.points, `b${n}`)),
			start,
		);
		expect(Math.min(...lines(ahead))).toBeGreaterThan(54);
		// In doubt until the feed states the score: neither open nor settled.
		expect(winnerOf(ahead, "q1:ou:50.5")).toBeNull();
		const stated = { ...statement("q1", 300), score: { home: 28, away: 26 } } as Input;
		expect(winnerOf(play([stated], ahead), "q1:ou:50.5")).toBe("over");
		expect(winnerOf(play([stated], ahead), "race:20")).toBe("home");
	});

	test("quarters, halves and races leave the book when they are over; overtime opens nothing of regular time again", () => {
		const groups = (state: BasketballState): ReadonlySet<string> =>
			new Set(bookOf(state).map(({ spec }) => spec.marketId.split(":")[0] ?? ""));
		const half = play([
			...told(scored.filter(({ period }) => period < 3)),
			statement("half_time", 1_440, undefined, false),
		]);
		for (const gone of ["q1", "q2", "h1"]) expect(groups(half)).not.toContain(gone);
		for (const open of ["q3", "q4", "h2", "htft", "ml"]) expect(groups(half)).toContain(open);
		const level = play([statement("break_ot1", 2_880, undefined, false)], late(0));
		expect([...groups(level)].toSorted()).toEqual(["ml", "oe", "ou", "sp", "tt", "wm"]);
		expect(winnerOf(level, "ot")).toBe("yes");
		expect(winnerOf(level, "1x2")).toBe("draw");
	});

	test("[OFF-2] what ends with a period closes before its last seconds, the match does not: ON_SALE.basketballLastSec", () => {
		expect(ON_SALE.basketballLastSec).toBe(20);
		expect(ON_SALE.basketballLastSec * 1_000).toBeGreaterThan(BET.maxDelayMs);
		const periodsOf = (state: BasketballState, tickMs = AT): ReadonlySet<string> =>
			new Set(bookOf(state, tickMs).map(({ spec }) => spec.period));
		const open = late(21);
		for (const period of ["q4", "h2", "regular", "with overtime"]) expect(periodsOf(open)).toContain(period);
		// The running clock does it, and a clock that stands in the last seconds opens nothing again.
		expect([...periodsOf(open, AT + 1_000)]).toEqual(["with overtime"]);
		expect([...periodsOf(late(1))]).toEqual(["with overtime"]);
		const second = play([...told(scored.filter(({ period }) => period < 3)), statement("q2", 1_430, undefined, false)]);
		for (const gone of ["q2", "h1"]) expect(periodsOf(second)).not.toContain(gone);
		for (const kept of ["q3", "h2", "regular", "with overtime"]) expect(periodsOf(second)).toContain(kept);
		const overtime = play([statement("break_ot1", 2_880, undefined, false), statement("ot1", 3_179)], late(0));
		expect([...periodsOf(overtime)]).toEqual(["with overtime"]);
	});

	test("a dead outcome closes while the rest stays open", () => {
		const far = play([...told([...scored, ...pointsFor(4, { home: 40, away: 10 })]), statement("q4", 2_879)]);
		const winner = bookOf(far).find(({ spec }) => spec.marketId === "ml");
		expect(winner?.alive).toEqual([true, false]);
	});
});

describe("time and the ball", () => {
	test("the clock that runs lowers the total, a time-out stops it, and the feed starts it again", () => {
		const running = play([statement("q1", 100, { possession: "home" })]);
		const line = bookOf(running).find(({ spec }) => spec.marketId.startsWith("ou:"))?.spec.marketId ?? "";
		const over = (state: BasketballState, tickMs: number): number => fairOf(state, line, tickMs)?.[0] ?? Number.NaN;
		expect(over(running, AT + 60_000)).toBeLessThan(over(running, AT));
		const paused = play([incident("timeout", "t1", "away")], running, AT + 10_000);
		expect(basketball.clockView(paused, AT + 60_000)).toMatchObject({ elapsedSec: 110, running: false });
		expect(basketball.clockView(paused, AT + 60_000).text).toBe("Q1 10:10, time-out");
		expect(JSON.stringify(bookOf(paused, AT + 60_000))).toBe(JSON.stringify(bookOf(paused, AT + 10_000)));
		expect(paused.ball).toEqual(running.ball);
		expect(basketball.incidents(paused).at(-1)).toMatchObject({ type: "timeout", side: "away", text: "Time-out" });
		expect(basketball.scoreView(paused).lines).toContainEqual(["Time-outs", "0", "1"]);
		const on = play([statement("q1", 110, { possession: "home" })], paused, AT + 70_000);
		expect(basketball.clockView(on, AT + 71_000)).toMatchObject({ elapsedSec: 111, running: true, text: "Q1 10:09" });
	});

	test("the clock stops by itself at the end of a period", () => {
		const state = play([statement("q1", 700)]);
		expect(basketball.clockView(state, AT + 60_000)).toMatchObject({
			elapsedSec: 720,
			running: false,
			text: "Q1 0:00",
		});
	});

	test("after a basket the other side has the ball; free throws are counted down; a foul in the bonus gives two", () => {
		const start = play(
			[statement("q2", 800, { possession: "home" })],
			play(told(scored.filter(({ period }) => period === 1))),
		);
		expect(play([basket("home", 2, "m")], start).ball).toEqual({ kind: "possession", side: "away" });
		const throwing = play([foul("away", "f", { value: 2 })], start);
		expect(throwing.ball).toEqual({ kind: "free_throws", side: "home", attempts: 2 });
		const one = play([basket("home", 1, "m1")], throwing);
		expect(one.ball).toEqual({ kind: "free_throws", side: "home", attempts: 1 });
		expect(play([basket("home", 1, "m2")], one).ball).toEqual({ kind: "possession", side: "away" });
		const bonus = play(
			[1, 2, 3, 4, 5].map((n) => foul("away", `f${n}`)),
			start,
		);
		expect(bonus.ball).toEqual({ kind: "free_throws", side: "home", attempts: 2 });
		expect(play([foul("home", "o", { detail: "offensive" })], start).ball).toEqual({
			kind: "possession",
			side: "away",
		});
		expect(basketball.scoreView(bonus).lines).toContainEqual(["Fouls", "0", "5"]);
		expect(basketball.scoreView(bonus).lines).toContainEqual(["Ball", "2 FT", "–"]);
	});

	test("a side in the bonus helps the one with the ball", () => {
		const open = late(60);
		const bonus = play(
			[...[1, 2, 3, 4].map((n) => foul("away", `f${n}`)), statement("q4", 2_820, { possession: "home" })],
			open,
		);
		expect(fairOf(bonus, "ml")?.[0]).toBeGreaterThan(fairOf(open, "ml")?.[0] ?? 1);
	});
});

describe("[MAT-1] effects", () => {
	test.each<[string, BasketballState, Input, string, string?]>([
		["a basket in the first quarter", play([statement("q1", 100)]), basket("home", 3, "b"), "none"],
		["a foul in the first quarter", play([statement("q1", 100)]), foul("home", "f"), "none"],
		[
			"a change of the ball in the third quarter",
			play([...told(scored)]),
			statement("q3", 1_500, { possession: "away" }),
			"none",
		],
		["a basket two minutes and a second before the end", late(121), basket("home", 3, "b"), "none"],
		["a basket two minutes before the end", late(120), basket("home", 3, "b"), "all", "self"],
		[
			"a basket that the feed puts into the last two minutes",
			late(125),
			{ ...basket("home", 2, "b"), clockSec: 2_765 } as Input,
			"all",
			"self",
		],
		["a foul in the last two minutes", late(60), foul("away", "f"), "all", "self"],
		[
			"a ball that changes hands in the last two minutes",
			late(60),
			statement("q4", 2_830, { possession: "away" }),
			"all",
			"self",
		],
		[
			"a statement in the last two minutes that changes nothing",
			late(60),
			statement("q4", 2_830, { possession: "home" }),
			"none",
		],
		[
			"a basket in overtime",
			play([statement("ot1", 2_890)], play([statement("break_ot1", 2_880)], late(0))),
			basket("home", 2, "b"),
			"all",
			"self",
		],
		["a time-out, even in the last minute", late(30), incident("timeout", "t", "home"), "none"],
		["a replay review", play([statement("q1", 100)]), incident("var_review", "v"), "all", "feed"],
		["the end of a review", play([statement("q1", 100)]), incident("var_over", "v"), "none"],
		["a cancellation", play([statement("q1", 100), basket("home", 2, "b")]), cancellation("b"), "all", "self"],
	])("%s", (_name, state, input, withdraw, until) => {
		const effect = basketball.effect(state, input);
		expect(effect.withdraw).toBe(withdraw);
		if (until !== undefined) expect(effect.until).toBe(until);
	});
});

describe("corrections", () => {
	test("[SET-1] a basket taken back takes its results back, and a three that was a two corrects them", () => {
		const made = play([
			statement("q1", 200),
			...pointsFor(1, { home: 18, away: 4 }).map((one, n) => basket(one.side, one.points, `b${n}`)),
			basket("home", 3, "late"),
			betStart(),
		]);
		expect(winnerOf(made, "race:20")).toBe("home");
		const back = play([cancellation("late")], made);
		expect(stateOf(back, "race:20")).toBeNull();
		expect(fairOf(back, "race:20")).not.toBeNull();
		expect(basketball.scoreView(back)).toMatchObject({ home: 18, away: 4 });
		expect(back.ball).toEqual({ kind: "unknown" });
		const corrected: Input = { ...basket("home", 2, "late"), kind: "correction" } as unknown as Input;
		const two = play([corrected], made);
		expect(basketball.scoreView(two)).toMatchObject({ home: 20, away: 4 });
		expect(winnerOf(two, "race:20")).toBe("home");
	});

	test("[SET-1] what comes after a basket in doubt waits for it", () => {
		const state = play([
			statement("q1", 200),
			basket("home", 3, "doubt"),
			...pointsFor(1, { home: 10, away: 0 }).map((one, n) => basket(one.side, one.points, `b${n}`)),
			confirmation("b0"),
		]);
		expect(winnerOf(state, "race:10")).toBeNull();
		expect(winnerOf(play([betStart()], state), "race:10")).toBe("home");
	});

	test("a match that ends level by a correction has no winner", () => {
		const ended = play([basket("home", 2, "last"), statement("ended", 2_880, undefined, false)], late(1));
		expect(winnerOf(ended, "ml")).toBe("home");
		expect(winnerOf(play([cancellation("last")], ended), "ml")).toBeNull();
	});
});

describe("[LAN-1] what cannot be is refused and changes nothing", () => {
	const q1 = play([statement("q1", 100)]);
	test.each<[string, BasketballState, Input, RegExp]>([
		["a phase of football", q1, statement("first_half", 0), /no phase/],
		["a start taken back after baskets", play(told(scored)), statement("scheduled", 0), /no baskets before/],
		["a clock outside its quarter", q1, statement("q1", 721), /not within/],
		[
			"a score below the baskets that were told",
			play([basket("away", 2, "b")], q1),
			{ ...statement("q1", 110), score: { home: 2, away: 0 } } as Input,
			/does not follow/,
		],
		["a basket of four", q1, basket("home", 4, "b"), /1, 2 or 3/],
		["a basket of nobody", q1, { ...basket("home", 2, "b"), side: undefined } as Input, /needs a side/],
		["a foul of four free throws", q1, foul("home", "f", { value: 4 }), /0 to 3/],
		["a corner", q1, { ...basket("home", 2, "b"), incident: "corner" } as Input, /no corner/],
		["a basket before the match", play([]), basket("home", 2, "b"), /while scheduled/],
		["four free throws", q1, statement("q1", 110, { possession: "home", freeThrows: 4 }), /free throws/],
		["a ball of a third side", q1, statement("q1", 110, { possession: "both" }), /possession/],
		["an end in the second quarter", play([statement("q2", 800)], q1), statement("ended", 900), /does not end/],
		["an end while it is level", late(0), statement("ended", 2_880), /level/],
		[
			"overtime while somebody leads",
			play([basket("home", 2, "b")], late(0)),
			statement("break_ot1", 2_880),
			/no break_ot1/,
		],
		["a second fixture", q1, fixture(), /already known/],
	])("%s", (_name, state, input, words) => {
		const reduced = basketball.reduce(state, input, AT);
		expect(reduced.ok).toBe(false);
		if (!reduced.ok) expect(reduced.message).toMatch(words);
	});
});

describe("views", () => {
	test("the score by quarters, and the final scores that an operator sees profit by", () => {
		const state = late(100);
		expect(basketball.scoreView(state)).toMatchObject({ home: 95, away: 95 });
		expect(basketball.scoreView(state).lines.slice(0, 4)).toEqual([
			["Q1", "25", "25"],
			["Q2", "25", "25"],
			["Q3", "25", "25"],
			["Q4", "20", "20"],
		]);
		const rows = basketball.finalScores(state);
		expect(rows.length).toBeGreaterThanOrEqual(4);
		for (const { label, winners } of rows) {
			const [home = 0, away = 0] = label.split("-").map(Number);
			expect(home).toBeGreaterThanOrEqual(95);
			expect(winners.ml).toEqual([home > away ? "home" : "away"]);
			for (const [marketId, outcomes] of Object.entries(winners))
				if (marketId.startsWith("ou:"))
					expect(outcomes).toEqual([home + away > Number(marketId.slice(3)) ? "over" : "under"]);
		}
	});

	test("a wide open clock, words for breaks, and free throws by their names", () => {
		expect(basketball.clockView(play([]), AT).text).toBe("Not started");
		expect(basketball.clockView(late(69), AT).text).toBe("Q4 1:09");
		const state = play([basket("home", 1, "ft")], late(69));
		expect(basketball.incidents(state).at(-1)).toMatchObject({ text: "Free throw" });
	});
});
