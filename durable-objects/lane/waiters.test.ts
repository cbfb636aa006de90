import { expect, test } from "vitest";
import { LANE_SHARE } from "../../shared/limits.ts";
import { createTestWorld } from "../../testing/world.ts";
import { CommandWaiters } from "./waiters.ts";

test("[SHR-1] LANE_SHARE.commandWaits: of one match's commands one more is pending at once, and what has ended is given back", async () => {
	const world = createTestWorld();
	const waiters = new CommandWaiters(world.ports("lane"));
	const said: string[] = [];
	const wait = (seq: number): void =>
		world.ports("caller").background(waiters.wait(seq, 1_000).then(({ kind }) => void said.push(`${seq} ${kind}`)));
	for (let seq = 1; seq <= LANE_SHARE.commandWaits; seq++) wait(seq);
	await world.settle();
	expect(said).toEqual([]);
	wait(99);
	await world.settle();
	expect(said).toEqual(["99 pending"]);
	waiters.passed(1, () => ({ kind: "applied", seq: 1 }));
	wait(100);
	await world.settle();
	expect(said).toEqual(["99 pending", "1 applied"]);
	await world.advance(1_000);
	expect(said.length).toBe(LANE_SHARE.commandWaits + 2);
	wait(101);
	await world.settle();
	expect(said.length).toBe(LANE_SHARE.commandWaits + 2);
});
