import type { FootballReplay } from "./football-replay.ts";

/**
 * France 4-3 Argentina, Kazan, 30 June 2018. Goals and cards by minute: openfootball/worldcup (CC0);
 * that the first was a penalty: FIFA's match report. The prices are invented.
 */
export const wc2018FranceArgentina: FootballReplay = {
	sport: "football",
	id: "wc2018-fra-arg",
	competition: "World Cup 2018, round of 16",
	played: "2018-06-30",
	home: { name: "France", short: "FRA" },
	away: { name: "Argentina", short: "ARG" },
	format: { extraTime: true, shootOut: true },
	prices: { oneXTwo: [2_500, 3_050, 3_350], total25: [2_450, 1_570] },
	goals: [
		{ minute: "13", side: "home", player: "Antoine Griezmann", detail: "penalty" },
		{ minute: "41", side: "away", player: "Ángel Di María", detail: "open" },
		{ minute: "48", side: "away", player: "Gabriel Mercado", detail: "open" },
		{ minute: "57", side: "home", player: "Benjamin Pavard", detail: "open" },
		{ minute: "64", side: "home", player: "Kylian Mbappé", detail: "open" },
		{ minute: "68", side: "home", player: "Kylian Mbappé", detail: "open" },
		{ minute: "90+3", side: "away", player: "Sergio Agüero", detail: "open" },
	],
	cards: [
		{ minute: "11", side: "away", player: "Marcos Rojo", card: "yellow" },
		{ minute: "19", side: "away", player: "Nicolás Tagliafico", card: "yellow" },
		{ minute: "43", side: "away", player: "Javier Mascherano", card: "yellow" },
		{ minute: "50", side: "away", player: "Éver Banega", card: "yellow" },
		{ minute: "72", side: "home", player: "Blaise Matuidi", card: "yellow" },
		{ minute: "73", side: "home", player: "Benjamin Pavard", card: "yellow" },
		{ minute: "90+3", side: "home", player: "Olivier Giroud", card: "yellow" },
		{ minute: "90+3", side: "away", player: "Nicolás Otamendi", card: "yellow" },
	],
	stoppage: { first: 1, second: 4 },
	extraTimePlayed: false,
	shootOut: [],
};
