/** Inputs → state. Refuses what cannot be; the state is then unchanged. */
import type { FixtureInput, IncidentInput, Input } from "../../shared/feeds/canonical.ts";
import { type AheadWord, isOutdated, standingAhead, withAhead, withoutAhead } from "../incident-words.ts";
import type { Reduced, SportRefusal, StateInput } from "../sport.ts";
import { ballAfter, ballOf } from "./ball.ts";
import { absorbPoints, withinPhase, withScore } from "./inference.ts";
import { withLines } from "./lines.ts";
import { impossibleMove, outsideOf, unfit } from "./misfits.ts";
import {
	formatOrDefault,
	goesBack,
	isFinal,
	isInPlay,
	isPhase,
	isPlaying,
	periodAt,
	periodOf,
	periodsOver,
	QUARTERS,
} from "./phases.ts";
import {
	type BasketballIncident,
	type BasketballState,
	basketsOf,
	elapsedSecAt,
	pointsOf,
	scoreOf,
	stateBefore,
} from "./state.ts";
import { strengthsOr } from "./strengths.ts";

type Changed = Reduced<BasketballState>;
type Of<Kind extends Input["kind"]> = Extract<Input, { kind: Kind }>;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_input", message });
const done = (state: BasketballState): Changed => ({ ok: true, state });

/** All periods there can be. */
const ALL = Number.POSITIVE_INFINITY;
/** About 180 baskets, 45 fouls and 14 time-outs make a match; one of six overtimes had some 400 incidents. */
const MAX_INCIDENTS = 1_000;

export function initialState(fixture: FixtureInput): BasketballState {
	const format = formatOrDefault(fixture);
	return withLines(stateBefore(format, strengthsOr(fixture, format)), 0);
}

export function reduce(state: BasketballState, input: Input, tickMs: number): Changed {
	const changed = change(state, input, tickMs);
	if (!changed.ok || changed.state === state) return changed;
	return { ...changed, state: withLines(changed.state, tickMs) };
}

function change(state: BasketballState, input: Input, tickMs: number): Changed {
	switch (input.kind) {
		case "state":
			return restate(state, input, tickMs);
		case "incident":
			return untilBegun(addIncident(state, input, tickMs), input.incidentId);
		case "correction":
		case "cancellation":
		case "confirmation":
			return untilBegun(takeWord(state, input, tickMs), input.incidentId);
		case "bet_start":
			return done(input.groups === undefined ? confirmUpTo({ ...state, isReviewing: false }, ALL) : state);
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

/** Whoever tells of a later period than the one we know to run has markets on sale that are decided: its beginning is awaited. */
function untilBegun(changed: Changed, incidentId: string): Changed {
	if (!changed.ok || !isInPlay(changed.state.phase)) return changed;
	const { incidents, phase } = changed.state;
	const told = incidents.find((incident) => incident.incidentId === incidentId);
	if (told === undefined || told.cancelled || told.period <= Math.max(1, periodOf(phase))) return changed;
	return { ...changed, unclear: `${incidentId} is of period ${told.period}, whose beginning is not told` };
}

/** What the feed says of an incident it has told, or will tell. */
function takeWord(
	state: BasketballState,
	input: Of<"correction" | "cancellation" | "confirmation">,
	tickMs: number,
): Changed {
	const { incidentId, sentAtMs } = input;
	const known = state.incidents.find((incident) => incident.incidentId === incidentId);
	if (known !== undefined && isOutdated(known, sentAtMs)) return done(state);
	switch (input.kind) {
		case "correction": {
			const wrong = unfit(input);
			if (wrong !== null) return refuse(wrong);
			if (known !== undefined)
				return replaced(state, known, {
					...facts(input),
					...timeOf(input),
					confirmed: true,
					cancelled: false,
					saidAtMs: sentAtMs,
				});
			// A correction is the whole incident as it stands now: one whose first telling was lost is told by it.
			const { kind: _, ...told } = input;
			const added = addIncident(state, { ...told, kind: "incident" }, tickMs);
			const made = added.ok ? added.state.incidents.find((incident) => incident.incidentId === incidentId) : undefined;
			return added.ok && made !== undefined
				? replaced(added.state, made, { confirmed: true, cancelled: false })
				: added;
		}
		case "cancellation":
			if (known === undefined) return waiting(state, input, "cancelled");
			return replaced(reviewedBy(state, known), known, { cancelled: true, confirmed: true, saidAtMs: sentAtMs });
		case "confirmation": {
			if (known === undefined) return waiting(state, input, "confirmed");
			const stands = { ...known, confirmed: true, saidAtMs: sentAtMs };
			const incidents = state.incidents.map((other) => (other === known ? stands : other));
			return done({ ...reviewedBy(state, known), incidents });
		}
	}
}

function waiting(
	state: BasketballState,
	{ incidentId, sentAtMs }: Of<"cancellation" | "confirmation">,
	word: AheadWord["word"],
): Changed {
	const ahead = withAhead(state.ahead ?? [], { incidentId, word, saidAtMs: sentAtMs });
	if (ahead === null) return refuse(`no incident ${incidentId}, and too many others wait to be told`);
	const waits = { ...state, ahead };
	return word === "confirmed"
		? { ok: true, state: waits, unclear: `${incidentId} is confirmed and was never told` }
		: done(waits);
}

function replaced(state: BasketballState, known: BasketballIncident, change: Partial<BasketballIncident>): Changed {
	const incidents = state.incidents.map((incident) => (incident === known ? { ...known, ...change } : incident));
	// What was taken back or told anew may have moved the ball: the feed says where it is.
	return done({ ...state, incidents, ball: { kind: "unknown" } });
}

/** `isSure`: a trader says that the feed is right, whatever it tells. */
function restate(state: BasketballState, input: StateInput, tickMs: number, isSure = false): Changed {
	const { phase, score, clock } = input;
	if (!isPhase(phase)) return refuse(`basketball has no phase ${phase}`);
	if (input.sentAtMs < (state.statedAtMs ?? 0))
		return { ok: false, code: "outdated", message: "its provider has stated the match since" };
	const elapsedSec = clock?.elapsedSec ?? elapsedSecAt(state, tickMs);
	const outside = outsideOf(state, phase, elapsedSec);
	if (clock !== undefined && outside !== null) return refuse(outside);
	// A statement of the score says that all baskets told before stand, a later phase that those of periods which are over do,
	// unless a review looks at them.
	const isBack = goesBack(state.phase, phase);
	const placed = isBack ? withinPhase(state, phase) : state;
	// A score that was stated before the newest word about a basket was sent says nothing of that basket.
	const isOvertaken = input.sentAtMs < newestWordMs(state);
	const stoodBy = score !== undefined && !isOvertaken ? ALL : phase === state.phase || isBack ? 0 : periodsOver(phase);
	const standBy = (kept: BasketballState): BasketballState =>
		stoodBy > 0 && state.isReviewing !== true ? confirmUpTo(kept, stoodBy) : kept;
	const scored =
		score === undefined || isOvertaken
			? standBy(placed)
			: withScore(placed, score, { phase, sec: elapsedSec, atMs: tickMs, saidAtMs: input.sentAtMs, isSure }, standBy);
	if (scored === null) {
		const own = scoreOf(state);
		const message = `the score ${score?.home}-${score?.away} does not follow from the baskets (${own.home}-${own.away})`;
		return { ok: false, code: "contradiction", message };
	}
	const impossible = impossibleMove(scored, phase);
	if (impossible !== null) return refuse(impossible);
	const ball = ballOf(state, phase, input.facts);
	if (ball === null) return refuse("possession is home, away or none, and free throws are 0 to 3 of a side");
	const next = { ...scored, ...phaseAfter(state, input, elapsedSec, tickMs), ball };
	return isOvertaken ? { ok: true, state: next, isOvertaken } : done(next);
}

/** When the newest word about a basket was sent, on its provider's clock. */
export const newestWordMs = ({ incidents }: BasketballState): number =>
	incidents.reduce((newest, { type, saidAtMs = 0 }) => (type === "basket" ? Math.max(newest, saidAtMs) : newest), 0);

function phaseAfter(
	state: BasketballState,
	{ phase, clock, sentAtMs }: StateInput,
	elapsedSec: number,
	tickMs: number,
) {
	const moved = phase !== state.phase;
	return {
		phase,
		furthest: furthestAfter(state, phase),
		clock: {
			elapsedSec,
			atMs: tickMs,
			running: clock === undefined ? state.clock.running && !moved : clock.running && isPlaying(phase),
			rate: clock?.rate ?? state.clock.rate,
		},
		statedAtMs: sentAtMs,
		beganAtMs: beganAt(state, phase, sentAtMs),
	};
}

/** A match that has ended had four quarters, whether all of them were told or not. */
function furthestAfter({ furthest }: BasketballState, phase: string): string {
	if (phase === "ended" && periodOf(furthest) < QUARTERS) return `q${QUARTERS}`;
	return isFinal(phase) ? furthest : phase;
}

/** A phase that is taken up again began when it was first named; those after it have not begun. */
function beganAt(
	{ beganAtMs = {} }: BasketballState,
	phase: string,
	sentAtMs: number,
): Readonly<Record<string, number>> {
	const known = Object.fromEntries(Object.entries(beganAtMs).filter(([name]) => !goesBack(name, phase)));
	return known[phase] === undefined ? { ...known, [phase]: sentAtMs } : known;
}

/**
 * Follows a statement against the baskets that were told before it: the newest of a side that has too many points did not count.
 * Of what has been said since it was sent, it says nothing.
 */
export function adopt(state: BasketballState, statement: StateInput, tickMs: number): Changed {
	const { score } = statement;
	let next: BasketballState = { ...state, statedAtMs: 0, isReviewing: false };
	for (const side of ["home", "away"] as const) {
		const gone = new Set<BasketballIncident>();
		const before = basketsOf(next).filter(({ toldAtMs, saidAtMs = 0 }) => (toldAtMs ?? saidAtMs) <= statement.sentAtMs);
		let points = pointsOf(before)[side];
		for (const basket of before.toReversed()) {
			if (score === undefined || points <= score[side]) break;
			if (basket.side !== side) continue;
			gone.add(basket);
			points -= basket.value ?? 0;
		}
		const incidents = next.incidents.map((incident) =>
			gone.has(incident) ? { ...incident, cancelled: true, confirmed: true, saidAtMs: 0 } : incident,
		);
		next = { ...next, incidents };
	}
	const adopted = restate(next, statement, tickMs, true);
	return adopted.ok ? { ...adopted, state: withLines(adopted.state, tickMs) } : adopted;
}

/** Points that were inferred and have stood for long enough. */
export function stand(state: BasketballState, incidentIds: readonly string[]): BasketballState {
	const ids = new Set(incidentIds);
	const incidents = state.incidents.map((incident) =>
		ids.has(incident.incidentId) ? { ...incident, confirmed: true } : incident,
	);
	return { ...state, incidents };
}

function addIncident(state: BasketballState, input: IncidentInput, tickMs: number): Changed {
	const wrong = unfit(input);
	if (wrong !== null) return refuse(wrong);
	const phase = isInPlay(state.phase) ? state.phase : state.furthest;
	if (phase === "scheduled") return refuse(`no ${input.incident} while ${state.phase}`);
	const known = state.incidents.find(({ incidentId }) => incidentId === input.incidentId);
	if (known !== undefined) return isToldAgain(state, input) ? done(state) : toldAnew(state, known, input, tickMs);
	if (state.incidents.length >= MAX_INCIDENTS) return refuse(`more than ${MAX_INCIDENTS} incidents`);
	const ahead = state.ahead ?? [];
	const word = standingAhead(ahead, input.incidentId, input.sentAtMs);
	const incident: BasketballIncident = {
		incidentId: input.incidentId,
		...facts(input),
		...timeOf(input),
		period: placeOf(state, phase, input),
		confirmed: word !== null || input.incident !== "basket",
		cancelled: word === "cancelled",
		invented: input.invented === true,
		saidAtMs: input.sentAtMs,
		toldAtMs: input.sentAtMs,
		repricedAtMs: tickMs,
	};
	const added = withReview(absorbPoints({ ...state, ahead: withoutAhead(ahead, input.incidentId) }, incident), input);
	if (!isInPlay(state.phase) || incident.cancelled) return done(added);
	const running = state.clock.running && input.incident !== "timeout";
	const clock = { ...state.clock, elapsedSec: elapsedSecAt(state, tickMs), atMs: tickMs, running };
	return done({ ...added, clock, ball: ballAfter(added, incident) });
}

/** Told anew under its own id, in other words: its words count as a correction's do, but nobody has stood by it for that. */
function toldAnew(state: BasketballState, known: BasketballIncident, input: IncidentInput, tickMs: number): Changed {
	const anew = takeWord(state, { ...input, kind: "correction" }, tickMs);
	if (!anew.ok) return anew;
	const isSame = (made: BasketballIncident): boolean =>
		!known.cancelled && made.type === known.type && made.side === known.side && made.value === known.value;
	const incidents = anew.state.incidents.map((made) =>
		made.incidentId === known.incidentId
			? { ...made, confirmed: isSame(made) ? known.confirmed : made.type !== "basket" }
			: made,
	);
	return done({ ...anew.state, incidents });
}

/** Whether an incident is told again just as it is known. */
export function isToldAgain(state: BasketballState, input: IncidentInput): boolean {
	const known = state.incidents.find(({ incidentId }) => incidentId === input.incidentId);
	if (known === undefined) return false;
	if (isOutdated(known, input.sentAtMs)) return true;
	const told = facts(input);
	const isSame = (Object.keys(told) as (keyof typeof told)[]).every((name) => told[name] === known[name]);
	return isSame && (known.cancelled ? input.sentAtMs === known.saidAtMs : true);
}

const timeOf = ({ clockSec }: Pick<IncidentInput, "clockSec">): Pick<BasketballIncident, "sec"> =>
	clockSec === undefined ? {} : { sec: clockSec };

/**
 * In a break it belongs to the period that has just run: a shot that beat the buzzer, counted after a look at it. The clock that
 * is told may say that it was earlier, or of a period whose beginning is not told yet; its provider's own, that it was earlier.
 */
function placeOf(state: BasketballState, phase: string, { clockSec, occurredAt }: IncidentInput): number {
	const last = Math.max(1, periodOf(phase));
	if (clockSec !== undefined) return periodAt(clockSec, last, state.format);
	const isDated = occurredAt !== undefined && occurredAt.precision !== "minute";
	const isEarlier = isDated && isPlaying(phase) && occurredAt.atMs < (state.beganAtMs?.[phase] ?? 0);
	return isEarlier ? Math.max(1, last - 1) : last;
}

/** A review puts the newest basket in doubt, and what comes while it is open. */
function withReview(state: BasketballState, { incident }: IncidentInput): BasketballState {
	if (incident === "var_over") return { ...state, isReviewing: false };
	if (incident !== "var_review") return state;
	const last = state.incidents.findLast(({ type, cancelled }) => type === "basket" && !cancelled);
	const incidents = state.incidents.map((other) => (other === last ? { ...other, confirmed: false } : other));
	return { ...state, incidents, isReviewing: true };
}

/** A word that ends a review as such: it was none, or it is over. */
const reviewedBy = (state: BasketballState, { type }: BasketballIncident): BasketballState =>
	type === "var_review" ? { ...state, isReviewing: false } : state;

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

function confirmUpTo(state: BasketballState, last: number): BasketballState {
	const stands = ({ confirmed, period }: BasketballIncident): boolean => confirmed || period > last;
	if (state.incidents.every(stands)) return state;
	return {
		...state,
		incidents: state.incidents.map((incident) => (stands(incident) ? incident : { ...incident, confirmed: true })),
	};
}
