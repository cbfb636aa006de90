import { describe, expect, test } from "vitest";
import type { Input, Side } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import {
	AT,
	call,
	cancelled,
	corrected,
	finish,
	played,
	point,
	pointsThrough,
	serverOf,
	stated,
	tennisFixture,
	type Umpire,
	umpireFor,
} from "../../testing/tennis.ts";
import { RULE_COUNT, ruleOf } from "../../testing/tennis-rules.ts";
import { servesNow } from "./book.ts";
import { FINAL_SETS, type Format } from "./format.ts";
import { reduce } from "./reduce.ts";
import { winnerOf } from "./score.ts";
import type { TennisState } from "./state.ts";
import { tennis } from "./tennis.ts";

const PRIOR = { home: 0.655, away: 0.625 };
const formatted = (format: Format): TennisState => tennis.initial(tennisFixture({ format: { ...format } }));
const started = (format: Format, server: Side): TennisState => played(formatted(format), stated("playing", { server }));

type Case = { readonly name: string; readonly format: Format; readonly games: string; readonly last?: string };
const bo3: Format = { bestOf: 3, finalSet: "tiebreak7", noAd: false };
const bo5: Format = { bestOf: 5, finalSet: "tiebreak7_at_12", noAd: false };
const SIX_ALL = "hahahahahaha";
const CASES: readonly Case[] = [
	{ name: "best of three, first point", format: bo3, games: "" },
	{ name: "best of three, 6-4 3-4, 40-40", format: bo3, games: "hahahahahh hahahaa", last: "hhhaaa" },
	{ name: "best of three, first set, tie-break 5-4", format: bo3, games: SIX_ALL, last: "hhhhhaaaa" },
	{ name: "no advantage, 4-6 2-1, 30-40", format: { ...bo3, noAd: true }, games: "hahahahaaa hah", last: "hhaaa" },
	{
		name: "tie-break to ten, final set, 8-7 in it",
		format: { ...bo3, finalSet: "tiebreak10" },
		games: `hhhhhh aaaaaa ${SIX_ALL}`,
		last: "hhhhhhhhaaaaaaa",
	},
	{ name: "best of five, 6-3 2-2", format: bo5, games: "hhhahahah haha" },
	{
		name: "best of five, 11-10 in the fifth, advantage",
		format: bo5,
		games: `hhhhhh aaaaaa hhhhhh aaaaaa ${SIX_ALL}hahahahah`,
		last: "hhhaaah",
	},
	{
		name: "no tie-break, 2-2 in sets, 5-5, 15-30",
		format: { ...bo5, finalSet: "advantage" },
		games: "hhhhhh aaaaaa hhhhhh aaaaaa hahahahaha",
		last: "haa",
	},
];
const MATCHES = 10_000;

function reached({ format, games, last }: Case): { readonly state: TennisState; readonly umpire: Umpire } {
	const umpire = umpireFor(format, "home");
	const sides = pointsThrough(format, games, last);
	for (const side of sides) call(umpire, side);
	return { state: played(started(format, "home"), ...sides.map((side) => point(side))), umpire };
}

describe("prices against matches played point by point", () => {
	test.each(CASES)("$name: every price within its standard error of 10,000 matches", (one) => {
		const { state, umpire } = reached(one);
		const serves = servesNow(state, PRIOR);
		const random = seededRandom(2_019);
		const book = tennis.book(state, PRIOR, AT);
		const asked = book.map((market) => ({
			market,
			rule: ruleOf(market.spec.marketId),
			counts: new Map<string, number>(),
		}));
		for (let n = 0; n < MATCHES; n++) {
			const match = structuredClone(umpire);
			finish(match, serves, random);
			for (const { rule, counts } of asked) {
				const winner = rule.winner(match);
				if (winner !== null) counts.set(winner, (counts.get(winner) ?? 0) + 1);
			}
		}
		for (const { market, counts } of asked) {
			let total = 0;
			for (const [index, { outcomeId }] of market.spec.outcomes.entries()) {
				const p = market.fair[index] ?? 0;
				const seen = counts.get(outcomeId) ?? 0;
				total += seen;
				// Where few are expected the law is Poisson's and not normal: three more are no surprise.
				const miss = Math.max(0, Math.abs(seen - p * MATCHES) - 3);
				const z = miss === 0 ? 0 : miss / Math.sqrt(Math.max(1e-9, p * (1 - p)) * MATCHES);
				expect(z, `${market.spec.marketId} ${outcomeId}: ${p} against ${seen / MATCHES}`).toBeLessThan(4.5);
				if (market.alive[index] === false) expect(seen, `${market.spec.marketId} ${outcomeId}`).toBe(0);
			}
			// Every market offered is certain to be played out, and names every way it can end.
			expect(total, market.spec.marketId).toBe(MATCHES);
		}
	});

	test("before the first server is known, prices are the mean of both", () => {
		const before = tennis.book(formatted(bo5), PRIOR, AT);
		const books = (["home", "away"] as const).map((server) => tennis.book(started(bo5, server), PRIOR, AT));
		expect(before.some(({ spec }) => spec.group === "point" || spec.group === "game")).toBe(false);
		for (const { spec, fair } of before) {
			const [one, two] = books.map((list) => list.find((market) => market.spec.marketId === spec.marketId));
			if (one === undefined || two === undefined) continue;
			for (const [k, p] of fair.entries()) expect(p).toBeCloseTo(((one.fair[k] ?? 0) + (two.fair[k] ?? 0)) / 2, 12);
		}
	});
});

const winnersOf = (outcomes: Readonly<Record<string, { readonly kind: string }>>): readonly string[] =>
	Object.entries(outcomes).flatMap(([outcomeId, { kind }]) => (kind === "win" ? [outcomeId] : []));

function randomFormat(random: () => number): Format {
	return {
		bestOf: random() < 0.7 ? 3 : 5,
		finalSet: FINAL_SETS[Math.floor(random() * FINAL_SETS.length)] ?? "tiebreak7",
		noAd: random() < 0.2,
	};
}

/** Plays on, both in the state and with the umpire, and notes what was offered. */
function playOn(
	state: TennisState,
	umpire: Umpire,
	random: () => number,
	points: number,
	offered: Set<string>,
): TennisState {
	const serves = { home: 0.5 + random() * 0.25, away: 0.5 + random() * 0.25 };
	let now = state;
	for (let n = 0; n < points && umpire.winner === null; n++) {
		if (random() < 0.08) for (const { spec } of tennis.book(now, PRIOR, AT)) offered.add(spec.marketId);
		const server = serverOf(umpire);
		const side = random() < serves[server] ? server : server === "home" ? "away" : "home";
		const reduced = reduce(now, point(side), AT);
		if (!reduced.ok) throw new Error(reduced.message);
		now = reduced.state;
		call(umpire, side);
	}
	return now;
}

describe("[SET-0] settlement against the points", () => {
	test("400 matches: every result is the rule's, every market offered has one, all kinds occur", () => {
		const random = seededRandom(7);
		const families = new Set<string>();
		for (let n = 0; n < 400; n++) {
			const format = randomFormat(random);
			const server: Side = random() < 0.5 ? "home" : "away";
			const umpire = umpireFor(format, server);
			const offered = new Set<string>();
			const state = playOn(started(format, server), umpire, random, Number.POSITIVE_INFINITY, offered);
			expect(tennis.book(state, PRIOR, AT)).toEqual([]);
			const results = new Map(tennis.results(state).map(({ spec, state: result }) => [spec.marketId, result]));
			const wrong: string[] = [];
			for (const [marketId, result] of results) {
				const { family, winner } = ruleOf(marketId);
				const expected = winner(umpire);
				const found = result.kind === "settled" ? winnersOf(result.outcomes).join() : null;
				if (found !== expected) wrong.push(`${marketId}: ${found} instead of ${expected}`);
				if (expected !== null && offered.has(marketId)) families.add(family);
			}
			const unsettled = [...offered].filter((marketId) => results.get(marketId)?.kind !== "settled");
			expect({ match: n, wrong, unsettled }).toEqual({ match: n, wrong: [], unsettled: [] });
		}
		expect(families.size).toBe(RULE_COUNT);
	});

	test("[SET-1] what is decided stays decided alike until the match is over", () => {
		const random = seededRandom(11);
		for (let n = 0; n < 20; n++) {
			const format = randomFormat(random);
			const umpire = umpireFor(format, "home");
			let state = started(format, "home");
			const decided = new Map<string, string>();
			while (umpire.winner === null) {
				state = playOn(state, umpire, random, 7, new Set());
				const now = new Map(
					tennis.results(state).map(({ spec, state: result }) => [spec.marketId, JSON.stringify(result)]),
				);
				const changed = [...decided].filter(([marketId, result]) => now.get(marketId) !== result);
				for (const [marketId, result] of now) decided.set(marketId, result);
				const pricedStill = tennis.book(state, PRIOR, AT).filter(({ spec }) => decided.has(spec.marketId));
				expect({ changed, pricedStill }).toEqual({ changed: [], pricedStill: [] });
			}
		}
	});
});

const ABANDONED = JSON.stringify({ kind: "void", reason: "abandoned" });

describe("corrections", () => {
	test("[SET-1] 60 matches full of points corrected and taken back: every market ever offered is settled or void in the end", () => {
		const random = seededRandom(31);
		const sideAt = (): Side => (random() < 0.5 ? "home" : "away");
		for (let n = 0; n < 60; n++) {
			let state = started(randomFormat(random), "home");
			const offered = new Set<string>();
			let points = 0;
			const apply = (input: Input): void => {
				const reduced = reduce(state, input, AT);
				// A correction that would put points behind the end of the match is refused, and changes nothing.
				if (reduced.ok) state = reduced.state;
			};
			while (winnerOf(state.now, state.format) === null || random() < 0.8) {
				if (winnerOf(state.now, state.format) === null) apply(point(sideAt(), `p${++points}`));
				const id = `p${points - Math.floor(random() * 12)}`;
				if (random() < 0.1) apply(random() < 0.5 ? cancelled(id) : corrected(id, sideAt()));
				if (random() < 0.3) for (const { spec } of tennis.book(state, PRIOR, AT)) offered.add(spec.marketId);
			}
			const decided = new Set(tennis.results(state).map(({ spec }) => spec.marketId));
			expect({ match: n, open: [...offered].filter((marketId) => !decided.has(marketId)) }).toEqual({
				match: n,
				open: [],
			});
			expect(decided.size).toBe(tennis.results(state).length);
		}
	});
});

describe("[HOU-1] retirement and abandonment", () => {
	test("200 matches cut short: decided is what every course of the rest decides alike, all else offered is void", () => {
		const random = seededRandom(23);
		for (let n = 0; n < 200; n++) {
			const format = randomFormat(random);
			const umpire = umpireFor(format, "away");
			const offered = new Set<string>();
			const state = playOn(started(format, "away"), umpire, random, Math.floor(random() * 150), offered);
			if (umpire.winner !== null) continue;
			const open = new Set(tennis.book(state, PRIOR, AT).map(({ spec }) => spec.marketId));
			const ended = played(state, stated("abandoned", { retired: "home" }));
			expect(tennis.book(ended, PRIOR, AT)).toEqual([]);
			const results = new Map(tennis.results(ended).map(({ spec, state: result }) => [spec.marketId, result]));
			const wrong = [...open].filter((marketId) => JSON.stringify(results.get(marketId)) !== ABANDONED);
			wrong.push(...[...offered].filter((marketId) => !results.has(marketId)));
			for (let course = 0; course < 3; course++) {
				const match = structuredClone(umpire);
				finish(match, { home: 0.45 + 0.1 * course, away: 0.65 - 0.1 * course }, random);
				for (const [marketId, result] of results)
					if (result.kind === "settled" && winnersOf(result.outcomes).join() !== ruleOf(marketId).winner(match))
						wrong.push(marketId);
			}
			expect({ match: n, wrong }).toEqual({ match: n, wrong: [] });
		}
	});

	test("over 21.5 games stands at 6-4 5-5, the match winner does not", () => {
		const games = "hahahahahh hahahahaha";
		const state = played(started(bo3, "home"), ...pointsThrough(bo3, games).map((side) => point(side)));
		const ended = played(state, stated("abandoned", { retired: "away" }));
		const of = (marketId: string) => tennis.results(ended).find(({ spec }) => spec.marketId === marketId)?.state;
		expect(of("tg:21.5")).toMatchObject({
			kind: "settled",
			outcomes: { over: { kind: "win" }, under: { kind: "lose" } },
		});
		expect(of("tg:22.5")).toEqual({ kind: "void", reason: "abandoned" });
		expect(of("ml")).toEqual({ kind: "void", reason: "abandoned" });
		expect(of("set:1:ml")).toMatchObject({ kind: "settled", outcomes: { home: { kind: "win" } } });
		expect(of("set:3:ml")).toEqual({ kind: "void", reason: "abandoned" });
	});

	test("a walkover voids everything that was offered", () => {
		const before = formatted(bo3);
		const offered = tennis.book(before, PRIOR, AT).map(({ spec }) => spec.marketId);
		const results = new Map(
			tennis.results(played(before, stated("abandoned"))).map(({ spec, state }) => [spec.marketId, state.kind]),
		);
		expect(offered.length).toBeGreaterThan(20);
		for (const marketId of offered) expect(results.get(marketId), marketId).toBe("void");
	});
});
