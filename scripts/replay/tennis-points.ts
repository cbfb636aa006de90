/** Points of a tennis match of which only the set scores are known: invented at random, such that they lead to those scores. */

import { type Format, other, setFormatOf } from "../../pricing/tennis/format.ts";
import {
	gameServer,
	gameWinner,
	isTieBreak,
	type Pair,
	type Position,
	playPoint,
	pointServer,
	START,
	setStatus,
} from "../../pricing/tennis/score.ts";
import type { TennisReplay, TennisSet } from "../../replays/tennis-replay.ts";

type Side = "home" | "away";
/** What the invented players win on their own serve: of games and of points, in about the proportion of the men's tour. */
const HOLD = 0.78;
const SERVE = 0.64;

export type InventedPoint = {
	readonly side: Side;
	readonly server: Side;
	readonly before: Position;
	readonly after: Position;
};

export const formatOfReplay = ({ format }: TennisReplay): Format => ({ ...format, noAd: false });

/**
 * A walk from 0-0 to `target`, each step by its chance given that the walk arrives: the chance of a step times that of arriving
 * after it. No score before the target may be one at which `isOver`.
 */
function walkTo(
	target: Pair,
	homeChance: (at: Pair) => number,
	isOver: (at: Pair) => boolean,
	random: () => number,
): readonly Side[] {
	const known = new Map<number, number>();
	const arrives = (at: Pair): number => {
		if (at.home > target.home || at.away > target.away) return 0;
		if (at.home === target.home && at.away === target.away) return 1;
		if (isOver(at)) return 0;
		const key = at.home * 1_000 + at.away;
		const before = known.get(key);
		if (before !== undefined) return before;
		const chance = homeChance(at);
		const made = chance * arrives({ ...at, home: at.home + 1 }) + (1 - chance) * arrives({ ...at, away: at.away + 1 });
		known.set(key, made);
		return made;
	};
	const steps: Side[] = [];
	let at: Pair = { home: 0, away: 0 };
	while (at.home < target.home || at.away < target.away) {
		const won = { ...at, home: at.home + 1 };
		const share = (homeChance(at) * arrives(won)) / arrives(at);
		const side: Side = random() < share ? "home" : "away";
		steps.push(side);
		at = side === "home" ? won : { ...at, away: at.away + 1 };
	}
	return steps;
}

/** Points of a game that this side wins: played again until it does. */
function gameWonBy(winner: Side, server: Side, random: () => number): readonly Side[] {
	for (;;) {
		const points: Side[] = [];
		let score: Pair = { home: 0, away: 0 };
		while (gameWinner(score, 4, false) === null) {
			const side = random() < SERVE ? server : other(server);
			points.push(side);
			score = { ...score, [side]: score[side] + 1 };
		}
		if (points.at(-1) === winner) return points;
	}
}

function pointsOfSet(
	set: TennisSet,
	index: number,
	format: Format,
	gamesBefore: number,
	firstServer: Side,
	random: () => number,
): readonly Side[] {
	const { tieBreakAt, tieBreakTo } = setFormatOf(format, index);
	const serverAt = (at: Pair): Side => gameServer(firstServer, gamesBefore + at.home + at.away);
	const winners = walkTo(
		set,
		(at) => (serverAt(at) === "home" ? HOLD : 1 - HOLD),
		(at) => setStatus(at.home, at.away, tieBreakAt) !== "open",
		random,
	);
	return winners.flatMap((winner, game) => {
		if (set.tieBreak !== undefined && game === winners.length - 1)
			return walkTo(
				set.tieBreak,
				() => 0.5,
				(at) => gameWinner(at, tieBreakTo, false) !== null,
				random,
			);
		return gameWonBy(winner, gameServer(firstServer, gamesBefore + game), random);
	});
}

/** Every point of the match in order, with who served it and where the match stood around it. */
export function inventPoints(
	replay: TennisReplay,
	random: () => number,
): {
	readonly firstServer: Side;
	readonly points: readonly InventedPoint[];
} {
	const format = formatOfReplay(replay);
	const firstServer: Side = random() < 0.5 ? "home" : "away";
	let games = 0;
	let position = START;
	const points: InventedPoint[] = [];
	for (const [index, set] of replay.sets.entries()) {
		for (const side of pointsOfSet(set, index, format, games, firstServer, random)) {
			const after = playPoint(position, format, side);
			if (after === null) throw new Error(`${replay.id} has points after its end`);
			points.push({ side, server: pointServer(position, format, firstServer), before: position, after });
			position = after;
		}
		games += set.home + set.away;
	}
	return { firstServer, points };
}

/** Whether the point that comes now can end a set, or break a serve. */
export function isBigPoint({ before, server }: InventedPoint, format: Format): boolean {
	for (const side of ["home", "away"] as const) {
		const after = playPoint(before, format, side);
		if (after === null) continue;
		const endsSet = after.done.length > before.done.length;
		const endsGame = endsSet || after.current.games.length > before.current.games.length;
		if (endsSet || (endsGame && side !== server && !isTieBreak(before, format))) return true;
	}
	return false;
}
