/**
 * How dismissals, the score and the pace seen change the goals to come: the multipliers of `outlookOf` itself, by Poisson
 * likelihood of the goals that came after each of several minutes (Fisher scoring, derivatives by differences).
 *
 * The minutes of one match overlap, so their likelihoods are not independent; the standard errors are those of clusters of
 * one match each (the sandwich estimator).
 */
import { outlookOf } from "../../shared/pricing/football/goal-model.ts";
import type { GoalParameters } from "../../shared/pricing/football/goal-parameters.ts";
import type { GoalFacts, GoalStrengths, Rates } from "../../shared/pricing/football/outlook.ts";
import { solveLinear } from "../../shared/pricing/least-squares.ts";
import { factsAt } from "./forecasts.ts";
import type { Match } from "./matches.ts";

const AFTER_MINUTES = [15, 30, 45, 60, 75, 85] as const;
const MAX_STEPS = 12;
const DIFFERENCE = 1e-5;

export type Prepared = { readonly match: Match; readonly strengths: GoalStrengths };

/** The unknowns: logarithms of multipliers, and the weight of the pace. */
export const EFFECTS = [
	"red.own",
	"red.other",
	"leadsByOne",
	"leadsByMore",
	"trailsByOne",
	"trailsByMore",
	"level",
	"goalless",
	"paceWeight",
] as const;

/** Where the pace stands among them: as it is, not as a logarithm. */
export const PACE = EFFECTS.indexOf("paceWeight");

/** Parameters with the unknowns in their places. */
export function withEffects(base: GoalParameters, x: readonly number[]): GoalParameters {
	const [own, other, leadsByOne, leadsByMore, trailsByOne, trailsByMore, level, goalless] = x.map(Math.exp);
	return {
		...base,
		red: { own: own as number, other: other as number },
		score: {
			leadsByOne: leadsByOne as number,
			leadsByMore: leadsByMore as number,
			trailsByOne: trailsByOne as number,
			trailsByMore: trailsByMore as number,
			level: level as number,
			goalless: goalless as number,
		},
		paceWeight: Math.max(0, x[PACE] as number),
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

/** Gradient and information of the likelihood, and the outer products of each match's own gradient. */
function sumsAt(all: readonly (readonly Observation[])[], base: GoalParameters, x: readonly number[]): Sums {
	const n = x.length;
	const here = withEffects(base, x);
	const moved = x.map((value, j) => withEffects(base, x.with(j, value + DIFFERENCE)));
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

/** Standard errors from the sandwich I⁻¹ B I⁻¹. */
function errorsOf({ information, outer }: Sums): readonly number[] {
	return information.map((_, k) => {
		const unit = information.map((__, i) => (i === k ? 1 : 0));
		const column = solveLinear(information, unit) ?? unit;
		let variance = 0;
		column.forEach((a, i) => {
			column.forEach((b, j) => {
				variance += a * b * (outer[i]?.[j] as number);
			});
		});
		return Math.sqrt(variance);
	});
}

export function fitEffects(
	matches: readonly Prepared[],
	base: GoalParameters,
): { readonly parameters: GoalParameters; readonly x: readonly number[]; readonly errors: readonly number[] } {
	const all = matches.map(observationsOf);
	let x: readonly number[] = [-0.5, 0.4, 0, 0, 0, 0, 0, 0, 0.05];
	for (let step = 0; step < MAX_STEPS; step++) {
		const { gradient, information } = sumsAt(all, base, x);
		const change = solveLinear(information, gradient);
		if (change === null) throw new Error("the matches do not tell all effects apart");
		const next = x.map((value, j) => value + (change[j] as number));
		const moved = Math.max(...change.map(Math.abs));
		// A negative weight would say that goals slow a match down more than the score does: then it is not used.
		x = next.with(PACE, Math.max(0, next[PACE] as number));
		if (moved < 1e-4) break;
	}
	return { parameters: withEffects(base, x), x, errors: errorsOf(sumsAt(all, base, x)) };
}
