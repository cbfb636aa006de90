/** The numbers of the goal model, with their source. */
import type { HalfTiming } from "./goal-timing.ts";

export type GoalParameters = {
	/** Dixon and Coles' dependence of low scores: negative means more 0-0 and 1-1 than independence gives. */
	readonly rho: number;
	/** With what share of goals to come the dependence fades: ρ times the share to this power. */
	readonly rhoFade: number;
	/** Goals of a match: their mean, and how 1X2 prices tell them (see `strengths.ts`). */
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
	};
};

/** Measured on league matches 2009/10 to 2013/14 (schochastics/football-data at 6ba5e7e8, ODC-By 1.0). */
export const GOAL_PARAMETERS: GoalParameters = {
	rho: -0.097,
	rhoFade: 0.3,
	total: { mean: 2.7, rho: -0.08, growth: 0.55 },
	first: { share: 0.422, slope: 0.17, stoppageShare: 0.019, stoppageSec: 78 },
	second: { share: 0.503, slope: 0.08, stoppageShare: 0.056, stoppageSec: 222 },
	red: { own: 0.6, other: 1.57 },
	score: { leadsByOne: 0.9, leadsByMore: 0.95, trailsByOne: 1.05, trailsByMore: 1 },
};
