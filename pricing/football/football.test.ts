import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
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
import type { FootballState } from "./state.ts";

const solved = football.params(fixture());
if (!solved.ok) throw new Error(solved.message);
const params = () => solved.params;

function play(inputs: readonly Input[], from = football.initial(fixture()), tickMs = AT): FootballState {
	let state = from;
	for (const input of inputs) {
		const reduced = football.reduce(state, input, tickMs);
		if (!reduced.ok) throw new Error(`${input.kind}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

function winners(state: FootballState, marketId: string): readonly string[] | null {
	const market = football.results(state).find(({ spec }) => spec.marketId === marketId);
	if (market === undefined || market.state.kind !== "settled") return null;
	return Object.entries(market.state.outcomes).flatMap(([outcomeId, outcome]) =>
		outcome.kind === "win" ? [outcomeId] : [],
	);
}

describe("[SET-0] the 2022 final", () => {
	test("settles 1X2 draw 2-2, over 3.5 won, over 4.5 lost, extra time drawn, trophy Argentina", () => {
		const state = play(finalInputs());
		expect(football.scoreView(state)).toMatchObject({ home: 3, away: 3 });
		expect(winners(state, "1x2")).toEqual(["draw"]);
		expect(winners(state, "dc")).toEqual(["1x", "x2"]);
		expect(winners(state, "cs")).toEqual(["2-2"]);
		expect(winners(state, "ou:3.5")).toEqual(["over"]);
		expect(winners(state, "ou:4.5")).toEqual(["under"]);
		expect(winners(state, "btts")).toEqual(["yes"]);
		expect(winners(state, "ng:3")).toEqual(["away"]);
		expect(winners(state, "ng:5")).toEqual(["none"]);
		expect(winners(state, "et:1x2")).toEqual(["draw"]);
		expect(winners(state, "trophy")).toEqual(["home"]);
		expect(winners(state, "so:kick:3")).toEqual(["missed"]);
		expect(football.book(state, params(), AT)).toEqual([]);
	});

	test("keeps at least two markets open until the last kick", () => {
		const inputs = finalInputs();
		for (let upTo = 0; upTo < inputs.length - 1; upTo++) {
			const state = play(inputs.slice(0, upTo));
			const open = football
				.book(state, params(), AT)
				.filter((market) => market.fair.filter((p) => p > 0.001 && p < 0.999).length >= 2);
			expect(open.length, `after input ${upTo}`).toBeGreaterThanOrEqual(2);
		}
	});

	test("every market that is offered is decided in the end", () => {
		const offered = new Set<string>();
		let state = football.initial(fixture());
		for (const input of finalInputs()) {
			for (const { spec } of football.book(state, params(), AT)) offered.add(spec.marketId);
			state = play([input], state);
		}
		const decided = new Set(football.results(state).map(({ spec }) => spec.marketId));
		expect([...offered].filter((marketId) => !decided.has(marketId))).toEqual([]);
	});

	test("[SET-2] a bet on the third goal is void where the second was taken back and no other came", () => {
		const state = play([
			phase("first_half", 0),
			...["g1", "g2"].flatMap((id) => [incident("goal", "home", id), confirmation(id)]),
			cancellation("g2"),
			phase("half_time", 2_700, false),
			phase("second_half", 2_700),
			phase("ended", 5_400, false),
		]);
		const third = football.results(state).find(({ spec }) => spec.marketId === "ng:3")?.state;
		expect(winners(state, "ng:2")).toEqual(["none"]);
		expect(third).toMatchObject({ kind: "void" });
	});
});

describe("settlement", () => {
	test("[SET-0] a half-time lead of any size leaves half-time/full-time open", () => {
		for (const lead of [1, 9, 12, 20]) {
			const goals = Array.from({ length: lead }, (_, n) => incident("goal", "home", `g${n}`));
			const state = play([phase("first_half", 60), ...goals, betStart(), phase("half_time", 2_700, false)]);
			expect(winners(state, "htft"), `${lead}-0`).toBeNull();
			const market = football.book(state, params(), AT).find(({ spec }) => spec.marketId === "htft");
			expect(market?.alive.slice(0, 3), `${lead}-0`).toEqual([true, true, true]);
		}
	});

	test("[SET-1] a goal settles only once it stands, and a goal taken back takes its results back", () => {
		const scored = play([phase("first_half", 0), incident("goal", "home", "g1")]);
		expect(winners(scored, "ou:0.5")).toBeNull();
		const confirmed = play([betStart()], scored);
		expect(winners(confirmed, "ou:0.5")).toEqual(["over"]);
		const back = play([cancellation("g1")], confirmed);
		expect(winners(back, "ou:0.5")).toBeNull();
		expect(football.scoreView(back)).toMatchObject({ home: 0, away: 0 });
		expect(football.book(back, params(), AT).some(({ spec }) => spec.marketId === "ou:0.5")).toBe(true);
	});

	test("[HOU-1] abandonment: what is decided stands, all else is void", () => {
		const state = play([
			phase("first_half", 0),
			incident("goal", "home", "g1"),
			betStart(),
			phase("abandoned", 1_000, false),
		]);
		expect(winners(state, "ou:0.5")).toEqual(["over"]);
		const oneXTwo = football.results(state).find(({ spec }) => spec.marketId === "1x2");
		expect(oneXTwo?.state.kind).toBe("void");
	});
});

describe("inputs", () => {
	test.each([
		["a phase that football has not", phase("third_half", 0), /no phase/],
		["a start taken back after a goal", phase("scheduled", 0), /no goals before the start/],
		["a kick before the shoot-out", kick("home", "scored", "k"), /no shootout_kick/],
		[
			"a score below the goals that were told",
			{ ...phase("first_half", 10), score: { home: 0, away: 2 } } as Input,
			/does not follow/,
		],
	])("[LAN-1] %s is refused and changes nothing", (_name, input, words) => {
		const state = play([phase("first_half", 0), incident("goal", "home", "g0")]);
		const reduced = football.reduce(state, input, AT);
		expect(reduced.ok).toBe(false);
		if (!reduced.ok) expect(reduced.message).toMatch(words);
	});
});

/** A state somewhere in a match, and a tick. */
const someState = fc
	.record({
		goals: fc.array(fc.constantFrom("home" as const, "away" as const), { maxLength: 7 }),
		reds: fc.array(fc.constantFrom("home" as const, "away" as const), { maxLength: 2 }),
		second: fc.boolean(),
		sec: fc.integer({ min: 0, max: 2_900 }),
	})
	.map(({ goals, reds, second, sec }) =>
		play([
			phase("first_half", second ? 0 : sec),
			...goals.map((side, index) => incident("goal", side, `g${index}`)),
			...reds.map((side, index) => incident("red_card", side, `r${index}`)),
			...(second ? [phase("half_time", 2_700, false), phase("second_half", 2_700 + sec)] : []),
		]),
	);

describe("coherence over random states", () => {
	const fairOf = (state: FootballState, marketId: string): readonly number[] | null =>
		football.book(state, params(), AT).find(({ spec }) => spec.marketId === marketId)?.fair ?? null;

	test("probabilities lie in [0, 1] and sum to the number of winners", () => {
		fc.assert(
			fc.property(someState, (state) => {
				for (const { spec, fair } of football.book(state, params(), AT)) {
					for (const p of fair) expect(p).toBeGreaterThanOrEqual(0);
					expect(fair.reduce((sum, p) => sum + p, 0)).toBeCloseTo(spec.winners, 9);
				}
			}),
		);
	});

	test("double chance is the sum of 1X2, and totals fall with the line", () => {
		fc.assert(
			fc.property(someState, (state) => {
				const [home = 0, draw = 0, away = 0] = fairOf(state, "1x2") ?? [];
				expect(fairOf(state, "dc")?.[0]).toBeCloseTo(home + draw, 12);
				expect(fairOf(state, "dc")?.[2]).toBeCloseTo(draw + away, 12);
				let last = 1;
				for (const line of [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]) {
					const over = fairOf(state, `ou:${line}`)?.[0];
					if (over === undefined) continue;
					expect(over).toBeLessThanOrEqual(last);
					last = over;
				}
			}),
		);
	});

	test("a goal never lowers its side's chance to win", () => {
		fc.assert(
			fc.property(someState, (state) => {
				const before = fairOf(state, "1x2")?.[0] ?? 0;
				const after = fairOf(play([incident("goal", "home", "more")], state), "1x2")?.[0] ?? 0;
				expect(after).toBeGreaterThanOrEqual(before - 1e-12);
			}),
		);
	});

	test("[MAT-2] the same state and tick give the same bytes", () => {
		fc.assert(
			fc.property(someState, fc.integer({ min: 0, max: 3_000 }), (state, sec) => {
				const copy = JSON.parse(JSON.stringify(state)) as FootballState;
				const tick = AT + sec * 1_000;
				expect(JSON.stringify(football.book(copy, params(), tick))).toBe(
					JSON.stringify(football.book(state, params(), tick)),
				);
			}),
		);
	});
});

describe("strengths", () => {
	test("give back the fair 1X2 and total they were solved from", () => {
		const rates = params();
		const market = football.book(football.initial(fixture()), rates, AT);
		const [home = 0, draw = 0, away = 0] = market.find(({ spec }) => spec.marketId === "1x2")?.fair ?? [];
		expect(home - away).toBeGreaterThan(0.02);
		expect(home + draw + away).toBeCloseTo(1, 12);
		const over = market.find(({ spec }) => spec.marketId === "ou:2.5")?.fair[0] ?? 0;
		expect(over).toBeGreaterThan(0.42);
		expect(over).toBeLessThan(0.46);
	});

	test("refuse what is no football match, with a reason", () => {
		expect(football.params(fixture({ prices: {} }))).toMatchObject({ ok: false, code: "no_prices" });
		expect(football.params(fixture({ prices: { expected: { total: 20, supremacy: 0 } } }))).toMatchObject({
			ok: false,
		});
	});
});
