/** Markets that are decided, on the facts the feed stands by (SET-0). A market taken back is simply not among them. */
import type { LegOutcome } from "../../shared/contracts/results.ts";
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
	// HOU-1: decided markets stand, all others that were ever offered are void; what a basket in doubt may decide waits for it.
	const doubted = basketsOf(state).some(({ confirmed }) => !confirmed)
		? results({ ...state, phase: state.furthest, incidents: state.incidents.map(stands) })
		: [];
	const known = new Set([...decided, ...doubted].map(({ spec }) => spec.marketId));
	const open = offeredSpecs(state).filter(({ marketId }) => !known.has(marketId));
	return [...decided, ...open.map((spec): SettledMarket => ({ spec, state: { kind: "void", reason: "abandoned" } }))];
}

const stands = (incident: BasketballIncident): BasketballIncident => ({ ...incident, confirmed: true });

/** Points that only a score tells of, and that may have been within these periods as well as outside of them. */
function isAmbiguous(baskets: readonly BasketballIncident[], first: number, last: number): boolean {
	return baskets.some(({ fromPeriod, period }) => {
		if (fromPeriod === undefined || fromPeriod === period) return false;
		const isInside = fromPeriod >= first && period <= last;
		return !isInside && fromPeriod <= last && period >= first;
	});
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
	if (over < QUARTERS || isAmbiguous(baskets, 1, QUARTERS)) return [];
	const { home, away } = pointsOf(baskets, 1, QUARTERS);
	const half = pointsOf(baskets, 1, 2);
	const full = markets.resultOutcome(home, away);
	return [
		settled(markets.RESULT, full),
		...(isAmbiguous(baskets, 1, 2)
			? []
			: [settled(markets.HALF_FULL, `${markets.resultOutcome(half.home, half.away)}-${full}`)]),
		settled(markets.OVERTIME, full === "draw" || overtimeWasReached(state) ? "yes" : "no"),
	];
}

/** Baskets one after the other; those that one score told of, together. */
function simultaneous(baskets: readonly BasketballIncident[]): readonly (readonly BasketballIncident[])[] {
	const groups: BasketballIncident[][] = [];
	for (const basket of baskets) {
		const last = groups.at(-1);
		const isSame = basket.inferredAtMs !== undefined && last?.[0]?.inferredAtMs === basket.inferredAtMs;
		if (isSame) last?.push(basket);
		else groups.push([basket]);
	}
	return groups;
}

function raceResults({ state, baskets, over }: Facts): readonly SettledMarket[] {
	const targets = state.lines[markets.RACE_FAMILY]?.ever ?? [];
	const first = new Map<number, "home" | "away" | "unknown">();
	const score = { home: 0, away: 0 };
	for (const together of simultaneous(baskets.filter(({ side, period }) => side !== null && period <= QUARTERS))) {
		for (const { side, value } of together) score[side ?? "home"] += value ?? 0;
		const sides = new Set(together.map(({ side }) => side ?? "home"));
		for (const target of targets) {
			if (first.has(target)) continue;
			const reached = [...sides].filter((side) => score[side] >= target);
			// Both passed it between two scores: who was first, no score tells.
			if (reached.length > 0) first.set(target, reached.length > 1 ? "unknown" : (reached[0] ?? "unknown"));
		}
	}
	// Points that may have been in regular time as well as after it may have brought somebody there.
	const isWhole = over >= QUARTERS && !isAmbiguous(baskets, 1, QUARTERS);
	return targets.flatMap((target) => {
		const winner = first.get(target) ?? (isWhole ? "none" : null);
		return winner === null || winner === "unknown" ? [] : [settled(markets.raceMarket(target), winner)];
	});
}

function sectionResults(facts: Facts, section: markets.Section): readonly SettledMarket[] {
	if (isAmbiguous(facts.baskets, section.first, section.last)) return [];
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
