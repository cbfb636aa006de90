/** The state of a football match: what has happened, as the feed stands by it. Plain JSON, because the match stores it. */
import type { Lineup, Recipient, Side } from "../../shared/feeds/canonical.ts";
import type { AheadWord } from "../incident-words.ts";
import type { FootballFormat } from "./format.ts";
import { CLOCK_BOUNDS, type Period, type Phase, phaseIndex } from "./phases.ts";
import { segmentOf } from "./placing.ts";
import type { SecondLeg } from "./tie.ts";

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
	/** Of a card, where it is not a player on the pitch; of a substitution, who goes off. Absent where it was not told. */
	readonly recipient?: Recipient;
	readonly playerOut?: string;
	/** It stands: the feed confirmed it, or let betting go on after it. A phase that follows confirms nothing. */
	readonly confirmed: boolean;
	readonly cancelled: boolean;
	readonly invented: boolean;
	/** A review looks at it: in doubt again until the review is over. */
	readonly doubted?: boolean;
	/** Its second is the beginning of a minute: the feed told no more. */
	readonly isMinuteOnly?: boolean;
	/** Sent by its provider then, in its newest words. */
	readonly saidAtMs?: number;
	/** Sent by its provider then, when it was first told; absent in what an older release stored. */
	readonly toldAtMs?: number;
	/** Taken back because a score was without it; a score with it gives it back. */
	readonly isOverruled?: boolean;
	/** Nobody told it: a score said so, at this tick. */
	readonly inferredAtMs?: number;
	/** Prices have known it since this tick: from its first telling, or from a score that told of it before. */
	readonly repricedAtMs?: number;
	/** Of a kick of the shoot-out: when it was taken, on its provider's clock. */
	readonly happenedAtMs?: number;
	/** Only a score tells where it was: after this place, and at its own place or before it. */
	readonly from?: KnownPlace;
};

/** Where a score was stated, and at which tick: goals that were known by then come before those that it does not have. */
export type KnownPlace = {
	readonly segment: number;
	readonly sec: number;
	readonly atMs?: number;
	/** Goals of the same tick that it had, by their ids: a tick is a second, and a feed that comes back says much in one. */
	readonly ofTick?: readonly string[];
};

export type FootballState = {
	readonly extraTime: boolean;
	readonly shootOut: boolean;
	/** Absent: a match whose winner lifts the trophy, and no second leg. */
	readonly decides?: FootballFormat["decides"];
	readonly tie?: SecondLeg;
	/** Absent until they are told. */
	readonly lineups?: Readonly<Record<Side, Lineup>>;
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
	/** Words about incidents that have not been told yet. */
	readonly ahead?: readonly AheadWord[];
	/** When the newest full statement was sent, on its provider's clock, and by phase the first one that named it. */
	readonly statedAtMs?: number;
	readonly beganAtMs?: Readonly<Partial<Record<Phase, number>>>;
	/** Up to where a stated score has shown that no goal was lost. */
	readonly scoreKnown?: KnownPlace;
};

export type Score = { readonly home: number; readonly away: number };

export const standing = (state: FootballState, type: string): readonly FootballIncident[] =>
	state.incidents.filter((incident) => incident.type === type && !incident.cancelled && incident.side !== null);

/** Where a goal fell in the order of play: by half, then by minute. */
const minuteKey = (goal: FootballIncident): number => segmentOf(goal) * 1_000 + Math.floor(goal.sec / 60);

/**
 * Goals of a period that stand, in the order in which they were scored, whatever the order in which they were told: by the
 * match's clock, and by arrival among those of a minute of which one is known no better than by its minute.
 */
export function goalsOf(state: FootballState, period: Period): readonly FootballIncident[] {
	const goals = standing(state, "goal").filter((goal) => goal.period === period);
	const coarse = new Set(goals.filter(({ isMinuteOnly }) => isMinuteOnly === true).map(minuteKey));
	return goals.toSorted((a, b) => {
		const byMinute = minuteKey(a) - minuteKey(b);
		return byMinute !== 0 || coarse.has(minuteKey(a)) ? byMinute : a.sec - b.sec;
	});
}

/** In doubt: the feed has not stood by it yet, or a review looks at it. It settles nothing. */
export const isInDoubt = ({ confirmed, doubted }: FootballIncident): boolean => !confirmed || doubted === true;

export function tally(incidents: readonly FootballIncident[]): Score {
	const home = incidents.filter((incident) => incident.side === "home").length;
	return { home, away: incidents.length - home };
}

export const scoreOf = (state: FootballState, period: Period): Score => tally(goalsOf(state, period));

/** Kicks of the shoot-out in order, whether scored or missed: by when they were taken where that is told, else as they were told. */
export function kicksOf(state: FootballState): readonly FootballIncident[] {
	const kicks = standing(state, "shootout_kick");
	if (kicks.every(({ happenedAtMs }) => happenedAtMs === undefined)) return kicks;
	const ordered: FootballIncident[] = [];
	for (const kick of kicks) {
		const { happenedAtMs = Number.POSITIVE_INFINITY } = kick;
		const at = ordered.findLastIndex((other) => (other.happenedAtMs ?? Number.NEGATIVE_INFINITY) <= happenedAtMs);
		ordered.splice(at + 1, 0, kick);
	}
	return ordered;
}

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
