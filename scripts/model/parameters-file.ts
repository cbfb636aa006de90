/** The file of fitted parameters, as text: generated, so that it is the same bytes for the same fit. */
import { join } from "node:path";
import type { GoalParameters } from "../../shared/pricing/football/goal-parameters.ts";

export const PARAMETERS_FILE = join(import.meta.dirname, "../../shared/pricing/football/goal-parameters.ts");

const DIGITS = 5;

export type Origin = {
	readonly file: string;
	readonly source: string;
	readonly seasons: readonly string[];
	readonly matches: number;
	readonly year: number;
};

const round = (value: number): number => Number(value.toFixed(DIGITS));

/** The parameters to the digits that are stored, far below their standard errors. */
export function rounded(parameters: GoalParameters): GoalParameters {
	const { total, first, second, red, score } = parameters;
	const half = (timing: GoalParameters["first"]): GoalParameters["first"] => ({
		share: round(timing.share),
		slope: round(timing.slope),
		bend: round(timing.bend),
		stoppageShare: round(timing.stoppageShare),
		stoppageSec: timing.stoppageSec,
	});
	return {
		rho: round(parameters.rho),
		rhoFade: round(parameters.rhoFade),
		total: { mean: round(total.mean), rho: total.rho, growth: round(total.growth) },
		first: half(first),
		second: half(second),
		red: { own: round(red.own), other: round(red.other) },
		score: {
			leadsByOne: round(score.leadsByOne),
			leadsByMore: round(score.leadsByMore),
			trailsByOne: round(score.trailsByOne),
			trailsByMore: round(score.trailsByMore),
			level: round(score.level),
		},
		paceWeight: round(parameters.paceWeight),
	};
}

const HEAD = `/** The numbers of the goal model. The values are written by \`npm run fit\`; their meaning is with their names. */
import type { HalfTiming } from "./goal-timing.ts";

export type GoalParameters = {
	/** Dixon and Coles' dependence of low scores: negative means more 0-0 and 1-1 than independence gives. */
	readonly rho: number;
	/** With what share of goals to come the dependence fades: ρ times the share to this power. */
	readonly rhoFade: number;
	/** Goals of a match: their mean, and how 1X2 prices tell them (see \`strengths.ts\`). */
	readonly total: { readonly mean: number; readonly rho: number; readonly growth: number };
	readonly first: HalfTiming;
	readonly second: HalfTiming;
	/** A dismissal multiplies the goals to come of the penalised side and of its opponent. */
	readonly red: { readonly own: number; readonly other: number };
	/** Multiplies the goals to come of a side that leads by one, by more, that trails by one, by more. */
	readonly score: {
		readonly leadsByOne: number;
		readonly leadsByMore: number;
		readonly trailsByOne: number;
		readonly trailsByMore: number;
		/** Of both sides while they are level: reached as the match ends, 1 at its start. */
		readonly level: number;
	};
	/** How fast goals seen change the pace believed in: both sides' goals to come by (1 + w·seen) / (1 + w·expected). */
	readonly paceWeight: number;
};
`;

/** An object of numbers as source text, one line each where it holds objects, else in one line. */
function sourceOf(value: object, indent: string): string {
	const entries = Object.entries(value);
	if (entries.every(([, each]) => typeof each === "number"))
		return `{ ${entries.map(([key, each]) => `${key}: ${each}`).join(", ")} }`;
	const lines = entries.map(([key, each]) => {
		const text = typeof each === "number" ? String(each) : sourceOf(each, `${indent}\t`);
		return `${indent}\t${key}: ${text},`;
	});
	return `{\n${lines.join("\n")}\n${indent}}`;
}

export function parametersText(parameters: GoalParameters, { file, source, seasons, matches, year }: Origin): string {
	return `${HEAD}
/**
 * Fitted on all ${matches} matches of ${seasons[0]} to ${seasons[seasons.length - 1]} in ${file};
 * the share of stoppage is moved to the season ${year}.
 * Source: ${source}.
 */
export const GOAL_PARAMETERS: GoalParameters = ${sourceOf(parameters, "")};
`;
}
