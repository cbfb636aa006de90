/**
 * The hours after the matches: nobody bets, no feed speaks, some objects are put out of memory, and only alarms wake them. What was
 * settled is settled, and nothing that time alone brings (retries, retention, expiry) may move it.
 */
import type { Evidence } from "../evidence/evidence.ts";
import { chances, type Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";

/** The platform evicts what is idle. */
const EVICTED = 0.5;
/** Queue and pages are looked after now and then. */
const STEP_MS = 600_000;
/** Whoever was evicted is found again, and whatever it says is read. */
const MORNING_MS = 15_000;

/** A month costs as much as the matches before it. */
const WEEKS = 0.02;

/** Whether weeks pass instead. */
export const hasWeeks = ({ seed, longNight }: { readonly seed: number; readonly longNight?: boolean }): boolean =>
	longNight ?? chances(seed)("weeks")() < WEEKS;

/** A night, and its morning. `step` lets time pass: so long, or as usual. */
export async function passNight(
	platform: Platform,
	evidence: Evidence,
	random: Random,
	lengthMs: number,
	step: (ms?: number) => Promise<void>,
): Promise<void> {
	if (lengthMs === 0) return;
	for (const name of platform.names) {
		if (random() >= EVICTED) continue;
		evidence.died(name);
		platform.restart(name);
	}
	const { world } = platform;
	const morningMs = world.now() + lengthMs;
	while (world.now() < morningMs) await step(STEP_MS);
	while (world.now() < morningMs + MORNING_MS) await step();
}
