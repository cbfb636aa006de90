/** Where a match stands → the laws of everything that its markets ask for. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { boundsOf, type Format, isPlaying, periodOf, QUARTERS } from "./phases.ts";
import {
	above,
	at,
	BONUS_FACTOR,
	convolve,
	freeThrowPoints,
	joined,
	LAST_STAND,
	type Law,
	levelOf,
	NO_PARTS,
	NOTHING,
	ownLevelOf,
	type Parts,
	plus,
	possessionPoints,
	SHOT_SEC,
	shifted,
	stretched,
	TRADE_POINTS,
	thinned,
	thinnedParts,
	trimmed,
	weighted,
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
	/** After the turns, each with either side first: the turns where the ball is not known, and what is left of a slot begun. */
	readonly begun: readonly Parts[];
	/** Both together, and their laws. */
	readonly parts: Parts;
	readonly laws: Laws;
	/** Whole slots of the running period after it. */
	readonly whole: number;
	/** The chance that who is a little behind at the end of regular time draws level; zero once that is over. */
	readonly stand: number;
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
	const stand = standOf(state, leftSec);
	if (!isPlaying(state.phase)) return opened(NO_TURNS, leftSec, tables, stand);
	const after = Math.max(0, leftSec - BALL_SLOTS * tables.slotSec);
	if (ball.kind === "unknown") return opened({ either: eitherTurns(state, leftSec, tables) }, after, tables, stand);
	if (ball.kind === "possession") {
		return opened({ turns: ballTurns(state, ball.side, leftSec, tables) }, after, tables, stand);
	}
	// The clock stands while free throws are taken; then the other side has the ball.
	const throws: Turn = { side: ball.side, points: freeThrowPoints(ball.attempts) };
	const turns = [throws, ...ballTurns(state, opponentOf(ball.side), leftSec, tables)];
	return opened({ turns }, after, tables, stand);
}

function standOf(state: BasketballState, leftSec: number): number {
	if (overOf(state) >= QUARTERS) return 0;
	const isLast = isPlaying(state.phase) && periodOf(state.phase) === QUARTERS;
	return LAST_STAND.chance * (isLast ? Math.min(1, leftSec / LAST_STAND.fullSec) : 1);
}

/** Before the end of a period the turns that a known ball brings may not be had. */
const shotChance = (leftSec: number): number => Math.min(1, leftSec / SHOT_SEC);

function ballTurns(state: BasketballState, side: Side, leftSec: number, tables: Tables): readonly Turn[] {
	const chance = shotChance(leftSec);
	return [turnOf(state, tables, side, chance), turnOf(state, tables, opponentOf(side), chance * ANSWER)];
}

/** Whose ball it is is not known: each side has what it has on average of the two. */
function eitherTurns(state: BasketballState, leftSec: number, tables: Tables): Parts {
	const chance = (shotChance(leftSec) * (1 + ANSWER)) / 2;
	const pointsOf = (side: Side): Law => turnOf(state, tables, side, chance).points;
	return { home: pointsOf("home"), away: pointsOf("away"), trades: NOTHING };
}

function turnOf(state: BasketballState, tables: Tables, side: Side, chance: number): Turn {
	const isBonus = foulsOf(state, periodOf(state.phase))[opponentOf(side)] >= state.format.bonusFouls - 1;
	const points = possessionPoints(tables.mean[side] * (isBonus ? BONUS_FACTOR : 1));
	return { side, points: thinned(points, chance) };
}

type Turns = { readonly turns?: readonly Turn[]; readonly either?: Parts };
const NO_TURNS: Turns = {};

function opened({ turns = [], either }: Turns, leftSec: number, tables: Tables, stand: number): Opening {
	const { begun, whole } = slotsIn(leftSec, tables.slotSec);
	const rest = thinnedParts(tables.slot, begun);
	let { home, away } = either === undefined ? rest : joined(either, rest);
	for (const { side, points } of turns) {
		if (side === "home") home = convolve(home, points);
		else away = convolve(away, points);
	}
	const parts = { home, away, trades: rest.trades };
	return { turns, begun: either === undefined ? [rest] : [either, rest], parts, laws: lawsOf(parts), whole, stand };
}

/** The laws of an opening followed by whole slots. */
function lawsAfter(opening: Opening, tables: Tables, slots: number): Laws {
	const first = opening.laws;
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

/** Periods `first` to `last` of regular time, without what a last stand adds to them; null once they are over. */
export function periodOutlook(
	state: BasketballState,
	tables: Tables,
	opening: Opening,
	first: number,
	last: number,
): PeriodOutlook | null {
	if (overOf(state) >= last) return null;
	const { home, away } = scoreOf(state, first, last);
	const { isUnderWay, slots } = spanOf(state, tables, opening, first, last);
	const then = tables.laws(slots);
	return {
		margin: shifted(isUnderWay ? convolve(opening.laws.margin, then.margin) : then.margin, home - away),
		total: shifted(isUnderWay ? convolve(opening.laws.total, then.total) : then.total, home + away),
	};
}

/** The whole slots to come in the periods `first` to `last`, and whether one of them runs, so that the opening comes first. */
function spanOf(
	state: BasketballState,
	tables: Tables,
	{ whole }: Opening,
	first: number,
	last: number,
): { readonly isUnderWay: boolean; readonly slots: number } {
	const running = isPlaying(state.phase) ? periodOf(state.phase) : 0;
	const isUnderWay = running >= first && running <= last;
	const later = (last - Math.max(overOf(state), first - 1) - (isUnderWay ? 1 : 0)) * tables.slotsInQuarter;
	return { isUnderWay, slots: later + (isUnderWay ? whole : 0) };
}

/** Below this a way to a last stand counts for nothing. */
const UNLIKELY = 1e-9;

/**
 * The last quarter or half with the points of a last stand in it: a margin d of the match, |d| ≤ 3, becomes zero by |d| more
 * points of who is behind. `before` is the law of the match's margin when the first of these periods begins.
 */
export function withLastStand(
	state: BasketballState,
	tables: Tables,
	opening: Opening,
	first: number,
	before: Law,
	outlook: PeriodOutlook,
): PeriodOutlook {
	const { stand } = opening;
	const { home, away } = scoreOf(state, first, QUARTERS);
	const lead = home - away;
	const { isUnderWay, slots } = spanOf(state, tables, opening, first, QUARTERS);
	const parts = isUnderWay ? joined(opening.parts, tables.parts(slots)) : null;
	const margin = outlook.margin.p.slice();
	const total = new Float64Array(outlook.total.p.length + 2 * LAST_STAND.reach);
	total.set(outlook.total.p);
	for (let i = 0; i < outlook.margin.p.length; i++) {
		const own = outlook.margin.from + i;
		const chance = outlook.margin.p[i] as number;
		// By |d|, from none: the match ends at d or −d where it stood at d − own or −d − own before.
		const weights = [0, 0, 0, 0];
		for (const d of STANDS) {
			const weight = stand * at(before, d - own);
			if (weight * chance < UNLIKELY || i - d < 0 || i - d >= margin.length) continue;
			weights[Math.abs(d)] = (weights[Math.abs(d)] as number) + weight;
			margin[i] = (margin[i] as number) - weight * chance;
			margin[i - d] = (margin[i - d] as number) + weight * chance;
		}
		if (weights.every((weight) => weight === 0)) continue;
		const levels = parts === null ? tables.level(slots, lead - own) : levelOf(parts, lead - own);
		moveTotals(total, home + away + lead - own - outlook.total.from, levels, weights);
	}
	return {
		margin: { from: outlook.margin.from, p: margin.map(positive) },
		total: { from: outlook.total.from, p: total.map(positive) },
	};
}

/**
 * Home points h to come make the total at `base` + 2h; of its weight each `weights[k]` moves k points up. The total has room
 * for that at its end.
 */
function moveTotals(total: Float64Array, base: number, levels: Law, [, one = 0, two = 0, three = 0]: number[]): void {
	const all = one + two + three;
	for (let k = 0; k < levels.p.length; k++) {
		const index = base + 2 * (levels.from + k);
		if (index < 0 || index + LAST_STAND.reach >= total.length) continue;
		const p = levels.p[k] as number;
		total[index] = (total[index] as number) - all * p;
		total[index + 1] = (total[index + 1] as number) + one * p;
		total[index + 2] = (total[index + 2] as number) + two * p;
		total[index + 3] = (total[index + 3] as number) + three * p;
	}
}

const STANDS = Array.from({ length: LAST_STAND.reach }, (_, index) => index + 1).flatMap((d) => [d, -d]);
/** What rounding leaves below nothing is nothing. */
const positive = (p: number): number => Math.max(0, p);

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
	const atBreak = scoreOf(state, 1, overOf(state));
	if (isBetween && atBreak.home !== atBreak.away) return decided(score);
	// Between regular time and overtime, or between overtimes, the whole of the next one is to come.
	const segment = isBetween ? opened(NO_TURNS, state.format.overtimeSec, tables, 0) : opening;
	const slots = segment.whole + slotsLater(state, tables);
	const laws = lawsAfter(segment, tables, slots);
	const played = shifted(laws.margin, lead);
	const segmentMargin = afterStand(played, segment.stand);
	const level = at(segmentMargin, 0);
	const { overtime } = tables;
	const { leaving, levels } = waysToLevel(joined(segment.parts, tables.parts(slots)), lead, segment.stand);
	const withOvertime = (all: Law, gone: Law, level: Law, more: Law): Law =>
		plus(without(all, gone), convolve(level, more));
	const isLevel: Law = { from: 0, p: Float64Array.of(level) };
	return {
		segmentMargin,
		level,
		homeWins: Math.min(1, above(segmentMargin, 0) + level * overtime.homeWins),
		final: {
			margin: withOvertime(segmentMargin, isLevel, isLevel, overtime.laws.margin),
			total: shifted(
				withOvertime(laws.total, leaving.total, shifted(stretched(levels, 2), lead), overtime.laws.total),
				score.home + score.away,
			),
			home: shifted(withOvertime(laws.home, leaving.home, levels, overtime.laws.home), score.home),
			away: shifted(withOvertime(laws.away, leaving.away, shifted(levels, lead), overtime.laws.away), score.away),
		},
	};
}

/** A margin at the end of regular time once who is a little behind has had the last stand. */
function afterStand(margin: Law, stand: number): Law {
	if (stand === 0) return margin;
	const p = margin.p.slice();
	let moved = 0;
	for (const d of STANDS) {
		const index = d - margin.from;
		const mass = stand * (p[index] ?? 0);
		if (mass === 0) continue;
		p[index] = (p[index] as number) - mass;
		moved += mass;
	}
	return plus({ from: margin.from, p }, { from: 0, p: Float64Array.of(moved) });
}

/** Ends of the points at which a match is level, cut: less than 1e-11 of a match is missing. */
const LEVEL_CUT = 1e-13;

/**
 * How a match gets level. `leaving`: the weights, by points to come, of what ends level or by a last stand gets level;
 * `levels`: the home side's points to come where it then is level, the away side having as many and the lead.
 */
function waysToLevel(
	parts: Parts,
	lead: number,
	stand: number,
): { readonly leaving: Pick<Laws, "total" | "home" | "away">; readonly levels: Law } {
	// Points of their own first; what both trade comes on top of all of them in the end.
	const level = ownLevelOf(parts, lead);
	let own = { levels: level, total: shifted(stretched(level, 2), lead), home: level, away: shifted(level, lead) };
	for (const d of stand === 0 ? [] : STANDS) {
		const ahead = weighted(ownLevelOf(parts, lead - d), stand);
		own = {
			levels: plus(own.levels, shifted(ahead, Math.max(0, -d))),
			total: plus(own.total, shifted(stretched(ahead, 2), lead - d)),
			home: plus(own.home, ahead),
			away: plus(own.away, shifted(ahead, lead - d)),
		};
	}
	const each = stretched(parts.trades, TRADE_POINTS);
	const { from, p } = convolve(own.levels, each);
	return {
		levels: trimmed(from, p, LEVEL_CUT),
		leaving: {
			total: convolve(own.total, stretched(parts.trades, 2 * TRADE_POINTS)),
			home: convolve(own.home, each),
			away: convolve(own.away, each),
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
