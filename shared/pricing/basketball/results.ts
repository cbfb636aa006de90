/** Markets that are decided, on the facts the feed stands by (SET-0). A market taken back is simply not among them. */
import type { LegOutcome } from "../../contracts/results.ts";
import type { MarketSpec, SettledMarket } from "../sport.ts";
import * as markets from "./markets.ts";
import { QUARTERS } from "./phases.ts";
import {
	type BasketballIncident,
	type BasketballState,
	basketsOf,
	overOf,
	overtimeWasReached,
	pointsOf,
	type Score,
} from "./state.ts";

const win: LegOutcome = { kind: "win" };
const lose: LegOutcome = { kind: "lose" };

/** Results by market and winner, said anew with every input of a match. A memory only. */
const said = new WeakMap<MarketSpec, Map<string, SettledMarket>>();

function settled(spec: MarketSpec, winner: string): SettledMarket {
	const ofMarket = said.get(spec) ?? new Map<string, SettledMarket>();
	said.set(spec, ofMarket);
	const known = ofMarket.get(winner);
	if (known !== undefined) return known;
	const outcomes = Object.fromEntries(
		spec.outcomes.map(({ outcomeId }) => [outcomeId, outcomeId === winner ? win : lose]),
	);
	const result: SettledMarket = { spec, state: { kind: "settled", outcomes } };
	ofMarket.set(winner, result);
	return result;
}

/** What the feed stands by, and how far it goes. */
type Facts = {
	readonly state: BasketballState;
	readonly baskets: readonly BasketballIncident[];
	/** Periods that are over and in which nothing is in doubt. */
	readonly over: number;
	readonly isEnded: boolean;
};

function factsOf(state: BasketballState): Facts {
	const baskets = basketsOf(state, true);
	const doubtful = basketsOf(state).find(({ confirmed }) => !confirmed);
	const over = Math.min(overOf(state), (doubtful?.period ?? Number.POSITIVE_INFINITY) - 1);
	return { state, baskets, over, isEnded: state.phase === "ended" && doubtful === undefined };
}

export function results(state: BasketballState): readonly SettledMarket[] {
	const facts = factsOf(state);
	const decided = [
		...wholeResults(facts),
		...regularResults(facts),
		...raceResults(facts),
		...markets.SECTIONS.flatMap((section) => sectionResults(facts, section)),
	];
	if (state.phase !== "abandoned") return decided;
	// HOU-1: decided markets stand, all others that were ever offered are void.
	const known = new Set(decided.map(({ spec }) => spec.marketId));
	const open = offeredSpecs(state).filter(({ marketId }) => !known.has(marketId));
	return [...decided, ...open.map((spec): SettledMarket => ({ spec, state: { kind: "void", reason: "abandoned" } }))];
}

/** Every market this match has ever offered. */
function offeredSpecs(state: BasketballState): readonly MarketSpec[] {
	return [
		markets.WINNER,
		markets.RESULT,
		markets.OVERTIME,
		markets.PARITY,
		markets.WINNING_MARGIN,
		markets.HALF_FULL,
		...markets.SECTIONS.flatMap((section) => [markets.sectionResult(section), markets.sectionParity(section)]),
		...markets.FAMILIES.flatMap((family) => (state.lines[family.id]?.ever ?? []).map(family.spec)),
		...(state.lines[markets.RACE_FAMILY]?.ever ?? []).map(markets.raceMarket),
	];
}

const parity = (points: number): string => (points % 2 === 1 ? "odd" : "even");

/** The winner on a line; null while it is open. Points only grow, so that over is decided once it is passed. */
function lineWinner(kind: markets.Family["kind"], line: number, { home, away }: Score, isOver: boolean): string | null {
	if (kind === "spread") return isOver ? (home + line > away ? "home" : "away") : null;
	const points = kind === "home" ? home : kind === "away" ? away : home + away;
	if (points > line) return "over";
	return isOver ? "under" : null;
}

function lineResults(
	{ state }: Facts,
	family: markets.Family,
	score: Score,
	isOver: boolean,
): readonly SettledMarket[] {
	return (state.lines[family.id]?.ever ?? []).flatMap((line) => {
		const winner = lineWinner(family.kind, line, score, isOver);
		return winner === null ? [] : [settled(family.spec(line), winner)];
	});
}

function wholeResults(facts: Facts): readonly SettledMarket[] {
	const score = pointsOf(facts.baskets);
	const lines = markets.FAMILIES.filter(({ section }) => section === null).flatMap((family) =>
		lineResults(facts, family, score, facts.isEnded),
	);
	if (!facts.isEnded) return lines;
	const winner = markets.resultOutcome(score.home, score.away);
	// A match that a correction has left level has no winner yet.
	if (winner === "draw") return lines;
	return [
		settled(markets.WINNER, winner),
		settled(markets.PARITY, parity(score.home + score.away)),
		settled(markets.WINNING_MARGIN, markets.marginOutcome(score.home - score.away)),
		...lines,
	];
}

function regularResults({ state, baskets, over }: Facts): readonly SettledMarket[] {
	if (over < QUARTERS) return [];
	const { home, away } = pointsOf(baskets, 1, QUARTERS);
	const half = pointsOf(baskets, 1, 2);
	const full = markets.resultOutcome(home, away);
	return [
		settled(markets.RESULT, full),
		settled(markets.HALF_FULL, `${markets.resultOutcome(half.home, half.away)}-${full}`),
		settled(markets.OVERTIME, full === "draw" || overtimeWasReached(state) ? "yes" : "no"),
	];
}

function raceResults({ state, baskets, over }: Facts): readonly SettledMarket[] {
	const targets = state.lines[markets.RACE_FAMILY]?.ever ?? [];
	const first = new Map<number, "home" | "away">();
	const score = { home: 0, away: 0 };
	for (const { side, value, period } of baskets) {
		if (side === null || period > QUARTERS) continue;
		score[side] += value ?? 0;
		for (const target of targets) if (score[side] >= target && !first.has(target)) first.set(target, side);
	}
	return targets.flatMap((target) => {
		const winner = first.get(target) ?? (over >= QUARTERS ? "none" : null);
		return winner === null ? [] : [settled(markets.raceMarket(target), winner)];
	});
}

function sectionResults(facts: Facts, section: markets.Section): readonly SettledMarket[] {
	const score = pointsOf(facts.baskets, section.first, section.last);
	const isOver = facts.over >= section.last;
	const lines = markets.FAMILIES.filter((family) => family.section === section).flatMap((family) =>
		lineResults(facts, family, score, isOver),
	);
	if (!isOver) return lines;
	return [
		settled(markets.sectionResult(section), markets.resultOutcome(score.home, score.away)),
		settled(markets.sectionParity(section), parity(score.home + score.away)),
		...lines,
	];
}
