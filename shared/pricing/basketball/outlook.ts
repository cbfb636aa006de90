/** Where a match stands → the laws of everything that its markets ask for. */
import type { Side } from "../../feeds/canonical.ts";
import { boundsOf, type Format, isPlaying, periodOf, QUARTERS } from "./phases.ts";
import {
	above,
	at,
	BONUS_FACTOR,
	convolve,
	freeThrowPoints,
	joined,
	type Law,
	levelOf,
	NO_PARTS,
	type Parts,
	plus,
	possessionPoints,
	SHOT_SEC,
	shifted,
	stretched,
	thinned,
	thinnedParts,
	without,
} from "./process.ts";
import { type BasketballState, foulsOf, leftSecAt, opponentOf, overOf, type Score, scoreOf } from "./state.ts";
import { type Laws, lawsOf, slotsIn, type Tables } from "./tables.ts";

/** What one side does next, alone: free throws or a possession. */
export type Turn = { readonly side: Side; readonly points: Law };

/** What happens before the next whole slot of the running period. */
export type Opening = {
	/** In order: what the ball, where it is known, brings. */
	readonly turns: readonly Turn[];
	/** What is left of a slot begun; after the turns. */
	readonly begun: Parts;
	/** Both together. */
	readonly parts: Parts;
	/** Whole slots of the running period after it. */
	readonly whole: number;
};

/** The turns that a known ball brings take a possession and a half: three quarters of a slot. */
const BALL_SLOTS = 0.75;
/**
 * To have the ball is worth half a possession more than the other side has: this one to come, then half the chance of another
 * turn for the opponent. (With sides taking turns until a whistle nobody can time, the first has half a turn more on average.)
 */
const ANSWER = 0.5;

export function openingOf(state: BasketballState, tables: Tables, tickMs: number): Opening {
	const leftSec = leftSecAt(state, tickMs);
	const { ball } = state;
	if (!isPlaying(state.phase) || ball.kind === "unknown") return opened([], leftSec, tables);
	const after = Math.max(0, leftSec - BALL_SLOTS * tables.slotSec);
	if (ball.kind === "possession") return opened(ballTurns(state, ball.side, leftSec, tables), after, tables);
	// The clock stands while free throws are taken; then the other side has the ball.
	const throws: Turn = { side: ball.side, points: freeThrowPoints(ball.attempts) };
	return opened([throws, ...ballTurns(state, opponentOf(ball.side), leftSec, tables)], after, tables);
}

function ballTurns(state: BasketballState, side: Side, leftSec: number, tables: Tables): readonly Turn[] {
	const fouls = foulsOf(state, periodOf(state.phase));
	const chance = Math.min(1, leftSec / SHOT_SEC);
	const turnOf = (of: Side, share: number): Turn => {
		const isBonus = fouls[opponentOf(of)] >= state.format.bonusFouls - 1;
		const points = possessionPoints(tables.mean[of] * (isBonus ? BONUS_FACTOR : 1));
		return { side: of, points: thinned(points, share) };
	};
	return [turnOf(side, chance), turnOf(opponentOf(side), chance * ANSWER)];
}

function opened(turns: readonly Turn[], leftSec: number, tables: Tables): Opening {
	const { begun, whole } = slotsIn(leftSec, tables.slotSec);
	const rest = thinnedParts(tables.slot, begun);
	let { home, away } = rest;
	for (const { side, points } of turns) {
		if (side === "home") home = convolve(home, points);
		else away = convolve(away, points);
	}
	return { turns, begun: rest, parts: { home, away, trades: rest.trades }, whole };
}

/** The laws of an opening followed by whole slots. */
function lawsAfter(opening: Opening, tables: Tables, slots: number): Laws {
	const first = lawsOf(opening.parts);
	const then = tables.laws(slots);
	return {
		margin: convolve(first.margin, then.margin),
		total: convolve(first.total, then.total),
		home: convolve(first.home, then.home),
		away: convolve(first.away, then.away),
	};
}

/** Of a period or a run of periods: the laws of its final margin and total. */
export type PeriodOutlook = { readonly margin: Law; readonly total: Law };

/** Periods `first` to `last` of regular time; null once they are over. */
export function periodOutlook(
	state: BasketballState,
	tables: Tables,
	opening: Opening,
	first: number,
	last: number,
): PeriodOutlook | null {
	const over = overOf(state);
	if (over >= last) return null;
	const { home, away } = scoreOf(state, first, last);
	const running = isPlaying(state.phase) ? periodOf(state.phase) : 0;
	const isUnderWay = running >= first && running <= last;
	const later = (last - Math.max(over, first - 1) - (isUnderWay ? 1 : 0)) * tables.slotsInQuarter;
	const { margin, total } = isUnderWay ? lawsAfter(opening, tables, opening.whole + later) : tables.laws(later);
	return { margin: shifted(margin, home - away), total: shifted(total, home + away) };
}

export type MatchOutlook = {
	/** Margin at the end of what runs: regular time, or the overtime under way. */
	readonly segmentMargin: Law;
	/** The chance that what runs ends level. */
	readonly level: number;
	readonly homeWins: number;
	/** Of the final score, with overtimes until somebody leads. */
	readonly final: Laws;
};

/** Whole slots after the running period until regular time is over. */
export function slotsLater(state: BasketballState, tables: Tables): number {
	const quarters = QUARTERS - overOf(state) - (isPlaying(state.phase) ? 1 : 0);
	return Math.max(0, quarters) * tables.slotsInQuarter;
}

export function matchOutlook(state: BasketballState, tables: Tables, opening: Opening): MatchOutlook {
	const score = scoreOf(state);
	const lead = score.home - score.away;
	const isBetween = overOf(state) >= QUARTERS && !isPlaying(state.phase);
	if (isBetween && lead !== 0) return decided(score);
	// Between regular time and overtime, or between overtimes, the whole of the next one is to come.
	const segment = isBetween ? opened([], state.format.overtimeSec, tables) : opening;
	const slots = segment.whole + slotsLater(state, tables);
	const laws = lawsAfter(segment, tables, slots);
	const segmentMargin = shifted(laws.margin, lead);
	const level = at(segmentMargin, 0);
	const { overtime } = tables;
	// By the home side's points to come; the away side then gets as many and the lead.
	const levels = levelOf(joined(segment.parts, tables.parts(slots)), lead);
	const withOvertime = (all: Law, level: Law, more: Law): Law => plus(without(all, level), convolve(level, more));
	const isLevelAtZero: Law = { from: 0, p: Float64Array.of(level) };
	return {
		segmentMargin,
		level,
		homeWins: Math.min(1, above(segmentMargin, 0) + level * overtime.homeWins),
		final: {
			margin: withOvertime(segmentMargin, isLevelAtZero, overtime.laws.margin),
			total: shifted(
				withOvertime(laws.total, shifted(stretched(levels, 2), lead), overtime.laws.total),
				score.home + score.away,
			),
			home: shifted(withOvertime(laws.home, levels, overtime.laws.home), score.home),
			away: shifted(withOvertime(laws.away, shifted(levels, lead), overtime.laws.away), score.away),
		},
	};
}

/** Play is over and somebody leads: only the word that the match has ended is missing. */
function decided({ home, away }: Score): MatchOutlook {
	const [margin, total] = [home - away, home + away];
	const { margin: law, ...rest } = lawsOf(NO_PARTS);
	return {
		segmentMargin: shifted(law, margin),
		level: 0,
		homeWins: margin > 0 ? 1 : 0,
		final: {
			margin: shifted(law, margin),
			total: shifted(rest.total, total),
			home: shifted(rest.home, home),
			away: shifted(rest.away, away),
		},
	};
}

/** Seconds of play still to come in the periods `first` to `last`. */
function secToCome(state: BasketballState, first: number, last: number, tickMs: number): number {
	const over = overOf(state);
	const running = isPlaying(state.phase) ? periodOf(state.phase) : 0;
	let sec = 0;
	for (let period = Math.max(first, over + 1); period <= last; period++)
		sec += period === running ? leftSecAt(state, tickMs) : lengthSec(period, state.format);
	return sec;
}

function lengthSec(period: number, format: Format): number {
	const [startSec, endSec] = boundsOf(period, format);
	return endSec - startSec;
}

/** Points expected in the periods `first` to `last`, played and to come; for the placing of lines no law is needed. */
export function expectedScore(state: BasketballState, first: number, last: number, tickMs: number): Score {
	const { format, strengths } = state;
	const score = scoreOf(state, first, last);
	const share = secToCome(state, first, last, tickMs) / (QUARTERS * format.quarterSec);
	return { home: score.home + share * strengths.home, away: score.away + share * strengths.away };
}
