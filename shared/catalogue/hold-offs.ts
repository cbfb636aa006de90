/**
 * When a decided market pays, by sport and group of markets (SET-5), and when a match without a decision needs somebody's eyes.
 * Real seconds: a scout puts a slip of his hand right as fast in a replay as in life.
 */
import type { HoldOff, HoldOffRow } from "./schemas.ts";
import { rowsOfSports } from "./sports.ts";

export const HOLD_OFFS: readonly HoldOffRow[] = rowsOfSports(({ holdOffs }) => holdOffs);
export const CURRENT_HOLD_OFFS = "2026-11";

/**
 * After its end a match is decided within seconds; markets that are not by then wait for a trader. Not among a match's
 * terms: only the alarm depends on it, and a replay takes the alarm from the journal.
 */
export const UNDECIDED_AFTER_MS = 600_000;

export function holdOffMs({ otherwiseMs, byGroupMs }: HoldOff, group: string): number {
	return Object.hasOwn(byGroupMs, group) ? (byGroupMs[group] ?? otherwiseMs) : otherwiseMs;
}
