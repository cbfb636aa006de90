/** Markets that are decided: those that any course of the rest of the match would settle alike. */
import type { LegOutcome } from "../../shared/contracts/results.ts";
import type { MarketSpec, SettledMarket } from "../sport.ts";
import { type Chances, decidedIndex, gameChances, matchChances, pricesOf, setChances } from "./chances.ts";
import { type SetFormat, setFormatOf } from "./format.ts";
import * as markets from "./markets.ts";
import { type Law, type MatchLaw, SETS } from "./match-model.ts";
import { doneLaw, isTieBreakScore, outlookOf } from "./outlook.ts";
import type { Serves } from "./point-model.ts";
import { countOf, type GameRecord, isTieBreak, recordWinner, type SetScore, setsOf } from "./score.ts";
import type { SetLaw } from "./set-model.ts";
import type { GameLength, TennisState } from "./state.ts";

const win: LegOutcome = { kind: "win" };
const lose: LegOutcome = { kind: "lose" };

/** What can still happen does not depend on how well anybody serves, so all chances between 0 and 1 tell it. */
const ANY: Serves = { home: 0.6, away: 0.6 };

const LOST = "the feed lost these points";
const NOT_PLAYED = "not played";
/** Points beyond the last that may have been offered. */
const AHEAD = 2;

function settled(spec: MarketSpec, winner: string): SettledMarket {
	const outcomes: Record<string, LegOutcome> = {};
	for (const { outcomeId } of spec.outcomes) outcomes[outcomeId] = outcomeId === winner ? win : lose;
	return { spec, state: { kind: "settled", outcomes } };
}
const voided = (spec: MarketSpec, reason: string): SettledMarket => ({ spec, state: { kind: "void", reason } });

/**
 * HOU-1: when a match is abandoned, by retirement or walkover too, what is decided stands and all else is void. Decided is also
 * what no course of play could have changed: over 21.5 games at 6-4 5-5, where at least 22 games would have been played.
 */
export function results(state: TennisState): readonly SettledMarket[] {
	const { now: position, format, firstServer } = state;
	const outlook = outlookOf({ position, format, serves: ANY }, firstServer);
	const isAbandoned = state.phase === "abandoned";
	const reason = isAbandoned ? "abandoned" : outlook === null ? NOT_PLAYED : null;
	const decided = read(matchChances(outlook?.match ?? doneMatch(state), format), reason);
	for (const index of position.done.keys()) decided.push(...doneSet(state, index));
	if (outlook !== null) decided.push(...runningSet(state, outlook.set, reason));
	if (outlook?.game != null) {
		const game = gameChances(outlook.game, position.done.length + 1, position.current.games.length + 1);
		decided.push(...read({ singles: game, families: [] }, reason));
	}
	const firstToCome = position.done.length + (outlook === null ? 1 : 2);
	if (reason !== null)
		for (let set = firstToCome; set <= format.bestOf; set++) decided.push(...voidSet(state, set, reason));
	return state.shortened.length === 0 ? decided : [...decided, ...orphans(state, decided, reason !== null)];
}

/** What was offered of points and games that a correction has made not to be, once their game or set is over. */
function orphans(
	{ now, shortened }: TennisState,
	decided: readonly SettledMarket[],
	isOver: boolean,
): readonly SettledMarket[] {
	const known = new Set(decided.map(({ spec }) => spec.marketId));
	const isDone = ({ set, game }: GameLength): boolean =>
		isOver || set <= now.done.length || (set === now.done.length + 1 && game <= now.current.games.length);
	return shortened.filter(isDone).flatMap(({ set, game, points }) => {
		const numbers = Array.from({ length: points + AHEAD }, (_, index) => index + 1);
		return [
			markets.gameWinnerMarket(set, game),
			markets.gameScore(set, game),
			markets.gameDeuce(set, game),
			...numbers.map((point) => markets.pointMarket(set, game, point)),
		].flatMap((spec) => (known.has(spec.marketId) ? [] : [voided(spec, NOT_PLAYED)]));
	});
}

/** Settles what is decided, and voids the rest where a reason is given. */
function read({ singles, families }: Chances, reason: string | null): SettledMarket[] {
	const list: SettledMarket[] = [];
	const add = (spec: () => MarketSpec, fair: readonly number[]): void => {
		const winner = decidedIndex(fair);
		if (winner !== null) {
			const made = spec();
			list.push(settled(made, made.outcomes[winner]!.outcomeId));
		} else if (reason !== null) list.push(voided(spec(), reason));
	};
	for (const { spec, fair } of singles) add(() => spec, fair);
	for (const family of families) {
		const { above, below } = pricesOf(family);
		for (const [k, line] of family.lines.entries()) add(() => family.specAt(line), [above(k), below(k)]);
	}
	return list;
}

const at = (value: number): Law => ({ from: value, p: Float64Array.of(1) });

/** The law of a match that is over lies on its score. */
function doneMatch({ now, format }: TennisState): MatchLaw {
	const won = setsOf(now);
	const home = now.done.reduce((sum, set) => sum + set.home, 0);
	const away = now.done.reduce((sum, set) => sum + set.away, 0);
	const sets = new Float64Array(SETS * SETS);
	sets[won.home * SETS + won.away] = 1;
	const tieBreak = now.done.some((set, index) => isTieBreakScore(set, setFormatOf(format, index))) ? 1 : 0;
	return {
		sets,
		total: at(home + away),
		lead: at(home - away),
		home: at(home),
		away: at(away),
		tieBreak,
		noTieBreak: 1 - tieBreak,
	};
}

/** Results of sets that are over, kept while a state holds the set: nothing but a correction, which makes a new one, changes them. */
const DONE = new WeakMap<SetScore, readonly SettledMarket[]>();

function doneSet({ now, format }: TennisState, index: number): readonly SettledMarket[] {
	const set = now.done[index]!;
	const known = DONE.get(set);
	if (known !== undefined) return known;
	const setFormat = setFormatOf(format, index);
	const made = [
		...read(setChances(doneLaw(set, setFormat), index + 1, setFormat), null),
		...doneGames(set, index, setFormat),
	];
	DONE.set(set, made);
	return made;
}

function runningSet(state: TennisState, law: SetLaw, reason: string | null): readonly SettledMarket[] {
	const { now, format } = state;
	const set = now.done.length + 1;
	const gameNo = now.current.games.length + 1;
	const inTieBreak = isTieBreak(now, format);
	return [
		...read(setChances(law, set, setFormatOf(format, set - 1)), reason),
		...now.current.games.flatMap((game, index) => gameResults(set, index + 1, game, false)),
		...pointResults(set, gameNo, now.points),
		...(reason === null ? [] : voidPoints(set, gameNo, now.points, reason)),
		...(reason === null ? [] : voidGames(set, inTieBreak ? gameNo : gameNo + 1, reason)),
	];
}

function doneGames(set: SetScore, index: number, setFormat: SetFormat): readonly SettledMarket[] {
	return set.games.flatMap((game, at) =>
		gameResults(index + 1, at + 1, game, at === set.games.length - 1 && isTieBreakScore(set, setFormat)),
	);
}

/** A game that is over. Of a game that the feed lost, what is not known is void until a trader says otherwise. */
function gameResults(set: number, gameNo: number, game: GameRecord, isTieBreakGame: boolean): readonly SettledMarket[] {
	const isWhole = !game.includes(">");
	const points = [...pointResults(set, gameNo, game), ...(isWhole ? [] : voidPoints(set, gameNo, game, LOST))];
	const specs = [
		markets.gameWinnerMarket(set, gameNo),
		markets.gameScore(set, gameNo),
		markets.gameDeuce(set, gameNo),
	] as const;
	// The winner of a tie-break is the winner of its set: it has no markets as a game.
	if (isTieBreakGame) return points;
	const winner = recordWinner(game);
	const { home, away } = countOf(game);
	const hadDeuce = home >= 3 && away >= 3;
	const loserPoints = ["0", "15", "30", "40"][Math.min(3, winner === "home" ? away : home)];
	return [
		winner === null ? voided(specs[0], LOST) : settled(specs[0], winner),
		isWhole && winner !== null ? settled(specs[1], `${winner}-${loserPoints}`) : voided(specs[1], LOST),
		isWhole || hadDeuce ? settled(specs[2], hadDeuce ? "yes" : "no") : voided(specs[2], LOST),
		...points,
	];
}

function pointResults(set: number, gameNo: number, game: GameRecord): readonly SettledMarket[] {
	const list: SettledMarket[] = [];
	for (const [index, letter] of [...game].entries()) {
		if (letter === ">") break;
		const spec = markets.pointMarket(set, gameNo, index + 1);
		const isKnown = letter === "h" || letter === "a";
		list.push(isKnown ? settled(spec, letter === "h" ? "home" : "away") : voided(spec, LOST));
	}
	return list;
}

function voidPoints(set: number, gameNo: number, game: GameRecord, reason: string): readonly SettledMarket[] {
	const { home, away } = countOf(game);
	return Array.from({ length: AHEAD }, (_, k) => voided(markets.pointMarket(set, gameNo, home + away + 1 + k), reason));
}

/** Games from `first` on that may have been offered and were not played. */
function voidGames(set: number, first: number, reason: string): readonly SettledMarket[] {
	return [first, first + 1].flatMap((gameNo) => [
		voided(markets.gameWinnerMarket(set, gameNo), reason),
		voided(markets.gameScore(set, gameNo), reason),
		voided(markets.gameDeuce(set, gameNo), reason),
		...voidPoints(set, gameNo, "", reason),
	]);
}

/** All markets of a set that is not played. */
function voidSet({ format }: TennisState, set: number, reason: string): readonly SettledMarket[] {
	const setFormat = setFormatOf(format, set - 1);
	// A law without any score has no chances, so nothing in it is decided.
	const none: SetLaw = { home: [], away: [], p: [], homeWins: 0, tieBreakAt: setFormat.tieBreakAt };
	return [...read(setChances(none, set, setFormat), reason), ...voidGames(set, 1, reason)];
}
