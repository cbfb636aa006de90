/** Forecasts over all matches, scored by minute, with or without the yardstick beside them. */
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import type { GoalStrengths, Rates } from "../../pricing/football/outlook.ts";
import { strengthsOf } from "../../pricing/football/strengths.ts";
import type { CalibrationBin } from "../../pricing/goals/forecast-scores.ts";
import { factsAt, forecastOf, MINUTES, outcomeOf } from "./forecasts.ts";
import { fixtureOf, type Match } from "./matches.ts";
import { type Reference, referenceForecast, referenceRates } from "./reference.ts";
import { MEASURES, type Measure, type MinuteRow, MinuteScores, Paired, type Scores } from "./scores.ts";

type Minute = (typeof MINUTES)[number];

export type Judged = {
	readonly minute: Minute;
	readonly row: MinuteRow;
	readonly bins: readonly CalibrationBin[];
	/** The yardstick's row, and how much lower our scores are, match by match. */
	readonly reference: {
		readonly row: MinuteRow;
		readonly gains: Readonly<Record<Measure, { readonly mean: number; readonly error: number }>>;
	} | null;
};

export type Evaluation = {
	readonly judged: readonly Judged[];
	/** Matches whose prices have no strengths, with the reason of the first. */
	readonly refused: { readonly count: number; readonly reason: string };
};

/** Matches to score, with the models that have not seen them. */
export type Fold = {
	readonly matches: readonly Match[];
	readonly parameters: GoalParameters;
	readonly reference: Reference | null;
};

type Entry = {
	readonly match: Match;
	readonly strengths: GoalStrengths;
	readonly parameters: GoalParameters;
	readonly yardstick: { readonly reference: Reference; readonly rates: Rates } | null;
};

export function evaluate(folds: readonly Fold[]): Evaluation {
	const entries: Entry[] = [];
	let count = 0;
	let reason = "";
	for (const { matches, parameters, reference } of folds) {
		for (const match of matches) {
			const strengths = strengthsOf(fixtureOf(match), parameters);
			const rates = reference === null ? null : referenceRates(match);
			const yardstick = reference === null || rates === null ? null : { reference, rates };
			if (strengths.ok) entries.push({ match, strengths: strengths.params, parameters, yardstick });
			else if (count++ === 0) reason = strengths.message;
		}
	}
	return { judged: MINUTES.map((minute) => judgeMinute(minute, entries)), refused: { count, reason } };
}

function judgeMinute(minute: Minute, entries: readonly Entry[]): Judged {
	const ours = new MinuteScores();
	const theirs = new MinuteScores();
	const paired = { rps: new Paired(), logloss: new Paired(), over25_logloss: new Paired() };
	for (const { match, strengths, parameters, yardstick } of entries) {
		const outcome = outcomeOf(match);
		const scores = ours.add(forecastOf(strengths, factsAt(match, minute), parameters), outcome);
		if (yardstick === null) continue;
		const other: Scores = theirs.add(referenceForecast(yardstick.reference, yardstick.rates, match, minute), outcome);
		for (const measure of MEASURES) paired[measure].add(other[measure] - scores[measure]);
	}
	const gainOf = ({ mean, error }: Paired): { readonly mean: number; readonly error: number } => ({ mean, error });
	return {
		minute,
		row: ours.row(),
		bins: ours.calibration.bins(),
		reference:
			theirs.row().n === 0
				? null
				: {
						row: theirs.row(),
						gains: {
							rps: gainOf(paired.rps),
							logloss: gainOf(paired.logloss),
							over25_logloss: gainOf(paired.over25_logloss),
						},
					},
	};
}
