/**
 * The hours after the matches: nobody bets, no feed speaks, some objects are put out of memory, and only alarms wake them. What was
 * settled is settled, and nothing that time alone brings (retries, retention, expiry) may move it.
 */
import type { Evidence } from "../evidence/evidence.ts";
import type { Platform } from "../world/platform.ts";
import type { Random } from "./scenario.ts";

/** The platform evicts what is idle. */
const EVICTED = 0.5;
/** Queue and pages are looked after now and then. */
export const NIGHT_STEP_MS = 600_000;
/** Whoever was evicted is found again, and whatever it says is read. */
export const MORNING_MS = 15_000;

/** Objects go, as idle ones do: what they had written has long been durable. */
export function fallAsleep(platform: Platform, evidence: Evidence, random: Random): void {
	for (const name of platform.names)
		if (random() < EVICTED) {
			evidence.died(name);
			platform.restart(name);
		}
}
