/**
 * The table of football markets: one entry for each family, and nothing about a market stands anywhere else. The book, the
 * results, what is void after an abandonment, an operator's profit by final score and the tests all walk this table.
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
import type { FootballFamily, FootballMarket, MaxFair } from "./markets/market.ts";
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

/**
 * Lines move with the state: one is offered while neither side is nearly certain. Before the match they reach further, so that
 * an even match has every handicap of −3 … +3; in play a match has fewer but nearer lines, and a page's image stays small.
 */
const TOTALS: MaxFair = { before: 0.96, inPlay: 0.93 };
const TEAM_TOTALS: MaxFair = { before: 0.97, inPlay: 0.95 };
const HANDICAPS: MaxFair = { before: 0.985, inPlay: 0.93 };
const THREE_WAY_HANDICAPS: MaxFair = { before: 0.95, inPlay: 0.9 };
/** Lines of a half or of extra time are so close to each other that those around the expectation say it all. */
const PART_TOTALS: MaxFair = { before: 0.92, inPlay: 0.88 };
const PART_HANDICAPS: MaxFair = { before: 0.85, inPlay: 0.85 };

function steps(from: number, to: number, step: number): readonly number[] {
	return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function family(id: string, name: string, markets: readonly FootballMarket[]): FootballFamily {
	const [first] = markets;
	if (first === undefined) throw new Error(`a family without markets: ${id}`);
	return { family: id, name, group: first.spec.group, part: first.part, markets };
}

const lineFamily = (id: string, name: string, markets: readonly FootballMarket[]): FootballFamily => ({
	...family(id, name, markets),
	isRun: true,
});

const totalFamily = (of: PartWords, name: string, markets: readonly FootballMarket[]): FootballFamily =>
	lineFamily(`${of.prefix}ou`, name, markets);

const handicapFamily = (of: PartWords, name: string, markets: readonly FootballMarket[]): FootballFamily =>
	lineFamily(`${of.prefix}ah`, name, markets);

const totals = (of: PartWords, group: string, to: number, maxFair: MaxFair): readonly FootballMarket[] =>
	steps(0.5, to, 0.25).map((line) => totalMarket(of, line, group, maxFair));

const handicaps = (of: PartWords, group: string, reach: number, maxFair: MaxFair): readonly FootballMarket[] =>
	steps(-reach, reach, 0.25).map((line) => handicapMarket(of, line, group, maxFair));

/** The markets of one half. Both halves have the same, apart from their next goal. */
function halfFamilies(of: PartWords, words: string): readonly FootballFamily[] {
	const { prefix } = of;
	return [
		family(`${prefix}1x2`, `${words} result`, [resultMarket(of, "halves")]),
		family(`${prefix}dc`, `${words} double chance`, [doubleChanceMarket(of, "halves")]),
		family(`${prefix}dnb`, `${words} draw no bet`, [drawNoBetMarket(of, "halves")]),
		totalFamily(of, `${words} total goals`, totals(of, "halves", 7.5, PART_TOTALS)),
		handicapFamily(of, `${words} handicap`, handicaps(of, "halves", 4, PART_HANDICAPS)),
		family(`${prefix}btts`, `${words} both teams to score`, [bothScoreMarket(of, "halves")]),
		family(`${prefix}cs`, `${words} correct score`, [correctScoreMarket(of, "correct_score")]),
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
	totalFamily(REGULAR, "Total goals", totals(REGULAR, "totals", 9.75, TOTALS)),
	handicapFamily(REGULAR, "Asian handicap", handicaps(REGULAR, "handicap", 8, HANDICAPS)),
	family(
		"eh",
		"3-way handicap",
		steps(-6, 6, 1)
			.filter((line) => line !== 0)
			.map((line) => europeanHandicapMarket(line, THREE_WAY_HANDICAPS)),
	),
];

const GOALS: readonly FootballFamily[] = [
	family("goals", "Exact goals", [EXACT_GOALS]),
	family("oe", "Odd or even goals", [oddEvenMarket(REGULAR, "goals")]),
	family("wm", "Winning margin", [WINNING_MARGIN]),
	family("cs", "Correct score", [correctScoreMarket(REGULAR, "correct_score")]),
];

const TEAMS: readonly FootballFamily[] = (["home", "away"] as const).flatMap((side) => [
	lineFamily(
		`tt:${side}`,
		"Goals of a team",
		steps(0.5, 7.5, 1).map((line) => teamTotalMarket(side, line, TEAM_TOTALS)),
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
	totalFamily(EXTRA, "Extra time: total goals", totals(EXTRA, "extra", 5.5, PART_TOTALS)),
	handicapFamily(EXTRA, "Extra time: handicap", handicaps(EXTRA, "extra", 3, PART_HANDICAPS)),
	family("et:btts", "Extra time: both teams to score", [bothScoreMarket(EXTRA, "extra")]),
	family("et:cs", "Extra time: correct score", [correctScoreMarket(EXTRA, "extra")]),
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
