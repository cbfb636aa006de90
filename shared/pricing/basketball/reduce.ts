/** Inputs → state. Refuses what cannot be; the state is then unchanged. */
import type { FixtureInput, IncidentInput, Input, Side } from "../../feeds/canonical.ts";
import type { SportRefusal } from "../sport.ts";
import { withLines } from "./lines.ts";
import {
	boundsOf,
	canFollow,
	formatOrDefault,
	isFinal,
	isInPlay,
	isPhase,
	isPlaying,
	periodOf,
	QUARTERS,
} from "./phases.ts";
import {
	type Ball,
	type BasketballIncident,
	type BasketballState,
	elapsedSecAt,
	foulsOf,
	opponentOf,
	scoreOf,
	stateBefore,
} from "./state.ts";
import { strengthsOr } from "./strengths.ts";

export type Reduced = { readonly ok: true; readonly state: BasketballState } | SportRefusal;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_input", message });
type Changed = { readonly ok: true; readonly state: BasketballState } | SportRefusal;
const done = (state: BasketballState): Changed => ({ ok: true, state });

/** About 180 baskets, 45 fouls and 14 time-outs make a match; one of six overtimes had some 400 incidents. */
const MAX_INCIDENTS = 1_000;
const KNOWN: ReadonlySet<string> = new Set(["basket", "foul", "timeout", "substitution", "var_review", "var_over"]);
const MAX_FREE_THROWS = 3;

export function initialState(fixture: FixtureInput): BasketballState {
	const format = formatOrDefault(fixture);
	return withLines(stateBefore(format, strengthsOr(fixture, format)), 0);
}

export function reduce(state: BasketballState, input: Input, tickMs: number): Reduced {
	const changed = change(state, input, tickMs);
	if (!changed.ok || changed.state === state) return changed;
	return done(withLines(changed.state, tickMs));
}

function change(state: BasketballState, input: Input, tickMs: number): Changed {
	switch (input.kind) {
		case "state":
			return restate(state, input, tickMs);
		case "incident":
			return addIncident(state, input, tickMs);
		case "correction": {
			const wrong = unfit(input);
			if (wrong !== null) return refuse(wrong);
			return replaced(state, input.incidentId, "correct", { ...facts(input), confirmed: true, cancelled: false });
		}
		case "cancellation":
			return replaced(state, input.incidentId, "cancel", { cancelled: true, confirmed: true });
		case "confirmation":
			return replaced(state, input.incidentId, "confirm", { confirmed: true });
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

function replaced(
	state: BasketballState,
	incidentId: string,
	verb: "correct" | "cancel" | "confirm",
	facts: Partial<BasketballIncident>,
): Changed {
	if (!state.incidents.some((incident) => incident.incidentId === incidentId))
		return refuse(`no incident ${incidentId} to ${verb}`);
	const incidents = state.incidents.map((incident) =>
		incident.incidentId === incidentId ? { ...incident, ...facts } : incident,
	);
	// What was taken back or told anew may have moved the ball: the feed says where it is.
	const ball: Ball = verb === "confirm" ? state.ball : { kind: "unknown" };
	return done({ ...state, incidents, ball });
}

function restate(state: BasketballState, input: Extract<Input, { kind: "state" }>, tickMs: number): Changed {
	const { phase, score, clock } = input;
	if (!isPhase(phase)) return refuse(`basketball has no phase ${phase}`);
	if (!canFollow(state.phase, phase)) return refuse(`${phase} cannot follow ${state.phase}`);
	const own = scoreOf(state);
	if (score !== undefined && (score.home !== own.home || score.away !== own.away))
		return refuse(`the score ${score.home}-${score.away} does not follow from the baskets (${own.home}-${own.away})`);
	const impossible = impossibleMove(state, phase);
	if (impossible !== null) return refuse(impossible);
	const ball = ballOf(state, phase, input.facts);
	if (ball === null) return refuse("possession is home, away or none, and free throws are 0 to 3 of a side");
	const elapsedSec = clock?.elapsedSec ?? elapsedSecAt(state, tickMs);
	const outside = outsideOf(state, phase, elapsedSec);
	if (clock !== undefined && outside !== null) return refuse(outside);
	const moved = phase !== state.phase;
	// A statement of the same score, and a phase that goes on, both say that all baskets stand.
	const stood = moved || score !== undefined ? confirmAll(state) : state;
	return done({
		...stood,
		phase,
		furthest: isFinal(phase) ? state.furthest : phase,
		clock: {
			elapsedSec,
			atMs: tickMs,
			running: clock === undefined ? state.clock.running && !moved : clock.running && isPlaying(phase),
			rate: clock?.rate ?? state.clock.rate,
		},
		ball,
	});
}

/** Overtime and the end both depend on who leads. */
function impossibleMove(state: BasketballState, phase: string): string | null {
	if (phase === state.phase) return null;
	const { home, away } = scoreOf(state);
	if (phase === "ended") {
		if (periodOf(state.phase) < QUARTERS) return `a match does not end in ${state.phase}`;
		return home === away ? `a match does not end level at ${home}-${away}` : null;
	}
	return isOvertimePhase(phase) && home !== away ? `no ${phase} at ${home}-${away}` : null;
}

const isOvertimePhase = (phase: string): boolean => /^(break_)?ot\d$/.test(phase);

function outsideOf(state: BasketballState, phase: string, elapsedSec: number): string | null {
	if (!isPlaying(phase)) return null;
	const [startSec, endSec] = boundsOf(periodOf(phase), state.format);
	return elapsedSec < startSec || elapsedSec > endSec
		? `${elapsedSec} s are not within ${phase} (${startSec} to ${endSec})`
		: null;
}

/** Who has the ball after a statement; null where it says what cannot be. */
export function ballOf(
	state: BasketballState,
	phase: string,
	stated: Extract<Input, { kind: "state" }>["facts"],
): Ball | null {
	const { possession, freeThrows = 0 } = stated ?? {};
	if (typeof freeThrows !== "number" || !Number.isInteger(freeThrows) || freeThrows < 0 || freeThrows > MAX_FREE_THROWS)
		return null;
	if (possession === undefined) return phase === state.phase && freeThrows === 0 ? state.ball : { kind: "unknown" };
	if (possession === "none") return { kind: "unknown" };
	if (possession !== "home" && possession !== "away") return null;
	return freeThrows > 0
		? { kind: "free_throws", side: possession, attempts: freeThrows }
		: { kind: "possession", side: possession };
}

function unfit({ incident, side, value }: Pick<IncidentInput, "incident" | "side" | "value">): string | null {
	if (!KNOWN.has(incident)) return `basketball has no ${incident}`;
	if ((incident === "basket" || incident === "foul") && side === undefined) return `a ${incident} needs a side`;
	if (incident === "basket" && value !== 1 && value !== 2 && value !== 3) return "a basket brings 1, 2 or 3 points";
	if (incident === "foul" && value !== undefined && !(Number.isInteger(value) && value <= MAX_FREE_THROWS))
		return "a foul gives 0 to 3 free throws";
	return null;
}

function addIncident(state: BasketballState, input: IncidentInput, tickMs: number): Changed {
	const wrong = unfit(input);
	if (wrong !== null) return refuse(wrong);
	if (!isInPlay(state.phase)) return refuse(`no ${input.incident} while ${state.phase}`);
	if (state.incidents.some(({ incidentId }) => incidentId === input.incidentId))
		return refuse(`incident ${input.incidentId} is known`);
	if (state.incidents.length >= MAX_INCIDENTS) return refuse(`more than ${MAX_INCIDENTS} incidents`);
	const incident: BasketballIncident = {
		incidentId: input.incidentId,
		...facts(input),
		// In a break it belongs to the period that has just run: a shot that beat the buzzer, counted after a look at it.
		period: periodOf(state.phase),
		confirmed: input.incident !== "basket",
		cancelled: false,
		invented: input.invented === true,
	};
	const added = { ...state, incidents: [...state.incidents, incident] };
	const running = state.clock.running && input.incident !== "timeout";
	const clock = { ...state.clock, elapsedSec: elapsedSecAt(state, tickMs), atMs: tickMs, running };
	return done({ ...added, clock, ball: ballAfter(added, incident) });
}

function ballAfter(state: BasketballState, { type, side, value, detail }: BasketballIncident): Ball {
	const { ball } = state;
	if (side === null || !isPlaying(state.phase)) return ball;
	if (type === "basket") return afterBasket(ball, side, value ?? 0);
	if (type !== "foul") return ball;
	if (detail === "offensive") return { kind: "possession", side: opponentOf(side) };
	const inBonus = foulsOf(state, periodOf(state.phase))[side] >= state.format.bonusFouls;
	const attempts = value ?? (inBonus && detail !== "technical" ? 2 : 0);
	return attempts > 0
		? { kind: "free_throws", side: opponentOf(side), attempts }
		: { kind: "possession", side: opponentOf(side) };
}

/**
 * A single point is a free throw. Announced, it takes one of those to come; otherwise who goes on with the ball is not known
 * (after a technical foul it is who had it), and it stays where it was until the feed says more. A field goal while the same
 * side's free throws stand announced came with the foul: the throws are still to come.
 */
function afterBasket(ball: Ball, side: Side, points: number): Ball {
	const isAtTheLine = ball.kind === "free_throws" && ball.side === side;
	if (points > 1) return isAtTheLine ? ball : { kind: "possession", side: opponentOf(side) };
	if (!isAtTheLine) return ball;
	return ball.attempts > 1 ? { ...ball, attempts: ball.attempts - 1 } : { kind: "possession", side: opponentOf(side) };
}

function facts(
	input: Pick<IncidentInput, "incident" | "side" | "minuteText" | "player" | "detail" | "value">,
): Pick<BasketballIncident, "type" | "side" | "minuteText" | "player" | "detail" | "value"> {
	return {
		type: input.incident,
		side: input.side ?? null,
		minuteText: input.minuteText ?? "",
		player: input.player ?? null,
		detail: input.detail ?? null,
		value: input.value ?? null,
	};
}

function confirmAll(state: BasketballState): BasketballState {
	if (state.incidents.every(({ confirmed }) => confirmed)) return state;
	return {
		...state,
		incidents: state.incidents.map((incident) => (incident.confirmed ? incident : { ...incident, confirmed: true })),
	};
}
