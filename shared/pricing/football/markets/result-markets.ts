/** Who wins: match result, double chance, draw no bet, winning margin, and winning with something else. */
import type { ScoreLaw } from "../law/score-law.ts";
import { named, type PartWords, teamName, threeWayMarket, writeShares } from "./lines.ts";
import {
	type FootballMarket,
	outcomesOf,
	type Pays,
	specOf,
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
	return scoreMarket(
		specOf(id, name, group, part, outcomesOf(["1x", "1X"], ["12", "12"], ["x2", "X2"]), 2),
		of.part,
		(home, away) => DOUBLE_CHANCE_PAYS[home > away ? "home" : home < away ? "away" : "draw"],
		(law, out, at) => {
			out[at] = law.differenceAtLeast(0);
			out[at + 1] = law.differenceAtLeast(1) + law.differenceAtMost(-1);
			out[at + 2] = law.differenceAtMost(0);
		},
	);
}

/** The stake comes back on a draw: the same bet as the handicap of zero. */
export function drawNoBetMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "dnb", "Draw no bet");
	return scoreMarket(
		specOf(id, name, group, part, TWO_WAY),
		of.part,
		(home, away) => (home > away ? [2, -2] : home < away ? [-2, 2] : [0, 0]),
		(law, out, at) => writeShares(out, at, law.differenceAtLeast(1), law.differenceAtMost(-1)),
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

export const WINNING_MARGIN = scoreMarket(
	specOf("wm", "Winning margin", "goals", "regular", marginOutcomes),
	"regular",
	(home, away) => marginPays(home - away),
	(law, out, at) => {
		for (let margin = 1; margin < LARGEST_MARGIN; margin++) {
			out[at + margin - 1] = law.differenceAt(margin);
			out[at + LARGEST_MARGIN + margin] = law.differenceAt(-margin);
		}
		out[at + LARGEST_MARGIN - 1] = law.differenceAtLeast(LARGEST_MARGIN);
		out[at + LARGEST_MARGIN] = law.differenceAt(0);
		out[at + 2 * LARGEST_MARGIN] = law.differenceAtMost(-LARGEST_MARGIN);
	},
);

/** To win without conceding. */
export function winToNilMarket(side: "home" | "away"): FootballMarket {
	const winsToNil = (home: number, away: number): boolean =>
		side === "home" ? home > 0 && away === 0 : away > 0 && home === 0;
	return scoreMarket(
		specOf(`nil:${side}`, `${teamName(side)} to win to nil`, "teams", "regular", YES_NO),
		"regular",
		(home, away) => (winsToNil(home, away) ? [2, -2] : [-2, 2]),
		(law, out, at) => {
			const yes = (side === "home" ? law.away : law.home).at[0] as number;
			out[at] = yes - law.score(0, 0);
			out[at + 1] = 1 - (out[at] as number);
		},
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

/** Writes each result split by an event: the part with it is given, the rest is without. */
function writeSplit(law: ScoreLaw, out: Float64Array, at: number, without: readonly [number, number, number]): void {
	out[at + 1] = without[0];
	out[at + 3] = without[1];
	out[at + 5] = without[2];
	out[at] = law.differenceAtLeast(1) - without[0];
	out[at + 2] = law.differenceAt(0) - without[1];
	out[at + 4] = law.differenceAtMost(-1) - without[2];
}

export const RESULT_AND_BOTH_SCORE = scoreMarket(
	combined("1x2+btts", "Result and both teams to score", [
		["yes", "both score"],
		["no", "not both"],
	]),
	"regular",
	(home, away) => winnerPays(6, 2 * resultIndex(home, away) + (home > 0 && away > 0 ? 0 : 1)),
	(law, out, at) => {
		const nilNil = law.score(0, 0);
		writeSplit(law, out, at, [(law.away.at[0] as number) - nilNil, nilNil, (law.home.at[0] as number) - nilNil]);
	},
);

export const RESULT_AND_TOTAL = scoreMarket(
	combined("1x2+ou:2.5", "Result and total goals 2.5", [
		["over", "over 2.5"],
		["under", "under 2.5"],
	]),
	"regular",
	(home, away) => winnerPays(6, 2 * resultIndex(home, away) + (home + away > 2 ? 0 : 1)),
	(law, out, at) =>
		writeSplit(law, out, at, [
			law.score(1, 0) + law.score(2, 0),
			law.score(0, 0) + law.score(1, 1),
			law.score(0, 1) + law.score(0, 2),
		]),
);
