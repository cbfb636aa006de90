/** The state of a basketball match: what has happened, as the feed stands by it. Plain JSON, because the match stores it. */
import type { Side } from "../../shared/feeds/canonical.ts";
import type { AheadWord } from "../incident-words.ts";
import { boundsOf, type Format, isPlaying, periodOf, periodsOver, QUARTERS } from "./phases.ts";

export type Score = { readonly home: number; readonly away: number };

export type BasketballIncident = {
	readonly incidentId: string;
	readonly type: string;
	readonly side: Side | null;
	/** 1–4 for quarters, from 5 for overtimes. */
	readonly period: number;
	readonly minuteText: string;
	readonly player: string | null;
	readonly detail: string | null;
	/** basket: 1, 2 or 3 points; foul: free throws it gives. */
	readonly value: number | null;
	/** It stands: the feed confirmed it, stated the same score, let betting go on after it, or a later phase has begun; while a review is open none of it counts but its own word. */
	readonly confirmed: boolean;
	readonly cancelled: boolean;
	readonly invented: boolean;
	/** Seconds of play at which it was, where the feed says so. */
	readonly sec?: number;
	/** Sent by its provider then, in its newest words. */
	readonly saidAtMs?: number;
	/** Sent by its provider then, when it was first told; absent in what an older release stored. */
	readonly toldAtMs?: number;
	/** Nobody told it: a score said so at this tick, and it may have been in any period from this one on. */
	readonly inferredAtMs?: number;
	readonly fromPeriod?: number;
	/** Prices have known it since this tick: from its first telling, or from a score that told of it before. */
	readonly repricedAtMs?: number;
};

/** What the next seconds begin with: who has the ball, or who stands at the line with how many free throws to come. */
export type Ball =
	| { readonly kind: "unknown" }
	| { readonly kind: "possession"; readonly side: Side }
	| { readonly kind: "free_throws"; readonly side: Side; readonly attempts: number };

/** Points expected of each side in regular time. */
export type Strengths = { readonly home: number; readonly away: number };

/** The lines of one family of markets: what is offered now, and all that ever was (so that all of it is settled). */
export type Lines = {
	readonly centre: number;
	readonly step: number;
	readonly now: readonly number[];
	readonly ever: readonly number[];
};

export type BasketballState = {
	readonly format: Format;
	readonly strengths: Strengths;
	readonly phase: string;
	/** The furthest phase before an end or an abandonment: says which periods were played. */
	readonly furthest: string;
	readonly clock: {
		readonly elapsedSec: number;
		readonly atMs: number;
		readonly running: boolean;
		readonly rate: number;
	};
	readonly ball: Ball;
	readonly incidents: readonly BasketballIncident[];
	readonly lines: Readonly<Record<string, Lines>>;
	/** Words about incidents that have not been told yet. */
	readonly ahead?: readonly AheadWord[];
	/** When the newest full statement was sent, on its provider's clock, and by phase the first one that named it. */
	readonly statedAtMs?: number;
	readonly beganAtMs?: Readonly<Record<string, number>>;
	/** Points that a score tells of lie in this period or after it: the score stated last showed that none were lost before. */
	readonly scoreKnownPeriod?: number;
	/** A review is open: no statement of the score stands by a basket. */
	readonly isReviewing?: boolean;
};

/** The state before anything has happened, without lines. */
export const stateBefore = (format: Format, strengths: Strengths): BasketballState => ({
	format,
	strengths,
	phase: "scheduled",
	furthest: "scheduled",
	clock: { elapsedSec: 0, atMs: 0, running: false, rate: 1 },
	ball: { kind: "unknown" },
	incidents: [],
	lines: {},
});

export const opponentOf = (side: Side): Side => (side === "home" ? "away" : "home");

export const standing = (state: BasketballState, type: string): readonly BasketballIncident[] =>
	state.incidents.filter((incident) => incident.type === type && !incident.cancelled);

/** Baskets that stand, in order; a memory only. */
const ordered = new WeakMap<readonly BasketballIncident[], readonly BasketballIncident[]>();

/** By period, and within one by the clock where the feed tells it of every basket, else as they were told. */
function inOrder(state: BasketballState): readonly BasketballIncident[] {
	const known = ordered.get(state.incidents);
	if (known !== undefined) return known;
	const baskets = standing(state, "basket");
	const untimed = new Set(baskets.filter(({ sec }) => sec === undefined).map(({ period }) => period));
	const sorted = baskets.toSorted((a, b) =>
		a.period !== b.period || untimed.has(a.period) ? a.period - b.period : (a.sec ?? 0) - (b.sec ?? 0),
	);
	ordered.set(state.incidents, sorted);
	return sorted;
}

/** Baskets that stand, in the order in which they were made. With `confirmedOnly`, up to the first one still in doubt. */
export function basketsOf(state: BasketballState, confirmedOnly = false): readonly BasketballIncident[] {
	const baskets = inOrder(state);
	if (!confirmedOnly) return baskets;
	const doubtful = baskets.findIndex((basket) => !basket.confirmed);
	return doubtful < 0 ? baskets : baskets.slice(0, doubtful);
}

export function pointsOf(baskets: readonly BasketballIncident[], from = 1, to = Number.POSITIVE_INFINITY): Score {
	let home = 0;
	let away = 0;
	for (const { side, value, period } of baskets) {
		if (period < from || period > to) continue;
		if (side === "home") home += value ?? 0;
		else away += value ?? 0;
	}
	return { home, away };
}

/** Points by period, counted once for a list of incidents: a book asks a dozen times. A memory only. */
const counted = new WeakMap<readonly BasketballIncident[], readonly Score[]>();

function byPeriod(state: BasketballState): readonly Score[] {
	const found = counted.get(state.incidents);
	if (found !== undefined) return found;
	const baskets = basketsOf(state);
	const periods = Math.max(0, ...baskets.map(({ period }) => period));
	const scores = Array.from({ length: periods }, (_, index) => pointsOf(baskets, index + 1, index + 1));
	counted.set(state.incidents, scores);
	return scores;
}

/** Points of the periods `from` to `to`, both included, whether confirmed or not. */
export function scoreOf(state: BasketballState, from = 1, to = Number.POSITIVE_INFINITY): Score {
	let home = 0;
	let away = 0;
	for (const score of byPeriod(state).slice(from - 1, to)) {
		home += score.home;
		away += score.away;
	}
	return { home, away };
}

/** Team fouls of a period: what brings the other side to the line. */
export function foulsOf(state: BasketballState, period: number): Score {
	const fouls = standing(state, "foul").filter((foul) => foul.period === period && foul.detail !== "technical");
	const home = fouls.filter(({ side }) => side === "home").length;
	return { home, away: fouls.length - home };
}

/** Periods that are over, also in a match that has ended or was abandoned. */
export function overOf(state: BasketballState): number {
	if (state.phase === "ended") return periodOf(state.furthest);
	return periodsOver(state.furthest);
}

export const regularIsOver = (state: BasketballState): boolean => overOf(state) >= QUARTERS;
/** Certain once it has begun: its break alone was announced at a score which a correction may have put right since. */
export const overtimeWasReached = (state: BasketballState): boolean => periodOf(state.furthest) > QUARTERS;

/** Seconds of play at a tick; a running clock stops by itself at the end of its period. */
export function elapsedSecAt(state: BasketballState, tickMs: number): number {
	const { elapsedSec, atMs, running, rate } = state.clock;
	if (!running) return elapsedSec;
	const ran = elapsedSec + (Math.max(0, tickMs - atMs) / 1_000) * rate;
	const [, endSec] = boundsOf(Math.max(1, periodOf(state.phase)), state.format);
	return Math.max(elapsedSec, Math.min(ran, endSec));
}

/** Seconds left of the period that runs; in a break none. */
export function leftSecAt(state: BasketballState, tickMs: number): number {
	if (!isPlaying(state.phase)) return 0;
	const [startSec, endSec] = boundsOf(periodOf(state.phase), state.format);
	return Math.min(endSec - startSec, Math.max(0, endSec - elapsedSecAt(state, tickMs)));
}
