/**
 * The compiled pricer: state and strengths → fair values of every market on offer, in one array. Its arrays are made once and
 * used again, so that a tick leaves no garbage beyond the goal model's outlook; what follows from the state alone (who is
 * decided, what can be on offer) is worked out once a state, not once a tick.
 */
import { outlookOf } from "./goal-model.ts";
import { FootballLaws } from "./law/laws.ts";
import type { FootballFamily, FootballMarket, MaxFair, Part } from "./markets/market.ts";
import type { GoalFacts, GoalOutlook, Rates } from "./outlook.ts";
import { factsOf, type MatchPath, pathOf, scoreFactsOf } from "./path.ts";
import { homeWins } from "./shootout.ts";
import { type FootballState, playSecAt } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

/** A family's markets that may be offered, as far as the state tells. */
type Shelf = {
	readonly family: FootballFamily;
	readonly markets: readonly FootballMarket[];
	readonly alive: readonly (readonly boolean[])[];
	/** Of a family of lines: where the run that was on offer last began. */
	from: number;
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
			return !path.first.isOver;
		case "regular":
		case "second":
			return !path.regular.isOver;
		case "extra":
			return path.extraWasReached && !path.extra.isOver;
		case "whole":
			return true;
		case "shootout":
			return path.shootOutWasReached;
	}
};

function shelvesOf(state: FootballState, path: MatchPath): readonly Shelf[] {
	if (state.phase === "ended" || state.phase === "abandoned") return [];
	return FOOTBALL_FAMILIES.filter(({ part }) => isOpen(path, part)).map((family): Shelf => {
		const all = family.candidates?.(path) ?? family.markets;
		const markets = all.filter((market) => market.verdict(path).settled === null);
		return { family, markets, alive: markets.map((market) => market.verdict(path).alive), from: 0 };
	});
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
	let shelves: readonly Shelf[] = [];
	let at = 0;
	let sec = 0;
	let stage: keyof MaxFair = "before";

	const learn = (state: FootballState): MatchPath => {
		const known = pathOf(state, false);
		shelves = shelvesOf(state, known);
		laws.hasExtraTime = known.extraTime;
		laws.homeWinsKicks = known.kickDetails.length === 0 ? 0.5 : homeWins(known.kicks);
		return known;
	};

	/** Prices a market behind those that are kept; false where it is too certain to be offered. */
	const fits = (shelf: Shelf, index: number): boolean => {
		const market = shelf.markets[index] as FootballMarket;
		market.price(laws, fair, at, sec);
		return isOffered(fair, at, shelf.alive[index] as readonly boolean[], market.maxFair[stage]);
	};
	const keep = (shelf: Shelf, index: number): void => {
		const market = shelf.markets[index] as FootballMarket;
		markets[count] = market;
		alive[count] = shelf.alive[index] as readonly boolean[];
		offsets[count] = at;
		at += market.spec.outcomes.length;
		count++;
	};
	/** Lines on offer are one run: it is looked for around where it was, and everywhere only when it is not there. */
	const keepRun = (shelf: Shelf): void => {
		const end = shelf.markets.length;
		let index = shelf.from;
		if (index < end && fits(shelf, index)) while (index > 0 && fits(shelf, index - 1)) index--;
		else for (index = 0; index < end && !fits(shelf, index); ) index++;
		shelf.from = index < end ? index : 0;
		for (; index < end && fits(shelf, index); index++) keep(shelf, index);
	};

	const price = (state: FootballState, params: Rates, tickMs: number): void => {
		if (state === knownState && params === knownParams && (tickMs === knownTickMs || !state.clock.running)) return;
		if (state !== knownState || path === null) path = learn(state);
		knownState = null;
		laws.update(scoreFactsOf(path), outlook(params, factsOf(state, tickMs)));
		sec = playSecAt(state, tickMs);
		stage = state.phase === "scheduled" ? "before" : "inPlay";
		at = 0;
		count = 0;
		for (const shelf of shelves) {
			const { areLines, isTimely } = shelf.family;
			if (areLines === true) {
				keepRun(shelf);
				continue;
			}
			for (let index = 0; index < shelf.markets.length; index++) {
				if (isTimely !== undefined && !isTimely(shelf.markets[index] as FootballMarket, sec)) continue;
				if (fits(shelf, index)) keep(shelf, index);
			}
		}
		offsets[count] = at;
		knownState = state;
		knownParams = params;
		knownTickMs = tickMs;
	};
	return { price, fair, offsets, markets, alive, count: () => count };
}

/** Puts dead outcomes to zero and what rounding left outside of 0 … 1 back to it; false where one is above the bound. */
function isOffered(fair: Float64Array, at: number, alive: readonly boolean[], maxFair: number): boolean {
	for (let index = 0; index < alive.length; index++) {
		const value = fair[at + index] as number;
		if (!(value > 0 && alive[index])) fair[at + index] = zeroOf(value);
		else if (value > maxFair) {
			if (value <= 1 || maxFair < 1) return false;
			fair[at + index] = 1;
		}
	}
	return true;
}

function zeroOf(value: number): 0 {
	if (Number.isNaN(value)) throw new RangeError("the goal model gave no numbers");
	return 0;
}
