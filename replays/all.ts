import { nba2016Game7 } from "./basketball-nba2016-game7.ts";
import type { FootballReplay } from "./football-replay.ts";
import type { Replay } from "./replay.ts";
import { TENNIS_REPLAYS } from "./tennis-all.ts";
import { wc2014BrazilGermany } from "./wc2014-brazil-germany.ts";
import { wc2018BelgiumJapan } from "./wc2018-belgium-japan.ts";
import { wc2018FranceArgentina } from "./wc2018-france-argentina.ts";
import { wc2022Final } from "./wc2022-final.ts";

export const FOOTBALL_REPLAYS: readonly FootballReplay[] = [
	wc2022Final,
	wc2018FranceArgentina,
	wc2018BelgiumJapan,
	wc2014BrazilGermany,
];
export const REPLAYS: readonly Replay[] = [...FOOTBALL_REPLAYS, ...TENNIS_REPLAYS, nba2016Game7];

export function replayOf(id: string): Replay | null {
	return REPLAYS.find((replay) => replay.id === id) ?? null;
}
