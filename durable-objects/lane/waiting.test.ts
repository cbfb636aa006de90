/** What a lane says of how far behind it is. */
import { expect, test } from "vitest";
import { fixture, goal, LaneBench, PROVIDER } from "../../testing/lane.ts";

test("[SHR-1] FEED.maxWaiting: a lane tells how many inputs wait, and leaves out a match that does not answer", async () => {
	const bench = new LaneBench();
	const { lane } = bench.actor.ops();
	const append = async (...inputs: readonly ReturnType<typeof goal>[]): Promise<number | undefined> => {
		const answer = bench.actor.append({ v: 1, lane, provider: PROVIDER, inputs: [...inputs] });
		const [{ waiting }] = await Promise.all([answer, bench.world.settle()]);
		return waiting;
	};
	await bench.append([fixture("slow"), fixture("dead")]);
	bench.match("slow").delayMs = 1_000;
	expect(await append(goal("slow", "s1"), goal("slow", "s2"))).toBe(2);
	bench.match("dead").mode = "down";
	await append(goal("dead", "d1"), goal("dead", "d2"), goal("dead", "d3"));
	expect(await append(goal("slow", "s3"))).toBe(3);
	await bench.world.advance(3_000);
	expect(await append(goal("slow", "s4"))).toBe(1);
});
