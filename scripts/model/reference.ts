/**
 * The yardstick: the plain live model that ours must beat, written out on its own. Probabilities by Shin's method; strengths
 * from them through Dixon and Coles at ρ = −0.08, scaled to the mean number of goals; the empirical share of goals still to
 * come; dismissals .60 and 1.57; final scores by the remaining Poisson numbers × τ.
 */
import { meansFromResult } from "../../pricing/goals/inverse.ts";
import { poissonMasses } from "../../pricing/goals/masses.ts";
import {
	dixonColesTilt,
	independentGrid,
	resultChances,
	tilted,
	totalChances,
} from "../../pricing/goals/score-grid.ts";
import { removeMargin } from "../../pricing/margin.ts";
import { type Forecast, factsAt, MINUTES } from "./forecasts.ts";
import type { Match } from "./matches.ts";

type Pair = { readonly home: number; readonly away: number };

/** The dependence of low scores, before the match and to its end. */
export const REFERENCE_RHO = -0.08;
/** What a dismissal does to the goals to come of the penalised side and of its opponent, over all seasons and leagues measured. */
export const REFERENCE_RED = { own: 0.6, other: 1.57 } as const;

/** What it takes from past matches: the scale to mean goals, and the share of goals to come after each minute. */
export type Reference = { readonly scale: number; readonly shares: ReadonlyMap<number, number> };

/** Rates before scaling, or null where the odds have none. */
export function referenceRates(match: Match): Pair | null {
	const odds = match.oddsMilli.map((price) => price / 1_000);
	const shin = removeMargin("shin", odds);
	const fair = shin.ok ? shin : removeMargin("multiplicative", odds);
	return fair.ok ? meansFromResult(fair.values, REFERENCE_RHO) : null;
}

/** Fits the yardstick to past matches. */
export function fitReference(matches: readonly Match[]): Reference {
	let expected = 0;
	let scored = 0;
	for (const match of matches) {
		const rates = referenceRates(match);
		if (rates === null) continue;
		expected += rates.home + rates.away;
		scored += match.score.home + match.score.away;
	}
	const goals = matches.flatMap((match) => match.goals);
	return {
		scale: scored / expected,
		shares: new Map(
			MINUTES.map((minute) => [minute, goals.filter((goal) => goal.minute > minute).length / goals.length]),
		),
	};
}

/** What `fitReference` finds in the 9,115 matches of 2009/10 to 2013/14, so that others can be compared without them. */
export const LEAGUES_2009_2014: Reference = {
	scale: 1.03743,
	shares: new Map([
		[0, 1],
		[15, 0.87466],
		[30, 0.72834],
		[45, 0.56017],
		[60, 0.39595],
		[75, 0.22361],
		[85, 0.10983],
	]),
};

export function referenceForecast(reference: Reference, rates: Pair, match: Match, minute: number): Forecast {
	const full = { home: rates.home * reference.scale, away: rates.away * reference.scale };
	const share = reference.shares.get(minute) ?? 1;
	const { regular, reds } = factsAt(match, minute);
	const { own, other } = REFERENCE_RED;
	const home = full.home * share * own ** reds.home * other ** reds.away;
	const away = full.away * share * own ** reds.away * other ** reds.home;
	const grid = tilted(
		independentGrid(poissonMasses(home), poissonMasses(away), regular),
		dixonColesTilt(full, REFERENCE_RHO),
	);
	return { result: resultChances(grid), over: totalChances(grid, 2.5)[0] };
}
