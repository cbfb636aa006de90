/** Every order of messages in worlds that are small enough for all of them, and faults of the protocol that do not survive it. */
import { describe, expect, test } from "vitest";
import { found, PROTOCOL_CANARIES } from "./canaries.ts";
import { explore, exploreInFull } from "./explore.ts";
import { SMALL_WORLDS } from "./small-world.ts";
import { Stage } from "./stage.ts";

const QUICK = SMALL_WORLDS.filter(({ isQuick }) => isQuick);
/** Small enough for each of their schedules to be told from its start. */
const TINY = SMALL_WORLDS.filter(({ isTiny }) => isTiny);
const SLOW_MS = 120_000;
const TWO_BETS_STATES = 1_631;

describe("every schedule of a small world", () => {
	test.each(QUICK.map((world) => [world.name, world] as const))(
		"[BET-8] keeps every promise: %s",
		async (_, world) => {
			const { broken, ends, states } = await explore(world, await Stage.set(world.scene));
			expect(broken).toEqual([]);
			expect(ends).toBeGreaterThan(0);
			// A search that tells less than there is would hold too: counted once, and anew when the protocol changes.
			if (world.name === "two bets") expect(states).toBe(TWO_BETS_STATES);
		},
		SLOW_MS,
	);

	test.each(TINY.map((world) => [world.name, world] as const))(
		"[BET-8] a search that tells nothing twice comes to the same ends as one that tells everything: %s",
		async (_, world) => {
			const quick = await explore(world, await Stage.set(world.scene));
			const full = await exploreInFull(world, await Stage.set(world.scene));
			expect(full.broken).toEqual([]);
			expect([...quick.outcomes].toSorted()).toEqual([...full.outcomes].toSorted());
			expect(full.schedules).toBeGreaterThan(quick.ends);
		},
		SLOW_MS,
	);

	test("[BET-8] a search tells the same twice", async () => {
		const [, world] = QUICK;
		if (world === undefined) throw new Error("no worlds");
		const once = await explore(world, await Stage.set(world.scene));
		expect(await explore(world, await Stage.set(world.scene))).toEqual(once);
	});
});

describe("a fault of the protocol does not survive the search", () => {
	test.each(
		PROTOCOL_CANARIES.filter(({ isQuick }) => isQuick).map((canary) => [canary.rule, canary.name, canary] as const),
	)(
		"[%s] %s",
		async (rule, _, canary) => {
			expect(await found(canary)).toContain(`[${rule}]`);
		},
		SLOW_MS,
	);
});
