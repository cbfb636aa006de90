/**
 * When a decided market pays, by sport and group of markets (SET-5), and when a match without a decision needs somebody's eyes.
 * Real seconds: a scout puts a slip of his hand right as fast in a replay as in life.
 */
import type { HoldOff, HoldOffRow } from "./schemas.ts";

export const HOLD_OFFS: readonly HoldOffRow[] = [
	/** A goal has waited for the feed's confirmation before; what is left is a phase or a side tapped by mistake. */
	{
		version: "2026-11",
		sport: "football",
		holdOff: { otherwiseMs: 2_000, byGroupMs: {} },
		inferredStandsMs: 5_000,
	},
	/** The umpire calls a point before its scout taps it; most slips are taken back before the next point. */
	{
		version: "2026-11",
		sport: "tennis",
		holdOff: { otherwiseMs: 2_000, byGroupMs: { point: 1_000 } },
		inferredStandsMs: 0,
	},
	{
		version: "2026-11",
		sport: "basketball",
		holdOff: { otherwiseMs: 2_000, byGroupMs: {} },
		inferredStandsMs: 3_000,
	},
];
export const CURRENT_HOLD_OFFS = "2026-11";

/**
 * After its end a match is decided within seconds; markets that are not by then wait for a trader. Not among a match's
 * terms: only the alarm depends on it, and a replay takes the alarm from the journal.
 */
export const UNDECIDED_AFTER_MS = 600_000;

export function holdOffMs({ otherwiseMs, byGroupMs }: HoldOff, group: string): number {
	return Object.hasOwn(byGroupMs, group) ? (byGroupMs[group] ?? otherwiseMs) : otherwiseMs;
}
