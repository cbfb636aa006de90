/** The plays under way, kept in a file: a provider whose messages were not taken sends them when it can, also after a stop. */
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { decode } from "../../shared/decode.ts";
import { couldReplaceFile } from "../files.ts";

const playSchema = v.object({
	matchId: v.string(),
	replayId: v.string(),
	seed: v.number(),
	speed: v.number(),
	fromMinute: v.number(),
	/** When the play's zero was. It goes on by the clock: what fell due while nobody took it is sent at once. */
	startMs: v.number(),
	/** Messages of its timeline that have been taken. */
	taken: v.number(),
});
export type Play = Readonly<v.InferOutput<typeof playSchema>>;

/** Where plays are remembered. */
export type PlayKeeper = {
	readonly underway: () => readonly Play[];
	readonly keep: (play: Play) => void;
	readonly forget: (matchId: string) => void;
};

/**
 * Keeps plays in a JSON file, replaced as a whole at each change; a file that cannot be read holds none. What a full disk does
 * not take is written with the next change: messages that were taken are sent once more then, and known by their ids.
 */
export function playsIn(path: string): PlayKeeper {
	const plays = new Map(readPlays(path).map((play) => [play.matchId, play]));
	const write = (): boolean => couldReplaceFile(path, JSON.stringify([...plays.values()]));
	return {
		underway: () => [...plays.values()],
		keep: (play) => {
			plays.set(play.matchId, play);
			write();
		},
		forget: (matchId) => {
			if (plays.delete(matchId)) write();
		},
	};
}

/** Remembers nothing: for one match played by hand, and for tests. */
export const noPlays: PlayKeeper = { underway: () => [], keep: () => {}, forget: () => {} };

function readPlays(path: string): readonly Play[] {
	try {
		const decoded = decode(v.array(playSchema), JSON.parse(readFileSync(path, "utf8")));
		return decoded.ok ? decoded.value : [];
	} catch {
		return [];
	}
}
