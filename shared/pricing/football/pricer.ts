/**
 * The compiled pricer: state and strengths → fair values of every market on offer, in one array. Its arrays are made once and
 * used again, so that a tick leaves no garbage beyond the goal model's outlook; what follows from the state alone (who is
 * decided, what can be on offer) is worked out once a state, not once a tick.
 */
import { outlookOf } from "./goal-model.ts";
import { FootballLaws } from "./law/laws.ts";
import type { FootballFamily, FootballMarket, Part } from "./markets/market.ts";
import type { GoalFacts, GoalOutlook, Rates } from "./outlook.ts";
import { factsOf, type MatchPath, pathOf, scoreFactsOf } from "./path.ts";
import { homeWins } from "./shootout.ts";
import { type FootballState, playSecAt } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

/** A market that may be offered, as far as the state tells. */
type Candidate = {
	readonly market: FootballMarket;
	readonly alive: readonly boolean[];
	readonly isTimely: FootballFamily["isTimely"];
};

/** Room for the outcomes of a book and the largest market beyond it; a book has about 400 at most. */
const MAX_OUTCOMES = 1_024;

export type FootballPricer = {
	/** Reprices. `fair`, `markets` and `offsets` then hold the new book; they are overwritten by the next call. */
	readonly price: (state: FootballState, params: Rates, tickMs: number) => void;
	/** Fair values of all outcomes: those of market i stand from `offsets[i]` up to `offsets[i + 1]`. */
	readonly fair: Float64Array;
	readonly offsets: Int32Array;
	/** Markets on offer; only the first `count` entries count. */
	readonly markets: readonly FootballMarket[];
	readonly alive: readonly (readonly boolean[])[];
	readonly count: () => number;
};

const isOpen = (path: MatchPath, part: Part): boolean => {
	switch (part) {
		case "first":
			return !path.firstIsOver;
		case "regular":
		case "second":
			return !path.regularIsOver;
		case "extra":
			return path.extraWasReached && !path.extraIsOver;
		case "whole":
			return true;
		case "shootout":
			return path.shootOutWasReached;
	}
};

function candidatesOf(state: FootballState, path: MatchPath): readonly Candidate[] {
	if (state.phase === "ended" || state.phase === "abandoned") return [];
	return FOOTBALL_FAMILIES.filter(({ part }) => isOpen(path, part)).flatMap((family) =>
		(family.candidates?.(path) ?? family.markets).flatMap((market) => {
			const { settled, alive } = market.verdict(path);
			return settled === null ? [{ market, alive, isTimely: family.isTimely }] : [];
		}),
	);
}

/** A pricer over a goal model: the platform's, or another that keeps the contract of `outlook.ts`. */
export function createFootballPricer(
	outlook: (params: Rates, facts: GoalFacts) => GoalOutlook = outlookOf,
): FootballPricer {
	const laws = new FootballLaws();
	const fair = new Float64Array(MAX_OUTCOMES);
	const offsets = new Int32Array(MAX_OUTCOMES);
	const markets: FootballMarket[] = [];
	const alive: (readonly boolean[])[] = [];
	let count = 0;
	let knownState: FootballState | null = null;
	let knownParams: Rates | null = null;
	let knownTickMs = 0;
	let path: MatchPath | null = null;
	let candidates: readonly Candidate[] = [];

	const learn = (state: FootballState): MatchPath => {
		const known = pathOf(state, false);
		candidates = candidatesOf(state, known);
		laws.hasExtraTime = known.extraTime;
		laws.homeWinsKicks = known.kickDetails.length === 0 ? 0.5 : homeWins(known.kicks);
		return known;
	};

	const price = (state: FootballState, params: Rates, tickMs: number): void => {
		if (state === knownState && params === knownParams && (tickMs === knownTickMs || !state.clock.running)) return;
		if (state !== knownState || path === null) path = learn(state);
		knownState = null;
		laws.update(scoreFactsOf(path), outlook(params, factsOf(state, tickMs)));
		const sec = playSecAt(state, tickMs);
		let at = 0;
		count = 0;
		for (const candidate of candidates) {
			const { market, isTimely } = candidate;
			if (isTimely !== undefined && !isTimely(market, sec)) continue;
			market.price(laws, fair, at, sec);
			const end = at + market.spec.outcomes.length;
			if (!keepAlive(fair, at, end, candidate.alive, market.maxFair)) continue;
			markets[count] = market;
			alive[count] = candidate.alive;
			offsets[count] = at;
			count++;
			at = end;
		}
		offsets[count] = at;
		knownState = state;
		knownParams = params;
		knownTickMs = tickMs;
	};
	return { price, fair, offsets, markets, alive, count: () => count };
}

/** Puts dead outcomes to zero and rounding below zero back to it; false where the market is too certain to be offered. */
function keepAlive(fair: Float64Array, from: number, to: number, alive: readonly boolean[], maxFair: number): boolean {
	for (let at = from; at < to; at++) {
		const value = fair[at] as number;
		if (!(alive[at - from] as boolean) || value < 0) fair[at] = 0;
		else if (value > 1) fair[at] = 1;
		else if (Number.isNaN(value)) throw new RangeError("the goal model gave no numbers");
		if ((fair[at] as number) > maxFair) return false;
	}
	return true;
}
