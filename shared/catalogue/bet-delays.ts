/** How long a bet waits in play before it is decided, by sport. A trader may change it for a match, in its log. */
import type { BetDelayRow } from "./schemas.ts";
import { rowsOfSports } from "./sports.ts";

export const BET_DELAYS: readonly BetDelayRow[] = rowsOfSports(({ betDelays }) => betDelays);
export const CURRENT_BET_DELAYS = "2026-11";
