/** Markets on how the two halves belong together. */
import { CELLS } from "../law/cells.ts";
import type { Rates } from "../outlook.ts";
import {
	ALWAYS,
	type FootballMarket,
	outcomesOf,
	type Pays,
	places,
	Settlements,
	specOf,
	winnerPays,
} from "./market.ts";
import { openVerdict } from "./score-market.ts";

type HalvesRule = (first: Rates, second: Rates) => Pays;

/** Nothing is decided before half-time; from then on the rule is one of the second half's score. */
function halvesMarket(spec: FootballMarket["spec"], pays: HalvesRule, firstCell: number): FootballMarket {
	const results = new Settlements(spec);
	const undecided = results.open(spec.outcomes.map(() => true));
	return {
		spec,
		part: "regular",
		rule: { kind: "halves", pays },
		maxFair: ALWAYS,
		price: places(...spec.outcomes.map((_, index) => firstCell + index)),
		verdict: ({ first, second, regular }) => {
			if (regular.isOver) return results.settled(pays(first, second));
			if (!first.isOver) return undecided;
			const rule = (home: number, away: number): Pays => pays(first, { home, away });
			return openVerdict(results, rule, second.home, second.away, first.home + first.away);
		},
	};
}

const RESULTS = [
	["home", "1"],
	["draw", "X"],
	["away", "2"],
] as const;
const resultOf = ({ home, away }: Rates): number => (home > away ? 0 : home < away ? 2 : 1);

export const HALF_TIME_FULL_TIME = halvesMarket(
	specOf(
		"htft",
		"Half-time/full-time",
		"halves",
		"regular",
		outcomesOf(
			...RESULTS.flatMap(([half, halfSign]) =>
				RESULTS.map(([full, fullSign]) => [`${half}_${full}`, `${halfSign}/${fullSign}`] as const),
			),
		),
	),
	(first, second) =>
		winnerPays(9, 3 * resultOf(first) + resultOf({ home: first.home + second.home, away: first.away + second.away })),
	CELLS.halfTimeFullTime,
);

export const HIGHEST_SCORING_HALF = halvesMarket(
	specOf(
		"hsh",
		"Half with more goals",
		"halves",
		"regular",
		outcomesOf(["first", "1st half"], ["equal", "Equal"], ["second", "2nd half"]),
	),
	(first, second) => {
		const before = first.home + first.away;
		const after = second.home + second.away;
		return winnerPays(3, before > after ? 0 : before === after ? 1 : 2);
	},
	CELLS.moreGoals,
);
