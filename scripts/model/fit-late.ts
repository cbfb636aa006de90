/**
 * The dependence of low scores as a match ends, by the log-loss of results in play. The unknown is its departure from the
 * yardstick, which keeps its own to the end.
 */
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import type { Prepared } from "./fit-effects.ts";
import { factsAt, forecastOf, outcomeOf } from "./forecasts.ts";
import { REFERENCE_RHO } from "./reference.ts";
import { type Repeatability, repeatabilityOf, type SeasonEstimate } from "./repeatability.ts";
import { scoresOf } from "./scores.ts";
import { seasonsOf } from "./seasons.ts";

const MINUTES = [30, 60, 75, 85] as const;
const MOST = -REFERENCE_RHO;
const STEP = MOST / 2;
const TRIED = [0, STEP, MOST] as const;

/** Parameters with the departure in its place. */
export const withLate = (base: GoalParameters, departure: number): GoalParameters => ({
	...base,
	rhoLate: REFERENCE_RHO + departure,
});

/** A match's loss at each departure that is tried. */
function lossesOf({ match, strengths }: Prepared, tried: readonly GoalParameters[]): readonly number[] {
	const outcome = outcomeOf(match);
	const facts = MINUTES.map((minute) => factsAt(match, minute));
	return tried.map((parameters) =>
		facts.reduce((sum, now) => sum + scoresOf(forecastOf(strengths, now, parameters), outcome).logloss, 0),
	);
}

/** The departure of the least loss, at the vertex of the parabola, with the sandwich variance over matches. */
function vertexOf(losses: readonly (readonly number[])[]): SeasonEstimate {
	const derivatives = losses.map(([before = 0, here = 0, after = 0]) => ({
		slope: (after - before) / (2 * STEP),
		bend: (before - 2 * here + after) / STEP ** 2,
	}));
	const slope = derivatives.reduce((sum, each) => sum + each.slope, 0);
	const bend = derivatives.reduce((sum, each) => sum + each.bend, 0);
	if (!(bend > 0)) return { value: 0, variance: Number.POSITIVE_INFINITY };
	const moved = -slope / bend;
	const scatter = derivatives.reduce((sum, each) => sum + (each.slope + each.bend * moved) ** 2, 0);
	return { value: TRIED[1] + moved, variance: scatter / bend ** 2 };
}

export type FittedLate = {
	readonly bySeason: readonly SeasonEstimate[];
	readonly repeats: Repeatability;
	/** On all seasons, unshrunk. */
	readonly pooled: SeasonEstimate;
	/** What the model takes of it: no dependence is left at most. */
	readonly value: number;
};

const bounded = (departure: number): number => Math.min(MOST, Math.max(0, departure));

export function fitLate(prepared: readonly Prepared[], base: GoalParameters): FittedLate {
	const tried = TRIED.map((departure) => withLate(base, departure));
	const judged = prepared.map((each) => ({ season: each.match.season, losses: lossesOf(each, tried) }));
	const bySeason = seasonsOf(judged, ({ season }) => season).map((own) => vertexOf(own.map(({ losses }) => losses)));
	const repeats = repeatabilityOf([bySeason]);
	const pooled = vertexOf(judged.map(({ losses }) => losses));
	return { bySeason, repeats, pooled, value: bounded(pooled.value * repeats.shrinkage) };
}
