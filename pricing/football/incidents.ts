/** Incidents as they are told, confirmed, corrected and taken back, in any order; refuses what cannot be. Pure. */
import type { IncidentInput, Input } from "../../shared/feeds/canonical.ts";
import { isOutdated, standingAhead, withAhead, withoutAhead } from "../incident-words.ts";
import type { Reduced, SportRefusal } from "../sport.ts";
import { type People, peopleOf, withoutPeople } from "./dismissals.ts";
import { absorbInferred } from "./inference.ts";
import { MAX_GOALS_STANDING } from "./law/score-law.ts";
import { CLOCK_BOUNDS, PHASES, type Phase, phaseIndex } from "./phases.ts";
import { isMinuteOnly, isTimed, placeAgain, placeOf, placingPhase, type Told } from "./placing.ts";
import { elapsedSecAt, type FootballIncident, type FootballState, kicksOf, scoreOf, standing } from "./state.ts";

type FootballReduced = Reduced<FootballState>;
type Of<Kind extends Input["kind"]> = Extract<Input, { kind: Kind }>;
type Words = Of<"correction" | "cancellation" | "confirmation">;

export const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_input", message });
const done = (state: FootballState): FootballReduced => ({ ok: true, state });

/** A match longer than this many incidents is not football. */
export const MAX_INCIDENTS = 500;
/** The longest shoot-out of a competition had 56 kicks. */
export const MAX_KICKS = 100;
/** A review looks at what has just been: a goal within this many seconds of the match's clock before it is in doubt. */
const REVIEWED_SEC = 300;
/** A goal whose provider says when it was happened at most this long before it was told. */
const MAX_AGO_MS = 3_600_000;
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
/** What waits for the feed's word before it settles anything. */
const DOUBTFUL: ReadonlySet<string> = new Set(["goal", "red_card", "penalty_awarded"]);

function unfit(input: Pick<IncidentInput, "incident" | "side" | "detail">): string | null {
	if (!KNOWN.has(input.incident)) return `football has no ${input.incident}`;
	if (NEEDS_SIDE.has(input.incident) && input.side === undefined) return `a ${input.incident} needs a side`;
	if (input.incident === "shootout_kick" && input.detail !== "scored" && input.detail !== "missed")
		return "a shootout_kick is scored or missed";
	return null;
}

/** What an input says of where on the clock its incident was, its provider's own clock included. */
function toldOf(state: FootballState, input: Of<"incident" | "correction">, phase: Phase, nowSec: number): Told {
	const { clockSec, minuteText, occurredAt, sentAtMs } = input;
	if (occurredAt === undefined || occurredAt.precision === "minute") return { clockSec, minuteText };
	return { clockSec, minuteText, happened: placeThen(state, phase, occurredAt.atMs, sentAtMs, nowSec) };
}

/** A phase that began before it and is not the one that runs: it was so far into that phase. */
function placeThen(
	state: FootballState,
	phase: Phase,
	occurredAtMs: number,
	sentAtMs: number,
	nowSec: number,
): Told["happened"] {
	const { beganAtMs = {}, clock } = state;
	const isBefore = occurredAtMs < (beganAtMs[phase] ?? 0);
	if (isBefore) {
		const earlier = PHASES.slice(0, phaseIndex(phase)).filter((name) => CLOCK_BOUNDS[name] !== undefined);
		const then =
			earlier.findLast((name) => (beganAtMs[name] ?? Number.POSITIVE_INFINITY) <= occurredAtMs) ?? earlier.at(-1);
		if (then === undefined) return { phase, sec: nowSec };
		const [startSec, endSec] = CLOCK_BOUNDS[then] ?? [0, nowSec];
		const began = beganAtMs[then];
		const sec =
			began === undefined || began > occurredAtMs ? endSec : startSec + ((occurredAtMs - began) / 1_000) * clock.rate;
		return { phase: then, sec };
	}
	// A clock that stands has stood since its phase began.
	const clockAtMs = clock.running ? sentAtMs : Math.min(sentAtMs, beganAtMs[state.phase] ?? sentAtMs);
	const agoMs = clockAtMs - occurredAtMs;
	return { phase, sec: agoMs > 0 && agoMs <= MAX_AGO_MS ? Math.max(0, nowSec - (agoMs / 1_000) * clock.rate) : nowSec };
}

function incidentFacts(
	input: Pick<IncidentInput, "incident" | "side" | "minuteText" | "player" | "detail" | keyof People>,
): Pick<FootballIncident, "type" | "side" | "minuteText" | "player" | "detail" | keyof People> {
	return {
		type: input.incident,
		side: input.side ?? null,
		minuteText: input.minuteText ?? "",
		player: input.player ?? null,
		detail: input.detail ?? null,
		...peopleOf(input),
	};
}

const findIncident = (state: FootballState, incidentId: string): FootballIncident | undefined =>
	state.incidents.find((incident) => incident.incidentId === incidentId);

/** Whether an incident is told again just as it is known: whoever repeats himself says nothing new. */
export function isToldAgain(state: FootballState, input: IncidentInput): boolean {
	const known = findIncident(state, input.incidentId);
	if (known === undefined) return false;
	if (isOutdated(known, input.sentAtMs)) return true;
	const facts = { recipient: undefined, playerOut: undefined, ...incidentFacts(input) };
	const isSame = (Object.keys(facts) as (keyof typeof facts)[]).every((name) => facts[name] === known[name]);
	return isSame && (known.cancelled ? input.sentAtMs === known.saidAtMs : true);
}

/** Whether an incident that is told now was confirmed or taken back before: no further word of it is to come. */
export const isSpokenOfAhead = (state: FootballState, { incidentId, sentAtMs }: IncidentInput): boolean =>
	standingAhead(state.ahead ?? [], incidentId, sentAtMs) !== null;

export function addIncident(state: FootballState, input: IncidentInput, tickMs: number): FootballReduced {
	const wrong = unfit(input);
	if (wrong !== null) return refuse(wrong);
	const known = findIncident(state, input.incidentId);
	if (known !== undefined) return isToldAgain(state, input) ? done(state) : toldAnew(state, known, input);
	const place = placeNow(state, input, tickMs);
	if (!place.ok) return place;
	if (state.incidents.length >= MAX_INCIDENTS) return refuse(`more than ${MAX_INCIDENTS} incidents`);
	const ahead = state.ahead ?? [];
	const word = standingAhead(ahead, input.incidentId, input.sentAtMs);
	const incident: FootballIncident = {
		incidentId: input.incidentId,
		...incidentFacts(input),
		...place.place,
		...(isMinuteOnly(input) ? { isMinuteOnly: true } : {}),
		...takenAt(input),
		confirmed: word !== null || !DOUBTFUL.has(input.incident),
		cancelled: word === "cancelled",
		invented: input.invented === true,
		saidAtMs: input.sentAtMs,
		toldAtMs: input.sentAtMs,
		repricedAtMs: tickMs,
	};
	const added = { ...state, ahead: withoutAhead(ahead, input.incidentId) };
	return within(withSideEffects(absorbInferred(added, incident, isTimed(input), nowSecOf(state, tickMs)), input));
}

/** The clock of the match stands in a shoot-out: only its provider's own tells one kick from another. */
function takenAt({ incident, occurredAt }: IncidentInput): Pick<FootballIncident, "happenedAtMs"> {
	const isDated = incident === "shootout_kick" && occurredAt !== undefined && occurredAt.precision !== "minute";
	return isDated ? { happenedAtMs: occurredAt.atMs } : {};
}

const nowSecOf = (state: FootballState, tickMs: number): number => elapsedSecAt(state, tickMs);

/** Told anew under its own id, in other words: its words count as a correction's do, but nobody has stood by it yet. */
function toldAnew(state: FootballState, known: FootballIncident, input: IncidentInput): FootballReduced {
	const anew = correct(state, { ...input, kind: "correction" });
	const made = anew.ok ? findIncident(anew.state, input.incidentId) : undefined;
	if (!anew.ok || made === undefined || made === known) return anew;
	const isSame = !known.cancelled && known.type === made.type && known.side === made.side;
	const confirmed = isSame ? known.confirmed : !DOUBTFUL.has(made.type);
	const doubted = isSame && known.doubted === true ? { doubted: true } : {};
	return done(replaceIncident(anew.state, { ...made, ...doubted, confirmed }));
}

type Placed = { readonly ok: true; readonly place: ReturnType<typeof placeOf> } | SportRefusal;

/** A fact of a match that has ended belongs to what was played; none comes before the first whistle. */
function placeNow(state: FootballState, input: IncidentInput, tickMs: number): Placed {
	const phase = placingPhase(state, state.phase);
	if (phase === "scheduled") return refuse(`no ${input.incident} while ${state.phase}`);
	const inShootOut = phase === "shootout";
	const nowSec = nowSecOf(state, tickMs);
	const told = toldOf(state, input, phase, nowSec);
	if (input.incident === "shootout_kick" && !inShootOut) return refuse(`no shootout_kick in ${phase}`);
	if (input.incident === "goal" && inShootOut) {
		// A goal of the match itself, told late: it says where it was.
		if (!isTimed(input)) return refuse("no goal in shootout");
		return { ok: true, place: placeOf(told, placingPhase(state, "shootout_break"), nowSec) };
	}
	return { ok: true, place: placeOf(told, phase, nowSec) };
}

function withSideEffects(state: FootballState, input: IncidentInput): FootballState {
	switch (input.incident) {
		case "stoppage_announced":
			return input.value === undefined ? state : { ...state, addedMin: input.value };
		case "var_review":
			return withReview(state, input.incidentId);
		case "var_over":
			return withoutDoubts(state);
		default:
			return state;
	}
}

/** A review puts goals that have just been scored in doubt again, confirmed or not. */
function withReview(state: FootballState, reviewId: string): FootballState {
	const review = findIncident(state, reviewId);
	if (review === undefined || review.cancelled) return state;
	const isReviewed = (goal: FootballIncident): boolean =>
		goal.period === review.period && goal.half === review.half && goal.sec >= review.sec - REVIEWED_SEC;
	const reviewed = new Set(standing(state, "goal").filter(isReviewed));
	if (reviewed.size === 0) return state;
	return {
		...state,
		incidents: state.incidents.map((incident) => (reviewed.has(incident) ? { ...incident, doubted: true } : incident)),
	};
}

function withoutDoubts(state: FootballState): FootballState {
	if (state.incidents.every(({ doubted }) => doubted !== true)) return state;
	return { ...state, incidents: state.incidents.map(undoubted) };
}

function undoubted(incident: FootballIncident): FootballIncident {
	if (incident.doubted !== true) return incident;
	const { doubted: _, ...rest } = incident;
	return rest;
}

/** What the feed says of an incident it has told, or will tell. */
export function takeWord(state: FootballState, input: Words): FootballReduced {
	const known = findIncident(state, input.incidentId);
	if (known !== undefined && isOutdated(known, input.sentAtMs)) return done(state);
	switch (input.kind) {
		case "correction":
			return correct(state, input);
		case "cancellation": {
			if (known === undefined) return waiting(state, input, "cancelled");
			const change = { cancelled: true, confirmed: true, saidAtMs: input.sentAtMs };
			const taken = replaceIncident(state, { ...undoubted(known), ...change });
			return done(known.type === "var_review" ? withoutDoubts(taken) : taken);
		}
		case "confirmation": {
			if (known === undefined) return waiting(state, input, "confirmed");
			const stands = replaceIncident(state, { ...undoubted(known), confirmed: true, saidAtMs: input.sentAtMs });
			return done(known.type === "var_review" ? withoutDoubts(stands) : stands);
		}
	}
}

function waiting(
	state: FootballState,
	{ incidentId, sentAtMs }: Words,
	word: "cancelled" | "confirmed",
): FootballReduced {
	const ahead = withAhead(state.ahead ?? [], { incidentId, word, saidAtMs: sentAtMs });
	if (ahead === null) return refuse(`no incident ${incidentId}, and too many others wait to be told`);
	const waits = { ...state, ahead };
	// Something stands that we have not been told: until it is, nobody knows what the score is.
	return word === "confirmed"
		? { ok: true, state: waits, unclear: `${incidentId} is confirmed and was never told` }
		: done(waits);
}

function correct(state: FootballState, input: Of<"correction">): FootballReduced {
	const wrong = unfit(input);
	if (wrong !== null) return refuse(wrong);
	const known = findIncident(state, input.incidentId);
	if (known === undefined) return addCorrected(state, input);
	if (isOutdated(known, input.sentAtMs)) return done(state);
	const { from: _from, inferredAtMs: _inferred, isMinuteOnly: _coarse, ...rest } = withoutPeople(undoubted(known));
	const phase = placingPhase(state, state.phase);
	return within(
		replaceIncident(state, {
			...rest,
			...incidentFacts(input),
			...placeAgain(input, known, phase),
			...(isTimed(input) ? (isMinuteOnly(input) ? { isMinuteOnly: true } : {}) : keptPlace(known)),
			confirmed: true,
			cancelled: false,
			saidAtMs: input.sentAtMs,
		}),
	);
}

/** What is known of a place that a correction does not speak of. */
const keptPlace = ({ isMinuteOnly: coarse, from }: FootballIncident): Partial<FootballIncident> => ({
	...(coarse === true ? { isMinuteOnly: true } : {}),
	...(from === undefined ? {} : { from }),
});

/** A correction is the whole incident as it stands now: one whose first telling was lost is told by it. */
function addCorrected(state: FootballState, input: Of<"correction">): FootballReduced {
	const { kind: _, ...told } = input;
	const added = addIncident(state, { ...told, kind: "incident" }, state.clock.atMs);
	if (!added.ok) return added;
	const made = findIncident(added.state, input.incidentId);
	return made === undefined
		? added
		: done(replaceIncident(added.state, { ...made, confirmed: true, cancelled: false, saidAtMs: input.sentAtMs }));
}

/** A score or a shoot-out beyond what was ever played is a feed gone wrong, and beyond what can be priced. */
export function within(state: FootballState): FootballReduced {
	for (const period of ["regular", "extra"] as const) {
		const { home, away } = scoreOf(state, period);
		if (home + away > MAX_GOALS_STANDING) return refuse(`${home}-${away} is no score of football`);
	}
	if (kicksOf(state).length > MAX_KICKS) return refuse(`more than ${MAX_KICKS} kicks of a shoot-out`);
	return done(state);
}

export function replaceIncident(state: FootballState, incident: FootballIncident): FootballState {
	return {
		...state,
		incidents: state.incidents.map((other) => (other.incidentId === incident.incidentId ? incident : other)),
	};
}

/** The feed lets betting go on: it stands by all that it has told. */
export function confirmAll(state: FootballState): FootballState {
	if (state.incidents.every(({ confirmed, doubted }) => confirmed && doubted !== true)) return state;
	return {
		...state,
		incidents: state.incidents.map((incident) =>
			incident.confirmed && incident.doubted !== true ? incident : { ...undoubted(incident), confirmed: true },
		),
	};
}
