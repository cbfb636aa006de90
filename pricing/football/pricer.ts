/**
 * The compiled pricer: state and strengths → fair values of every market on offer, in one array. Its arrays are made once and
 * used again, so that a tick leaves no garbage beyond the goal model's outlook; what follows from the state alone (who is
 * decided, what can be on offer) is worked out once a state, and which markets are on offer only when that changes.
 */
import { CompiledMarkets, type Entry, lineShares, sumOf } from "./compiled-markets.ts";
import { isTooFew } from "./dismissals.ts";
import { outlookOf } from "./goal-model.ts";
import { FootballLaws, type ScoreFacts } from "./law/laws.ts";
import type { FootballFamily, FootballMarket, MaxFair, Part } from "./markets/market.ts";
import type { GoalFacts, GoalOutlook, Rates } from "./outlook.ts";
import { factsOf, type MatchPath, pathOf, scoreFactsOf } from "./path.ts";
import { homeWins } from "./shootout.ts";
import { elapsedSecAt, type FootballState, playSecAt } from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";
import type { SecondLeg } from "./tie.ts";

/** A family's markets that may be offered, as far as the state tells. */
type Shelf = { readonly entries: readonly Entry[]; readonly isRun: boolean };
/** All that may be offered, and the list of what was on offer when it was last priced. */
type Shelves = { readonly all: readonly Shelf[]; compiled: CompiledMarkets | null };

/** Shelves kept for states met before: matches of one process take turns, and most stand at a few scores. */
const MAX_KNOWN = 64;

/** Room for the outcomes of a book; it has about 400 at most. */
const MAX_OUTCOMES = 1_024;

export type FootballPricer = {
	/** Reprices. `fair`, `markets` and `offsets` then hold the new book; they are overwritten by the next call. */
	readonly price: (state: FootballState, params: Rates, tickMs: number) => void;
	/** Fair values of all outcomes: those of market i stand from `offsets[i]` up to `offsets[i + 1]`. */
	readonly fair: Float64Array;
	readonly offsets: Int32Array;
	/** Markets on offer, `count` of them. */
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

function entryOf(market: FootballMarket, family: FootballFamily, path: MatchPath, stage: keyof MaxFair): Entry {
	const { settled, alive } = market.verdict(path);
	const [opensSec, closesSec] = family.clockOf?.(market) ?? [0, Number.POSITIVE_INFINITY];
	return {
		market,
		// An interval that the clock has passed is taken off by the clock, not by its outcomes.
		alive: settled === null ? alive : market.spec.outcomes.map(() => true),
		maxFair: market.maxFair[stage],
		opensSec,
		closesSec,
	};
}

function shelvesOf(state: FootballState, path: MatchPath): readonly Shelf[] {
	if (state.phase === "ended" || state.phase === "abandoned" || isTooFew(state)) return [];
	const stage = state.phase === "scheduled" ? "before" : "inPlay";
	return FOOTBALL_FAMILIES.filter(({ part }) => isOpen(path, part)).map((family): Shelf => {
		const markets =
			family.candidates?.(path) ?? family.markets.filter((market) => market.verdict(path).settled === null);
		return {
			entries: markets.map((market) => entryOf(market, family, path, stage)),
			isRun: family.isRun === true,
		};
	});
}

/** Whether no outcome is too certain. @throws RangeError where the law has no numbers. */
function isOffered({ market: { price }, alive, maxFair }: Entry, laws: FootballLaws, sec: number): boolean {
	const values =
		price.kind === "sums"
			? price.outcomes.map((sum) => sumOf(laws.cells, sum))
			: price.kind === "line"
				? lineShares(laws.cells, price)
				: [laws.withoutGoal(price.interval, sec)];
	return values.every((value, index) => {
		if (Number.isNaN(value)) throw new RangeError("the goal model gave no numbers");
		return !alive[index] || value <= maxFair || maxFair === 1;
	});
}

/** Which of a shelf's markets are on offer, and which others tell when that changes. */
function chosenOf({ entries, isRun }: Shelf, laws: FootballLaws, sec: number): readonly [Entry[], Entry[]] {
	const timely = entries.filter(({ opensSec, closesSec }) => sec >= opensSec && sec < closesSec);
	const offered = timely.map((entry) => isOffered(entry, laws, sec));
	const start = offered.indexOf(true);
	if (!isRun || start < 0) return [timely.filter((_, n) => offered[n]), timely.filter((_, n) => !offered[n])];
	// Lines on offer are one run: nothing beyond its neighbours can come before they do.
	const gap = offered.indexOf(false, start);
	const end = gap < 0 ? timely.length : gap;
	return [timely.slice(start, end), [...timely.slice(Math.max(0, start - 1), start), ...timely.slice(end, end + 1)]];
}

/** From when to before when the clock leaves everything as it is. */
function spanOf(shelves: readonly Shelf[], sec: number): readonly [number, number] {
	const bounds = shelves.flatMap(({ entries }) => entries.flatMap(({ opensSec, closesSec }) => [opensSec, closesSec]));
	return [
		Math.max(Number.NEGATIVE_INFINITY, ...bounds.filter((bound) => bound <= sec)),
		Math.min(Number.POSITIVE_INFINITY, ...bounds.filter((bound) => bound > sec)),
	];
}

function compile(shelves: readonly Shelf[], laws: FootballLaws, sec: number): CompiledMarkets {
	const chosen = shelves.map((shelf) => chosenOf(shelf, laws, sec));
	const entries = chosen.flatMap(([offered]) => offered);
	const shut = chosen.flatMap(([, others]) => others);
	return new CompiledMarkets(entries, shut, spanOf(shelves, sec), laws);
}

const tieKeyOf = ({ firstLeg, awayGoals, awayGoalsInExtraTime }: SecondLeg): string =>
	`${firstLeg.home}-${firstLeg.away} ${awayGoals} ${awayGoalsInExtraTime}`;

/** Everything that `shelvesOf`, the decision and the shoot-out read. */
function keyOf(state: FootballState, path: MatchPath): string {
	const { phase, furthest } = state;
	const { extraTime, shootOut, decides, tie, goals, extra, kicks, kickDetails } = path;
	const scored = goals.map(({ side, half, sec }) => `${side}${half}.${sec}`).join();
	const { home, away } = kicks.scored;
	const taken = `${home}-${away} ${kicks.taken.home}-${kicks.taken.away} ${kicks.next} ${kickDetails.length}`;
	const format = `${extraTime} ${shootOut} ${decides} ${tie === null ? "" : tieKeyOf(tie)} ${isTooFew(state)}`;
	return `${phase} ${furthest} ${format} ${scored} ${extra.sides.join()} ${taken}`;
}

function shelfKeeper(): (key: string, state: FootballState, path: MatchPath) => Shelves {
	const byKey = new Map<string, Shelves>();
	return (key, state, path) => {
		const known = byKey.get(key);
		if (known !== undefined) return known;
		if (byKey.size >= MAX_KNOWN) byKey.clear();
		const shelves = { all: shelvesOf(state, path), compiled: null };
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
	let layoutNo = 0;
	let published: CompiledMarkets | null = null;
	let knownState: FootballState | null = null;
	let knownParams: Rates | null = null;
	let knownTickMs = 0;
	let knownKey = "";
	let shelves: Shelves = { all: [], compiled: null };
	let facts: Facts | null = null;
	const shelvesFor = shelfKeeper();

	/** What can be on offer changes with goals, kicks and phases: most inputs leave it as it is. */
	const learn = (state: FootballState, tickMs: number): Facts => {
		const path = pathOf(state);
		const key = keyOf(state, path);
		if (key !== knownKey) {
			knownKey = key;
			shelves = shelvesFor(key, state, path);
			laws.hasExtraTime = path.extraTime;
			laws.tie = path.tie;
			laws.homeWinsKicks = path.kickDetails.length === 0 ? 0.5 : homeWins(path.kicks);
		}
		return { score: scoreFactsOf(path), goals: factsOf(state, tickMs) };
	};

	const publish = (compiled: CompiledMarkets): void => {
		const { entries } = compiled;
		const isSame =
			entries.length === published?.entries.length && entries.every(({ market }, n) => market === markets[n]);
		if (!isSame) layoutNo++;
		published = compiled;
		markets.length = 0;
		alive.length = 0;
		for (const entry of entries) {
			markets.push(entry.market);
			alive.push(entry.alive);
		}
		offsets.set(compiled.offsets);
	};
	/** The list compiled last time while it holds, else a new one. */
	const fill = (nowSec: number): CompiledMarkets => {
		const { compiled } = shelves;
		if (compiled?.fill(laws, nowSec, fair)) return compiled;
		const next = compile(shelves.all, laws, nowSec);
		if (!next.fill(laws, nowSec, fair)) throw new Error("a market is on offer and is not");
		shelves.compiled = next;
		return next;
	};

	const price = (state: FootballState, params: Rates, tickMs: number): void => {
		if (state === knownState && params === knownParams && (tickMs === knownTickMs || !state.clock.running)) return;
		if (state !== knownState || facts === null) facts = learn(state, tickMs);
		knownState = null;
		laws.update(facts.score, outlook(params, { ...facts.goals, elapsedSec: elapsedSecAt(state, tickMs) }));
		const compiled = fill(playSecAt(state, tickMs));
		if (compiled !== published) publish(compiled);
		knownState = state;
		knownParams = params;
		knownTickMs = tickMs;
	};
	return { price, fair, offsets, markets, alive, count: () => markets.length, layoutNo: () => layoutNo };
}
