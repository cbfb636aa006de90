/** One table for the tests of price, settlement and void: what every market asks, answered from a match's points. */
import type { Side } from "../shared/feeds/canonical.ts";
import { count, gamesOf, type PlayedSet, type Umpire } from "./tennis.ts";

/** The winning outcome; null where what the market asks about was not played. */
export type Rule = (match: Umpire, args: readonly string[]) => string | null;

const SIDES: readonly Side[] = ["home", "away"];
const sets = (match: Umpire): readonly [number, number] =>
	SIDES.map((side) =>
		count(
			match.sets.map((set) => set.winner),
			side,
		),
	) as [number, number];
const games = (match: Umpire): readonly [number, number] =>
	SIDES.map((side) => match.sets.reduce((sum, set) => sum + gamesOf(set, side), 0)) as [number, number];
const overUnder = (value: number, line: string | undefined): string => (value > Number(line) ? "over" : "under");
const sideOf = (value: number): string => (value > 0 ? "home" : "away");
const yesNo = (is: boolean): string => (is ? "yes" : "no");
const oddEven = (value: number): string => (value % 2 === 1 ? "odd" : "even");

type SetRule = (home: number, away: number, set: PlayedSet, line: string) => string;
const ofSet =
	(rule: SetRule): Rule =>
	(match, [no, line]) => {
		const set = match.sets[Number(no) - 1];
		return set === undefined || set.winner === null
			? null
			: rule(gamesOf(set, "home"), gamesOf(set, "away"), set, line ?? "");
	};
const ofGame =
	(rule: (winner: Side, winnersPoints: number, losersPoints: number) => string): Rule =>
	(match, [set, no]) => {
		const game = match.sets[Number(set) - 1]?.games[Number(no) - 1];
		if (game === undefined || game.winner === null || game.isTieBreak) return null;
		const won = count(game.points, game.winner);
		return rule(game.winner, won, game.points.length - won);
	};

function correctScore(home: number, away: number, match: Umpire, setNo: number): string {
	const isLong = setNo === match.format.bestOf && !/^tiebreak(7|10)$/.test(match.format.finalSet);
	const isNamed = Math.max(home, away) === 6 || (Math.max(home, away) === 7 && Math.min(home, away) === 5);
	return isLong && !isNamed ? `${home > away ? "home" : "away"}-longer` : `${home}-${away}`;
}

const RULES: readonly (readonly [RegExp, Rule])[] = [
	[/^ml$/, (match) => match.winner],
	[/^sb$/, (match) => sets(match).join("-")],
	[/^ts:(.+)$/, (match, [line]) => overUnder(sets(match)[0] + sets(match)[1], line)],
	[/^ws:(home|away)$/, (match, [side]) => yesNo(sets(match)[side === "home" ? 0 : 1] > 0)],
	[/^tb$/, (match) => yesNo(match.sets.some((set) => set.games.some((game) => game.isTieBreak)))],
	[/^oe$/, (match) => oddEven(games(match)[0] + games(match)[1])],
	[/^tg:(.+)$/, (match, [line]) => overUnder(games(match)[0] + games(match)[1], line)],
	[/^gh:(.+)$/, (match, [line]) => sideOf(games(match)[0] + Number(line) - games(match)[1])],
	[/^pg:(home|away):(.+)$/, (match, [side, line]) => overUnder(games(match)[side === "home" ? 0 : 1], line)],
	[/^set:(\d+):ml$/, ofSet((home, away) => sideOf(home - away))],
	[/^set:(\d+):tg:(.+)$/, ofSet((home, away, _set, line) => overUnder(home + away, line))],
	[/^set:(\d+):gh:(.+)$/, ofSet((home, away, _set, line) => sideOf(home + Number(line) - away))],
	[/^set:(\d+):oe$/, ofSet((home, away) => oddEven(home + away))],
	[/^set:(\d+):tb$/, ofSet((_home, _away, set) => yesNo(set.games.some((game) => game.isTieBreak)))],
	[
		/^set:(\d+):cs$/,
		(match, args) => ofSet((home, away) => correctScore(home, away, match, Number(args[0])))(match, args),
	],
	[/^set:(\d+):g:(\d+):ml$/, ofGame((winner) => winner)],
	[
		/^set:(\d+):g:(\d+):cs$/,
		ofGame((winner, _won, lost) => `${winner}-${lost === 0 ? "0" : lost === 1 ? "15" : lost === 2 ? "30" : "40"}`),
	],
	[/^set:(\d+):g:(\d+):deuce$/, ofGame((_winner, won, lost) => yesNo(won >= 3 && lost >= 3))],
	[
		/^set:(\d+):g:(\d+):p:(\d+)$/,
		(match, [set, game, point]) =>
			match.sets[Number(set) - 1]?.games[Number(game) - 1]?.points[Number(point) - 1] ?? null,
	],
];
export const RULE_COUNT = RULES.length;

/** The rule of a market, found once and asked of many matches; its family is the table's expression. */
export function ruleOf(marketId: string): {
	readonly family: string;
	readonly winner: (match: Umpire) => string | null;
} {
	for (const [pattern, rule] of RULES) {
		const found = pattern.exec(marketId);
		if (found !== null) return { family: pattern.source, winner: (match) => rule(match, found.slice(1)) };
	}
	throw new Error(`no rule for ${marketId}`);
}
