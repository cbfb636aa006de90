/** Scores of forecasts after each minute, and paired differences of two models with their standard errors. */
import { Calibration, logLoss, rankedProbabilityScore } from "../../pricing/goals/forecast-scores.ts";
import type { Forecast, Outcome } from "./forecasts.ts";

const BINS = 20;

export const MEASURES = ["rps", "logloss", "over25_logloss"] as const;
export type Measure = (typeof MEASURES)[number];
export type Scores = Readonly<Record<Measure, number>>;

export const scoresOf = ({ result, over }: Forecast, outcome: Outcome): Scores => ({
	rps: rankedProbabilityScore(result, outcome.result),
	logloss: logLoss(result, outcome.result),
	over25_logloss: logLoss([over, 1 - over], outcome.over ? 0 : 1),
});

export type MinuteRow = Scores & { readonly n: number; readonly ece: number };

/** Sums the scores of one minute. */
export class MinuteScores {
	readonly calibration = new Calibration(BINS);
	readonly #sums = { rps: 0, logloss: 0, over25_logloss: 0 };
	#n = 0;

	add(forecast: Forecast, outcome: Outcome): Scores {
		const scores = scoresOf(forecast, outcome);
		for (const measure of MEASURES) this.#sums[measure] += scores[measure];
		forecast.result.forEach((chance, i) => {
			this.calibration.add(chance, i === outcome.result);
		});
		this.#n++;
		return scores;
	}

	row(): MinuteRow {
		const mean = (measure: Measure): number => this.#sums[measure] / Math.max(1, this.#n);
		return {
			n: this.#n,
			rps: mean("rps"),
			logloss: mean("logloss"),
			ece: this.calibration.error(),
			over25_logloss: mean("over25_logloss"),
		};
	}
}

/** Mean of paired differences and its standard error. */
export class Paired {
	#n = 0;
	#sum = 0;
	#squares = 0;

	add(difference: number): void {
		this.#n++;
		this.#sum += difference;
		this.#squares += difference * difference;
	}

	get mean(): number {
		return this.#sum / Math.max(1, this.#n);
	}

	get error(): number {
		const variance = this.#squares / Math.max(1, this.#n) - this.mean ** 2;
		return Math.sqrt(Math.max(0, variance) / Math.max(1, this.#n));
	}
}
