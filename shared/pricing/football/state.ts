/** The state of a football match: what has happened, as the feed stands by it. Plain JSON, because the match stores it. */
import type { Side } from "../../feeds/canonical.ts";
import { CLOCK_BOUNDS, type Period, type Phase, phaseIndex } from "./phases.ts";

export type FootballIncident = {
	readonly incidentId: string;
	readonly type: string;
	readonly side: Side | null;
	readonly period: Period;
	/** Of its period, and where on the match's clock: what halves and intervals settle by. */
	readonly half: 1 | 2;
	readonly sec: number;
	readonly minuteText: string;
	readonly player: string | null;
	readonly detail: string | null;
	/** It stands: the feed confirmed it, let betting go on after it, or a later phase has begun. */
	readonly confirmed: boolean;
	readonly cancelled: boolean;
	readonly invented: boolean;
};

export type FootballState = {
	readonly extraTime: boolean;
	readonly shootOut: boolean;
	readonly phase: Phase;
	/** The furthest phase before an end or an abandonment: says which periods were played. */
	readonly furthest: Phase;
	readonly clock: {
		readonly elapsedSec: number;
		readonly atMs: number;
		readonly running: boolean;
		readonly rate: number;
	};
	/** Announced stoppage of the running period, in minutes. */
	readonly addedMin: number | null;
	readonly incidents: readonly FootballIncident[];
};

export type Score = { readonly home: number; readonly away: number };

export const standing = (state: FootballState, type: string): readonly FootballIncident[] =>
	state.incidents.filter((incident) => incident.type === type && !incident.cancelled && incident.side !== null);

/** Goals of a period that stand, in order. With `confirmedOnly`, up to the first one still in doubt. */
export function goalsOf(state: FootballState, period: Period, confirmedOnly = false): readonly FootballIncident[] {
	const inPeriod = standing(state, "goal").filter((goal) => goal.period === period);
	// A goal of the first half may be told in the second.
	const goals = [...inPeriod.filter(({ half }) => half === 1), ...inPeriod.filter(({ half }) => half === 2)];
	if (!confirmedOnly) return goals;
	const doubtful = goals.findIndex((goal) => !goal.confirmed);
	return doubtful < 0 ? goals : goals.slice(0, doubtful);
}

export function tally(incidents: readonly FootballIncident[]): Score {
	const home = incidents.filter((incident) => incident.side === "home").length;
	return { home, away: incidents.length - home };
}

export const scoreOf = (state: FootballState, period: Period): Score => tally(goalsOf(state, period));

export function redsOf(state: FootballState): Score {
	return tally(standing(state, "red_card"));
}

/** Kicks of the shoot-out in order, whether scored or missed. */
export const kicksOf = (state: FootballState): readonly FootballIncident[] => standing(state, "shootout_kick");

const past = (state: FootballState, phase: Phase): boolean => phaseIndex(state.furthest) >= phaseIndex(phase);
const finished = (state: FootballState): boolean => state.phase === "ended";

export const firstHalfIsOver = (state: FootballState): boolean => past(state, "half_time") || finished(state);
export const regularIsOver = (state: FootballState): boolean => past(state, "extra_break") || finished(state);
export const extraWasReached = (state: FootballState): boolean => state.extraTime && past(state, "extra_break");
export const extraIsOver = (state: FootballState): boolean =>
	extraWasReached(state) && (past(state, "shootout_break") || finished(state));
export const shootOutWasReached = (state: FootballState): boolean => past(state, "shootout_break");

/** Seconds on the match's clock at a tick, to the microsecond: a clock that is read often must not drift. */
export function elapsedSecAt(state: FootballState, tickMs: number): number {
	const { elapsedSec, atMs, running, rate } = state.clock;
	if (!running) return elapsedSec;
	return Math.round((elapsedSec + (Math.max(0, tickMs - atMs) / 1_000) * rate) * 1e6) / 1e6;
}

/** Where play stands or will go on: before a half, at its beginning. */
export function playSecAt(state: FootballState, tickMs: number): number {
	switch (state.phase) {
		case "scheduled":
			return 0;
		case "half_time":
			return CLOCK_BOUNDS.second_half?.[0] ?? 0;
		default:
			return elapsedSecAt(state, tickMs);
	}
}
