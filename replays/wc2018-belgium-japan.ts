import type { FootballReplay } from "./football-replay.ts";

/**
 * Belgium 3-2 Japan, Rostov-on-Don, 2 July 2018: won in the last minute. Goals and cards:
 * openfootball/worldcup (CC0). The prices are invented.
 */
export const wc2018BelgiumJapan: FootballReplay = {
	sport: "football",
	id: "wc2018-bel-jpn",
	competition: "World Cup 2018, round of 16",
	played: "2018-07-02",
	home: { name: "Belgium", short: "BEL" },
	away: { name: "Japan", short: "JPN" },
	format: { extraTime: true, shootOut: true },
	prices: { oneXTwo: [1_420, 4_700, 8_500], total25: [1_850, 2_000] },
	goals: [
		{ minute: "48", side: "away", player: "Genki Haraguchi", detail: "open" },
		{ minute: "52", side: "away", player: "Takashi Inui", detail: "open" },
		{ minute: "69", side: "home", player: "Jan Vertonghen", detail: "open" },
		{ minute: "74", side: "home", player: "Marouane Fellaini", detail: "open" },
		{ minute: "90+4", side: "home", player: "Nacer Chadli", detail: "open" },
	],
	cards: [{ minute: "40", side: "away", player: "Gaku Shibasaki", card: "yellow" }],
	stoppage: { first: 1, second: 4 },
	extraTimePlayed: false,
	shootOut: [],
};
