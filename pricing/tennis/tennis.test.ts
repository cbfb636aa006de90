import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { marketIdSchema, outcomeIdSchema } from "../../shared/contracts/ids.ts";
import { decode } from "../../shared/decode.ts";
import type { Side } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import {
	AT,
	call,
	cancelled,
	corrected,
	played,
	point,
	pointsThrough,
	serverOf,
	stated,
	tennisFixture,
	told,
	umpireFor,
	winnersIn,
} from "../../testing/tennis.ts";
import { FINAL_SETS, type Format } from "./format.ts";
import type { Serves } from "./point-model.ts";
import { CORRECTABLE_POINTS } from "./reduce.ts";
import type { TennisState } from "./state.ts";
import { tennis } from "./tennis.ts";

const PRIOR: Serves = { home: 0.65, away: 0.62 };
const bo3: Format = { bestOf: 3, finalSet: "tiebreak7", noAd: false };
const startOf = (format: Format = bo3, server: Side = "home"): TennisState =>
	played(tennis.initial(tennisFixture({ format: { ...format } })), stated("playing", { server }));
const through = (games: string, last = "", format = bo3): TennisState =>
	played(startOf(format), ...pointsThrough(format, games, last).map((side, index) => point(side, `p${index + 1}`)));
const refusal = (state: TennisState, input: Parameters<typeof tennis.reduce>[1]): string => {
	const reduced = tennis.reduce(state, input, AT);
	return reduced.ok ? "accepted" : reduced.message;
};
const fairOf = (state: TennisState, marketId: string): readonly number[] | undefined =>
	tennis.book(state, PRIOR, AT).find(({ spec }) => spec.marketId === marketId)?.fair;

/** A state after a number of random points; matches that end on the way stop one point before. */
const states = fc
	.record({
		seed: fc.integer({ min: 1, max: 1_000_000 }),
		points: fc.integer({ min: 0, max: 300 }),
		bestOf: fc.constantFrom<3 | 5>(3, 5),
		finalSet: fc.constantFrom(...FINAL_SETS),
		noAd: fc.boolean(),
	})
	.map(({ seed, points, ...format }) => {
		const random = seededRandom(seed);
		const umpire = umpireFor(format, "away");
		let state = startOf(format, "away");
		for (let n = 0; n < points; n++) {
			const server = serverOf(umpire);
			const side = random() < 0.62 ? server : server === "home" ? "away" : "home";
			const next = played(state, point(side));
			call(umpire, side);
			if (umpire.winner !== null) break;
			state = next;
		}
		return state;
	});
const serves = fc.record({
	home: fc.double({ min: 0.45, max: 0.8, noNaN: true }),
	away: fc.double({ min: 0.45, max: 0.8, noNaN: true }),
});

describe("coherence of a book at any point of any match", () => {
	test("chances lie between 0 and 1, sum to one, and stand under ids that the contracts take, each once", () => {
		fc.assert(
			fc.property(states, serves, (state, params) => {
				const book = tennis.book(state, params, AT);
				expect(book.length).toBeGreaterThan(3);
				expect(new Set(book.map(({ spec }) => spec.marketId)).size).toBe(book.length);
				for (const { spec, fair, alive } of book) {
					const sum = fair.reduce((total, p) => total + p, 0);
					expect(Math.abs(sum - 1), spec.marketId).toBeLessThan(1e-9);
					expect(
						fair.every((p) => p >= 0 && p <= 1 + 1e-12),
						spec.marketId,
					).toBe(true);
					expect(alive.filter(Boolean).length, spec.marketId).toBeGreaterThan(1);
					expect(decode(marketIdSchema, spec.marketId).ok, spec.marketId).toBe(true);
					for (const { outcomeId } of spec.outcomes)
						expect(decode(outcomeIdSchema, outcomeId).ok, outcomeId).toBe(true);
				}
			}),
			{ numRuns: 60 },
		);
	});

	test("set betting sums to the match winner and to a set won, and lines are monotone", () => {
		fc.assert(
			fc.property(states, serves, (state, params) => {
				const book = tennis.book(state, params, AT);
				const by = new Map(book.map((market) => [market.spec.marketId, market]));
				const need = (state.format.bestOf + 1) / 2;
				const sb = by.get("sb");
				const ml = by.get("ml")?.fair[0] ?? Number.NaN;
				if (sb !== undefined) {
					const chance = (is: (home: number, away: number) => boolean): number =>
						sb.spec.outcomes.reduce((sum, { outcomeId }, k) => {
							const [home = 0, away = 0] = outcomeId.split("-").map(Number);
							return is(home, away) ? sum + (sb.fair[k] ?? 0) : sum;
						}, 0);
					expect(chance((home) => home === need)).toBeCloseTo(ml, 9);
					const wins = by.get("ws:away")?.fair[0];
					if (wins !== undefined) expect(chance((_home, away) => away > 0)).toBeCloseTo(wins, 9);
				}
				for (const family of [
					"tg:",
					"gh:",
					"pg:home:",
					"pg:away:",
					`set:${state.now.done.length + 1}:tg:`,
					`set:${state.now.done.length + 1}:gh:`,
				]) {
					const isHandicap = family.endsWith("gh:");
					const lines = book
						.filter(({ spec }) => spec.marketId.startsWith(family))
						.map(({ spec, fair }) => [Number(spec.marketId.slice(family.length)), fair[0] ?? 0] as const)
						.toSorted(([a], [b]) => a - b);
					for (const [k, [, p]] of lines.entries()) {
						const before = lines[k - 1]?.[1];
						// A higher total is harder to pass; more games ahead are easier to keep.
						if (before !== undefined) expect(isHandicap ? before - p : p - before, family).toBeLessThanOrEqual(1e-12);
					}
				}
			}),
			{ numRuns: 60 },
		);
	});

	test("a point for a side never lowers its chance of game, set or match", () => {
		fc.assert(
			fc.property(states, serves, (state, params) => {
				const chances = (of: TennisState): ReadonlyMap<string, number> => {
					const list = new Map(tennis.book(of, params, AT).map(({ spec, fair }) => [spec.marketId, fair[0] ?? 0]));
					for (const { spec, state: result } of tennis.results(of))
						if (result.kind === "settled") list.set(spec.marketId, result.outcomes.home?.kind === "win" ? 1 : 0);
					return list;
				};
				const [now, home, away] = [state, played(state, point("home")), played(state, point("away"))].map(chances);
				for (const [marketId, p] of now ?? []) {
					if (!/^(ml|set:\d+:ml|set:\d+:g:\d+:ml)$/.test(marketId)) continue;
					// A set that has not begun moves only with what is believed of the serves, which is the same direction.
					expect(home?.get(marketId) ?? 1, `${marketId} after home`).toBeGreaterThanOrEqual(p - 1e-9);
					expect(away?.get(marketId) ?? 0, `${marketId} after away`).toBeLessThanOrEqual(p + 1e-9);
				}
			}),
			{ numRuns: 60 },
		);
	});

	test("[MAT-2] a state from storage gives the same bytes", () => {
		fc.assert(
			fc.property(states, (state) => {
				const stored = JSON.parse(JSON.stringify(state)) as TennisState;
				expect(JSON.stringify(tennis.book(stored, PRIOR, AT))).toBe(JSON.stringify(tennis.book(state, PRIOR, AT)));
				expect(JSON.stringify(tennis.results(stored))).toBe(JSON.stringify(tennis.results(state)));
				expect(JSON.stringify(state).length).toBeLessThan(20_000);
			}),
			{ numRuns: 20 },
		);
	});
});

describe("[MAT-1] what is withdrawn", () => {
	test("a point within a game reissues what is near, one that ends a game everything", () => {
		const state = through("", "hhh");
		expect(tennis.effect(state, point("away"))).toEqual({
			withdraw: ["point", "game", "set", "correct_score"],
			until: "self",
		});
		expect(tennis.effect(state, point("home"))).toEqual({ withdraw: "all", until: "self" });
	});

	test("a correction, a cancellation and a statement that moves the score reissue everything; one that agrees nothing", () => {
		const state = through("h", "h");
		const all = { withdraw: "all", until: "self" };
		expect(tennis.effect(state, cancelled("p5"))).toEqual(all);
		expect(tennis.effect(state, corrected("p5", "away"))).toEqual(all);
		expect(tennis.effect(state, stated("playing", { games: "1-0", points: "30-0" }))).toEqual(all);
		expect(tennis.effect(state, stated("playing", { games: "1-0", points: "15-0", server: "away" })).withdraw).toBe(
			"none",
		);
		expect(tennis.effect(state, stated("playing", { server: "home" }))).toEqual(all);
		expect(tennis.effect(state, told("timeout", "")).withdraw).toBe("none");
	});
});

describe("points, corrections, statements", () => {
	test("play needs a server, points need play and a side, and end with the match", () => {
		const scheduled = tennis.initial(tennisFixture());
		expect(refusal(scheduled, point("home"))).toMatch(/no point while scheduled/);
		expect(refusal(scheduled, stated("playing"))).toMatch(/who serves is not known/);
		expect(refusal(scheduled, stated("second_half"))).toMatch(/no phase/);
		expect(refusal(startOf(), { ...point("home"), side: undefined } as ReturnType<typeof point>)).toMatch(
			/needs a side/,
		);
		expect(refusal(startOf(), told("goal", "", "home"))).toMatch(/tennis has no goal/);
		expect(refusal(startOf(), stated("ended"))).toMatch(/no side has won 2 sets/);
		const over = through("hhhhhh hhhhhh");
		expect(refusal(over, point("home"))).toMatch(/match is over/);
		expect(tennis.clockView(over, AT).text).toBe("Won by Novak Djokovic");
		const ended = played(over, stated("ended"));
		expect(tennis.ended(ended)).toBe(true);
		expect(refusal(ended, stated("playing"))).toMatch(/after the match was won/);
		// Told again as it is known: nothing new.
		expect(played(over, point("home", "p48"))).toBe(over);
	});

	test("[SET-1] a point taken back takes the game and its results back, and comes again", () => {
		const game = through("", "hhhh");
		expect(winnersIn(game, "set:1:g:1:ml")).toEqual(["home"]);
		const back = played(game, cancelled("p4"));
		expect(winnersIn(back, "set:1:g:1:ml")).toBeNull();
		expect(tennis.scoreView(back).lines).toEqual([
			["Set 1", "0", "0"],
			["Game", "40", "0"],
		]);
		expect(tennis.incidents(back)).toMatchObject([{ incidentId: "set:1:g:1", cancelled: true }]);
		const again = played(back, corrected("p4", "home"));
		expect(tennis.incidents(again)).toMatchObject([{ incidentId: "set:1:g:1", cancelled: false }]);
		expect(winnersIn(again, "set:1:g:1:cs")).toEqual(["home-0"]);
	});

	test("a correction in the middle plays what followed again, over the end of a game", () => {
		const state = through("", "hhhaahhh");
		expect(tennis.scoreView(state).lines).toEqual([
			["Set 1", "1", "0"],
			["Game", "30", "0"],
		]);
		const changed = played(state, corrected("p1", "away"));
		expect(tennis.scoreView(changed).lines).toEqual([
			["Set 1", "1", "0"],
			["Game", "0", "0"],
		]);
		expect(winnersIn(changed, "set:1:g:1:deuce")).toEqual(["yes"]);
		// Changed back, the game ends after six points again; its seventh and eighth were offered and are void.
		const back = played(changed, corrected("p1", "home"));
		expect(tennis.scoreView(back)).toEqual(tennis.scoreView(state));
		expect(winnersIn(back, "set:1:g:1:p:6")).toEqual(["home"]);
		expect(winnersIn(back, "set:1:g:1:p:8")).toBe("void");
	});

	test(`no more than the last ${CORRECTABLE_POINTS} points can be corrected, and none before a statement that filled a gap`, () => {
		const state = through("hahahaha", "hh");
		expect(refusal(state, cancelled("p3"))).toBe("accepted");
		const older = through("hahahahaha");
		expect(tennis.reduce(older, cancelled("p8"), AT)).toMatchObject({
			unclear: expect.stringMatching(/not among the last 32/),
		});
		expect(refusal(older, cancelled("p9"))).toBe("accepted");
		const filled = played(state, stated("playing", { games: "4-5" }));
		expect(tennis.reduce(filled, cancelled("p33"), AT)).toMatchObject({ unclear: expect.stringMatching(/trader/) });
		expect(refusal(state, corrected("p999", "home"))).toMatch(/trader/);
		expect(refusal(through("hhhhhh hhhhhh"), corrected("p40", "home"))).toBe("accepted");
		// An end without a winner was none: play goes on.
		expect(played(through("hhhhhh hhhhhh"), stated("ended"), cancelled("p48")).phase).toBe("playing");
	});

	test("a statement that is ahead fills the gap, one that is behind or impossible is refused", () => {
		const state = through("hh", "ha");
		const filled = played(
			state,
			stated("playing", { games: "6-3 1-2", points: "40-A", server: "away" }, { home: 1, away: 0 }),
		);
		expect(tennis.scoreView(filled).lines).toEqual([
			["Set 1", "6", "3"],
			["Set 2", "1", "2"],
			["Game", "40", "A"],
		]);
		expect(winnersIn(filled, "set:1:g:1:ml")).toEqual(["home"]);
		expect(winnersIn(filled, "set:1:g:3:p:1")).toEqual(["home"]);
		expect(winnersIn(filled, "set:1:g:3:p:3")).toBe("void");
		expect(winnersIn(filled, "set:1:g:4:ml")).toBe("void");
		expect(winnersIn(filled, "set:1:g:9:ml")).toEqual(["home"]);
		expect(winnersIn(filled, "set:1:cs")).toEqual(["6-3"]);
		expect(tennis.clockView(filled, AT).text).toBe("Set 2, 1-2, Roger Federer serving");
		const on = played(filled, point("away"));
		expect(winnersIn(on, "set:2:g:4:deuce")).toEqual(["yes"]);
		expect(winnersIn(on, "set:2:g:4:cs")).toEqual(["away-40"]);
		for (const [facts, message] of [
			[{ games: "1-0" }, /behind/],
			[{ games: "2-0", points: "0-15" }, /behind the points/],
			[{ games: "8-3" }, /no set stands/],
			[{ games: "4-1 2-0" }, /no set stands/],
			[{ games: "2-0", points: "50-0" }, /no score/],
			[{ games: "2-0", points: "A-15" }, /no score of a running game/],
			[{ games: "two" }, /no score of a set/],
			[{ points: "30-15" }, /points without games/],
			[{ server: "Federer" }, /server is home or away/],
		] as const)
			expect(refusal(state, stated("playing", facts)), JSON.stringify(facts)).toMatch(message);
		expect(refusal(state, stated("playing", { games: "2-0" }, { home: 1, away: 0 }))).toMatch(/does not follow/);
	});

	test("a call of advantage stands for every round of it", () => {
		const state = through("", "hhhaaahaha");
		expect(played(state, stated("playing", { games: "0-0", points: "40-40" })).now).toBe(state.now);
		const ahead = played(state, stated("playing", { games: "0-0", points: "A-40" }));
		expect(ahead.now.points).toBe("hhhaaahahaH");
	});

	test("a feed that tells games only: who won is known, what the points were is void", () => {
		const state = played(startOf(), told("game", "1-0"), told("game", "1-0"), told("game", "1-1"));
		expect(winnersIn(state, "set:1:g:2:ml")).toEqual(["away"]);
		expect(winnersIn(state, "set:1:g:2:deuce")).toBe("void");
		expect(refusal(state, told("game", "0-1"))).toMatch(/behind/);
		expect(refusal(state, told("game", ""))).toMatch(/in detail/);
		const set = played(through("hhhhhh"), told("set", "6-0", "home"));
		expect(tennis.scoreView(set)).toMatchObject({ home: 1, away: 0 });
		expect(refusal(through("hhhhhh"), told("set", "6-4", "away"))).toMatch(/no set won by away/);
	});

	test("who serves follows through games, tie-breaks and sets", () => {
		expect(tennis.clockView(through("hahahahahaha", "h"), AT).text).toBe("Set 1, 6-6, Roger Federer serving");
		expect(tennis.clockView(through("hahahahahaha", "hhh"), AT).text).toBe("Set 1, 6-6, Novak Djokovic serving");
		// The tie-break was the thirteenth game, begun by the home side: the other serves first in the second set.
		expect(tennis.clockView(through("hahahahahahah"), AT).text).toBe("Set 2, 0-0, Roger Federer serving");
		expect(tennis.clockView(played(startOf(), stated("interrupted")), AT).text).toBe("Set 1, 0-0, interrupted");
	});

	test("service points move the belief in the server's direction, by Bayes' rule", () => {
		const before = fairOf(startOf(), "set:1:g:1:p:1")?.[0] ?? 0;
		const after = fairOf(through("", "hhh"), "set:1:g:1:p:4")?.[0] ?? 0;
		expect(before).toBeCloseTo(0.65, 12);
		expect(after).toBeCloseTo((400 * 0.65 + 3) / 403, 12);
	});

	test("retirement is shown, and an operator sees the scores still possible", () => {
		const state = through("hhhhhh");
		expect(tennis.finalScores(state).map(({ label }) => label)).toEqual(["2-0", "2-1", "1-2"]);
		expect(tennis.finalScores(state)[2]?.winners).toMatchObject({
			ml: ["away"],
			sb: ["1-2"],
			"ts:2.5": ["over"],
			"ws:away": ["yes"],
		});
		const retired = played(state, stated("abandoned", { retired: "away" }));
		expect(tennis.clockView(retired, AT).text).toBe("Roger Federer retired");
		expect(winnersIn(retired, "ml")).toBe("void");
		expect(winnersIn(retired, "set:1:ml")).toEqual(["home"]);
	});
});
