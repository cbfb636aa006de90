/**
 * What the points so far say of how well each side serves.
 *
 * Before the match a side's chance p on serve has a Beta law of mean p₀ (from the prices) and weight n₀ points. After w of n
 * service points won it is Beta(n₀p₀ + w, n₀(1 − p₀) + n − w), with mean (n₀p₀ + w) / (n₀ + n): the Beta-binomial update, used
 * for tennis by Kovalchik and Reid (2019, Int. J. Forecasting 35(2)). The model prices with that mean.
 */
import type { Side } from "../../shared/feeds/canonical.ts";
import { type Format, setFormatOf } from "./format.ts";
import type { Serves } from "./point-model.ts";
import { type GameRecord, gameServer, type Position, type SetScore, tieBreakServer } from "./score.ts";

/**
 * n₀: the points that the pre-match prices are worth. With 400 a side's day lies within ±2.4 points of a hundred of its price (one
 * standard deviation), and a long match of 200 service points moves a third of the way to what it shows. Assumed, not fitted.
 */
export const PRIOR_POINTS = 400;

export type Tally = { won: number; played: number };
export type ServeTally = { readonly home: Tally; readonly away: Tally };

/** Service points of each side; points of a tie-break whose order is not known have no server and are left out. */
export function tallyOf(position: Position, format: Format, firstServer: Side | null): ServeTally {
	const tally: ServeTally = { home: { won: 0, played: 0 }, away: { won: 0, played: 0 } };
	if (firstServer === null) return tally;
	let games = 0;
	const addSet = (set: SetScore, index: number): void => {
		const { tieBreakAt } = setFormatOf(format, index);
		for (const [at, game] of set.games.entries()) {
			addGame(tally, game, gameServer(firstServer, games), at === 2 * (tieBreakAt ?? Number.NaN));
			games++;
		}
	};
	for (const [index, set] of position.done.entries()) addSet(set, index);
	addSet(position.current, position.done.length);
	const { tieBreakAt } = setFormatOf(format, position.done.length);
	const inTieBreak = position.current.games.length === 2 * (tieBreakAt ?? Number.NaN);
	addGame(tally, position.points, gameServer(firstServer, games), inTieBreak);
	return tally;
}

function addGame(tally: ServeTally, game: GameRecord, server: Side, inTieBreak: boolean): void {
	for (let at = 0; at < game.length; at++) {
		const letter = game[at];
		if (letter === ">") return;
		const isCounted = letter === "H" || letter === "A";
		if (inTieBreak && isCounted) continue;
		const side = inTieBreak ? tieBreakServer(server, at) : server;
		tally[side].played++;
		if ((letter === "h" || letter === "H") === (side === "home")) tally[side].won++;
	}
}

const mean = (prior: number, { won, played }: Tally): number => (PRIOR_POINTS * prior + won) / (PRIOR_POINTS + played);

/** The chances to price with, after these points. */
export const believed = (prior: Serves, tally: ServeTally): Serves => ({
	home: mean(prior.home, tally.home),
	away: mean(prior.away, tally.away),
});
