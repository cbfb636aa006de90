/** The future of a test world: its order, and what becomes of what is taken back. */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../shared/seeded-random.ts";
import { type Due, Timeline } from "./timeline.ts";
import { createTestWorld } from "./world.ts";

const due = (atMs: number, order: number): Due => ({ atMs, order, what: "", run: () => {}, isOff: false });

describe("the timeline", () => {
	test("gives the soonest first, the lower order of two at one time, and nothing that was taken back or is not due", () => {
		const random = seededRandom(5);
		const timeline = new Timeline();
		const all = Array.from({ length: 500 }, (_, order) => timeline.add(due(Math.floor(random() * 50), order)));
		for (const one of all) one.isOff = random() < 0.3;
		const taken: Due[] = [];
		for (let next = timeline.take(40); next !== null; next = timeline.take(40)) taken.push(next);
		const expected = all
			.filter(({ atMs, isOff }) => atMs <= 40 && !isOff)
			.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
		expect(taken.length).toBeGreaterThan(100);
		expect(taken).toEqual(expected);
		expect(timeline.take(50)?.atMs).toBeGreaterThan(40);
	});

	test("an alarm goes before a timer of its time, a dead object's timers never", async () => {
		const world = createTestWorld();
		const ran: string[] = [];
		const at = world.now() + 100;
		world.ports("one").timer(100, () => void ran.push("one's timer"));
		world.ports("dead").timer(100, () => void ran.push("dead's timer"));
		world.ports("two").timer(100, () => void ran.push("two's timer"));
		world.onAlarm("two", () => void ran.push("two's alarm"));
		world.onAlarm("one", () => void ran.push("one's alarm"));
		world.ports("two").setAlarm(at);
		world.ports("one").setAlarm(at);
		world.crash("dead");
		await world.advance(100);
		expect(ran).toEqual(["one's alarm", "two's alarm", "one's timer", "two's timer"]);
	});

	test("an alarm that breaks is run again, as the platform does", async () => {
		const world = createTestWorld();
		let runs = 0;
		world.onAlarm("one", async () => {
			runs++;
			if (runs === 1) throw new Error("not yet");
		});
		world.ports("one").setAlarm(world.now() + 100);
		await world.advance(100);
		expect(world.faults).toHaveLength(1);
		await world.advance(10_000);
		expect(runs).toBe(2);
	});
});
