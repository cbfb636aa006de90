/** The most an outcome may cost over all regions, by sport, in base minor units. A trader may change it for a match, in its log. */
import type { OutcomeCapRow } from "./schemas.ts";
import { rowsOfSports } from "./sports.ts";

export const OUTCOME_CAPS: readonly OutcomeCapRow[] = rowsOfSports(({ outcomeCaps }) => outcomeCaps);
export const CURRENT_OUTCOME_CAPS = "2026-11";
