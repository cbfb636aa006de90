/**
 * What licences say of bets that came too late (SET-4), and until when a feed may correct results (SET-1): mostly what they say today, in
 * some worlds that somebody is asked first or only told, and that corrections close while a feed still makes them.
 */
import { MATCH_CATALOGUE, type MatchCatalogue } from "../../shared/catalogue/match-terms.ts";
import type { SportId } from "../../shared/feeds/canonical.ts";
import type { Random } from "./chance.ts";

const OTHER_MODES = 0.3;
const CLOSES_EARLY = 0.2;
const EARLY_MS = 4_000;
const MODES = ["void", "propose", "report"] as const;

export function drawCatalogue(random: Random, sports: Iterable<SportId>): MatchCatalogue {
	const isOther = random() < OTHER_MODES;
	// Words that wait for a trader are read by the judges of football only.
	const closesEarly = random() < CLOSES_EARLY && [...sports].every((sport) => sport === "football");
	const licences = MATCH_CATALOGUE.licences.map((licence) => ({
		...licence,
		...(isOther ? { lateBets: MODES[Math.floor(random() * MODES.length)] ?? licence.lateBets } : {}),
		...(closesEarly ? { correctionWindowMs: EARLY_MS } : {}),
	}));
	return { ...MATCH_CATALOGUE, licences };
}
