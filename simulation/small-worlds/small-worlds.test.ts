/** Every order of messages in worlds that are small enough for all of them, and faults of the protocol that do not survive it. */
import { describe, expect, test } from "vitest";
import { found, PROTOCOL_CANARIES } from "./canaries.ts";
import { explore } from "./explore.ts";
import { SMALL_WORLDS } from "./small-world.ts";

const QUICK = SMALL_WORLDS.filter(({ isQuick }) => isQuick);
const ALL = { maxSchedules: Number.POSITIVE_INFINITY, stopsAtFirst: true };
const SLOW_MS = 120_000;

describe("every schedule of a small world", () => {
	test.each(QUICK.map((world) => [world.name, world] as const))(
		"[BET-8] keeps every promise: %s",
		async (_, world) => {
			const { broken, isComplete, states, schedules } = await explore(world, ALL);
			expect(broken).toEqual([]);
			expect(isComplete).toBe(true);
			// Fewer states than schedules begun would be a search that stands still.
			expect(states).toBeGreaterThan(schedules / 2);
		},
		SLOW_MS,
	);

	test("[BET-8] a search tells the same twice", async () => {
		const [, world] = QUICK;
		if (world === undefined) throw new Error("no worlds");
		expect(await explore(world, ALL)).toEqual(await explore(world, ALL));
	});
});

describe("a fault of the protocol does not survive the search", () => {
	test.each(
		PROTOCOL_CANARIES.filter(({ isQuick }) => isQuick).map((canary) => [canary.rule, canary.name, canary] as const),
	)(
		"[%s] %s",
		(rule, _, canary) => {
			expect(found(canary)).toContain(`[${rule}]`);
		},
		SLOW_MS,
	);
});
