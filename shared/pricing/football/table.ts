/**
 * The table of football markets: one entry for each family, and nothing about a market stands anywhere else. The book, the
 * results, what is void after an abandonment, the operator's ladder and the tests all walk this table.
 */

import { DECISION_FAMILIES } from "./markets/decision-markets.ts";
import {
	BOTH_SCORE_AND_TOTAL,
	bothScoreMarket,
	cleanSheetMarket,
	correctScoreMarket,
	EXACT_GOALS,
	oddEvenMarket,
} from "./markets/goal-markets.ts";
import { HALF_TIME_FULL_TIME, HIGHEST_SCORING_HALF } from "./markets/half-markets.ts";
import { INTERVAL_FAMILIES } from "./markets/interval-markets.ts";
import {
	EXTRA,
	europeanHandicapMarket,
	FIRST,
	handicapMarket,
	type PartWords,
	REGULAR,
	SECOND,
	teamTotalMarket,
	totalMarket,
} from "./markets/lines.ts";
import type { FootballFamily, FootballMarket } from "./markets/market.ts";
import {
	EXTRA_NEXT_GOAL,
	FIRST_HALF_NEXT_GOAL,
	NEXT_GOAL,
	SECOND_HALF_NEXT_GOAL,
} from "./markets/next-goal-markets.ts";
import {
	doubleChanceMarket,
	drawNoBetMarket,
	RESULT_AND_BOTH_SCORE,
	RESULT_AND_TOTAL,
	resultMarket,
	WINNING_MARGIN,
	winToNilMarket,
} from "./markets/result-markets.ts";

/** A line is offered while neither side is nearly certain; a handicap reaches further, so that an even match has all of −3 … +3. */
const MAX_FAIR_LINE = 0.97;
const MAX_FAIR_HANDICAP = 0.99;
/** Quarter and whole lines stand close around the expectation: far from it a half line says the same. */
const MAX_FAIR_ASIAN = 0.85;

const isHalf = (line: number): boolean => Math.abs(line % 1) === 0.5;

function linesOf(from: number, to: number, step: number): readonly number[] {
	return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);
}

const family = (
	id: string,
	name: string,
	markets: readonly [FootballMarket, ...FootballMarket[]] | readonly FootballMarket[],
): FootballFamily => {
	const [first] = markets;
	if (first === undefined) throw new Error(`a family without markets: ${id}`);
	return { family: id, name, group: first.spec.group, part: first.part, markets };
};

const totals = (of: PartWords, group: string, lines: readonly number[]): readonly FootballMarket[] =>
	lines.map((line) => totalMarket(of, line, group, isHalf(line) ? MAX_FAIR_LINE : MAX_FAIR_ASIAN));

const handicaps = (
	of: PartWords,
	group: string,
	lines: readonly number[],
	maxFair: number,
): readonly FootballMarket[] => lines.map((line) => handicapMarket(of, line, group, maxFair));

/** The markets of one half. Both halves have the same, apart from their next goal. */
function halfFamilies(of: PartWords, words: string): readonly FootballFamily[] {
	const { prefix } = of;
	return [
		family(`${prefix}1x2`, `${words} result`, [resultMarket(of, "halves")]),
		family(`${prefix}dc`, `${words} double chance`, [doubleChanceMarket(of, "halves")]),
		family(`${prefix}dnb`, `${words} draw no bet`, [drawNoBetMarket(of, "halves")]),
		family(`${prefix}ou`, `${words} total goals`, totals(of, "halves", linesOf(0.5, 7.5, 0.25))),
		family(`${prefix}ah`, `${words} handicap`, handicaps(of, "halves", linesOf(-4, 4, 0.25), MAX_FAIR_ASIAN)),
		family(`${prefix}btts`, `${words} both teams to score`, [bothScoreMarket(of, "halves")]),
		family(`${prefix}cs`, `${words} correct score`, [correctScoreMarket(of, "correct_score", 2)]),
		family(`${prefix}oe`, `${words} odd or even`, [oddEvenMarket(of, "halves")]),
	];
}

const MAIN: readonly FootballFamily[] = [
	family("1x2", "Match result", [resultMarket(REGULAR, "main")]),
	family("dc", "Double chance", [doubleChanceMarket(REGULAR, "main")]),
	family("dnb", "Draw no bet", [drawNoBetMarket(REGULAR, "main")]),
	family("btts", "Both teams to score", [bothScoreMarket(REGULAR, "main")]),
];

const LINES: readonly FootballFamily[] = [
	family("ou", "Total goals", totals(REGULAR, "totals", linesOf(0.5, 9.75, 0.25))),
	family("ah", "Asian handicap", handicaps(REGULAR, "handicap", linesOf(-8, 8, 0.25), MAX_FAIR_HANDICAP)),
	family(
		"eh",
		"3-way handicap",
		linesOf(-6, 6, 1)
			.filter((line) => line !== 0)
			.map((line) => europeanHandicapMarket(line, MAX_FAIR_LINE)),
	),
];

const GOALS: readonly FootballFamily[] = [
	family("goals", "Exact goals", [EXACT_GOALS]),
	family("oe", "Odd or even goals", [oddEvenMarket(REGULAR, "goals")]),
	family("wm", "Winning margin", [WINNING_MARGIN]),
	family("cs", "Correct score", [correctScoreMarket(REGULAR, "correct_score", 4)]),
];

const TEAMS: readonly FootballFamily[] = (["home", "away"] as const).flatMap((side) => [
	family(
		`tt:${side}`,
		`Goals of a team`,
		linesOf(0.5, 7.5, 1).map((line) => teamTotalMarket(side, line, MAX_FAIR_LINE)),
	),
	family(`clean:${side}`, "Clean sheet", [cleanSheetMarket(side)]),
	family(`nil:${side}`, "To win to nil", [winToNilMarket(side)]),
]);

const COMBOS: readonly FootballFamily[] = [
	family("1x2+btts", "Result and both teams to score", [RESULT_AND_BOTH_SCORE]),
	family("1x2+ou:2.5", "Result and total goals", [RESULT_AND_TOTAL]),
	family("btts+ou:2.5", "Both teams to score and total goals", [BOTH_SCORE_AND_TOTAL]),
];

const EXTRA_TIME: readonly FootballFamily[] = [
	family("et:1x2", "Extra-time result", [resultMarket(EXTRA, "extra")]),
	family("et:dc", "Extra time: double chance", [doubleChanceMarket(EXTRA, "extra")]),
	family("et:ou", "Extra time: total goals", totals(EXTRA, "extra", linesOf(0.5, 5.5, 0.25))),
	family("et:ah", "Extra time: handicap", handicaps(EXTRA, "extra", linesOf(-3, 3, 0.25), MAX_FAIR_ASIAN)),
	family("et:btts", "Extra time: both teams to score", [bothScoreMarket(EXTRA, "extra")]),
	family("et:cs", "Extra time: correct score", [correctScoreMarket(EXTRA, "extra", 2)]),
	EXTRA_NEXT_GOAL,
];

/** In the order in which a book lists them. */
export const FOOTBALL_FAMILIES: readonly FootballFamily[] = [
	...MAIN,
	...LINES,
	NEXT_GOAL,
	...GOALS,
	...TEAMS,
	...INTERVAL_FAMILIES,
	...halfFamilies(FIRST, "1st half"),
	FIRST_HALF_NEXT_GOAL,
	...halfFamilies(SECOND, "2nd half"),
	SECOND_HALF_NEXT_GOAL,
	family("htft", "Half-time/full-time", [HALF_TIME_FULL_TIME]),
	family("hsh", "Half with more goals", [HIGHEST_SCORING_HALF]),
	...COMBOS,
	...EXTRA_TIME,
	...DECISION_FAMILIES,
];
