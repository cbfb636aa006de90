import type { BasketballReplay } from "./basketball-replay.ts";

/**
 * Golden State 89-93 Cleveland, Oakland, 19 June 2016: the seventh game of the NBA Finals. Points by quarter: the league's
 * box score. The prices are invented, and so is every single basket that the player makes of the quarters.
 */
export const nba2016Game7: BasketballReplay = {
	sport: "basketball",
	id: "nba2016-game7",
	competition: "NBA Finals 2016, game 7",
	played: "2016-06-19",
	home: { name: "Golden State Warriors", short: "GSW" },
	away: { name: "Cleveland Cavaliers", short: "CLE" },
	format: { quarterMinutes: 12, overtimeMinutes: 5 },
	prices: {
		moneyline: [1_500, 2_700],
		handicap: { line: -4.5, odds: [1_900, 1_900] },
		total: { line: 206.5, odds: [1_900, 1_900] },
	},
	quarters: [
		{ home: 22, away: 23 },
		{ home: 27, away: 19 },
		{ home: 27, away: 33 },
		{ home: 13, away: 18 },
	],
};
