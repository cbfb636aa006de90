/** The most an outcome may cost over all regions, by sport, in base minor units. A trader may change it for a match, in its log. */
import type { OutcomeCapRow } from "./schemas.ts";

/** 50,000.00, until a trader who knows the match says otherwise. */
export const OUTCOME_CAPS: readonly OutcomeCapRow[] = [
	{ version: "2026-11", sport: "football", capBaseMinor: 5_000_000 },
	{ version: "2026-11", sport: "tennis", capBaseMinor: 5_000_000 },
	{ version: "2026-11", sport: "basketball", capBaseMinor: 5_000_000 },
];
export const CURRENT_OUTCOME_CAPS = "2026-11";
