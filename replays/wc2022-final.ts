import type { FootballReplay } from "./football-replay.ts";

/**
 * Argentina 3-3 France, 4-2 on penalties, Lusail, 18 December 2022. Goals and cards by minute: openfootball/worldcup (CC0);
 * order of the kicks: FIFA's match report. The prices are invented.
 */
export const wc2022Final: FootballReplay = {
	sport: "football",
	id: "wc2022-final",
	competition: "World Cup 2022, final",
	played: "2022-12-18",
	home: { name: "Argentina", short: "ARG" },
	away: { name: "France", short: "FRA" },
	format: { extraTime: true, shootOut: true },
	prices: { oneXTwo: [2_700, 3_100, 2_950], total25: [2_300, 1_640] },
	goals: [
		{ minute: "23", side: "home", player: "Lionel Messi", detail: "penalty" },
		{ minute: "36", side: "home", player: "Ángel Di María", detail: "open" },
		{ minute: "80", side: "away", player: "Kylian Mbappé", detail: "penalty" },
		{ minute: "81", side: "away", player: "Kylian Mbappé", detail: "open" },
		{ minute: "108", side: "home", player: "Lionel Messi", detail: "open" },
		{ minute: "118", side: "away", player: "Kylian Mbappé", detail: "penalty" },
	],
	cards: [
		{ minute: "45+7", side: "home", player: "Enzo Fernández", card: "yellow" },
		{ minute: "55", side: "away", player: "Adrien Rabiot", card: "yellow" },
		{ minute: "87", side: "away", player: "Marcus Thuram", card: "yellow" },
		{ minute: "90+5", side: "away", player: "Olivier Giroud", card: "yellow" },
		{ minute: "90+8", side: "home", player: "Marcos Acuña", card: "yellow" },
		{ minute: "114", side: "home", player: "Leandro Paredes", card: "yellow" },
		{ minute: "116", side: "home", player: "Gonzalo Montiel", card: "yellow" },
		{ minute: "120+5", side: "home", player: "Emiliano Martínez", card: "yellow" },
	],
	stoppage: { first: 7, second: 8, extraFirst: 1, extraSecond: 5 },
	extraTimePlayed: true,
	shootOut: [
		{ side: "away", player: "Kylian Mbappé", detail: "scored" },
		{ side: "home", player: "Lionel Messi", detail: "scored" },
		{ side: "away", player: "Kingsley Coman", detail: "missed" },
		{ side: "home", player: "Paulo Dybala", detail: "scored" },
		{ side: "away", player: "Aurélien Tchouaméni", detail: "missed" },
		{ side: "home", player: "Leandro Paredes", detail: "scored" },
		{ side: "away", player: "Randal Kolo Muani", detail: "scored" },
		{ side: "home", player: "Gonzalo Montiel", detail: "scored" },
	],
};
