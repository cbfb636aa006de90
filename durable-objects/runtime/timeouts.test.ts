/** Many timers of one length over one. */
import { beforeEach, expect, test } from "vitest";
import { createTestWorld, type TestWorld } from "../../testing/world.ts";
import type { Ports } from "./ports.ts";
import { createTimeouts } from "./timeouts.ts";

const LENGTH_MS = 5_000;
let world: TestWorld;
let timers: number;
let ended: string[];
let timeouts: Pick<Ports, "timer">;
beforeEach(() => {
	world = createTestWorld();
	timers = 0;
	ended = [];
	const ports = world.ports("lane");
	const timer: Ports["timer"] = (delayMs, run) => {
		timers++;
		return ports.timer(delayMs, run);
	};
	timeouts = createTimeouts({ ...ports, timer }, LENGTH_MS);
});

const begin = (name: string): (() => void) =>
	timeouts.timer(LENGTH_MS, () => void ended.push(`${name} ${world.now()}`));

test("each ends in its own time, however many there are", async () => {
	const startMs = world.now();
	begin("a");
	await world.advance(1_200);
	begin("b");
	await world.advance(2_000);
	const cancel = begin("c");
	begin("d");
	cancel();
	await world.advance(20_000);
	expect(ended).toEqual([`a ${startMs + 5_000}`, `b ${startMs + 6_200}`, `d ${startMs + 8_200}`]);
	begin("e");
	await world.advance(LENGTH_MS);
	expect(ended.length).toBe(4);
});

test("those that are cancelled in time cost a timer every few seconds and not one each", async () => {
	for (let no = 0; no < 1_000; no++) {
		const cancel = begin("never");
		await world.advance(10);
		cancel();
	}
	expect(ended).toEqual([]);
	expect(timers).toBeLessThanOrEqual(4);
});

test("another length has a timer of its own", async () => {
	begin("a");
	timeouts.timer(100, () => void ended.push("short"));
	await world.advance(100);
	expect(ended).toEqual(["short"]);
});

test("one that begins another as it ends leaves none behind", async () => {
	const startMs = world.now();
	timeouts.timer(LENGTH_MS, () => void begin("second"));
	await world.advance(3 * LENGTH_MS);
	expect(ended).toEqual([`second ${startMs + 2 * LENGTH_MS}`]);
	expect(timers).toBe(2);
});

test.each([-3_600_000, 3_600_000])(
	"a clock that is set by %i ms makes none later than twice its time",
	async (byMs) => {
		begin("a");
		await world.advance(1_000);
		world.setClock("lane", byMs);
		begin("b");
		await world.advance(2 * LENGTH_MS);
		expect(ended.map((word) => word.split(" ")[0])).toEqual(["a", "b"]);
	},
);
