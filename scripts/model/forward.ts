/**
 * Forward in time: for every season but the first, both models are fitted on the seasons before it, everything that is chosen
 * is chosen there, and the season is then forecast once. Nothing is ever fitted or chosen by a season that it is judged on.
 */
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import type { GoalStrengths } from "../../pricing/football/outlook.ts";
import { strengthsOf } from "../../pricing/football/strengths.ts";
import type { CalibrationBin } from "../../pricing/goals/forecast-scores.ts";
import { type Fit, fitParameters } from "./fit-parameters.ts";
import { factsAt, forecastOf, MINUTES, type Outcome, outcomeOf } from "./forecasts.ts";
import { fixtureOf, type Match } from "./matches.ts";
import { fitReference, type Reference, referenceForecast, referenceRates } from "./reference.ts";
import { MinuteScores, Paired, type Scores, scoresOf } from "./scores.ts";
import { seasonsOf } from "./seasons.ts";

type Gain = { readonly mean: number; readonly error: number };
/** Gains by minute, and of all minutes of a match together. */
export type Gains = { readonly n: number; readonly minutes: readonly Gain[]; readonly sum: Gain };

export type Step = { readonly season: string; readonly fit: Fit };

export type Forward = {
	readonly steps: readonly Step[];
	/** What is gained on the yardstick in log-loss of results and of over 2.5, by season judged and in all of them. */
	readonly bySeason: readonly { readonly season: string; readonly result: Gains; readonly over: Gains }[];
	readonly all: { readonly result: Gains; readonly over: Gains };
	/** The same where somebody has been sent off by that minute. */
	readonly dismissals: Gains;
	/** Results without any addition, on the yardstick. */
	readonly plain: Gains;
	/** What having an addition gains: as it is where it was kept, as its past has it where it was dropped. */
	readonly additions: readonly { readonly name: string; readonly gains: Gains }[];
	readonly calibration: readonly {
		readonly ours: number;
		readonly theirs: number;
		readonly byChance: number;
		readonly bins: readonly CalibrationBin[];
	}[];
};

/** Means of paired differences, by minute and in sum; null is a minute that does not count. */
class GainSums {
	readonly #minutes = MINUTES.map(() => new Paired());
	readonly #sum = new Paired();
	#n = 0;

	add(differences: readonly (number | null)[]): void {
		differences.forEach((difference, i) => {
			if (difference !== null) this.#minutes[i]?.add(difference);
		});
		this.#sum.add(differences.reduce<number>((sum, difference) => sum + (difference ?? 0), 0));
		this.#n++;
	}

	gains(): Gains {
		const of = ({ mean, error }: Paired): Gain => ({ mean, error });
		return { n: this.#n, minutes: this.#minutes.map(of), sum: of(this.#sum) };
	}
}

const minus = (one: readonly Scores[], other: readonly Scores[], measure: keyof Scores): readonly number[] =>
	one.map((scores, i) => scores[measure] - (other[i] as Scores)[measure]);

function scoresBy(
	match: Match,
	strengths: GoalStrengths,
	parameters: GoalParameters,
	outcome: Outcome,
): readonly Scores[] {
	return MINUTES.map((minute) => scoresOf(forecastOf(strengths, factsAt(match, minute), parameters), outcome));
}

type Tally = {
	readonly all: { readonly result: GainSums; readonly over: GainSums };
	readonly dismissals: GainSums;
	readonly plain: GainSums;
	readonly additions: ReadonlyMap<string, GainSums>;
	readonly ours: readonly MinuteScores[];
	readonly theirs: readonly MinuteScores[];
};

function judge(
	match: Match,
	fit: Fit,
	reference: Reference,
	tally: Tally,
	season: { readonly result: GainSums; readonly over: GainSums },
): void {
	const outcome = outcomeOf(match);
	const fixture = fixtureOf(match);
	const rates = referenceRates(match);
	const strengths = strengthsOf(fixture, fit.parameters);
	const usual = strengthsOf(fixture, fit.plain);
	if (rates === null || !strengths.ok || !usual.ok) return;
	const facts = MINUTES.map((minute) => factsAt(match, minute));
	const ours = facts.map((now, i) =>
		(tally.ours[i] as MinuteScores).add(forecastOf(strengths.params, now, fit.parameters), outcome),
	);
	const theirs = MINUTES.map((minute, i) =>
		(tally.theirs[i] as MinuteScores).add(referenceForecast(reference, rates, match, minute), outcome),
	);
	const result = minus(theirs, ours, "logloss");
	const over = minus(theirs, ours, "over25_logloss");
	for (const sums of [tally.all, season]) {
		sums.result.add(result);
		sums.over.add(over);
	}
	if (match.dismissals.length > 0)
		tally.dismissals.add(
			result.map((gain, i) => ((facts[i]?.reds.home ?? 0) + (facts[i]?.reds.away ?? 0) > 0 ? gain : null)),
		);
	tally.plain.add(minus(theirs, scoresBy(match, usual.params, fit.plain, outcome), "logloss"));
	for (const { name, isKept, parameters } of fit.variants) {
		const own = parameters.total === fit.parameters.total ? strengths : strengthsOf(fixture, parameters);
		if (!own.ok) continue;
		const varied = scoresBy(match, own.params, parameters, outcome);
		const [without, having] = isKept ? [varied, ours] : [ours, varied];
		tally.additions.get(name)?.add(minus(without, having, "logloss"));
	}
}

const pair = (): { readonly result: GainSums; readonly over: GainSums } => ({
	result: new GainSums(),
	over: new GainSums(),
});
const gainsOf = (sums: { readonly result: GainSums; readonly over: GainSums }) => ({
	result: sums.result.gains(),
	over: sums.over.gains(),
});

/** The whole chain; seasons in the order of their names. */
export function forward(matches: readonly Match[]): Forward {
	const seasons = seasonsOf(matches, ({ season }) => season);
	const steps = seasons.slice(1).map((own, k) => ({
		season: own[0]?.season ?? "",
		fit: fitParameters(seasons.slice(0, k + 1).flat()),
	}));
	const names = steps[0]?.fit.variants.map(({ name }) => name) ?? [];
	const tally: Tally = {
		all: pair(),
		dismissals: new GainSums(),
		plain: new GainSums(),
		additions: new Map(names.map((name) => [name, new GainSums()])),
		ours: MINUTES.map(() => new MinuteScores()),
		theirs: MINUTES.map(() => new MinuteScores()),
	};
	const bySeason = steps.map(({ season, fit }, k) => {
		const reference = fitReference(seasons.slice(0, k + 1).flat());
		const own = pair();
		for (const match of seasons[k + 1] ?? []) judge(match, fit, reference, tally, own);
		return { season, ...gainsOf(own) };
	});
	return {
		steps,
		bySeason,
		all: gainsOf(tally.all),
		dismissals: tally.dismissals.gains(),
		plain: tally.plain.gains(),
		additions: [...tally.additions].map(([name, sums]) => ({ name, gains: sums.gains() })),
		calibration: MINUTES.map((_, i) => {
			const ours = (tally.ours[i] as MinuteScores).calibration;
			const theirs = (tally.theirs[i] as MinuteScores).calibration;
			return { ours: ours.error(), theirs: theirs.error(), byChance: ours.errorByChance(), bins: ours.bins() };
		}),
	};
}
