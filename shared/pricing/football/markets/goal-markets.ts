/** How many goals, whose, and the score itself. */
import { named, type PartWords, teamName } from "./lines.ts";
import { type FootballMarket, outcomesOf, type Pays, specOf, winnerPays, YES_NO } from "./market.ts";
import { scoreMarket } from "./score-market.ts";

const YES: Pays = [2, -2];
const NO: Pays = [-2, 2];

export function bothScoreMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "btts", "Both teams to score");
	return scoreMarket(
		specOf(id, name, group, part, YES_NO),
		of.part,
		(home, away) => (home > 0 && away > 0 ? YES : NO),
		(law, out, at) => {
			const no = (law.home.at[0] as number) + (law.away.at[0] as number) - law.score(0, 0);
			out[at] = 1 - no;
			out[at + 1] = no;
		},
	);
}

/** No goal is even. */
export function oddEvenMarket(of: PartWords, group: string): FootballMarket {
	const { id, name, part } = named(of, "oe", "Odd or even goals");
	return scoreMarket(
		specOf(id, name, group, part, outcomesOf(["odd", "Odd"], ["even", "Even"])),
		of.part,
		(home, away) => ((home + away) % 2 === 1 ? YES : NO),
		({ total }, out, at) => {
			let odd = 0;
			for (let n = total.from + ((total.from + 1) % 2); n < total.to; n += 2) odd += total.at[n] as number;
			out[at] = odd;
			out[at + 1] = 1 - odd;
		},
	);
}

export function cleanSheetMarket(side: "home" | "away"): FootballMarket {
	return scoreMarket(
		specOf(`clean:${side}`, `${teamName(side)} clean sheet`, "teams", "regular", YES_NO),
		"regular",
		(home, away) => ((side === "home" ? away : home) === 0 ? YES : NO),
		(law, out, at) => {
			out[at] = (side === "home" ? law.away : law.home).at[0] as number;
			out[at + 1] = (side === "home" ? law.away : law.home).atLeast(1);
		},
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
	({ total }, out, at) => {
		for (let n = 0; n < MOST_GOALS; n++) out[at + n] = total.at[n] as number;
		out[at + MOST_GOALS] = total.atLeast(MOST_GOALS);
	},
);

/** Scores up to `max` goals of each side named one by one; everything else is `other`. */
export function correctScoreMarket(of: PartWords, group: string, max: number): FootballMarket {
	const { id, name, part } = named(of, "cs", "Correct score");
	const size = max + 1;
	const scores = Array.from({ length: size * size }, (_, index) => {
		const label = `${Math.floor(index / size)}-${index % size}`;
		return [label, label] as const;
	});
	const pays = Array.from({ length: size * size + 1 }, (_, index) => winnerPays(size * size + 1, index));
	return scoreMarket(
		specOf(id, name, group, part, outcomesOf(...scores, ["other", "Any other"])),
		of.part,
		(home, away) => pays[home <= max && away <= max ? home * size + away : size * size] ?? [],
		(law, out, at) => {
			let isNamed = 0;
			let index = at;
			for (let home = 0; home < size; home++) {
				for (let away = 0; away < size; away++) {
					const p = law.score(home, away);
					out[index++] = p;
					isNamed += p;
				}
			}
			out[index] = 1 - isNamed;
		},
	);
}

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
	(law, out, at) => {
		const notBoth = (law.home.at[0] as number) + (law.away.at[0] as number) - law.score(0, 0);
		const notBothUnder = law.score(0, 0) + law.score(1, 0) + law.score(0, 1) + law.score(2, 0) + law.score(0, 2);
		out[at + 1] = law.score(1, 1);
		out[at] = 1 - notBoth - law.score(1, 1);
		out[at + 2] = notBoth - notBothUnder;
		out[at + 3] = notBothUnder;
	},
);
