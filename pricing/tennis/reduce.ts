/** Inputs → state. Refuses what cannot be; the state is then unchanged. */
import type { Input, Side } from "../../shared/feeds/canonical.ts";
import { isOutdated, standingAhead, withAhead, withoutAhead } from "../incident-words.ts";
import type { Reduced, SportRefusal, StateInput } from "../sport.ts";
import { other, setsToWin } from "./format.ts";
import { marksOf } from "./history.ts";
import {
	gamesPlayed,
	isTieBreak,
	type Pair,
	type Position,
	playPoint,
	recordAt,
	START,
	setFormatNow,
	setStatus,
	setsOf,
	tieBreakServer,
	winnerOf,
} from "./score.ts";
import { elapsedSecAt, isOver, isPhase, type RecentPoint, type TennisState } from "./state.ts";
import { catchUp, statementOf } from "./statement.ts";

type TennisReduced = Reduced<TennisState>;
type Of<Kind extends Input["kind"]> = Extract<Input, { kind: Kind }>;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_input", message });
const contradiction = (message: string): SportRefusal => ({ ok: false, code: "contradiction", message });
const done = (state: TennisState): TennisReduced => ({ ok: true, state });

/**
 * Points that can still be corrected or taken back. A point is argued about before the next one; half a set behind it, with games
 * paid on it, a score is put right by a trader.
 */
export const CORRECTABLE_POINTS = 32;
/** The longest match so far had 183 games, the longest game 37 deuces (80 points): beyond these numbers a feed has lost its way. */
const MAX_GAMES = 400;
const MAX_POINTS_OF_GAME = 200;

export function reduce(state: TennisState, input: Input, tickMs: number): TennisReduced {
	switch (input.kind) {
		case "state":
			return reduceState(state, input, tickMs);
		case "incident":
			return reduceIncident(state, input, tickMs);
		case "correction":
			if (input.incident !== "point" || input.side === undefined)
				return refuse("only a point can be corrected, and its side must be named");
			return mend(state, { ...wordOf(input), side: input.side, cancelled: false });
		case "cancellation":
			return cancelPoint(state, input);
		case "fixture":
			return refuse("the fixture is already known");
		// A point stands as soon as the umpire's score has it: nothing waits for a confirmation.
		case "confirmation":
		case "bet_stop":
		case "bet_start":
		case "danger":
		case "recovery_complete":
		case "reference_prices":
		case "void_window":
		case "void_window_rollback":
		case "trader":
			return done(state);
	}
}

function reduceState(state: TennisState, input: Of<"state">, tickMs: number): TennisReduced {
	const { phase, facts = {}, score, clock } = input;
	if (!isPhase(phase)) return refuse(`tennis has no phase ${phase}`);
	if (input.sentAtMs < (state.statedAtMs ?? 0))
		return { ok: false, code: "outdated", message: "its provider has stated the match since" };
	const stated = statementOf(input);
	if (!stated.ok) return refuse(stated.message);
	// Games that were stated before the newest word about a point was sent say nothing of that point.
	const isOvertaken = state.recent.some(({ saidAtMs = 0 }) => input.sentAtMs < saidAtMs);
	const caught = stated.value === null || isOvertaken ? null : catchUp(state.now, state.format, stated.value);
	if (caught !== null && !caught.ok) return contradiction(caught.message);
	const now = caught?.value ?? state.now;
	if (gamesPlayed([...now.done, now.current]) > MAX_GAMES) return refuse(`more than ${MAX_GAMES} games`);
	const sets = setsOf(now);
	if (score !== undefined && (score.home !== sets.home || score.away !== sets.away))
		return refuse(`${score.home}-${score.away} in sets does not follow from the games (${sets.home}-${sets.away})`);
	const { server, retired } = facts;
	if (server !== undefined && server !== "home" && server !== "away") return refuse("server is home or away");
	if (retired !== undefined && retired !== "home" && retired !== "away") return refuse("retired is home or away");
	const firstServer = server === undefined ? state.firstServer : firstServerOf(now, state, server);
	const hasMoved = now !== state.now;
	if (phase === "scheduled" && (hasMoved || gamesPlayed([...now.done, now.current]) > 0 || now.points !== ""))
		return refuse("no games before the start");
	if (phase === "playing" && firstServer === null) return refuse("who serves is not known: state it as server");
	const winner = winnerOf(now, state.format);
	if (state.phase === "ended" && !isOver(phase) && winner !== null)
		return contradiction(`${phase} after the match was won (${sets.home}-${sets.away})`);
	if (phase === "ended" && winner === null)
		return refuse(`no side has won ${setsToWin(state.format)} sets (${sets.home}-${sets.away})`);
	const moved = phase !== state.phase;
	const next: TennisState = {
		...state,
		phase,
		retired: retired ?? state.retired,
		firstServer,
		now,
		statedAtMs: input.sentAtMs,
		// What a statement filled in has no points of its own to correct.
		...(hasMoved ? { base: now, recent: [] } : {}),
		...(stated.value === null || isOvertaken ? {} : knownUpTo(stated.value.points !== null, hasMoved, input.sentAtMs)),
		clock:
			clock === undefined
				? {
						...state.clock,
						elapsedSec: elapsedSecAt(state, tickMs),
						atMs: tickMs,
						running: state.clock.running && !moved,
					}
				: { elapsedSec: clock.elapsedSec, atMs: tickMs, running: clock.running, rate: clock.rate ?? 1 },
	};
	return isOvertaken ? { ok: true, state: next, isOvertaken } : done(next);
}

/** A statement of games alone does not say which points of the running game it had seen. */
function knownUpTo(hasPoints: boolean, hasMoved: boolean, sentAtMs: number) {
	if (hasPoints) return { knownUpToMs: sentAtMs };
	return hasMoved ? { gamesUpToMs: sentAtMs } : {};
}

/** Who served first in the match, if `server` serves the next point. */
function firstServerOf(now: Position, { format, firstServer }: TennisState, server: Side): Side | null {
	if (winnerOf(now, format) !== null) return firstServer;
	const beganGame =
		isTieBreak(now, format) && tieBreakServer(server, now.points.length) !== server ? other(server) : server;
	return gamesPlayed([...now.done, now.current]) % 2 === 0 ? beganGame : other(beganGame);
}

function reduceIncident(state: TennisState, input: Of<"incident">, tickMs: number): TennisReduced {
	switch (input.incident) {
		case "point":
			return addPoint(state, input, tickMs);
		case "game":
		case "set":
			return addGame(state, input);
		case "timeout":
			return done(state);
		default:
			return refuse(`tennis has no ${input.incident}`);
	}
}

export const isInPlay = ({ phase }: TennisState): boolean => phase === "playing" || phase === "interrupted";

/** What a message says of a point beside who won it. */
function wordOf({ incidentId, sentAtMs, occurredAt }: Of<"incident" | "correction" | "cancellation">) {
	const isDated = occurredAt !== undefined && occurredAt.precision !== "minute";
	return { incidentId, saidAtMs: sentAtMs, ...(isDated ? { playedAtMs: occurredAt.atMs } : {}) };
}

/** Whether a point is told again just as it is known. */
export function isToldAgain(state: TennisState, { incidentId, side, sentAtMs }: Of<"incident">): boolean {
	const known = state.recent.find((point) => point.incidentId === incidentId);
	if (known === undefined) return false;
	if (isOutdated(known, sentAtMs)) return true;
	return known.side === side && (known.cancelled ? sentAtMs === known.saidAtMs : true);
}

/** A point taken back before it was told is remembered; one that is too old to be taken back leaves the score in doubt. */
function cancelPoint(state: TennisState, input: Of<"cancellation">): TennisReduced {
	const { incidentId, sentAtMs } = input;
	const known = state.recent.find((point) => point.incidentId === incidentId);
	if (known !== undefined) return mend(state, { ...wordOf(input), side: known.side, cancelled: true });
	const ahead = withAhead(state.ahead ?? [], { incidentId, word: "cancelled", saidAtMs: sentAtMs });
	if (ahead === null) return refuse(`no point ${incidentId}, and too many others wait to be told`);
	return { ok: true, state: { ...state, ahead }, unclear: notRecent(incidentId) };
}

const notRecent = (incidentId: string): string =>
	`point ${incidentId} is not among the last ${CORRECTABLE_POINTS} since the last full statement: a trader must put it right`;

function addPoint(state: TennisState, input: Of<"incident">, tickMs: number): TennisReduced {
	const { incidentId, side, invented } = input;
	if (side === undefined) return refuse("a point needs a side: who won it");
	if (state.recent.some((point) => point.incidentId === incidentId))
		return isToldAgain(state, input) ? done(state) : mend(state, { ...wordOf(input), side, cancelled: false });
	if (!isInPlay(state) || state.firstServer === null) return refuse(`no point while ${state.phase}`);
	const ahead = state.ahead ?? [];
	const point: RecentPoint = {
		...wordOf(input),
		toldAtMs: input.sentAtMs,
		side,
		repricedAtMs: tickMs,
		cancelled: standingAhead(ahead, incidentId, input.sentAtMs) === "cancelled",
	};
	const waited = { ...state, ahead: withoutAhead(ahead, incidentId), invented: state.invented || invented === true };
	const at = placeIn(state.recent, point);
	const playedAtMs = point.playedAtMs ?? input.sentAtMs;
	// A full statement that is newer has it already.
	if (playedAtMs < (state.knownUpToMs ?? 0)) return done(waited);
	if (playedAtMs < (state.gamesUpToMs ?? 0) || (at === 0 && state.recent.length >= CORRECTABLE_POINTS))
		return { ok: true, state: waited, unclear: notRecent(incidentId) };
	if (at < state.recent.length || point.cancelled)
		return replay(waited, [...state.recent.slice(0, at), point, ...state.recent.slice(at)]);
	if (state.now.points.length >= MAX_POINTS_OF_GAME) return refuse(`more than ${MAX_POINTS_OF_GAME} points in a game`);
	if (gamesPlayed([...state.now.done, state.now.current]) >= MAX_GAMES) return refuse(`more than ${MAX_GAMES} games`);
	const now = playPoint(state.now, state.format, side);
	if (now === null) return refuse("the match is over: no more points");
	return done(withinRecent({ ...waited, recent: [...state.recent, point], now }));
}

/** Points beyond the bound can be corrected no more: they are part of the position before the recent ones. */
function withinRecent(state: TennisState): TennisState {
	let { base } = state;
	const tooMany = Math.max(0, state.recent.length - CORRECTABLE_POINTS);
	for (const { side, cancelled } of state.recent.slice(0, tooMany)) {
		const next = cancelled ? base : playPoint(base, state.format, side);
		if (next === null) throw new Error("the points before the recent ones end the match");
		base = next;
	}
	return tooMany === 0 ? state : { ...state, base, recent: state.recent.slice(tooMany) };
}

/** Where a point belongs among the recent ones: by when it was played, where that is told of all that would follow it. */
function placeIn(recent: readonly RecentPoint[], { playedAtMs }: RecentPoint): number {
	let at = recent.length;
	if (playedAtMs === undefined) return at;
	while (at > 0 && (recent[at - 1]?.playedAtMs ?? Number.NEGATIVE_INFINITY) > playedAtMs) at--;
	return at;
}

/**
 * A game or set of a feed that tells no points, or tells games beside them: `detail` is the games of its set after it ("3-2").
 * What is known already changes nothing.
 */
function addGame(state: TennisState, { incident, detail, side, sentAtMs }: Of<"incident">): TennisReduced {
	if (!isInPlay(state) || state.firstServer === null) return refuse(`no ${incident} while ${state.phase}`);
	const read = /^(\d{1,3})-(\d{1,3})$/.exec(detail ?? "");
	if (read === null) return refuse(`a ${incident} says in detail how its set stands after it, such as 3-2`);
	const stated: Pair = { home: Number(read[1]), away: Number(read[2]) };
	const last = state.now.done.at(-1);
	const isJustOver = state.now.current.games.length === 0 && state.now.points === "";
	if (isJustOver && last?.home === stated.home && last.away === stated.away) return done(state);
	const status = setStatus(stated.home, stated.away, setFormatNow(state.now, state.format).tieBreakAt);
	if (incident === "set" && (status === "open" || status === null || (side !== undefined && side !== status)))
		return refuse(`${detail} is no set won${side === undefined ? "" : ` by ${side}`}`);
	const now = catchUp(state.now, state.format, { sets: [...state.now.done, stated], points: null });
	if (!now.ok) return refuse(now.message);
	return done(
		now.value === state.now ? state : { ...state, now: now.value, base: now.value, recent: [], knownUpToMs: sentAtMs },
	);
}

/** Plays the recent points again with one of them changed. */
function mend(state: TennisState, changed: RecentPoint): TennisReduced {
	const known = state.recent.find((point) => point.incidentId === changed.incidentId);
	if (known === undefined) return contradiction(notRecent(changed.incidentId));
	if (isOutdated(known, changed.saidAtMs ?? 0)) return done(state);
	return replay(
		state,
		state.recent.map((point) => (point === known ? { ...known, ...changed } : point)),
	);
}

function replay(state: TennisState, recent: readonly RecentPoint[]): TennisReduced {
	let now = state.base;
	for (const { side, cancelled } of recent) {
		if (cancelled) continue;
		const next = playPoint(now, state.format, side);
		if (next === null) return contradiction("with this change points would follow the end of the match");
		now = next;
	}
	return done(withinRecent({ ...withPosition(state, now), recent }));
}

/** The match at a corrected position: what was played and is no more is remembered, and an end without a winner was none. */
function withPosition(state: TennisState, now: Position): TennisState {
	const { format, names, firstServer } = state;
	const marks = marksOf(now, format, firstServer, names);
	const stands = new Set(marks.map(({ incidentId }) => incidentId));
	const takenBack = new Map(
		[...state.takenBack, ...marksOf(state.now, format, firstServer, names)]
			.filter(({ incidentId }) => !stands.has(incidentId))
			.map((mark) => [mark.incidentId, mark]),
	);
	const isPremature = state.phase === "ended" && winnerOf(now, format) === null;
	return {
		...state,
		phase: isPremature ? "playing" : state.phase,
		now,
		takenBack: [...takenBack.values()],
		shortened: shortenedBy(state, now),
	};
}

/** Follows a statement against the games that were told: the score starts again from what it says, and goes on with what was played since. */
export function adopt(state: TennisState, statement: StateInput, tickMs: number): TennisReduced {
	const stated = statementOf(statement);
	if (!stated.ok) return refuse(stated.message);
	if (stated.value === null) return refuse("the statement says nothing of games");
	const position = catchUp(START, state.format, stated.value);
	if (!position.ok) return contradiction(position.message);
	const adopted = {
		...withPosition(state, position.value),
		base: position.value,
		recent: [],
		statedAtMs: 0,
		gamesUpToMs: statement.sentAtMs,
	};
	const restated = reduceState(adopted, statement, tickMs);
	if (!restated.ok) return restated;
	const since = state.recent.filter(
		({ playedAtMs, toldAtMs, saidAtMs = 0 }) => (playedAtMs ?? toldAtMs ?? saidAtMs) > statement.sentAtMs,
	);
	// No point follows the end that he takes over.
	const isDecided = winnerOf(restated.state.now, state.format) !== null;
	return since.length > 0 && !isDecided ? replay(restated.state, since) : restated;
}

/** Games of what stood before that are longer than they are now, the running one and the next among them. */
function shortenedBy({ shortened, now: before }: TennisState, after: Position): TennisState["shortened"] {
	const lengths = new Map(shortened.map((one) => [`${one.set}:${one.game}`, one]));
	for (const [index, { games }] of [...before.done, before.current].entries()) {
		const set = index + 1;
		const isRunning = set === before.done.length + 1;
		for (let game = 1; game <= games.length + (isRunning ? 2 : 0); game++) {
			const points = recordAt(before, set, game).length;
			const isSame = game <= games.length && recordAt(after, set, game).length >= points;
			if (isSame || points < (lengths.get(`${set}:${game}`)?.points ?? 0)) continue;
			lengths.set(`${set}:${game}`, { set, game, points });
		}
	}
	return [...lengths.values()];
}

/** True when nothing can happen any more but corrections. */
export const hasEnded = (state: TennisState): boolean => isOver(state.phase);
