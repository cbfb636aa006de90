/**
 * The whole fit: totals from 1X2, timing, effects, dependence. Deterministic: the same matches give the same parameters. What
 * goes beyond the yardstick enters as far as it repeats from season to season, and not at all where it does not.
 */
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import { strengthsOf } from "../../pricing/football/strengths.ts";
import { type FittedEffect, fitEffects, type Prepared, withEffects } from "./fit-effects.ts";
import { type FittedLate, fitLate, withLate } from "./fit-late.ts";
import { fitTiming } from "./fit-timing.ts";
import { type FittedCompetition, fitTotals } from "./fit-totals.ts";
import { fixtureOf, type Match } from "./matches.ts";
import { REFERENCE_RHO } from "./reference.ts";
import type { Repeatability, SeasonEstimate } from "./repeatability.ts";

export type ParameterRow = { readonly name: string; readonly value: number; readonly error: number | null };

/** One addition to the yardstick: what the seasons say of it, how it repeats, and what is taken of it. */
export type Addition = {
	readonly name: string;
	readonly bySeason: readonly SeasonEstimate[];
	readonly repeats: Repeatability;
	readonly pooled: SeasonEstimate;
	readonly value: number;
};

/** The parameters with one addition (or all of a kind) changed: taken out where it is kept, put in unshrunk where dropped. */
export type Variant = { readonly name: string; readonly isKept: boolean; readonly parameters: GoalParameters };

export type Fit = {
	readonly parameters: GoalParameters;
	/** The same without any addition. */
	readonly plain: GoalParameters;
	readonly rows: readonly ParameterRow[];
	readonly additions: readonly Addition[];
	readonly variants: readonly Variant[];
};

/** Strengths of the matches whose odds have them. */
export function prepare(matches: readonly Match[], parameters: GoalParameters): readonly Prepared[] {
	return matches.flatMap((match) => {
		const strengths = strengthsOf(fixtureOf(match), parameters);
		return strengths.ok ? [{ match, strengths: strengths.params }] : [];
	});
}

/** Fits everything. */
export function fitParameters(matches: readonly Match[]): Fit {
	const totals = fitTotals(matches);
	const { first, second } = fitTiming(matches);
	// From the yardstick and not from what is stored: that has seen seasons which these matches may come before.
	const start = {
		rho: REFERENCE_RHO,
		rhoLate: REFERENCE_RHO,
		total: totals.value,
		first: first.value,
		second: second.value,
	};
	const usual = withEffects(start, []);
	const prepared = prepare(matches, usual);
	const rhos = prepared.map(({ strengths }) => strengths.rho ?? 0).sort((a, b) => a - b);
	const rho = rhos[Math.floor(rhos.length / 2)] ?? usual.rho;
	const base = withLate({ ...usual, rho }, 0);
	const { parameters: moved, effects } = fitEffects(prepared, base);
	const late = fitLate(prepared, moved);
	const parameters = withLate(moved, late.value);
	const { total } = parameters;
	const timingRows = (["first", "second"] as const).flatMap((half) =>
		(["share", "slope", "bend", "twist", "stoppageShare"] as const).map((name) => ({
			name: `${half}.${name}`,
			value: parameters[half][name],
			error: (half === "first" ? first : second).errors[name] ?? null,
		})),
	);
	return {
		parameters,
		plain: { ...base, total: { ...total, competitions: {} } },
		rows: [
			{ name: "total.mean", value: total.mean, error: Math.sqrt(total.mean / matches.length) },
			{ name: "total.growth", value: total.growth, error: totals.growthError },
			{ name: "rho", value: rho, error: null },
			...timingRows,
		],
		additions: [
			...totals.competitions.map((each) => ({ ...each, name: `total.${each.name}` })),
			...effects,
			{ ...late, name: "rhoLate" },
		],
		variants: variantsOf(parameters, totals.competitions, effects, late),
	};
}

function variantsOf(
	parameters: GoalParameters,
	competitions: readonly FittedCompetition[],
	effects: readonly FittedEffect[],
	late: FittedLate,
): readonly Variant[] {
	const isKept = (one: { readonly repeats: Repeatability } | undefined): boolean => (one?.repeats.shrinkage ?? 0) > 0;
	const unshrunk = Object.fromEntries(competitions.map(({ name, pooled }) => [name, Math.exp(pooled.value)]));
	const other = isKept(competitions[0]) ? {} : unshrunk;
	const x = effects.map(({ value }) => value);
	return [
		{
			name: "competitions",
			isKept: isKept(competitions[0]),
			parameters: { ...parameters, total: { ...parameters.total, competitions: other } },
		},
		...effects.map((each, k) => ({
			name: each.name,
			isKept: isKept(each),
			parameters: withEffects(parameters, x.with(k, isKept(each) ? 0 : each.pooled.value)),
		})),
		{
			name: "rhoLate",
			isKept: isKept(late),
			parameters: withLate(parameters, isKept(late) ? 0 : late.pooled.value),
		},
	];
}
