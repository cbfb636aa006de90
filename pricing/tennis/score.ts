/** Where a match stands, point by point: the rules of game, tie-break, set and serve. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { type Format, other, setFormatOf, setsToWin } from "./format.ts";

/**
 * A game in letters: `h` and `a` are points in their order, `H` and `A` points that a statement counted and whose order is not
 * known. A game that ended without all its points ends in `>h`, `>a` or, where even its winner is not known, `>?`.
 */
export type GameRecord = string;

export type SetScore = {
	readonly home: number;
	readonly away: number;
	/** Games that are over, `home + away` of them; a tie-break is the last. */
	readonly games: readonly GameRecord[];
};

/** The last set is the one being played; there is none once the match is over. */
export type Position = {
	readonly done: readonly SetScore[];
	readonly current: SetScore;
	/** The game being played. */
	readonly points: GameRecord;
};

export type Pair = { readonly home: number; readonly away: number };

const EMPTY_SET: SetScore = { home: 0, away: 0, games: [] };
export const START: Position = { done: [], current: EMPTY_SET, points: "" };

export const letterOf = (side: Side): "h" | "a" => (side === "home" ? "h" : "a");

/** The winner of a set, `open` while it goes on, null where its rules never lead to such a score. */
export function setStatus(home: number, away: number, tieBreakAt: number | null): Side | "open" | null {
	const high = Math.max(home, away);
	const low = Math.min(home, away);
	const leader: Side = home > away ? "home" : "away";
	if (tieBreakAt !== null && high > tieBreakAt) return high === tieBreakAt + 1 && low >= tieBreakAt - 1 ? leader : null;
	if (high < 6) return "open";
	if (high === 6) return low <= 4 ? leader : "open";
	if (high - low === 2) return leader;
	return high - low < 2 ? "open" : null;
}

export function setsOf(position: Position): Pair {
	const home = position.done.filter((set) => set.home > set.away).length;
	return { home, away: position.done.length - home };
}

export function winnerOf(position: Position, format: Format): Side | null {
	const sets = setsOf(position);
	if (sets.home === setsToWin(format)) return "home";
	return sets.away === setsToWin(format) ? "away" : null;
}

export const setFormatNow = (position: Position, format: Format) => setFormatOf(format, position.done.length);

export function isTieBreak(position: Position, format: Format): boolean {
	const { home, away } = position.current;
	return home === away && home === setFormatNow(position, format).tieBreakAt;
}

/** Points of a game by side, in order or merely counted. */
export function countOf(game: GameRecord): Pair {
	let home = 0;
	let away = 0;
	for (const letter of game) {
		if (letter === ">") break;
		if (letter === "h" || letter === "H") home++;
		else away++;
	}
	return { home, away };
}

/** The side that has won a game with these points, or null. `to`: 4 in a game, 7 or 10 in a tie-break. */
export function gameWinner({ home, away }: Pair, to: number, suddenDeath: boolean): Side | null {
	const lead = suddenDeath ? 1 : 2;
	if (home >= to && home - away >= lead) return "home";
	return away >= to && away - home >= lead ? "away" : null;
}

/** The winner of a game that is over; null where a statement did not tell. */
export function recordWinner(game: GameRecord): Side | null {
	const stated = game.indexOf(">");
	const last = stated < 0 ? game.at(-1) : game[stated + 1];
	return last === "h" ? "home" : last === "a" ? "away" : null;
}

/** What the running game's next point would end: the game's winner if that side wins it, else null. */
export function gameAfter(position: Position, format: Format, side: Side): Side | null {
	const count = countOf(position.points);
	const next = { ...count, [side]: count[side] + 1 };
	return isTieBreak(position, format)
		? gameWinner(next, setFormatNow(position, format).tieBreakTo, false)
		: gameWinner(next, 4, format.noAd);
}

/** Ends the running game; the set, and with it the match, may end too. */
export function endGame(position: Position, format: Format, side: Side, record: GameRecord): Position {
	const { current, done } = position;
	const set: SetScore = { ...current, [side]: current[side] + 1, games: [...current.games, record] };
	const isOver = setStatus(set.home, set.away, setFormatNow(position, format).tieBreakAt) !== "open";
	return isOver ? { done: [...done, set], current: EMPTY_SET, points: "" } : { done, current: set, points: "" };
}

/** One more point; null when the match is over. */
export function playPoint(position: Position, format: Format, side: Side): Position | null {
	if (winnerOf(position, format) !== null) return null;
	const record = position.points + letterOf(side);
	const winner = gameAfter(position, format, side);
	return winner === null ? { ...position, points: record } : endGame(position, format, winner, record);
}

export const gamesPlayed = (sets: readonly SetScore[]): number =>
	sets.reduce((sum, { home, away }) => sum + home + away, 0);

/** Who serves a game: sides alternate through the whole match, and a tie-break counts as one game. */
export const gameServer = (firstServer: Side, gamesBefore: number): Side =>
	gamesBefore % 2 === 0 ? firstServer : other(firstServer);

/** In a tie-break one point, then two each: ABBAABBA… `index` counts from 0. */
export const tieBreakServer = (first: Side, index: number): Side =>
	((index + 1) >> 1) % 2 === 0 ? first : other(first);

/** Who serves the point that is `ahead` points from now, within the running game. */
export function pointServer(position: Position, format: Format, firstServer: Side, ahead = 0): Side {
	const server = gameServer(firstServer, gamesPlayed(position.done) + gamesPlayed([position.current]));
	return isTieBreak(position, format) ? tieBreakServer(server, position.points.length + ahead) : server;
}

/** The record of a game, empty where it has not begun; set and game count from 1. */
export function recordAt(position: Position, set: number, game: number): GameRecord {
	const one = position.done[set - 1] ?? (set === position.done.length + 1 ? position.current : undefined);
	if (one === undefined) return "";
	const isRunning = one === position.current && game === one.games.length + 1;
	return isRunning ? position.points : (one.games[game - 1] ?? "");
}
