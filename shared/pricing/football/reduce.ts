/** Inputs → state. Refuses what cannot be; the state is then unchanged. */
import type { FixtureInput, IncidentInput, Input } from "../../feeds/canonical.ts";
import type { SportRefusal } from "../sport.ts";
import { MAX_GOALS_STANDING } from "./law/score-law.ts";
import { CLOCK_BOUNDS, canFollow, isInPlay, isPhase, type Phase } from "./phases.ts";
import { placeAgain, placeOf } from "./placing.ts";
import { elapsedSecAt, type FootballIncident, type FootballState, kicksOf, scoreOf } from "./state.ts";

export type Reduced = { readonly ok: true; readonly state: FootballState } | SportRefusal;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_input", message });
const done = (state: FootballState): Reduced => ({ ok: true, state });

/** A match longer than this many incidents is not football. */
const MAX_INCIDENTS = 500;
/** The longest shoot-out of a competition had 56 kicks. */
export const MAX_KICKS = 100;
const MAX_STOPPAGE_SEC = 3_600;
const NEEDS_SIDE: ReadonlySet<string> = new Set([
	"goal",
	"red_card",
	"yellow_card",
	"penalty_awarded",
	"penalty_missed",
	"shootout_kick",
]);
const KNOWN: ReadonlySet<string> = new Set([
	...NEEDS_SIDE,
	"var_review",
	"var_over",
	"corner",
	"substitution",
	"stoppage_announced",
]);

export function initialState(fixture: FixtureInput): FootballState {
	return {
		extraTime: fixture.format.extraTime === true,
		shootOut: fixture.format.shootOut === true,
		phase: "scheduled",
		furthest: "scheduled",
		clock: { elapsedSec: 0, atMs: 0, running: false, rate: 1 },
		addedMin: null,
		incidents: [],
	};
}

/** The state's clock is kept at its last input: what the clock decides is settled by the next input, not by the tick. */
export function reduce(state: FootballState, input: Input, tickMs: number): Reduced {
	const reduced = reduceInput(state, input, tickMs);
	if (!reduced.ok || !reduced.state.clock.running || tickMs <= reduced.state.clock.atMs) return reduced;
	const { clock } = reduced.state;
	return done({
		...reduced.state,
		clock: { ...clock, elapsedSec: elapsedSecAt(reduced.state, tickMs), atMs: tickMs },
	});
}

function reduceInput(state: FootballState, input: Input, tickMs: number): Reduced {
	switch (input.kind) {
		case "state":
			return reduceState(state, input, tickMs);
		case "incident":
			return addIncident(state, input, tickMs);
		case "correction": {
			const known = state.incidents.find((incident) => incident.incidentId === input.incidentId);
			if (known === undefined) return refuse(`no incident ${input.incidentId} to correct`);
			const wrong = unfit(input);
			if (wrong !== null) return refuse(wrong);
			const facts = { ...incidentFacts(input), ...placeAgain(input, known), confirmed: true, cancelled: false };
			return within(replaceIncident(state, { ...known, ...facts }));
		}
		case "cancellation": {
			const known = state.incidents.find((incident) => incident.incidentId === input.incidentId);
			if (known === undefined) return refuse(`no incident ${input.incidentId} to cancel`);
			return done(replaceIncident(state, { ...known, cancelled: true, confirmed: true }));
		}
		case "confirmation": {
			const known = state.incidents.find((incident) => incident.incidentId === input.incidentId);
			if (known === undefined) return refuse(`no incident ${input.incidentId} to confirm`);
			return done(replaceIncident(state, { ...known, confirmed: true }));
		}
		case "bet_start":
			return done(input.groups === undefined ? confirmAll(state) : state);
		case "fixture":
			return refuse("the fixture is already known");
		case "bet_stop":
		case "danger":
		case "recovery_complete":
		case "reference_prices":
		case "trader":
			return done(state);
	}
}

function reduceState(state: FootballState, input: Extract<Input, { kind: "state" }>, tickMs: number): Reduced {
	if (!isPhase(input.phase)) return refuse(`football has no phase ${input.phase}`);
	if (!canFollow(state.phase, input.phase)) return refuse(`${input.phase} cannot follow ${state.phase}`);
	const wrongClock = unfitClock(input.phase, input.clock?.elapsedSec);
	if (wrongClock !== null) return refuse(wrongClock);
	const regular = scoreOf(state, "regular");
	const extra = scoreOf(state, "extra");
	const score = { home: regular.home + extra.home, away: regular.away + extra.away };
	if (input.score !== undefined && (input.score.home !== score.home || input.score.away !== score.away)) {
		return refuse(
			`the score ${input.score.home}-${input.score.away} does not follow from the incidents (${score.home}-${score.away})`,
		);
	}
	const moved = input.phase !== state.phase;
	const clock =
		input.clock === undefined
			? {
					...state.clock,
					// A half that begins without a word of the clock begins at its beginning.
					elapsedSec: (moved ? CLOCK_BOUNDS[input.phase]?.[0] : undefined) ?? elapsedSecAt(state, tickMs),
					atMs: tickMs,
					running: state.clock.running && !moved,
				}
			: { elapsedSec: input.clock.elapsedSec, atMs: tickMs, running: input.clock.running, rate: input.clock.rate ?? 1 };
	const next: FootballState = {
		...(moved ? confirmAll(state) : state),
		phase: input.phase,
		furthest: input.phase === "ended" || input.phase === "abandoned" ? state.furthest : input.phase,
		clock,
		addedMin: input.clock?.addedMin ?? (moved ? null : state.addedMin),
	};
	return done(next);
}

/** The match's clock starts a half where the half before should have ended, and no stoppage lasts an hour. */
function unfitClock(phase: Phase, elapsedSec: number | undefined): string | null {
	const bounds = CLOCK_BOUNDS[phase];
	if (bounds === undefined || elapsedSec === undefined) return null;
	const [startSec, endSec] = bounds;
	if (elapsedSec >= startSec && elapsedSec <= endSec + MAX_STOPPAGE_SEC) return null;
	return `a clock of ${elapsedSec} s is not in ${phase}`;
}

function unfit(input: Pick<IncidentInput, "incident" | "side" | "detail">): string | null {
	if (!KNOWN.has(input.incident)) return `football has no ${input.incident}`;
	if (NEEDS_SIDE.has(input.incident) && input.side === undefined) return `a ${input.incident} needs a side`;
	if (input.incident === "shootout_kick" && input.detail !== "scored" && input.detail !== "missed") {
		return "a shootout_kick is scored or missed";
	}
	return null;
}

function addIncident(state: FootballState, input: IncidentInput, tickMs: number): Reduced {
	const wrong = unfit(input);
	if (wrong !== null) return refuse(wrong);
	if (!isInPlay(state.phase)) return refuse(`no ${input.incident} while ${state.phase}`);
	if (state.incidents.some((incident) => incident.incidentId === input.incidentId))
		return refuse(`incident ${input.incidentId} is known`);
	if (state.incidents.length >= MAX_INCIDENTS) return refuse(`more than ${MAX_INCIDENTS} incidents`);
	const inShootOut = state.phase === "shootout";
	if (input.incident === (inShootOut ? "goal" : "shootout_kick"))
		return refuse(`no ${input.incident} in ${state.phase}`);
	const incident: FootballIncident = {
		incidentId: input.incidentId,
		...incidentFacts(input),
		...placeOf(input, state.phase, elapsedSecAt(state, tickMs)),
		confirmed: !DOUBTFUL.has(input.incident),
		cancelled: false,
		invented: input.invented === true,
	};
	const next = { ...state, incidents: [...state.incidents, incident] };
	return within(
		input.incident === "stoppage_announced" && input.value !== undefined ? { ...next, addedMin: input.value } : next,
	);
}

/** A score or a shoot-out beyond what was ever played is a feed gone wrong, and beyond what can be priced. */
function within(state: FootballState): Reduced {
	for (const period of ["regular", "extra"] as const) {
		const { home, away } = scoreOf(state, period);
		if (home + away > MAX_GOALS_STANDING) return refuse(`${home}-${away} is no score of football`);
	}
	if (kicksOf(state).length > MAX_KICKS) return refuse(`more than ${MAX_KICKS} kicks of a shoot-out`);
	return done(state);
}

/** What waits for the feed's word before it settles anything. */
const DOUBTFUL: ReadonlySet<string> = new Set(["goal", "red_card", "penalty_awarded"]);

function incidentFacts(input: Pick<IncidentInput, "incident" | "side" | "minuteText" | "player" | "detail">): {
	type: string;
	side: "home" | "away" | null;
	minuteText: string;
	player: string | null;
	detail: string | null;
} {
	return {
		type: input.incident,
		side: input.side ?? null,
		minuteText: input.minuteText ?? "",
		player: input.player ?? null,
		detail: input.detail ?? null,
	};
}

function replaceIncident(state: FootballState, incident: FootballIncident): FootballState {
	return {
		...state,
		incidents: state.incidents.map((other) => (other.incidentId === incident.incidentId ? incident : other)),
	};
}

function confirmAll(state: FootballState): FootballState {
	if (state.incidents.every((incident) => incident.confirmed)) return state;
	return {
		...state,
		incidents: state.incidents.map((incident) => (incident.confirmed ? incident : { ...incident, confirmed: true })),
	};
}
