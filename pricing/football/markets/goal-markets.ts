/** How many goals, whose, and the score itself. */

import { CELLS } from "../law/cells.ts";
import { named, type PartWords, teamName } from "./lines.ts";
import {
	allBut,
	cellSum,
	type FootballMarket,
	outcomesOf,
	type Pays,
	places,
	specOf,
	sums,
	winnerPays,
	YES_NO,
} from "./market.ts";
import { scoreMarket } from "./score-market.ts";

const YES: Pays = [2, -2];
const NO: Pays = [-2, 2];

export function bothScoreMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "btts", "Both teams to score");
	const { homeNil, awayNil, score } = CELLS[of.part];
	const none = [homeNil, awayNil];
	const nilNil = [score(0, 0)];
	return scoreMarket(
		specOf(id, name, group, part, YES_NO),
		of.part,
		(h, a) => (h > 0 && a > 0 ? YES : NO),
		sums(allBut(none, nilNil), cellSum(none, nilNil)),
	);
}

/** No goal is even. */
export function oddEvenMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "oe", "Odd or even goals");
	return scoreMarket(
		specOf(id, name, group, part, outcomesOf(["odd", "Odd"], ["even", "Even"])),
		of.part,
		(home, away) => ((home + away) % 2 === 1 ? YES : NO),
		places(CELLS[of.part].odd, CELLS[of.part].even),
	);
}

export function cleanSheetMarket(side: "home" | "away"): FootballMarket {
	const others = CELLS.regular[side === "home" ? "away" : "home"];
	return scoreMarket(
		specOf(`clean:${side}`, `${teamName(side)} clean sheet`, "teams", "regular", YES_NO),
		"regular",
		(home, away) => ((side === "home" ? away : home) === 0 ? YES : NO),
		places(others.at(0), others.atLeast(1)),
	);
}

/** Exact number of goals; the last outcome holds all that are more. */
const MOST_GOALS = 6;
export const EXACT_GOALS = scoreMarket(
	specOf(
		"goals",
		"Exact goals",
		"goals",
		"regular",
		outcomesOf(
			...Array.from({ length: MOST_GOALS + 1 }, (_, n) => [String(n), n === MOST_GOALS ? `${n}+` : String(n)] as const),
		),
	),
	"regular",
	(home, away) => winnerPays(MOST_GOALS + 1, Math.min(home + away, MOST_GOALS)),
	places(
		...Array.from({ length: MOST_GOALS }, (_, n) => CELLS.regular.total.at(n)),
		CELLS.regular.total.atLeast(MOST_GOALS),
	),
);

/** Scores of a few goals of each side named one by one; everything else is `other`. */
export function correctScoreMarket(of: PartWords, group: string): FootballMarket {
	const { score, other, scoresSize: size } = CELLS[of.part];
	const max = size - 1;
	const { id, name, part } = named(of, "cs", "Correct score");
	const scores = Array.from({ length: size * size }, (_, index) => {
		const label = `${Math.floor(index / size)}-${index % size}`;
		return [label, label] as const;
	});
	const pays = Array.from({ length: size * size + 1 }, (_, index) => winnerPays(size * size + 1, index));
	return scoreMarket(
		specOf(id, name, group, part, outcomesOf(...scores, ["other", "Any other"])),
		of.part,
		(home, away) => pays[home <= max && away <= max ? home * size + away : size * size] ?? [],
		places(...Array.from({ length: size * size }, (_, index) => score(Math.floor(index / size), index % size)), other),
	);
}

const { homeNil: HOME_NIL, awayNil: AWAY_NIL, score: SCORE } = CELLS.regular;
const NOT_BOTH = [HOME_NIL, AWAY_NIL];
/** Up to two goals without both sides scoring: what is left of them is 1-1. */
const NOT_BOTH_UNDER = [SCORE(0, 0), SCORE(1, 0), SCORE(0, 1), SCORE(2, 0), SCORE(0, 2)];

export const BOTH_SCORE_AND_TOTAL = scoreMarket(
	specOf(
		"btts+ou:2.5",
		"Both teams to score and total goals 2.5",
		"combos",
		"regular",
		outcomesOf(
			["yes_over", "Both & over 2.5"],
			["yes_under", "Both & under 2.5"],
			["no_over", "Not both & over 2.5"],
			["no_under", "Not both & under 2.5"],
		),
	),
	"regular",
	(home, away) => winnerPays(4, (home > 0 && away > 0 ? 0 : 2) + (home + away > 2 ? 0 : 1)),
	sums(
		allBut([...NOT_BOTH, SCORE(1, 1)], [SCORE(0, 0)]),
		cellSum([SCORE(1, 1)]),
		cellSum(NOT_BOTH, [SCORE(0, 0), ...NOT_BOTH_UNDER]),
		cellSum(NOT_BOTH_UNDER),
	),
);
