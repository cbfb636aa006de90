import type { TennisReplay } from "./tennis-replay.ts";

/**
 * Novak Djokovic d. Roger Federer 7-6(5) 1-6 7-6(4) 4-6 13-12(3), Wimbledon, 14 July 2019: the first final there decided by a
 * tie-break at twelve all. Scores by set: the tournament's published result. The prices are invented.
 */
export const wimbledon2019Final: TennisReplay = {
	sport: "tennis",
	id: "wimbledon-2019-final",
	competition: "Wimbledon 2019, final",
	played: "2019-07-14",
	home: { name: "Novak Djokovic", short: "DJO" },
	away: { name: "Roger Federer", short: "FED" },
	format: { bestOf: 5, finalSet: "tiebreak7_at_12" },
	prices: { moneyline: [1_600, 2_400], totalGames: { line: 40.5, odds: [1_900, 1_900] } },
	sets: [
		{ home: 7, away: 6, tieBreak: { home: 7, away: 5 } },
		{ home: 1, away: 6 },
		{ home: 7, away: 6, tieBreak: { home: 7, away: 4 } },
		{ home: 4, away: 6 },
		{ home: 13, away: 12, tieBreak: { home: 7, away: 3 } },
	],
};
