/**
 * What the goal model says of the rest of a match, and all that the markets need of it.
 *
 * The law: goals to come are independent Poisson numbers by segment and side, uniform within a segment's shares of time; each
 * final score of regular time is then weighted by `tilt` and the whole normalised. Without a tilt this is plain Poisson.
 */

/** Goals of each side. */
export type Rates = { readonly home: number; readonly away: number };

/**
 * What prices say of a match: goals each side is expected to score in regular time, eleven against eleven, before the tilt; and
 * its own dependence of low scores (Dixon and Coles' ρ), where the prices tell it. Plain rates are strengths too.
 */
export type GoalStrengths = Rates & { readonly rho?: number };

/** Where a match stands, in the numbers that the goal model knows. */
export type GoalFacts = {
	readonly phase:
		| "scheduled"
		| "first_half"
		| "half_time"
		| "second_half"
		| "extra_break"
		| "extra_first"
		| "extra_half_time"
		| "extra_second"
		| "over";
	/** On the match's clock: above 2,700 within the first half in its stoppage, from 2,700 on in the second half. */
	readonly elapsedSec: number;
	/** Announced stoppage of the running half, in minutes. */
	readonly addedMin: number | null;
	/** Goals of regular time that stand, confirmed or not, and those of extra time. */
	readonly regular: Rates;
	readonly extra: Rates;
	/** Dismissals that stand. */
	readonly reds: Rates;
};

export type GoalOutlook = {
	/** Goals expected before the tilt that are still to come, by segment; zero in what is over. */
	readonly segments: {
		readonly first: Rates;
		readonly second: Rates;
		readonly extraFirst: Rates;
		readonly extraSecond: Rates;
	};
	/**
	 * Weights of final scores of regular time: `values[home * size + away]` for scores below `size`, 1 for all others. At most
	 * 8 × 8; Dixon and Coles' own correction is 2 × 2.
	 */
	readonly tilt: { readonly size: number; readonly values: readonly number[] };
	/** The share of the running segment's goals to come that fall within the next so many seconds of the match's clock, 0 to 1. */
	readonly shareWithin: (seconds: number) => number;
};
