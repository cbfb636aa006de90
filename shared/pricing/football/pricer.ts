/**
 * The compiled pricer: state and strengths → fair values of every market on offer, in one array. Its arrays are made once and
 * used again, so that a tick leaves no garbage beyond the goal model's outlook; what follows from the state alone (who is
 * decided, what can be on offer) is worked out once a state, not once a tick.
 */
import { outlookOf } from "./goal-model.ts";
import { FootballLaws, type ScoreFacts } from "./law/laws.ts";
import type { SumBounds, Sums } from "./law/score-law.ts";
import type { FootballFamily, FootballMarket, MaxFair, Part } from "./markets/market.ts";
import type { GoalFacts, GoalOutlook, Rates } from "./outlook.ts";
import { factsOf, type MatchPath, pathOf, scoreFactsOf } from "./path.ts";
import { homeWins } from "./shootout.ts";
import { elapsedSecAt, type FootballState, playSecAt } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

/** A market that may be offered, with everything that each tick asks of it at hand. */
type Entry = {
	readonly market: FootballMarket;
	readonly price: FootballMarket["price"];
	readonly alive: readonly boolean[];
	readonly isWhole: boolean;
	/** Outcomes there are, and the fair value above which it is too certain to be offered. */
	readonly size: number;
	readonly maxFair: number;
	/** From when to before when the clock lets it be offered, where it does not always. */
	readonly isTimed: boolean;
	readonly opensSec: number;
	readonly closesSec: number;
	readonly line: SumBounds;
};
/** A family's markets that may be offered, as far as the state tells. */
type Shelf = {
	readonly entries: readonly Entry[];
	readonly linesOf: FootballFamily["linesOf"];
	/** Of a family of lines: where the run that was on offer last began. */
	from: number;
};

/** Shelves kept for states met before: matches of one process take turns, and most stand at a few scores. */
const MAX_KNOWN = 64;

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
	/** A number that changes whenever the list of markets on offer does: what is laid out by market can be kept until then. */
	readonly layoutNo: () => number;
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

const NO_LINE: SumBounds = [0, 0, 0, 0];

function entryOf(market: FootballMarket, family: FootballFamily, path: MatchPath, stage: keyof MaxFair): Entry {
	const { settled, alive } = market.verdict(path);
	const [opensSec, closesSec] = family.clockOf?.(market) ?? [0, Number.POSITIVE_INFINITY];
	// An interval that the clock has passed is taken off by the clock, not by its outcomes.
	const isAlive = settled === null ? alive : market.spec.outcomes.map(() => true);
	return {
		market,
		price: market.price,
		alive: isAlive,
		isWhole: !isAlive.includes(false),
		size: market.spec.outcomes.length,
		maxFair: market.maxFair[stage],
		isTimed: family.clockOf !== undefined,
		opensSec,
		closesSec,
		line: market.line ?? NO_LINE,
	};
}

function shelvesOf(state: FootballState, path: MatchPath): readonly Shelf[] {
	if (state.phase === "ended" || state.phase === "abandoned") return [];
	const stage = state.phase === "scheduled" ? "before" : "inPlay";
	return FOOTBALL_FAMILIES.filter(({ part }) => isOpen(path, part)).map((family): Shelf => {
		const markets =
			family.candidates?.(path) ?? family.markets.filter((market) => market.verdict(path).settled === null);
		return {
			entries: markets.map((market) => entryOf(market, family, path, stage)),
			linesOf: family.linesOf,
			from: 0,
		};
	});
}

/** Everything that `shelvesOf` and the shoot-out read. */
function keyOf(
	{ phase, furthest }: FootballState,
	{ extraTime, shootOut, goals, extra, kicks, kickDetails }: MatchPath,
): string {
	const scored = goals.map(({ side, half, sec }) => `${side}${half}.${sec}`).join();
	const { home, away } = kicks.scored;
	const taken = `${home}-${away} ${kicks.taken.home}-${kicks.taken.away} ${kicks.next} ${kickDetails.length}`;
	return `${phase} ${furthest} ${extraTime} ${shootOut} ${scored} ${extra.sides.join()} ${taken}`;
}

function shelfKeeper(): (key: string, state: FootballState, path: MatchPath) => readonly Shelf[] {
	const byKey = new Map<string, readonly Shelf[]>();
	return (key, state, path) => {
		const known = byKey.get(key);
		if (known !== undefined) return known;
		if (byKey.size >= MAX_KNOWN) byKey.clear();
		const shelves = shelvesOf(state, path);
		byKey.set(key, shelves);
		return shelves;
	};
}

/** What a state says to the laws and the goal model; only the clock of the latter moves with the tick. */
type Facts = { readonly score: ScoreFacts; readonly goals: GoalFacts };

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
	let layoutNo = 0;
	let knownState: FootballState | null = null;
	let knownParams: Rates | null = null;
	let knownTickMs = 0;
	let knownKey = "";
	let shelves: readonly Shelf[] = [];
	let facts: Facts | null = null;
	const shelvesFor = shelfKeeper();
	let at = 0;

	/** What can be on offer changes with goals, kicks and phases: most inputs leave it as it is. */
	const learn = (state: FootballState, tickMs: number): Facts => {
		const path = pathOf(state, false);
		const key = keyOf(state, path);
		if (key !== knownKey) {
			knownKey = key;
			shelves = shelvesFor(key, state, path);
			laws.hasExtraTime = path.extraTime;
			laws.homeWinsKicks = path.kickDetails.length === 0 ? 0.5 : homeWins(path.kicks);
		}
		return { score: scoreFactsOf(path), goals: factsOf(state, tickMs) };
	};

	const keep = (entry: Entry): void => {
		if (markets[count] !== entry.market) {
			layoutNo++;
			markets[count] = entry.market;
		}
		if (alive[count] !== entry.alive) alive[count] = entry.alive;
		offsets[count] = at;
		at += entry.size;
		count++;
	};
	const keepTimely = (entries: readonly Entry[], nowSec: number): void => {
		for (let index = 0; index < entries.length; index++) {
			const entry = entries[index] as Entry;
			if (entry.isTimed && (nowSec < entry.opensSec || nowSec >= entry.closesSec)) continue;
			entry.price(laws, fair, at, nowSec);
			if (isOffered(fair, at, entry)) keep(entry);
		}
	};
	const lineFits = (sums: Sums, entry: Entry): boolean => {
		sums.writeShares(fair, at, entry.line);
		return (fair[at] as number) <= entry.maxFair && (fair[at + 1] as number) <= entry.maxFair;
	};
	/** Lines on offer are one run: it is looked for around where it was, and everywhere only when it is not there. */
	const keepRun = (shelf: Shelf, sums: Sums): void => {
		const { entries } = shelf;
		const end = entries.length;
		let index = shelf.from;
		while (index > 0 && lineFits(sums, entries[index - 1] as Entry)) index--;
		if (index === shelf.from && !(index < end && lineFits(sums, entries[index] as Entry)))
			for (index = 0; index < end && !lineFits(sums, entries[index] as Entry); ) index++;
		shelf.from = index < end ? index : 0;
		for (; index < end && lineFits(sums, entries[index] as Entry); index++) keep(entries[index] as Entry);
	};

	const price = (state: FootballState, params: Rates, tickMs: number): void => {
		if (state === knownState && params === knownParams && (tickMs === knownTickMs || !state.clock.running)) return;
		if (state !== knownState || facts === null) facts = learn(state, tickMs);
		knownState = null;
		laws.update(facts.score, outlook(params, { ...facts.goals, elapsedSec: elapsedSecAt(state, tickMs) }));
		const nowSec = playSecAt(state, tickMs);
		at = 0;
		const before = count;
		count = 0;
		for (let index = 0; index < shelves.length; index++) {
			const shelf = shelves[index] as Shelf;
			if (shelf.linesOf === undefined) keepTimely(shelf.entries, nowSec);
			else keepRun(shelf, shelf.linesOf(laws));
		}
		if (count !== before) layoutNo++;
		offsets[count] = at;
		knownState = state;
		knownParams = params;
		knownTickMs = tickMs;
	};
	return { price, fair, offsets, markets, alive, count: () => count, layoutNo: () => layoutNo };
}

/** Puts dead outcomes to zero and what rounding left outside of 0 … 1 back to it; false where one is above the bound. */
function isOffered(fair: Float64Array, at: number, { alive, isWhole, size, maxFair }: Entry): boolean {
	for (let index = 0; index < size; index++) {
		const value = fair[at + index] as number;
		if (!(value > 0 && (isWhole || alive[index]))) fair[at + index] = zeroOf(value);
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
