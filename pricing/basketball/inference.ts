/**
 * Points that nobody told: a feed states a score above its baskets, because some were lost or because it tells none. They are
 * kept as one lump a side and statement, from which baskets are taken as they are told at last. Pure.
 */
import type { Side } from "../../shared/feeds/canonical.ts";
import { boundsOf, isFinal, isInPlay, isPlaying, periodOf, QUARTERS } from "./phases.ts";
import { type BasketballIncident, type BasketballState, type Score, scoreOf } from "./state.ts";

const SIDES = ["home", "away"] as const;
/** More at once is no run of baskets but a slip of whoever keeps the score. */
const MAX_INFERRED = 60;

const isLump = ({ inferredAtMs, cancelled }: BasketballIncident): boolean => inferredAtMs !== undefined && !cancelled;

/** Points of a score that no statement has repeated yet, with the ticks at which they were inferred. */
export function unprovenPoints(
	state: BasketballState,
): readonly { readonly incidentId: string; readonly sinceMs: number }[] {
	return state.incidents.flatMap((incident) =>
		isLump(incident) && !incident.confirmed
			? [{ incidentId: incident.incidentId, sinceMs: incident.inferredAtMs ?? 0 }]
			: [],
	);
}

/** Where and when a score was stated; `isSure`: no number of points is too many. */
type Stated = {
	readonly phase: string;
	readonly sec: number;
	readonly atMs: number;
	readonly saidAtMs: number;
	readonly isSure: boolean;
};

/** Up to which period points may lie: an end that comes before the fourth quarter was told may have come after overtime. */
function periodAtEnd({ furthest }: BasketballState, phase: string): number {
	const last = Math.max(1, periodOf(isFinal(phase) ? furthest : phase));
	return phase === "ended" && last < QUARTERS ? QUARTERS + 1 : last;
}

/**
 * The state at a stated score; null where baskets that were told stand against it. What is too much is taken back before the
 * statement stands by the rest, and what it adds it does not stand by.
 */
export function withScore(
	state: BasketballState,
	stated: Score,
	{ phase, isSure, ...at }: Stated,
	standBy: (kept: BasketballState) => BasketballState,
): BasketballState | null {
	let next = state;
	const period = periodAtEnd(state, phase);
	for (const side of SIDES) {
		const surplus = scoreOf(next)[side] - stated[side];
		const taken = surplus > 0 ? lessPoints(next, side, surplus, isSure ? 1 : period) : next;
		if (taken === null) return null;
		next = taken;
	}
	next = standBy(next);
	const fromPeriod = Math.min(state.scoreKnownPeriod ?? 1, period);
	for (const side of SIDES) {
		const missing = stated[side] - scoreOf(next)[side];
		if (missing > MAX_INFERRED && !isSure) return null;
		if (missing > 0) next = withLump(next, side, missing, { period, fromPeriod, ...at });
	}
	return { ...next, scoreKnownPeriod: isQuarterKnown(state, phase) ? period + 1 : period };
}

/** A break ends a period with the score that is stated in it, unless a review may still change that. */
const isQuarterKnown = ({ isReviewing }: BasketballState, phase: string): boolean =>
	isInPlay(phase) && !isPlaying(phase) && isReviewing !== true;

function withLump(
	state: BasketballState,
	side: Side,
	value: number,
	at: Omit<Stated, "phase" | "isSure"> & { readonly period: number; readonly fromPeriod: number },
): BasketballState {
	const lump: BasketballIncident = {
		incidentId: freeId(state, side),
		type: "basket",
		side,
		period: at.period,
		minuteText: "",
		player: null,
		detail: null,
		value,
		confirmed: false,
		cancelled: false,
		invented: false,
		sec: at.sec,
		fromPeriod: at.fromPeriod,
		saidAtMs: at.saidAtMs,
		inferredAtMs: at.atMs,
	};
	return { ...state, incidents: [...state.incidents, lump] };
}

function freeId(state: BasketballState, side: Side): string {
	const taken = new Set(state.incidents.map(({ incidentId }) => incidentId));
	for (let n = 1; ; n++) if (!taken.has(`inferred:${side}:${n}`)) return `inferred:${side}:${n}`;
}

/**
 * Takes points back that were only inferred, the newest first; null where there are not so many. What was stood by in a period
 * that has been left since is settled, and no slip of a later score takes it back: `fromPeriod` on.
 */
function lessPoints(state: BasketballState, side: Side, points: number, fromPeriod: number): BasketballState | null {
	let left = points;
	const incidents = state.incidents.toReversed().map((incident) => {
		if (left === 0 || !isLump(incident) || incident.side !== side) return incident;
		if (incident.confirmed && incident.period < fromPeriod) return incident;
		const taken = Math.min(left, incident.value ?? 0);
		left -= taken;
		const value = (incident.value ?? 0) - taken;
		return value === 0 ? { ...incident, cancelled: true, confirmed: true } : { ...incident, value };
	});
	return left > 0 ? null : { ...state, incidents: incidents.toReversed() };
}

/** A basket that is told at last is taken out of the lump that a score told of before; it stands in its place. */
export function absorbPoints(state: BasketballState, basket: BasketballIncident): BasketballState {
	const lump = basket.type === "basket" && !basket.cancelled ? lumpOf(state, basket) : undefined;
	if (lump === undefined) return { ...state, incidents: [...state.incidents, basket] };
	const value = (lump.value ?? 0) - (basket.value ?? 0);
	const confirmed = basket.confirmed || lump.confirmed;
	const told = { ...basket, confirmed, repricedAtMs: lump.inferredAtMs ?? basket.repricedAtMs ?? 0 };
	return {
		...state,
		incidents: state.incidents.flatMap((incident) =>
			incident === lump ? (value === 0 ? [told] : [told, { ...lump, value }]) : [incident],
		),
	};
}

/**
 * The earliest lump that this basket may be of: its own time lies before the statement, or it has none and was sent before the
 * statement or follows close.
 */
function lumpOf(state: BasketballState, { side, value, sec, period, saidAtMs = 0 }: BasketballIncident) {
	return state.incidents.find(
		(incident) =>
			isLump(incident) &&
			incident.side === side &&
			(incident.value ?? 0) >= (value ?? 0) &&
			(sec === undefined
				? saidAtMs < (incident.saidAtMs ?? 0) || (!incident.confirmed && incident.period === period)
				: period < incident.period || (period === incident.period && sec <= (incident.sec ?? 0))),
	);
}

/** Baskets in periods which, by a corrected phase, have not been played belong to the one that is, and it may have lost some. */
export function withinPhase(state: BasketballState, phase: string): BasketballState {
	const last = periodOf(phase);
	if (isFinal(phase)) return state;
	const scoreKnownPeriod = Math.min(state.scoreKnownPeriod ?? 1, Math.max(1, last));
	const known = scoreKnownPeriod === (state.scoreKnownPeriod ?? 1) ? state : { ...state, scoreKnownPeriod };
	if (!state.incidents.some(({ period }) => period > last)) return known;
	const [, endSec] = boundsOf(Math.max(1, last), state.format);
	return {
		...known,
		incidents: state.incidents.map((incident) =>
			incident.period > last
				? { ...incident, period: last, ...(incident.sec === undefined ? {} : { sec: Math.min(incident.sec, endSec) }) }
				: incident,
		),
	};
}
