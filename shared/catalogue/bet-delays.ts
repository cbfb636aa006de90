/** How long a bet waits in play before it is decided, by sport. A trader may change it for a match, in its log. */
import type { BetDelayRow } from "./schemas.ts";

/** The industry uses 1 to 12 s, typically 5; ours is 4, with a confirmation behind it. */
export const BET_DELAYS: readonly BetDelayRow[] = [
	{ version: "2026-11", sport: "football", inPlayMs: 4_000 },
	{ version: "2026-11", sport: "tennis", inPlayMs: 4_000 },
	{ version: "2026-11", sport: "basketball", inPlayMs: 4_000 },
];
export const CURRENT_BET_DELAYS = "2026-11";
