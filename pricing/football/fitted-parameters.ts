/** Written by `npm run fit`. */
import type { GoalParameters } from "./goal-parameters.ts";

/**
 * Fitted on all 9115 matches of 2009-2010 to 2013-2014 in odds_and_events_5leagues_2009_2014.csv.
 * Source: schochastics/football-data at 6ba5e7e8 (ODC-By 1.0), iredchuk/soccer-bookmaker-odds at c7c3c43d (MIT).
 */
export const GOAL_PARAMETERS: GoalParameters = {
	rho: -0.09692,
	rhoLate: -0.01031,
	total: {
		mean: 2.70291,
		rho: -0.08,
		growth: 0.54026,
		competitions: { ENG1: 1.00846, ESP1: 0.97729, FRA1: 0.98571, GER1: 1.01463, ITA1: 1.01452 },
	},
	first: { share: 0.42643, slope: 0.3333, bend: -0.45751, twist: 2.10986, stoppageShare: 0.01339, stoppageSec: 78 },
	second: { share: 0.51747, slope: 0.18708, bend: 0.02404, twist: 3.19152, stoppageShare: 0.0427, stoppageSec: 222 },
	red: { own: 0.6, other: 1.48438 },
	score: {
		leadsByOne: 0.96849,
		leadsByMore: 0.88596,
		trailsByOne: 1.09391,
		trailsByMore: 1.12873,
		level: 1,
		goalless: 1,
	},
	paceWeight: 0,
};
