/** Written by `npm run fit`. */
import type { GoalParameters } from "./goal-parameters.ts";

/**
 * Fitted on all 9115 matches of 2009-2010 to 2013-2014 in odds_and_events_5leagues_2009_2014.csv;
 * the share of stoppage is moved to the season 2016.
 * Source: schochastics/football-data at 6ba5e7e8 (ODC-By 1.0), iredchuk/soccer-bookmaker-odds at c7c3c43d (MIT).
 */
export const GOAL_PARAMETERS: GoalParameters = {
	rho: -0.09724,
	rhoFade: 1.8497,
	total: {
		mean: 2.70291,
		rho: -0.08,
		growth: 0.54026,
		competitions: { ENG1: 1.00962, ESP1: 0.97602, FRA1: 0.98559, GER1: 1.01551, ITA1: 1.01586 },
	},
	first: { share: 0.42333, slope: 0.3333, bend: -0.45751, twist: 2.10986, stoppageShare: 0.0133, stoppageSec: 78 },
	second: { share: 0.51371, slope: 0.18708, bend: 0.02404, twist: 3.19152, stoppageShare: 0.04966, stoppageSec: 222 },
	red: { own: 0.64261, other: 1.43143 },
	score: {
		leadsByOne: 0.96554,
		leadsByMore: 0.90685,
		trailsByOne: 1.10326,
		trailsByMore: 1.16602,
		level: 0.97261,
		goalless: 0.79559,
	},
	paceWeight: 0.00627,
};
