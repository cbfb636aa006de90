/** How long a bet waits in play before it is decided, by sport. A trader may change it for a match, in its log. */
import type { SportId } from "../feeds/canonical.ts";
import type { BetDelayRow } from "./schemas.ts";

/** The industry uses 1 to 12 s, typically 5; ours is 4, with a confirmation behind it. */
export const BET_DELAYS = [
	{ sport: "football", inPlayMs: 4_000 },
	{ sport: "tennis", inPlayMs: 4_000 },
	{ sport: "basketball", inPlayMs: 4_000 },
] as const satisfies readonly (BetDelayRow & { readonly sport: SportId })[];

const BY_SPORT: ReadonlyMap<string, number> = new Map(BET_DELAYS.map(({ sport, inPlayMs }) => [sport, inPlayMs]));

/** The delay a match of a sport starts with. */
export function inPlayDelayMs(sport: SportId): number {
	const delayMs = BY_SPORT.get(sport);
	if (delayMs === undefined) throw new Error(`no bet delay for ${sport}`);
	return delayMs;
}
