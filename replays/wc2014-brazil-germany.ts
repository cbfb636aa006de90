import type { FootballReplay } from "./football-replay.ts";

/**
 * Brazil 1-7 Germany, Belo Horizonte, 8 July 2014. Goals and cards by minute: openfootball/worldcup (CC0).
 * The prices are invented.
 */
export const wc2014BrazilGermany: FootballReplay = {
	sport: "football",
	id: "wc2014-bra-ger",
	competition: "World Cup 2014, semi-final",
	played: "2014-07-08",
	home: { name: "Brazil", short: "BRA" },
	away: { name: "Germany", short: "GER" },
	format: { extraTime: true, shootOut: true },
	prices: { oneXTwo: [2_750, 3_250, 2_800], total25: [2_200, 1_700] },
	goals: [
		{ minute: "11", side: "away", player: "Thomas Müller", detail: "open" },
		{ minute: "23", side: "away", player: "Miroslav Klose", detail: "open" },
		{ minute: "24", side: "away", player: "Toni Kroos", detail: "open" },
		{ minute: "26", side: "away", player: "Toni Kroos", detail: "open" },
		{ minute: "29", side: "away", player: "Sami Khedira", detail: "open" },
		{ minute: "69", side: "away", player: "André Schürrle", detail: "open" },
		{ minute: "79", side: "away", player: "André Schürrle", detail: "open" },
		{ minute: "90", side: "home", player: "Oscar", detail: "open" },
	],
	cards: [{ minute: "68", side: "home", player: "Dante", card: "yellow" }],
	stoppage: { first: 1, second: 3 },
	extraTimePlayed: false,
	shootOut: [],
};
