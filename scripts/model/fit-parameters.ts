/** The whole fit: totals from 1X2, timing, dependence, effects. Deterministic: the same matches give the same parameters. */
import { GOAL_PARAMETERS } from "../../shared/pricing/football/fitted-parameters.ts";
import type { GoalParameters } from "../../shared/pricing/football/goal-parameters.ts";
import { strengthsOf } from "../../shared/pricing/football/strengths.ts";
import { EFFECTS, fitEffects, PACE, type Prepared } from "./fit-effects.ts";
import { fitTiming, yearOf } from "./fit-timing.ts";
import { fitTotals } from "./fit-totals.ts";
import { factsAt, forecastOf, outcomeOf } from "./forecasts.ts";
import { fixtureOf, type Match } from "./matches.ts";
import { scoresOf } from "./scores.ts";

const FADE_STEP = 0.5;
const FADES = [0, 0.5, 1, 1.5, 2] as const;
const FADE_MINUTES = [30, 60, 75, 85] as const;

export type ParameterRow = { readonly name: string; readonly value: number; readonly error: number | null };
export type Fit = { readonly parameters: GoalParameters; readonly rows: readonly ParameterRow[] };
export type Report = (line: string) => void;

/** Strengths of the matches whose odds have them. */
export function prepare(matches: readonly Match[], parameters: GoalParameters): readonly Prepared[] {
	return matches.flatMap((match) => {
		const strengths = strengthsOf(fixtureOf(match), parameters);
		return strengths.ok ? [{ match, strengths: strengths.params }] : [];
	});
}

function lossOf(prepared: readonly Prepared[], parameters: GoalParameters): number {
	let loss = 0;
	for (const { match, strengths } of prepared) {
		const outcome = outcomeOf(match);
		for (const minute of FADE_MINUTES) {
			loss += scoresOf(forecastOf(strengths, factsAt(match, minute), parameters), outcome).logloss;
		}
	}
	return loss / (prepared.length * FADE_MINUTES.length);
}

/** The fade of the least loss: the vertex of the parabola through the best of a few values and its neighbours. */
function fitFade(prepared: readonly Prepared[], parameters: GoalParameters, report: Report): number {
	const losses = FADES.map((rhoFade) => lossOf(prepared, { ...parameters, rhoFade }));
	report(`log-loss by fade of ρ: ${FADES.map((fade, i) => `${fade} ${losses[i]?.toFixed(5)}`).join(", ")}`);
	const best = losses.indexOf(Math.min(...losses));
	const at = Math.min(FADES.length - 2, Math.max(1, best));
	const [before = 0, here = 0, after = 0] = losses.slice(at - 1, at + 2);
	const bend = before - 2 * here + after;
	const vertex =
		bend > 0 ? (FADES[at] as number) + (FADE_STEP * (before - after)) / (2 * bend) : (FADES[best] as number);
	return Math.min(FADES[FADES.length - 1] as number, Math.max(0, vertex));
}

/** Fits everything, for matches of about the year `forYear`. */
export function fitParameters(matches: readonly Match[], forYear: number, report: Report): Fit {
	const totals = fitTotals(matches);
	const { first, second } = fitTiming(matches, forYear);
	const usual: GoalParameters = {
		...GOAL_PARAMETERS,
		total: totals.value,
		first: first.value,
		second: second.value,
	};
	const prepared = prepare(matches, usual);
	const rhos = prepared.map(({ strengths }) => strengths.rho ?? 0).sort((a, b) => a - b);
	const rho = rhos[Math.floor(rhos.length / 2)] ?? usual.rho;
	// The shares of past seasons belong to the fit of past goals; those of the year meant go into the result.
	const { first: pastFirst, second: pastSecond } = fitTiming(matches, meanYearOf(matches, forYear));
	const past = { ...usual, rho, first: pastFirst.value, second: pastSecond.value };
	const effects = fitEffects(prepared, past);
	const rhoFade = fitFade(prepared, effects.parameters, report);
	const parameters = { ...effects.parameters, rhoFade, first: first.value, second: second.value };
	const { total } = parameters;
	const timingRows = (["first", "second"] as const).flatMap((half) =>
		(["share", "slope", "bend", "twist", "stoppageShare"] as const).map((name) => ({
			name: `${half}.${name}`,
			value: parameters[half][name],
			error: (half === "first" ? first : second).errors[name] ?? null,
		})),
	);
	const effectRows = EFFECTS.map((name, i) => ({
		name,
		value: i === PACE ? parameters.paceWeight : Math.exp(effects.x[i] as number),
		error: (effects.errors[i] as number) * (i === PACE ? 1 : Math.exp(effects.x[i] as number)),
	}));
	return {
		parameters,
		rows: [
			{ name: "total.mean", value: total.mean, error: Math.sqrt(total.mean / matches.length) },
			{ name: "total.growth", value: total.growth, error: totals.growthError },
			...Object.entries(total.competitions).map(([code, value]) => ({ name: `total.${code}`, value, error: null })),
			{ name: "rho", value: rho, error: null },
			{ name: "rhoFade", value: rhoFade, error: null },
			...timingRows,
			...effectRows,
		],
	};
}

/** Mean first year of the seasons, where they are named by years. */
export function meanYearOf(matches: readonly Match[], otherwise: number): number {
	const years = matches.flatMap(({ season }) => yearOf(season) ?? []);
	return years.length === 0 ? otherwise : years.reduce((sum, year) => sum + year, 0) / years.length;
}
