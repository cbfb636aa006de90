/**
 * How dismissals, the score and the pace seen change the goals to come: the multipliers of `outlookOf` itself, by Poisson
 * likelihood of the goals that came after each of several minutes (Fisher scoring, derivatives by differences).
 *
 * Each effect is estimated season by season, beside all others; what does not repeat is dropped, what is left is estimated on
 * all seasons and shrunk as it repeats. The unknowns are departures from the yardstick, so that shrinking leads back to it.
 *
 * The minutes of one match overlap, so their likelihoods are not independent; the standard errors are those of clusters of
 * one match each (the sandwich estimator).
 */
import { outlookOf } from "../../pricing/football/goal-model.ts";
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import type { GoalFacts, GoalStrengths, Rates } from "../../pricing/football/outlook.ts";
import { solveLinear } from "../../pricing/least-squares.ts";
import { factsAt } from "./forecasts.ts";
import type { Match } from "./matches.ts";
import { REFERENCE_RED } from "./reference.ts";
import { type Repeatability, repeatabilityOf, type SeasonEstimate } from "./repeatability.ts";
import { seasonsOf } from "./seasons.ts";

const AFTER_MINUTES = [15, 30, 45, 60, 75, 85] as const;
const MAX_STEPS = 12;
const DIFFERENCE = 1e-5;
/** The pace's weight may come out below zero in a season, but not so far that a match of many goals has no pace. */
const LEAST_PACE = -0.03;

export type Prepared = { readonly match: Match; readonly strengths: GoalStrengths };

/**
 * The unknowns, all 0 in the yardstick. Leading and trailing are told apart by what the score does to who scores (`lean`: the
 * side that trails gains what the other loses) and to how many are scored (`open`): these two are nearly independent.
 */
export const EFFECTS = [
	"red.own",
	"red.other",
	"lean.one",
	"lean.more",
	"open.one",
	"open.more",
	"level",
	"goalless",
	"paceWeight",
] as const;
export type Effect = (typeof EFFECTS)[number];

/** Where the pace stands among them: as it is, not as a logarithm. */
const PACE = EFFECTS.indexOf("paceWeight");

/** Parameters with the unknowns in their places; those not given are the yardstick's. */
export function withEffects(
	base: Omit<GoalParameters, "red" | "score" | "paceWeight">,
	x: readonly number[],
): GoalParameters {
	const [own = 0, other = 0, leanOne = 0, leanMore = 0, openOne = 0, openMore = 0, level = 0, goalless = 0, pace = 0] =
		x;
	return {
		...base,
		red: { own: REFERENCE_RED.own * Math.exp(own), other: REFERENCE_RED.other * Math.exp(other) },
		score: {
			leadsByOne: Math.exp(openOne - leanOne),
			leadsByMore: Math.exp(openMore - leanMore),
			trailsByOne: Math.exp(openOne + leanOne),
			trailsByMore: Math.exp(openMore + leanMore),
			level: Math.exp(level),
			goalless: Math.exp(goalless),
		},
		paceWeight: pace,
	};
}

type Observation = { readonly strengths: GoalStrengths; readonly facts: GoalFacts; readonly came: Rates };

function observationsOf({ match, strengths }: Prepared): readonly Observation[] {
	return AFTER_MINUTES.map((minute) => {
		const facts = factsAt(match, minute);
		const { home, away } = facts.regular;
		return { strengths, facts, came: { home: match.score.home - home, away: match.score.away - away } };
	});
}

function toCome({ strengths, facts }: Observation, parameters: GoalParameters): Rates {
	const { first, second } = outlookOf(strengths, facts, parameters).segments;
	return { home: first.home + second.home, away: first.away + second.away };
}

type Sums = { readonly gradient: number[]; readonly information: number[][]; readonly outer: number[][] };

const square = (n: number): number[][] => Array.from({ length: n }, () => new Array<number>(n).fill(0));

function addOuter(to: number[][], v: readonly number[], weight: number): void {
	for (let i = 0; i < v.length; i++) {
		const vi = v[i] as number;
		if (vi === 0) continue;
		const row = to[i] as number[];
		for (let j = 0; j < v.length; j++) row[j] = (row[j] as number) + weight * vi * (v[j] as number);
	}
}

/** Gradient and information of the likelihood by the unknowns `free`, and the outer products of each match's own gradient. */
function sumsAt(
	all: readonly (readonly Observation[])[],
	base: GoalParameters,
	x: readonly number[],
	free: readonly number[],
): Sums {
	const n = free.length;
	const here = withEffects(base, x);
	const moved = free.map((k) => withEffects(base, x.with(k, (x[k] as number) + DIFFERENCE)));
	const sums: Sums = { gradient: new Array<number>(n).fill(0), information: square(n), outer: square(n) };
	for (const observations of all) {
		const own = new Array<number>(n).fill(0);
		for (const observation of observations) {
			const mean = toCome(observation, here);
			const means = moved.map((parameters) => toCome(observation, parameters));
			for (const side of ["home", "away"] as const) {
				const slope = means.map((m) => Math.log(m[side] / mean[side]) / DIFFERENCE);
				const surprise = observation.came[side] - mean[side];
				for (let j = 0; j < n; j++) own[j] = (own[j] as number) + surprise * (slope[j] as number);
				addOuter(sums.information, slope, mean[side]);
			}
		}
		for (let j = 0; j < n; j++) sums.gradient[j] = (sums.gradient[j] as number) + (own[j] as number);
		addOuter(sums.outer, own, 1);
	}
	return sums;
}

/** Sampling variances from the sandwich I⁻¹ B I⁻¹. */
function variancesOf({ information, outer }: Sums): readonly number[] {
	return information.map((_, k) => {
		const unit = information.map((__, i) => (i === k ? 1 : 0));
		const column = solveLinear(information, unit) ?? unit;
		let variance = 0;
		column.forEach((a, i) => {
			column.forEach((b, j) => {
				variance += a * b * (outer[i]?.[j] as number);
			});
		});
		return variance;
	});
}

const NOTHING: SeasonEstimate = { value: 0, variance: Number.POSITIVE_INFINITY };

/** The most likely effects; those that are not free, or that the matches do not tell (no dismissal at all), are nothing. */
function estimate(
	matches: readonly Prepared[],
	base: GoalParameters,
	free: readonly number[],
): readonly SeasonEstimate[] {
	const all = matches.map(observationsOf);
	let x: readonly number[] = EFFECTS.map(() => 0);
	for (let step = 0; step < MAX_STEPS && free.length > 0; step++) {
		const { gradient, information } = sumsAt(all, base, x, free);
		const change = solveLinear(information, gradient);
		if (change === null) return EFFECTS.map(() => NOTHING);
		free.forEach((k, j) => {
			const next = (x[k] as number) + (change[j] as number);
			x = x.with(k, k === PACE ? Math.max(LEAST_PACE, next) : next);
		});
		if (Math.max(...change.map(Math.abs)) < 1e-5) break;
	}
	const variances = variancesOf(sumsAt(all, base, x, free));
	return x.map((value, k) => {
		const at = free.indexOf(k);
		return at < 0 ? NOTHING : { value, variance: variances[at] as number };
	});
}

export type FittedEffect = {
	readonly name: Effect;
	readonly bySeason: readonly SeasonEstimate[];
	readonly repeats: Repeatability;
	/** On all seasons, beside all other effects, unshrunk. */
	readonly pooled: SeasonEstimate;
	/** What the model takes of it. */
	readonly value: number;
};

export function fitEffects(
	matches: readonly Prepared[],
	base: GoalParameters,
): { readonly parameters: GoalParameters; readonly effects: readonly FittedEffect[] } {
	const every = EFFECTS.map((_, k) => k);
	const seasons = seasonsOf(matches, ({ match }) => match.season);
	const bySeason = seasons.map((own) => estimate(own, base, every));
	const repeats = every.map((k) => repeatabilityOf([bySeason.map((estimates) => estimates[k] as SeasonEstimate)]));
	const kept = every.filter((k) => (repeats[k] as Repeatability).shrinkage > 0);
	const pooled = estimate(matches, base, every);
	const left = estimate(matches, base, kept);
	const x = every.map((k) => {
		const value = (left[k] as SeasonEstimate).value * (repeats[k] as Repeatability).shrinkage;
		// A negative weight would say that goals slow a match down more than the score does: then it is not used.
		return k === PACE ? Math.max(0, value) : value;
	});
	return {
		parameters: withEffects(base, x),
		effects: EFFECTS.map((name, k) => ({
			name,
			bySeason: bySeason.map((estimates) => estimates[k] as SeasonEstimate),
			repeats: repeats[k] as Repeatability,
			pooled: pooled[k] as SeasonEstimate,
			value: x[k] as number,
		})),
	};
}
