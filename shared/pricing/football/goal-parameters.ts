/** The numbers of the goal model. The values are written by `npm run fit`; their meaning is with their names. */
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
		/** Of both sides while they are level: reached as the match ends, 1 at its start. */
		readonly level: number;
	};
	/** How fast goals seen change the pace believed in: both sides' goals to come by (1 + w·seen) / (1 + w·expected). */
	readonly paceWeight: number;
};

/**
 * Fitted on all 9115 matches of 2009-2010 to 2013-2014 in odds_and_events_5leagues_2009_2014.csv;
 * the share of stoppage is moved to the season 2016.
 * Source: schochastics/football-data at 6ba5e7e8 (ODC-By 1.0), iredchuk/soccer-bookmaker-odds at c7c3c43d (MIT).
 */
export const GOAL_PARAMETERS: GoalParameters = {
	rho: -0.09954,
	rhoFade: 1,
	total: { mean: 2.70291, rho: -0.08, growth: 0.54026 },
	first: { share: 0.42333, slope: 0.3333, bend: -0.45751, stoppageShare: 0.0133, stoppageSec: 78 },
	second: { share: 0.51371, slope: 0.18708, bend: 0.02404, stoppageShare: 0.04966, stoppageSec: 222 },
	red: { own: 0.64271, other: 1.43155 },
	score: { leadsByOne: 0.96262, leadsByMore: 0.89778, trailsByOne: 1.0999, trailsByMore: 1.1547, level: 0.9203 },
	paceWeight: 0.01572,
};
