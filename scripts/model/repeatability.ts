/**
 * How much of an effect that past seasons show is found again in the next one, and so how much of it may be believed.
 *
 * For each season but the first, the estimate of the seasons before it (weighed by their precision) stands beside its own. The
 * slope of the later on the earlier is what repeats (PRI-1): 1 where the past forecasts the next season, 0 where it says nothing. It is
 * the shrinkage that would have forecast best, and knows of nothing but the past.
 */

/** An effect in one season, as a departure from the value that the yardstick has for it, with its sampling variance. */
export type SeasonEstimate = { readonly value: number; readonly variance: number };

export type Repeatability = {
	/** Later on earlier, and its standard error; no slope where there are not two seasons to compare. */
	readonly slope: number | null;
	readonly error: number;
	/** What an estimate of all seasons is multiplied by: within 0 and 1, and 0 is an effect that is dropped. */
	readonly shrinkage: number;
};

/** A slope of fewer standard errors than this may be luck, and the effect is dropped. */
const LEAST_ERRORS = 2;

/** The slope over the seasons of one effect, or of several of a kind (each competition's own) that are shrunk alike. */
export function repeatabilityOf(kind: readonly (readonly SeasonEstimate[])[]): Repeatability {
	let products = 0;
	let squares = 0;
	for (const seasons of kind) {
		let weighed = 0;
		let weight = 0;
		for (const { value, variance } of seasons) {
			if (!(variance > 0 && Number.isFinite(variance))) continue;
			if (weight > 0) {
				const before = weighed / weight;
				products += (before * value) / variance;
				squares += before ** 2 / variance;
			}
			weighed += value / variance;
			weight += 1 / variance;
		}
	}
	if (!(squares > 0)) return { slope: null, error: Number.POSITIVE_INFINITY, shrinkage: 0 };
	const slope = products / squares;
	const error = 1 / Math.sqrt(squares);
	return { slope, error, shrinkage: slope < LEAST_ERRORS * error ? 0 : Math.min(1, slope) };
}
