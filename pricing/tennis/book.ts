/** State and strengths → fair probabilities of every market that is not decided. */
import type { FairMarket } from "../sport.ts";
import { believed, tallyOf } from "./belief.ts";
import {
	type Chances,
	decidedIndex,
	gameChances,
	matchChances,
	offeredLines,
	type Priced,
	setChances,
} from "./chances.ts";
import { setFormatOf } from "./format.ts";
import * as markets from "./markets.ts";
import { certainSets, type Outlook, outlookOf } from "./outlook.ts";
import type { Serves } from "./point-model.ts";
import { isOver, type TennisState } from "./state.ts";

/** The chances of both sides on serve as the state's points leave them. */
export const servesNow = (state: TennisState, params: Serves): Serves =>
	believed(params, tallyOf(state.now, state.format, state.firstServer));

/** Time does not enter: between two points nothing changes. */
export function book(state: TennisState, params: Serves): readonly FairMarket[] {
	if (isOver(state.phase)) return [];
	const { format, now: position, firstServer } = state;
	const outlook = outlookOf({ position, format, serves: servesNow(state, params) }, firstServer);
	if (outlook === null) return [];
	const set = position.done.length + 1;
	const all = [
		...offered(matchChances(outlook.match, format)),
		...offered(setChances(outlook.set, set, setFormatOf(format, set - 1))),
		...setsToCome(state, outlook),
		...gameBook(state, outlook),
	];
	return all
		.filter(({ fair }) => decidedIndex(fair) === null)
		.map(({ spec, fair }) => ({ spec, fair, alive: fair.map((p) => p > 0) }));
}

const offered = ({ singles, families }: Chances): readonly Priced[] => [...singles, ...families.flatMap(offeredLines)];

/** Winners of later sets, once those sets are certain: none of them has to be void because it was not played. */
function setsToCome({ now, format }: TennisState, { freshSet }: Outlook): readonly Priced[] {
	const first = now.done.length + 2;
	const count = Math.max(0, certainSets(now, format) - first + 1);
	return Array.from({ length: count }, (_, k) => ({
		spec: markets.setWinner(first + k),
		fair: [freshSet, 1 - freshSet],
	}));
}

function gameBook({ now }: TennisState, { game, nextGame, points }: Outlook): readonly Priced[] {
	const set = now.done.length + 1;
	const gameNo = now.current.games.length + 1;
	return [
		...(game === null ? [] : gameChances(game, set, gameNo)),
		...(nextGame === null ? [] : [{ spec: markets.gameWinnerMarket(set, gameNo + 1), fair: [nextGame, 1 - nextGame] }]),
		...points.map((chance, ahead) => ({
			spec: markets.pointMarket(set, gameNo, now.points.length + 1 + ahead),
			fair: [chance, 1 - chance],
		})),
	];
}
