/**
 * The slow, obvious pricer: every way the rest of the match can go, one by one, with its probability, and each market's rule
 * asked at each of them. It shares with the fast one the table's rules and nothing of its arithmetic. Tests run one suite on
 * both; `npm run bench` measures how much faster the other is.
 */
import { outlookOf } from "./goal-model.ts";
import type { FootballMarket, Pays } from "./markets/market.ts";
import type { GoalFacts, GoalOutlook, Rates } from "./outlook.ts";
import { factsOf, type MatchPath, pathOf } from "./path.ts";
import { homeWins, KICK_SCORED } from "./shootout.ts";
import { type FootballState, playSecAt } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";
import { leaderAfter90, leaderAfterExtra } from "./tie.ts";

/** Goals to come in two segments that follow each other, and how probable that is. */
type Way = { readonly first: Rates; readonly second: Rates; readonly p: number };
type WeightedScore = { readonly home: number; readonly away: number; readonly p: number };

/** A way less probable than this changes nothing in twelve digits, however many there are. */
const NEGLIGIBLE = 1e-19;
const MAX_GOALS = 40;

function poisson(mean: number): readonly number[] {
	const masses: number[] = [Math.exp(-mean)];
	while (masses.length < MAX_GOALS) masses.push(((masses.at(-1) ?? 0) * mean) / masses.length);
	return masses;
}

function scoresOf(means: Rates): readonly WeightedScore[] {
	const away = poisson(means.away);
	return poisson(means.home).flatMap((ph, h) =>
		away.flatMap((pa, a) => (ph * pa > NEGLIGIBLE ? [{ home: h, away: a, p: ph * pa }] : [])),
	);
}

function waysOf(firstMeans: Rates, secondMeans: Rates, weight: (home: number, away: number) => number): readonly Way[] {
	const later = scoresOf(secondMeans);
	const ways = scoresOf(firstMeans).flatMap((first) =>
		later.flatMap((second) => {
			const p = first.p * second.p;
			if (p < NEGLIGIBLE) return [];
			return [{ first, second, p: p * weight(first.home + second.home, first.away + second.away) }];
		}),
	);
	const mass = ways.reduce((sum, { p }) => sum + p, 0);
	return ways.map((way) => ({ ...way, p: way.p / mass }));
}

/** Ways with the same score of a part are one: no rule of a score tells them apart. */
function byScore(ways: readonly Way[], scoreOf: (way: Way) => Rates): readonly WeightedScore[] {
	const sums = new Map<string, WeightedScore>();
	for (const way of ways) {
		const { home, away } = scoreOf(way);
		const key = `${home}-${away}`;
		sums.set(key, { home, away, p: (sums.get(key)?.p ?? 0) + way.p });
	}
	return [...sums.values()];
}

const plus = (a: Rates, b: Rates): Rates => ({ home: a.home + b.home, away: a.away + b.away });

/** 1 / fair odds of each outcome, where fair odds are 1 + E[lost part] / E[won part]. */
function fairOf(count: number, cases: readonly { readonly pays: Pays; readonly p: number }[]): readonly number[] {
	return Array.from({ length: count }, (_, index) => {
		const part = (sign: 1 | -1): number =>
			cases.reduce((sum, { pays, p }) => sum + (p * Math.max(0, sign * (pays[index] ?? 0))) / 2, 0);
		const won = part(1);
		return won === 0 ? 0 : won / (won + part(-1));
	});
}

/** Everything that markets are priced by, worked out once. */
type Rest = {
	readonly path: MatchPath;
	readonly regularWays: readonly Way[];
	readonly extraWays: readonly Way[];
	readonly scores: Readonly<Record<"regular" | "first" | "second" | "extra", readonly WeightedScore[]>>;
	readonly sec: number;
	readonly shareWithin: (seconds: number) => number;
};

function restOf(state: FootballState, tickMs: number, { segments, tilt, shareWithin }: GoalOutlook): Rest {
	const path = pathOf(state);
	const { regular, first, second, extra } = path;
	const weight = (h: number, a: number): number => {
		const home = regular.home + h;
		const away = regular.away + a;
		return home < tilt.size && away < tilt.size ? (tilt.values[home * tilt.size + away] ?? 1) : 1;
	};
	const regularWays = waysOf(segments.first, segments.second, weight);
	const extraWays = waysOf(segments.extraFirst, segments.extraSecond, () => 1);
	return {
		path,
		regularWays,
		extraWays,
		scores: {
			regular: byScore(regularWays, (way) => plus(regular, plus(way.first, way.second))),
			first: byScore(regularWays, (way) => plus(first, way.first)),
			second: byScore(regularWays, (way) => plus(second, way.second)),
			extra: byScore(extraWays, (way) => plus(extra, plus(way.first, way.second))),
		},
		sec: playSecAt(state, tickMs),
		shareWithin,
	};
}

function nextGoal({ part }: FootballMarket, { regularWays, extraWays }: Rest): readonly number[] {
	const sums = [0, 0, 0];
	for (const { first, second, p } of part === "extra" ? extraWays : regularWays) {
		const order = part === "first" ? [first] : part === "second" ? [second] : [first, second];
		const scored = order.find(({ home, away }) => home + away > 0);
		if (scored === undefined) sums[1] = (sums[1] ?? 0) + p;
		else {
			sums[0] = (sums[0] ?? 0) + (p * scored.home) / (scored.home + scored.away);
			sums[2] = (sums[2] ?? 0) + (p * scored.away) / (scored.home + scored.away);
		}
	}
	return sums;
}

function interval(startSec: number, endSec: number | null, half: 1 | 2, rest: Rest): readonly number[] {
	const from = startSec <= rest.sec ? 0 : rest.shareWithin(startSec - rest.sec);
	const share = (endSec === null ? 1 : rest.shareWithin(endSec - rest.sec)) - from;
	const no = rest.regularWays.reduce((sum, way) => {
		const { home, away } = half === 1 ? way.first : way.second;
		return sum + way.p * (1 - share) ** (home + away);
	}, 0);
	return [1 - no, no];
}

/** Every score of regular time with every one of extra time, as if both were always played, and who is ahead then. */
function winner(byMethod: boolean, { path, scores }: Rest): readonly number[] {
	const byKicks = homeWins(path.kicks);
	const ways = [0, 0, 0, 0, 0, 0];
	const add = (way: number, p: number): void => {
		ways[way] = (ways[way] ?? 0) + p;
	};
	for (const regular of scores.regular) {
		const after90 = leaderAfter90(path.tie, regular);
		if (after90 !== null) {
			add(after90 === "home" ? 0 : 3, regular.p);
			continue;
		}
		for (const extra of path.extraTime ? scores.extra : [{ home: 0, away: 0, p: 1 }]) {
			const p = regular.p * extra.p;
			const afterExtra = path.extraTime ? leaderAfterExtra(path.tie, regular, extra) : null;
			if (afterExtra !== null) {
				add(afterExtra === "home" ? 1 : 4, p);
				continue;
			}
			add(2, p * byKicks);
			add(5, p * (1 - byKicks));
		}
	}
	const sum = (list: readonly number[]): number => list.reduce((total, p) => total + p, 0);
	return byMethod ? ways : [sum(ways.slice(0, 3)), sum(ways.slice(3))];
}

function priceOf(market: FootballMarket, rest: Rest): readonly number[] {
	const { rule, spec, part } = market;
	const count = spec.outcomes.length;
	switch (rule.kind) {
		case "score": {
			if (part === "whole" || part === "shootout") throw new Error(`${spec.marketId} has no score of its own`);
			const cases = rest.scores[part].map(({ home, away, p }) => ({ pays: rule.pays(home, away), p }));
			return fairOf(count, cases);
		}
		case "halves": {
			const { first, second } = rest.path;
			const cases = rest.regularWays.map((way) => ({
				pays: rule.pays(plus(first, way.first), plus(second, way.second)),
				p: way.p,
			}));
			return fairOf(count, cases);
		}
		case "next_goal":
			return nextGoal(market, rest);
		case "interval":
			return interval(rule.startSec, rule.endSec, part === "first" ? 1 : 2, rest);
		case "winner":
			return winner(rule.byMethod, rest);
		case "kick":
			return [KICK_SCORED, 1 - KICK_SCORED];
		case "kicks_winner": {
			const home = homeWins(rest.path.kicks);
			return [home, 1 - home];
		}
	}
}

/** Fair values of the named markets, whether or not the book would offer them. */
export function referencePrices(
	state: FootballState,
	params: Rates,
	tickMs: number,
	marketIds: ReadonlySet<string>,
	outlook: (params: Rates, facts: GoalFacts) => GoalOutlook = outlookOf,
): ReadonlyMap<string, readonly number[]> {
	const rest = restOf(state, tickMs, outlook(params, factsOf(state, tickMs)));
	const asked = FOOTBALL_FAMILIES.flatMap(({ markets }) => markets).filter(({ spec }) => marketIds.has(spec.marketId));
	return new Map(asked.map((market) => [market.spec.marketId, priceOf(market, rest)]));
}
