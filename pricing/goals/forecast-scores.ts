/** Scoring rules: how well probabilities fared once it is known what happened. Lower is better in all of them. */

/** A forecast that called what happened impossible would score without bound; it is taken as this likely. */
const LEAST = 1e-15;

/** Ranked probability score of ordered outcomes: squared errors of the cumulative chances over (outcomes − 1), 0 to 1. */
export function rankedProbabilityScore(chances: readonly number[], happened: number): number {
	let cumulative = 0;
	let score = 0;
	for (let i = 0; i < chances.length - 1; i++) {
		cumulative += chances[i] as number;
		const error = cumulative - (happened <= i ? 1 : 0);
		score += error * error;
	}
	return score / (chances.length - 1);
}

/** Logarithmic score −ln p of what happened, in nats. */
export const logLoss = (chances: readonly number[], happened: number): number =>
	-Math.log(Math.max(LEAST, chances[happened] as number));

/** The same in bits. */
export const ignorance = (chances: readonly number[], happened: number): number =>
	logLoss(chances, happened) / Math.LN2;

/** Brier's score of several outcomes: the sum of squared errors, 0 to 2. */
export const brierScore = (chances: readonly number[], happened: number): number =>
	chances.reduce((sum, chance, i) => sum + (chance - (i === happened ? 1 : 0)) ** 2, 0);

/** Forecasts of one event (or of pooled outcomes) gathered into bins of equal width. */
export type CalibrationBin = { readonly count: number; readonly forecast: number; readonly happened: number };

/** Gathers single probabilities and whether each came true, for the picture of calibration and its error. */
export class Calibration {
	readonly #counts: Float64Array;
	readonly #forecasts: Float64Array;
	readonly #happened: Float64Array;
	readonly #variances: Float64Array;

	constructor(bins: number) {
		this.#counts = new Float64Array(bins);
		this.#forecasts = new Float64Array(bins);
		this.#happened = new Float64Array(bins);
		this.#variances = new Float64Array(bins);
	}

	add(chance: number, happened: boolean): void {
		const bins = this.#counts.length;
		const bin = Math.min(bins - 1, Math.floor(chance * bins));
		this.#counts[bin] = (this.#counts[bin] as number) + 1;
		this.#forecasts[bin] = (this.#forecasts[bin] as number) + chance;
		this.#variances[bin] = (this.#variances[bin] as number) + chance * (1 - chance);
		if (happened) this.#happened[bin] = (this.#happened[bin] as number) + 1;
	}

	/** Bins that hold anything, with the mean forecast and the share that came true. */
	bins(): readonly CalibrationBin[] {
		return [...this.#counts].flatMap((count, bin) =>
			count === 0
				? []
				: [
						{
							count,
							forecast: (this.#forecasts[bin] as number) / count,
							happened: (this.#happened[bin] as number) / count,
						},
					],
		);
	}

	/** Expected calibration error: the mean distance of forecast and frequency over the bins, weighed by what they hold. */
	error(): number {
		const bins = this.bins();
		const all = bins.reduce((sum, { count }) => sum + count, 0);
		return all === 0
			? 0
			: bins.reduce((sum, { count, forecast, happened }) => sum + count * Math.abs(forecast - happened), 0) / all;
	}

	/** The calibration error that chance alone gives forecasts like these when every one of them is right. */
	errorByChance(): number {
		const all = this.#counts.reduce((sum, count) => sum + count, 0);
		return all === 0
			? 0
			: this.#variances.reduce((sum, variance) => sum + Math.sqrt((2 / Math.PI) * variance), 0) / all;
	}
}
