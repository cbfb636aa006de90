/** What happened, for people: games and sets. Points are too many to list, and the score tells of them. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { type Format, other, setFormatOf } from "./format.ts";
import { gameServer, type Position, recordWinner, type SetScore } from "./score.ts";

export type Mark = {
	readonly incidentId: string;
	readonly type: "game" | "set";
	readonly side: Side | null;
	readonly text: string;
	readonly minuteText: string;
};
export type Names = { readonly home: string; readonly away: string };

/** Every game and set that is over, in order. Ids are by number: a game played anew after a correction keeps its id. */
export function marksOf(position: Position, format: Format, firstServer: Side | null, names: Names): readonly Mark[] {
	const marks: Mark[] = [];
	let games = 0;
	for (const [index, set] of [...position.done, position.current].entries()) {
		marks.push(...gameMarks(set, index, games, { format, firstServer, names }));
		games += set.games.length;
		if (index < position.done.length) marks.push(setMark(set, index, names));
	}
	return marks;
}

type Setting = { readonly format: Format; readonly firstServer: Side | null; readonly names: Names };

function gameMarks(set: SetScore, index: number, before: number, setting: Setting): readonly Mark[] {
	const { format, firstServer, names } = setting;
	const { tieBreakAt } = setFormatOf(format, index);
	let home = 0;
	let away = 0;
	return set.games.map((game, at): Mark => {
		const side = recordWinner(game);
		if (side === "home") home++;
		if (side === "away") away++;
		const isTieBreak = tieBreakAt !== null && at === 2 * tieBreakAt;
		const isBreak = !isTieBreak && firstServer !== null && side === other(gameServer(firstServer, before + at));
		const what = isTieBreak ? "Tie-break" : isBreak ? "Break" : "Game";
		// Where the order of games is not known there is no score to tell.
		const score = home + away === at + 1 ? `, ${home}-${away}` : "";
		return {
			incidentId: `set:${index + 1}:g:${at + 1}`,
			type: "game",
			side,
			text: side === null ? `${what} ${at + 1}` : `${what} ${names[side]}${score}`,
			minuteText: `S${index + 1}`,
		};
	});
}

function setMark(set: SetScore, index: number, names: Names): Mark {
	const side = set.home > set.away ? "home" : "away";
	return {
		incidentId: `set:${index + 1}`,
		type: "set",
		side,
		text: `Set ${names[side]}, ${set.home}-${set.away}`,
		minuteText: `S${index + 1}`,
	};
}
