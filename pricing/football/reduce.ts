/**
 * Inputs → state. Refuses what cannot be; the state is then unchanged. A statement is the feed's word of where the match stands
 * now: its phase may go back (a half ended by mistake), and a score above the goals told is taken over as goals inferred.
 */
import type { FixtureInput, Input } from "../../shared/feeds/canonical.ts";
import type { Reduced, SportRefusal, StateInput } from "../sport.ts";
import { formatOf, SINGLE_MATCH } from "./format.ts";
import { addIncident, confirmAll, refuse, takeWord, within } from "./incidents.ts";
import { wholeScore, withinPhase, withScore } from "./inference.ts";
import { CLOCK_BOUNDS, isPhase, type Phase, phaseIndex } from "./phases.ts";
import { SEGMENTS, segmentIn } from "./placing.ts";
import { elapsedSecAt, type FootballState, standing } from "./state.ts";

type FootballReduced = Reduced<FootballState>;
const done = (state: FootballState): FootballReduced => ({ ok: true, state });
const MAX_STOPPAGE_SEC = 3_600;

/** Of a fixture that was accepted: another format than one that can be read is priced as a single match. */
export function initialState(fixture: FixtureInput): FootballState {
	const reading = formatOf(fixture);
	const { tie, ...format } = reading.ok ? reading.format : SINGLE_MATCH;
	return {
		...format,
		...(tie === null ? {} : { tie }),
		phase: "scheduled",
		furthest: "scheduled",
		clock: { elapsedSec: 0, atMs: 0, running: false, rate: 1 },
		addedMin: null,
		incidents: [],
	};
}

/** The state's clock is kept at its last input: what the clock decides is settled by the next input, not by the tick. */
export function reduce(state: FootballState, input: Input, tickMs: number): FootballReduced {
	const reduced = reduceInput(state, input, tickMs);
	if (!reduced.ok || !reduced.state.clock.running || tickMs <= reduced.state.clock.atMs) return reduced;
	const { clock } = reduced.state;
	return {
		...reduced,
		state: {
			...reduced.state,
			clock: { ...clock, elapsedSec: elapsedSecAt(reduced.state, tickMs), atMs: tickMs },
		},
	};
}

function reduceInput(state: FootballState, input: Input, tickMs: number): FootballReduced {
	switch (input.kind) {
		case "state":
			return reduceState(state, input, tickMs);
		case "incident":
			return addIncident(state, input, tickMs);
		case "correction":
		case "cancellation":
		case "confirmation":
			return takeWord(state, input);
		case "bet_start":
			return done(input.groups === undefined ? confirmAll(state) : state);
		case "fixture":
			return refuse("the fixture is already known");
		case "bet_stop":
		case "danger":
		case "recovery_complete":
		case "reference_prices":
		case "void_window":
		case "void_window_rollback":
		case "trader":
			return done(state);
	}
}

function reduceState(state: FootballState, input: StateInput, tickMs: number): FootballReduced {
	const fit = fitStatement(state, input);
	if (!fit.ok) return fit;
	const { phase } = fit;
	const sec = input.clock?.elapsedSec ?? elapsedSecAt(state, tickMs);
	const placed = goesBack(state, phase) ? withinPhase(state, phase) : state;
	// A score that was stated before the newest word about a goal was sent says nothing of that goal.
	const isOvertaken = input.sentAtMs < newestWordMs(state);
	const scored =
		input.score === undefined || isOvertaken
			? placed
			: withScore(placed, input.score, phase, sec, tickMs, input.sentAtMs);
	if (scored === null) {
		const { home, away } = wholeScore(state);
		const message = `the score ${input.score?.home}-${input.score?.away} does not follow from the goals told (${home}-${away})`;
		return { ok: false, code: "contradiction", message };
	}
	if (phase === "scheduled" && standing(scored, "goal").length > 0) return refuse("no goals before the start");
	const fitting = within(withPhase(scored, phase, input, tickMs));
	return fitting.ok && isOvertaken ? { ...fitting, isOvertaken } : fitting;
}

/** When the newest word about a goal was sent, on its provider's clock. */
const newestWordMs = ({ incidents }: FootballState): number =>
	incidents.reduce((newest, { type, saidAtMs = 0 }) => (type === "goal" ? Math.max(newest, saidAtMs) : newest), 0);

type Fit = { readonly ok: true; readonly phase: Phase } | SportRefusal;

function fitStatement(state: FootballState, input: StateInput): Fit {
	if (!isPhase(input.phase)) return refuse(`football has no phase ${input.phase}`);
	if (input.sentAtMs < (state.statedAtMs ?? 0))
		return { ok: false, code: "outdated", message: "its provider has stated the match since" };
	const wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);
	return wrongClock === null ? { ok: true, phase: input.phase } : refuse(wrongClock);
}

/** The match's clock starts a half where the half before should have ended, and no stoppage lasts an hour. */
function unfitClock(phase: Phase, elapsedSec: number | undefined): string | null {
	const bounds = CLOCK_BOUNDS[phase];
	if (bounds === undefined || elapsedSec === undefined) return null;
	const [startSec, endSec] = bounds;
	if (elapsedSec >= startSec && elapsedSec <= endSec + MAX_STOPPAGE_SEC) return null;
	return `a clock of ${elapsedSec} s is not in ${phase}`;
}

/** A phase before the one we are in: the one in between was stated by mistake. */
export const goesBack = (state: FootballState, phase: string): boolean =>
	isPhase(phase) && phaseIndex(phase) < phaseIndex(state.phase);

function withPhase(state: FootballState, phase: Phase, input: StateInput, tickMs: number): FootballState {
	const moved = phase !== state.phase;
	const clock =
		input.clock === undefined
			? {
					...state.clock,
					// A half that begins without a word of the clock begins at its beginning.
					elapsedSec: (moved ? CLOCK_BOUNDS[phase]?.[0] : undefined) ?? elapsedSecAt(state, tickMs),
					atMs: tickMs,
					running: state.clock.running && !moved,
				}
			: { elapsedSec: input.clock.elapsedSec, atMs: tickMs, running: input.clock.running, rate: input.clock.rate ?? 1 };
	const isFinal = phase === "ended" || phase === "abandoned";
	return {
		...state,
		phase,
		furthest: isFinal ? state.furthest : phase,
		clock,
		addedMin: input.clock?.addedMin ?? (moved ? null : state.addedMin),
		...(input.lineups === undefined ? {} : { lineups: input.lineups }),
		statedAtMs: input.sentAtMs,
		beganAtMs: beganAt(state, phase, input),
	};
}

/** A phase that is taken up again began when it was first named; those after it have not begun. */
function beganAt(state: FootballState, phase: Phase, input: StateInput): FootballState["beganAtMs"] {
	const before = Object.entries(state.beganAtMs ?? {}).filter(
		([name]) => isPhase(name) && phaseIndex(name) <= phaseIndex(phase),
	);
	const known = Object.fromEntries(before);
	return known[phase] === undefined ? { ...known, [phase]: firstNamedMs(state, phase, input) } : known;
}

/** Whose beginning was lost began as long ago as its clock has run, and after what was stated before it. */
function firstNamedMs({ statedAtMs = 0 }: FootballState, phase: Phase, { sentAtMs, clock }: StateInput): number {
	const segment = segmentIn(phase);
	if (segment === null || clock?.running !== true) return sentAtMs;
	const ranSec = Math.max(0, clock.elapsedSec - (SEGMENTS[segment - 1]?.endSec ?? 0));
	return Math.min(sentAtMs, Math.max(statedAtMs, Math.floor(sentAtMs - (ranSec * 1_000) / (clock.rate ?? 1))));
}

/** Follows a statement against the goals that were told: the newest of a side that has too many did not stand. */
export function adopt(state: FootballState, statement: StateInput, tickMs: number): FootballReduced {
	const { score } = statement;
	let next: FootballState = { ...state, statedAtMs: 0 };
	for (const side of ["home", "away"] as const) {
		// Of goals told since it was sent, a statement says nothing.
		const before = standing(next, "goal").filter(
			(goal) => goal.side === side && (goal.toldAtMs ?? goal.saidAtMs ?? 0) <= statement.sentAtMs,
		);
		const surplus = score === undefined ? 0 : before.length - score[side];
		if (surplus <= 0) continue;
		const gone = new Set(before.slice(-surplus));
		next = {
			...next,
			incidents: next.incidents.map((incident) =>
				gone.has(incident)
					? { ...incident, cancelled: true, confirmed: true, isOverruled: true, saidAtMs: 0 }
					: incident,
			),
		};
	}
	return reduce(next, statement, tickMs);
}

/** Goals that were inferred and have stood for long enough. */
export function stand(state: FootballState, incidentIds: readonly string[]): FootballState {
	const ids = new Set(incidentIds);
	return {
		...state,
		incidents: state.incidents.map((incident) =>
			ids.has(incident.incidentId) ? { ...incident, confirmed: true } : incident,
		),
	};
}

/** Whether a stated score is another than the one we know. */
export function restates(state: FootballState, { score, sentAtMs }: StateInput): boolean {
	if (score === undefined || sentAtMs < newestWordMs(state)) return false;
	const known = wholeScore(state);
	return known.home !== score.home || known.away !== score.away;
}
