import type { TennisReplay } from "./tennis-replay.ts";

/**
 * Emma Raducanu d. Leylah Fernandez 6-4 6-3, US Open, women's final, 11 September 2021: the first qualifier to win a major.
 * Scores by set: the tournament's published result. The prices are invented.
 */
export const usOpen2021Women: TennisReplay = {
	sport: "tennis",
	id: "us-open-2021-women",
	competition: "US Open 2021, women's final",
	played: "2021-09-11",
	home: { name: "Emma Raducanu", short: "RAD" },
	away: { name: "Leylah Fernandez", short: "FER" },
	format: { bestOf: 3, finalSet: "tiebreak7" },
	prices: { moneyline: [1_700, 2_200], totalGames: { line: 21.5, odds: [1_530, 2_500] } },
	sets: [
		{ home: 6, away: 4 },
		{ home: 6, away: 3 },
	],
};
