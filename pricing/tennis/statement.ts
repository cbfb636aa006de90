/**
 * Full statements of the score: what a feed says every few minutes, and after a silence. A statement that agrees changes nothing;
 * one that is ahead fills the gap with points, games and sets whose order is not known; one that is behind is refused.
 */
import type { Input } from "../../shared/feeds/canonical.ts";
import { type Format, type SetFormat, setFormatOf } from "./format.ts";
import {
	countOf,
	gameWinner,
	isTieBreak,
	letterOf,
	type Pair,
	type Position,
	type SetScore,
	START,
	setFormatNow,
	setStatus,
	winnerOf,
} from "./score.ts";

/** Sets in order, the one being played last; points of the running game as they are called. */
export type Statement = { readonly sets: readonly Pair[]; readonly points: readonly [string, string] | null };
type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };
const no = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

/**
 * Reads the facts `games` ("7-6 1-6 3-2": games by set, the running set last) and `points` ("40-30", "A-40", in a tie-break
 * "5-3"); null where the input states no games.
 */
export function statementOf(input: Extract<Input, { kind: "state" }>): Read<Statement | null> {
	const { games, points } = input.facts ?? {};
	if (games === undefined) return points === undefined ? { ok: true, value: null } : no("points without games");
	if (typeof games !== "string") return no("games is a text such as 7-6 3-2");
	const sets: Pair[] = [];
	for (const set of games.split(" ")) {
		const read = /^(\d{1,3})-(\d{1,3})$/.exec(set);
		if (read === null) return no(`${set} is no score of a set`);
		sets.push({ home: Number(read[1]), away: Number(read[2]) });
	}
	if (points === undefined) return { ok: true, value: { sets, points: null } };
	const read = typeof points === "string" ? /^(A|\d{1,3})-(A|\d{1,3})$/.exec(points) : null;
	return read === null
		? no("points is a text such as 40-30")
		: { ok: true, value: { sets, points: [read[1] ?? "", read[2] ?? ""] } };
}

/** Brings a position up to a statement. The same position comes back when nothing was missing. */
export function catchUp(position: Position, format: Format, { sets, points }: Statement): Read<Position> {
	const known = position.done.length;
	for (const [index, { home, away }] of position.done.entries()) {
		const stated = sets[index];
		if (stated === undefined || stated.home !== home || stated.away !== away)
			return no(`set ${index + 1} ended ${home}-${away}`);
	}
	let next = position;
	for (const [index, stated] of sets.slice(known).entries()) {
		if (winnerOf(next, format) !== null) return no("the match was over before the last set stated");
		const isLast = known + index === sets.length - 1;
		const filled = fillSet(next, setFormatOf(format, known + index), stated, isLast);
		if (!filled.ok) return filled;
		next = filled.value;
	}
	return points === null || winnerOf(next, format) !== null
		? { ok: true, value: next }
		: fillPoints(next, format, points);
}

/** Games that are missing are won by known sides where only one side has won any. */
function fillSet(from: Position, setFormat: SetFormat, stated: Pair, isLast: boolean): Read<Position> {
	const missing = { home: stated.home - from.current.home, away: stated.away - from.current.away };
	const status = setStatus(stated.home, stated.away, setFormat.tieBreakAt);
	const words = `${stated.home}-${stated.away}`;
	if (missing.home < 0 || missing.away < 0)
		return no(`${words} is behind the score ${from.current.home}-${from.current.away}`);
	if (status === null || (status === "open" && !isLast)) return no(`no set stands at or ends ${words}`);
	const count = missing.home + missing.away;
	if (count === 0) return { ok: true, value: from };
	const only = missing.away === 0 ? "h" : missing.home === 0 ? "a" : "?";
	const last = status === "open" ? only : letterOf(status);
	const records = Array.from({ length: count }, (_, at) => {
		const known = at === 0 ? from.points : "";
		return `${known}>${at === count - 1 ? last : only}`;
	});
	const set: SetScore = { ...stated, games: [...from.current.games, ...records] };
	const value: Position =
		status === "open" ? { done: from.done, current: set, points: "" } : { ...START, done: [...from.done, set] };
	return { ok: true, value };
}

const CALLED: Readonly<Record<string, number>> = { "0": 0, "15": 1, "30": 2, "40": 3, A: 4 };

function fillPoints(position: Position, format: Format, points: readonly [string, string]): Read<Position> {
	const inTieBreak = isTieBreak(position, format);
	const [home, away] = points.map((word) => (inTieBreak ? (word === "A" ? null : Number(word)) : CALLED[word]));
	const words = points.join("-");
	if (home === undefined || home === null || away === undefined || away === null) return no(`${words} is no score`);
	const known = countOf(position.points);
	let stated = { home, away };
	// A call of 40-40 or advantage stands for every round of it: the first that is not behind is meant.
	while (!inTieBreak && home >= 3 && away >= 3 && (stated.home < known.home || stated.away < known.away))
		stated = { home: stated.home + 1, away: stated.away + 1 };
	const to = inTieBreak ? setFormatNow(position, format).tieBreakTo : 4;
	const isAdvantage = (home === 4 && away !== 3) || (away === 4 && home !== 3);
	if ((!inTieBreak && isAdvantage) || gameWinner(stated, to, format.noAd && !inTieBreak) !== null)
		return no(`${words} is no score of a running game`);
	const missing = { home: stated.home - known.home, away: stated.away - known.away };
	if (missing.home < 0 || missing.away < 0) return no(`${words} is behind the points played`);
	if (missing.home === 0 && missing.away === 0) return { ok: true, value: position };
	return {
		ok: true,
		value: { ...position, points: position.points + "H".repeat(missing.home) + "A".repeat(missing.away) },
	};
}
