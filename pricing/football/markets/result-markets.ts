/** Who wins: match result, double chance, draw no bet, winning margin, and winning with something else. */
import { CELLS } from "../law/cells.ts";
import { linePrice, named, type PartWords, teamName, threeWayMarket } from "./lines.ts";
import {
	allBut,
	cellSum,
	type FootballMarket,
	outcomesOf,
	type Pays,
	type Price,
	places,
	specOf,
	sums,
	THREE_WAY,
	TWO_WAY,
	winnerPays,
	YES_NO,
} from "./market.ts";
import { scoreMarket } from "./score-market.ts";

export function resultMarket(of: PartWords, group: string): FootballMarket {
	const words = of.words === "" ? "Match result" : `${of.words}result`;
	const { id, part } = named(of, "1x2", words);
	return threeWayMarket(of, specOf(id, words, group, part, THREE_WAY), 0);
}

const DOUBLE_CHANCE_PAYS: Readonly<Record<"home" | "draw" | "away", Pays>> = {
	home: [2, 2, -2],
	draw: [2, -2, 2],
	away: [-2, 2, 2],
};

export function doubleChanceMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "dc", "Double chance");
	const { atLeast, atMost } = CELLS[of.part].difference;
	return scoreMarket(
		specOf(id, name, group, part, outcomesOf(["1x", "1X"], ["12", "12"], ["x2", "X2"]), 2),
		of.part,
		(home, away) => DOUBLE_CHANCE_PAYS[home > away ? "home" : home < away ? "away" : "draw"],
		sums(cellSum([atLeast(0)]), cellSum([atLeast(1), atMost(-1)]), cellSum([atMost(0)])),
	);
}

/** The stake comes back on a draw: the same bet as the handicap of zero. */
export function drawNoBetMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "dnb", "Draw no bet");
	return scoreMarket(
		specOf(id, name, group, part, TWO_WAY),
		of.part,
		(home, away) => (home > away ? [2, -2] : home < away ? [-2, 2] : [0, 0]),
		linePrice(CELLS[of.part].difference, [0, 0]),
	);
}

/** Winning margins named one by one; the last holds all that are larger. */
const LARGEST_MARGIN = 4;
const margins = Array.from({ length: LARGEST_MARGIN }, (_, index) => index + 1);
const marginName = (margin: number): string => (margin === LARGEST_MARGIN ? `${margin}+` : String(margin));
const marginOutcomes = outcomesOf(
	...margins.map((margin) => [`home_${margin}`, `1 by ${marginName(margin)}`] as const),
	["draw", "X"],
	...margins.map((margin) => [`away_${margin}`, `2 by ${marginName(margin)}`] as const),
);

function marginPays(difference: number): Pays {
	const margin = Math.min(Math.abs(difference), LARGEST_MARGIN);
	const winner = difference > 0 ? margin - 1 : difference === 0 ? LARGEST_MARGIN : LARGEST_MARGIN + margin;
	return winnerPays(marginOutcomes.length, winner);
}

const { difference: DIFFERENCE, score: SCORE, home: HOME, away: AWAY } = CELLS.regular;

export const WINNING_MARGIN = scoreMarket(
	specOf("wm", "Winning margin", "goals", "regular", marginOutcomes),
	"regular",
	(home, away) => marginPays(home - away),
	places(
		...margins.map((margin) => (margin === LARGEST_MARGIN ? DIFFERENCE.atLeast(margin) : DIFFERENCE.at(margin))),
		DIFFERENCE.at(0),
		...margins.map((margin) => (margin === LARGEST_MARGIN ? DIFFERENCE.atMost(-margin) : DIFFERENCE.at(-margin))),
	),
);

/** To win without conceding. */
export function winToNilMarket(side: "home" | "away"): FootballMarket {
	const none = (side === "home" ? AWAY : HOME).at(0);
	const winsToNil = (home: number, away: number): boolean =>
		side === "home" ? home > 0 && away === 0 : away > 0 && home === 0;
	return scoreMarket(
		specOf(`nil:${side}`, `${teamName(side)} to win to nil`, "teams", "regular", YES_NO),
		"regular",
		(home, away) => (winsToNil(home, away) ? [2, -2] : [-2, 2]),
		sums(cellSum([none], [SCORE(0, 0)]), allBut([none], [SCORE(0, 0)])),
	);
}

const RESULTS = [
	["home", "1"],
	["draw", "X"],
	["away", "2"],
] as const;

function combined(id: string, name: string, second: readonly [readonly [string, string], readonly [string, string]]) {
	const outcomes = RESULTS.flatMap(([result, sign]) =>
		second.map(([other, words]) => [`${result}_${other}`, `${sign} & ${words}`] as const),
	);
	return specOf(id, name, "combos", "regular", outcomesOf(...outcomes));
}
const resultIndex = (home: number, away: number): number => (home > away ? 0 : home < away ? 2 : 1);

/** Each result split by an event: what is without it is given, the part with it is the rest. */
function splitPrice(without: readonly (readonly [plus: readonly number[], minus: readonly number[]])[]): Price {
	const results = [DIFFERENCE.atLeast(1), DIFFERENCE.at(0), DIFFERENCE.atMost(-1)];
	return sums(
		...without.flatMap(([plus, minus], index) => [
			cellSum([results[index] as number, ...minus], plus),
			cellSum(plus, minus),
		]),
	);
}

export const RESULT_AND_BOTH_SCORE = scoreMarket(
	combined("1x2+btts", "Result and both teams to score", [
		["yes", "both score"],
		["no", "not both"],
	]),
	"regular",
	(home, away) => winnerPays(6, 2 * resultIndex(home, away) + (home > 0 && away > 0 ? 0 : 1)),
	splitPrice([
		[[AWAY.at(0)], [SCORE(0, 0)]],
		[[SCORE(0, 0)], []],
		[[HOME.at(0)], [SCORE(0, 0)]],
	]),
);

export const RESULT_AND_TOTAL = scoreMarket(
	combined("1x2+ou:2.5", "Result and total goals 2.5", [
		["over", "over 2.5"],
		["under", "under 2.5"],
	]),
	"regular",
	(home, away) => winnerPays(6, 2 * resultIndex(home, away) + (home + away > 2 ? 0 : 1)),
	splitPrice([
		[[SCORE(1, 0), SCORE(2, 0)], []],
		[[SCORE(0, 0), SCORE(1, 1)], []],
		[[SCORE(0, 1), SCORE(0, 2)], []],
	]),
);
