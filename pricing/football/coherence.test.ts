/** What must hold between the markets of one book, whatever the numbers: a customer must find nothing to be had for certain. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MODELS, type Model, paramsOf, play, STATES } from "../../testing/football.ts";
import { AT, betStart, incident, phase } from "../../testing/football-inputs.ts";
import type { FairMarket } from "../sport.ts";
import { bookBy } from "./book.ts";
import { createFootballPricer } from "./pricer.ts";
import type { FootballState } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

const someGoals = fc.array(fc.constantFrom("home" as const, "away" as const), { maxLength: 4 });
const someParams = fc
	.record({ total: fc.double({ min: 1, max: 5, noNaN: true }), lean: fc.double({ min: -0.8, max: 0.8, noNaN: true }) })
	.map(({ total, lean }) => paramsOf(total, total * lean));
const someState = fc
	.record({
		first: someGoals,
		second: fc.option(someGoals),
		reds: fc.array(fc.constantFrom("home" as const, "away" as const), { maxLength: 2 }),
		sec: fc.integer({ min: 0, max: 2_900 }),
	})
	.map(({ first, second, reds, sec }) =>
		play([
			phase("first_half", second === null ? sec : 0),
			...first.map((side, index) => incident("goal", side, `g${index}`)),
			...(second === null ? [] : [phase("half_time", 2_700, false), phase("second_half", 2_700 + sec)]),
			...(second ?? []).map((side, index) => incident("goal", side, `h${index}`)),
			...reds.map((side, index) => incident("red_card", side, `r${index}`)),
			betStart(),
		]),
	);

type Fair = (marketId: string, outcomeId: string) => number | null;

function fairOf(book: readonly FairMarket[]): Fair {
	const byId = new Map(book.map((market) => [market.spec.marketId, market] as const));
	return (marketId, outcomeId) => {
		const market = byId.get(marketId);
		const index = market?.spec.outcomes.findIndex((outcome) => outcome.outcomeId === outcomeId) ?? -1;
		return market?.fair[index] ?? null;
	};
}

/** Sum of outcomes; null where one of them is not on offer. */
function sumOf(fair: Fair, ...outcomes: readonly (readonly [marketId: string, outcomeId: string])[]): number | null {
	return outcomes.reduce<number | null>((sum, [marketId, outcomeId]) => {
		const p = fair(marketId, outcomeId);
		return sum === null || p === null ? null : sum + p;
	}, 0);
}

type Terms = readonly (readonly [marketId: string, outcomeId: string])[];
const all = (marketId: string, ...outcomeIds: readonly string[]): Terms => outcomeIds.map((id) => [marketId, id]);

/** Two ways to bet the same: whenever both are on offer, they cost the same. */
const SAME: readonly (readonly [name: string, one: Terms, other: Terms])[] = [
	["double chance is home or draw", all("dc", "1x"), all("1x2", "home", "draw")],
	["double chance is home or away", all("dc", "12"), all("1x2", "home", "away")],
	["double chance is draw or away", all("dc", "x2"), all("1x2", "draw", "away")],
	["draw no bet is the handicap of zero", all("dnb", "home"), all("ah:0", "home")],
	["a handicap of −0.5 is the home win", all("ah:-0.5", "home"), all("1x2", "home")],
	["a handicap of +0.5 is home or draw", all("ah:0.5", "home"), all("dc", "1x")],
	["a handicap of −1.5 is the 3-way handicap of −1", all("ah:-1.5", "home"), all("eh:-1", "home")],
	["a handicap of +1.5 is what the 3-way handicap of +1 leaves away", all("ah:1.5", "away"), all("eh:1", "away")],
	["a draw at the 3-way handicap of −1 is a win by one", all("eh:-1", "draw"), all("wm", "home_1")],
	["winning margins add up to the home win", all("wm", "home_1", "home_2", "home_3", "home_4"), all("1x2", "home")],
	["winning margins add up to the away win", all("wm", "away_1", "away_2", "away_3", "away_4"), all("1x2", "away")],
	["exact goals add up to under 2.5", all("goals", "0", "1", "2"), all("ou:2.5", "under")],
	["exact goals add up to over 3.5", all("goals", "4", "5", "6"), all("ou:3.5", "over")],
	["correct scores add up to exact goals", all("cs", "0-2", "1-1", "2-0"), all("goals", "2")],
	["no goal is 0-0", all("goals", "0"), all("cs", "0-0")],
	["a clean sheet is no goal of the other side", all("clean:home", "yes"), all("tt:away:0.5", "under")],
	[
		"to win to nil, or 0-0, is a clean sheet",
		[
			["nil:home", "yes"],
			["cs", "0-0"],
		],
		all("clean:home", "yes"),
	],
	[
		"not both score is one clean sheet, but not 0-0 twice",
		[
			["btts", "no"],
			["cs", "0-0"],
		],
		[
			["clean:home", "yes"],
			["clean:away", "yes"],
		],
	],
	["result & both score adds up to the home win", all("1x2+btts", "home_yes", "home_no"), all("1x2", "home")],
	[
		"result & both score adds up to both score",
		all("1x2+btts", "home_yes", "draw_yes", "away_yes"),
		all("btts", "yes"),
	],
	["result & total adds up to the away win", all("1x2+ou:2.5", "away_over", "away_under"), all("1x2", "away")],
	[
		"result & total adds up to over 2.5",
		all("1x2+ou:2.5", "home_over", "draw_over", "away_over"),
		all("ou:2.5", "over"),
	],
	["both score & total adds up to both score", all("btts+ou:2.5", "yes_over", "yes_under"), all("btts", "yes")],
	["both score & total adds up to under 2.5", all("btts+ou:2.5", "yes_under", "no_under"), all("ou:2.5", "under")],
	[
		"half-time/full-time adds up to the half",
		all("htft", "home_home", "home_draw", "home_away"),
		all("h1:1x2", "home"),
	],
	["half-time/full-time adds up to the match", all("htft", "home_away", "draw_away", "away_away"), all("1x2", "away")],
	["no goal in the first half is 0-0 at half-time", all("h1:cs", "0-0"), all("h1:ou:0.5", "under")],
	["no goal in the second half is none next in it", all("h2:ng:1", "none"), all("h2:cs", "0-0")],
	["the trophy is won in one of three ways", all("trophy", "home"), all("mov", "home_90", "home_et", "home_pens")],
	["to win in 90 minutes is to win", all("mov", "away_90"), all("1x2", "away")],
];

const books = (state: FootballState, model: Model, params: ReturnType<typeof paramsOf>): readonly FairMarket[] =>
	bookBy(createFootballPricer(model), state, params, AT);

describe.each(MODELS)("with %s", (_name, model) => {
	test("two ways to bet the same cost the same", () => {
		const seen = new Set<string>();
		const compare = (book: readonly FairMarket[]): void => {
			const fair = fairOf(book);
			for (const [name, one, other] of SAME) {
				const [a, b] = [sumOf(fair, ...one), sumOf(fair, ...other)];
				if (a === null || b === null) continue;
				seen.add(name);
				expect(Math.abs(a - b), name).toBeLessThan(1e-11);
			}
		};
		for (const [, state] of STATES) compare(books(state, model, paramsOf(2.7, 0.2)));
		expect(SAME.map(([name]) => name).filter((name) => !seen.has(name))).toEqual([]);
		fc.assert(
			fc.property(someState, someParams, (state, params) => compare(books(state, model, params))),
			{ numRuns: 60 },
		);
	});

	test("lines fall and rise in order, and a quarter is half a stake on each of its neighbours", () => {
		fc.assert(
			fc.property(someState, someParams, (state, params) => {
				const fair = fairOf(books(state, model, params));
				for (const prefix of ["ou:", "h1:ou:", "h2:ou:"]) checkTotals(fair, prefix);
				for (const prefix of ["ah:", "h1:ah:", "h2:ah:"]) {
					const prices = linesOf(-8, 8).flatMap((line) => fair(`${prefix}${line}`, "home") ?? []);
					expect(prices).toEqual(prices.toSorted((a, b) => a - b));
				}
			}),
			{ numRuns: 60 },
		);
	});

	test.each(STATES)("what wins whenever another bet wins never costs less: %s", (_state, state, tickMs) => {
		const bets = bookBy(createFootballPricer(model), state, paramsOf(2.9, 0.5), tickMs).flatMap(winningScores);
		for (const one of bets) {
			for (const other of bets) {
				if (other.wins.some((wins, at) => wins && !one.wins[at])) continue;
				expect(one.p, `${one.name} holds ${other.name}`).toBeGreaterThan(other.p - 1e-12);
			}
		}
	});

	test("the longer an interval, the more likely a goal", () => {
		fc.assert(
			fc.property(someState, someParams, (state, params) => {
				const fair = fairOf(books(state, model, params));
				for (let start = 0; start < 90; start += 15) {
					const prices = [5, 10, 15].flatMap((minutes) => fair(`g${minutes}:${start}`, "yes") ?? []);
					expect(prices).toEqual(prices.toSorted((a, b) => a - b));
				}
			}),
			{ numRuns: 60 },
		);
	});
});

// The widest tilt moves neighbouring scores by a third of each other; no goal model would, and a goal could then be bad news.
test.each(MODELS.slice(0, 2))("a goal never lengthens its side's price to win, with %s", (_name, model) => {
	fc.assert(
		fc.property(someState, someParams, fc.constantFrom("home" as const, "away" as const), (state, params, side) => {
			const before = fairOf(books(state, model, params));
			const after = fairOf(books(play([incident("goal", side, "more")], state), model, params));
			for (const marketId of ["1x2", "trophy", "dnb"]) {
				const then = before(marketId, side);
				const now = after(marketId, side);
				if (then !== null && now !== null) expect(now, marketId).toBeGreaterThan(then - 1e-12);
			}
		}),
		{ numRuns: 60 },
	);
});

const linesOf = (from: number, to: number): readonly number[] =>
	Array.from({ length: (to - from) * 4 + 1 }, (_, index) => from + index / 4);

function checkTotals(fair: Fair, prefix: string): void {
	const over = (line: number): number | null => fair(`${prefix}${line}`, "over");
	const prices = linesOf(0.5, 9.5).flatMap((line) => over(line) ?? []);
	expect(prices).toEqual(prices.toSorted((a, b) => b - a));
	for (let whole = 1; whole < 9; whole++) {
		const [low, high] = [over(whole - 0.5), over(whole + 0.5)];
		if (low === null || high === null) continue;
		// On the whole line a stake wins above the upper half line and loses below the lower one.
		const expected: Readonly<Record<number, number>> = {
			[whole]: high / (high + 1 - low),
			[whole - 0.25]: (low + high) / (low + high + 2 * (1 - low)),
			[whole + 0.25]: (2 * high) / (2 * high + (1 - low) + (1 - high)),
		};
		for (const [line, value] of Object.entries(expected)) {
			const price = over(Number(line));
			if (price !== null) expect(Math.abs(price - value), `${prefix}${line}`).toBeLessThan(1e-11);
		}
	}
}

const SCORE_RULES = new Map(
	FOOTBALL_FAMILIES.flatMap(({ markets }) =>
		markets.flatMap(({ spec, part, rule }) =>
			part === "regular" && rule.kind === "score" ? [[spec.marketId, rule.pays] as const] : [],
		),
	),
);
const HIGHEST = 13;

type Bet = { readonly name: string; readonly p: number; readonly wins: readonly boolean[] };

/** Of each outcome that never gives a stake back: the final scores at which it wins. */
function winningScores({ spec, fair }: FairMarket): readonly Bet[] {
	const pays = SCORE_RULES.get(spec.marketId);
	if (pays === undefined) return [];
	const scores = Array.from({ length: HIGHEST * HIGHEST }, (_, at) => pays(Math.floor(at / HIGHEST), at % HIGHEST));
	return spec.outcomes.flatMap(({ outcomeId }, index) =>
		scores.some((paid) => Math.abs(paid[index] ?? 0) < 2)
			? []
			: [
					{
						name: `${spec.marketId} ${outcomeId}`,
						p: fair[index] ?? 0,
						wins: scores.map((paid) => paid[index] === 2),
					},
				],
	);
}
