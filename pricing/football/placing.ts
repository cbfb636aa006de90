/** Which half an incident belongs to, and where on the match's clock it fell, from what the feed says of it. */
import { type Period, type Phase, periodOf } from "./phases.ts";

export type Place = { readonly period: Period; readonly half: 1 | 2; readonly sec: number };

/** Segments of play in order; what is told may lie before the phase in which it is told, never after it. */
export const SEGMENTS = [
	{ period: "regular", half: 1, endSec: 2_700 },
	{ period: "regular", half: 2, endSec: 5_400 },
	{ period: "extra", half: 1, endSec: 6_300 },
	{ period: "extra", half: 2, endSec: 7_200 },
] as const;

const SEGMENT_OF_PHASE: Readonly<Partial<Record<Phase, number>>> = {
	scheduled: 0,
	first_half: 0,
	half_time: 0,
	second_half: 1,
	extra_break: 1,
	extra_first: 2,
	extra_half_time: 2,
	extra_second: 3,
	shootout_break: 3,
};

/** The segment of a place, counted from 0; kicks of a shoot-out come after all of them. */
export function segmentOf({ period, half }: Pick<Place, "period" | "half">): number {
	const index = SEGMENTS.findIndex((segment) => segment.period === period && segment.half === half);
	return index < 0 ? SEGMENTS.length : index;
}

/** The segment that runs in a phase, or the one that has just run; null where none is meant. */
export const segmentIn = (phase: Phase): number | null => SEGMENT_OF_PHASE[phase] ?? null;

type Reached = { readonly furthest: Phase; readonly extraTime: boolean };
/**
 * The phase by which what is told or stated now is placed. A match that ended had two halves, whether both were told or not;
 * without extra time kicks follow the second half.
 */
export function placingPhase({ furthest, extraTime }: Reached, phase: Phase): Phase {
	const isOver = phase === "ended" || phase === "abandoned";
	const reached = isOver ? furthest : phase;
	if (phase === "ended" && (reached === "first_half" || reached === "half_time")) return "second_half";
	return reached === "shootout_break" && !extraTime ? "extra_break" : reached;
}

/** `23`, `45+2`: the 23rd minute begins at 22:00 on the clock, the second of first-half stoppage at 46:00. */
const MINUTE = /^(\d{1,3})\s*['’′]?\s*(?:\+\s*(\d{1,2}))?\s*(?:['’′]|min\.?)?$/;

export type Told = {
	readonly clockSec?: number | undefined;
	readonly minuteText?: string | undefined;
	/** By its provider's own clock: the phase in which it happened, and where on the match's clock. */
	readonly happened?: { readonly phase: Phase; readonly sec: number };
};

function minuteOf(text: string | undefined): { readonly base: number; readonly sec: number } | null {
	const match = MINUTE.exec(text?.trim() ?? "");
	if (match === null) return null;
	const base = Number(match[1]);
	const added = Number(match[2] ?? 0);
	return { base, sec: Math.max(0, base + added - 1) * 60 };
}

/**
 * The written minute says which half it was, even in stoppage; the clock alone does where it is below the half's end. Where
 * nothing is told, an incident fell when it was told: in the running half, or in the one that the break follows.
 */
export function placeOf(told: Told, phase: Phase, nowSec: number): Place {
	const arrival = SEGMENT_OF_PHASE[phase];
	if (arrival === undefined) return { period: periodOf(phase), half: 2, sec: told.clockSec ?? nowSec };
	const { happened } = told;
	return placeBefore(
		told,
		Math.min(arrival, happened === undefined ? arrival : (segmentIn(happened.phase) ?? arrival)),
		happened?.sec ?? nowSec,
	);
}

/** Whether what is told names no more than a minute. */
export const isMinuteOnly = ({ clockSec, minuteText }: Told): boolean =>
	clockSec === undefined && minuteOf(minuteText) !== null;

/** Whether it says where on the clock it was. */
export const isTimed = ({ clockSec, minuteText }: Told): boolean =>
	clockSec !== undefined || minuteOf(minuteText) !== null;

/** A correction may move an incident, or say nothing of where it was. Only a written minute moves it to a later half. */
export function placeAgain(told: Told, before: Place, phase: Phase): Place {
	const own = SEGMENTS.findIndex(({ period, half }) => period === before.period && half === before.half);
	if (own < 0) return before;
	const now = minuteOf(told.minuteText) === null ? own : Math.max(own, segmentIn(phase) ?? own);
	return placeBefore(told, now, before.sec);
}

function placeBefore(told: Told, arrival: number, nowSec: number): Place {
	const minute = minuteOf(told.minuteText);
	const saidIndex =
		minute !== null
			? SEGMENTS.findIndex(({ endSec }) => minute.base * 60 <= endSec)
			: told.clockSec !== undefined
				? SEGMENTS.findIndex(({ endSec }) => (told.clockSec ?? 0) < endSec)
				: arrival;
	const segment = SEGMENTS[saidIndex < 0 ? arrival : Math.min(saidIndex, arrival)] ?? SEGMENTS[0];
	return { period: segment.period, half: segment.half, sec: told.clockSec ?? minute?.sec ?? nowSec };
}
