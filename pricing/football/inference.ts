/**
 * Goals that nobody told: a feed states a score that is higher than its incidents, because one was lost or because it sends
 * none. Such a goal lies somewhere between the last score that agreed and the statement. Pure.
 */
import type { Side } from "../../shared/feeds/canonical.ts";
import { type Phase, phaseIndex } from "./phases.ts";
import { placingPhase, SEGMENTS, segmentIn, segmentOf } from "./placing.ts";
import { type FootballIncident, type FootballState, type KnownPlace, type Score, scoreOf, standing } from "./state.ts";

/** How far apart on the clock a goal told without a time and the score that told of it before may be. */
const SAME_GOAL_SEC = 60;
const SIDES = ["home", "away"] as const;

/** The score of the whole match without a shoot-out, as feeds state it. */
export function wholeScore(state: FootballState): Score {
	const regular = scoreOf(state, "regular");
	const extra = scoreOf(state, "extra");
	return { home: regular.home + extra.home, away: regular.away + extra.away };
}

type ScoreAt = Required<Omit<KnownPlace, "ofTick">>;

const isInferred = ({ inferredAtMs }: FootballIncident): boolean => inferredAtMs !== undefined;

/** Goals of a score that no feed has told or stood by yet, with the ticks at which they were inferred. */
export function unprovenGoals(
	state: FootballState,
): readonly { readonly incidentId: string; readonly sinceMs: number }[] {
	return standing(state, "goal").flatMap(({ incidentId, confirmed, inferredAtMs }) =>
		inferredAtMs === undefined || confirmed ? [] : [{ incidentId, sinceMs: inferredAtMs }],
	);
}

/**
 * The state at a stated score: what is missing is inferred, and what was only inferred may go again. Null where goals that were
 * told stand against it: that cannot be reconciled.
 */
export function withScore(
	state: FootballState,
	stated: Score,
	phase: Phase,
	sec: number,
	atMs: number,
	saidAtMs: number,
): FootballState | null {
	let next = state;
	for (const side of SIDES) {
		const surplus = wholeScore(next)[side] - stated[side];
		if (surplus <= 0) continue;
		const taken = withoutInferred(next, side, surplus);
		if (taken === null) return null;
		next = taken;
	}
	const segment = segmentIn(placingPhase(state, phase)) ?? (state.extraTime ? SEGMENTS.length - 1 : 1);
	const known = state.scoreKnown ?? { segment: 0, sec: 0 };
	for (const side of SIDES) {
		const missing = stated[side] - wholeScore(next)[side];
		for (let n = 0; n < missing; n++) next = withInferred(next, side, { segment, sec, atMs }, known, saidAtMs);
	}
	const ofTick = standing(next, "goal").flatMap((goal) =>
		(goal.repricedAtMs ?? goal.inferredAtMs) === atMs ? [goal.incidentId] : [],
	);
	return { ...next, scoreKnown: { segment, sec, atMs, ...(ofTick.length === 0 ? {} : { ofTick }) } };
}

function withInferred(
	state: FootballState,
	side: Side,
	at: ScoreAt,
	from: KnownPlace,
	saidAtMs: number,
): FootballState {
	const overruled = state.incidents.findLast(
		(goal) => goal.type === "goal" && goal.side === side && goal.cancelled && goal.isOverruled === true,
	);
	if (overruled !== undefined) return revived(state, overruled, at, saidAtMs);
	const place = SEGMENTS[at.segment] ?? SEGMENTS[0];
	const incident: FootballIncident = {
		incidentId: inferredId(state, side),
		type: "goal",
		side,
		period: place.period,
		half: place.half,
		sec: at.sec,
		minuteText: "",
		player: null,
		detail: null,
		confirmed: false,
		cancelled: false,
		invented: false,
		saidAtMs,
		inferredAtMs: at.atMs,
		from,
	};
	return { ...state, incidents: [...state.incidents, incident] };
}

/** It was told once, and a score has it again. */
function revived(state: FootballState, goal: FootballIncident, at: ScoreAt, saidAtMs: number): FootballState {
	const { isOverruled: _, ...stands } = { ...goal, cancelled: false, confirmed: false };
	const place = SEGMENTS[at.segment] ?? SEGMENTS[0];
	// Where nobody told it, either score may be right about when it was: its first one, or the one that has it now.
	const placed: FootballIncident = isInferred(goal)
		? { ...stands, period: place.period, half: place.half, sec: at.sec, saidAtMs, inferredAtMs: at.atMs }
		: stands;
	return { ...state, incidents: state.incidents.map((other) => (other === goal ? placed : other)) };
}

/** An id that is taken, by a feed even, gives way to the next number. */
function inferredId(state: FootballState, side: Side): string {
	const taken = new Set(state.incidents.map(({ incidentId }) => incidentId));
	for (let n = 1; ; n++) {
		const id = `inferred:${side}:${n}`;
		if (!taken.has(id)) return id;
	}
}

/** Takes back inferred goals of a side, the newest first; null where there are not so many. */
export function withoutInferred(state: FootballState, side: Side, count: number): FootballState | null {
	const mine = standing(state, "goal").filter((goal) => goal.side === side && isInferred(goal));
	if (mine.length < count) return null;
	const gone = new Set(mine.slice(-count));
	return {
		...state,
		incidents: state.incidents.map((incident) =>
			gone.has(incident) ? { ...incident, cancelled: true, confirmed: true, isOverruled: true } : incident,
		),
	};
}

/** A goal that is told at last takes the place of the one that a score told of before. */
export function absorbInferred(
	state: FootballState,
	incident: FootballIncident,
	isTimed: boolean,
	nowSec: number,
): FootballState {
	const known = incident.type === "goal" && !incident.cancelled ? matching(state, incident, isTimed, nowSec) : null;
	if (known === null) return { ...state, incidents: [...state.incidents, incident] };
	const confirmed = incident.confirmed || known.confirmed;
	const stands = { ...incident, confirmed, repricedAtMs: known.inferredAtMs ?? incident.repricedAtMs ?? 0 };
	const placed = isTimed ? stands : { ...stands, period: known.period, half: known.half, sec: known.sec };
	// Where the goal was is no better known than before if nobody says it.
	const kept = isTimed || known.from === undefined ? placed : { ...placed, from: known.from };
	return { ...state, incidents: state.incidents.map((other) => (other === known ? kept : other)) };
}

/**
 * The earliest inferred goal that this may be: its own time lies before the statement, or it has none and was sent before the
 * statement or comes close behind it.
 */
function matching(
	state: FootballState,
	incident: FootballIncident,
	isTimed: boolean,
	nowSec: number,
): FootballIncident | null {
	const at = segmentOf(incident);
	const isSame = (goal: FootballIncident): boolean => {
		if (goal.side !== incident.side) return false;
		if (!isTimed && (incident.saidAtMs ?? 0) < (goal.saidAtMs ?? 0)) return true;
		if (goal.period !== incident.period) return false;
		const segment = segmentOf(goal);
		if (!isTimed) return segment === at && nowSec - goal.sec <= SAME_GOAL_SEC;
		return at < segment || (at === segment && incident.sec <= goal.sec + SAME_GOAL_SEC);
	};
	return standing(state, "goal").find((goal) => isInferred(goal) && isSame(goal)) ?? null;
}

/** Goals that lie in halves which, by a corrected phase, have not been played: they belong to the one that is. */
export function withinPhase(state: FootballState, phase: Phase): FootballState {
	const segment = phase === "ended" || phase === "abandoned" ? null : segmentIn(phase);
	const place = segment === null ? undefined : SEGMENTS[segment];
	if (segment === null || place === undefined || phaseIndex(phase) >= phaseIndex("shootout_break")) return state;
	const isBeyond = (incident: FootballIncident): boolean =>
		incident.type !== "shootout_kick" && segmentOf(incident) > segment;
	const within = (known: KnownPlace): KnownPlace => (known.segment > segment ? { ...known, segment } : known);
	const { scoreKnown } = state;
	return {
		...state,
		...(scoreKnown === undefined ? {} : { scoreKnown: within(scoreKnown) }),
		incidents: state.incidents.map((incident) => {
			const { from } = incident;
			const known = from === undefined ? incident : { ...incident, from: within(from) };
			return isBeyond(incident) ? { ...known, period: place.period, half: place.half } : known;
		}),
	};
}
