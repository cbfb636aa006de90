/** LAN-3: a silence that its lane did not live through, or that was over before its match could be reached. */
import { beforeEach, describe, expect, test } from "vitest";
import { type ContractMatch, goal, LaneBench, PROVIDER, standing } from "../../testing/lane.ts";

/** The limit of the bench's provider is six seconds. */
let bench: LaneBench;
let match: ContractMatch;
beforeEach(async () => {
	bench = new LaneBench();
	match = await bench.inPlay("m1");
	return () => {
		expect(bench.world.faults).toEqual([]);
	};
});

const beat = async (): Promise<void> => {
	await bench.actor.heartbeat(PROVIDER);
	await bench.world.settle();
};
/** Of each call that the match has acted on: what it brought, and whether the feed was lost after it. */
const toldSince = (call: number) =>
	match.calls
		.slice(call)
		.map(({ request }) => ({ ids: request.inputs.map(({ input }) => input.id), isLost: request.feedLost }));

describe("a silence beyond the limit", () => {
	test("[LAN-3] is as long as it was, though its lane and its match died in it", async () => {
		await bench.world.advance(2_000);
		bench.restart();
		match.restart();
		await bench.world.advance(2_900);
		expect(match.lastCall.feedLost).toBe(false);
		await bench.world.advance(2_000);
		expect(match.lastCall.feedLost).toBe(true);
	});

	test("[LAN-3] is told though it is over when its match can be reached again, before the statement that ended it", async () => {
		match.mode = "down";
		await bench.append([goal("m1", "before")]);
		await bench.world.advance(7_000);
		await bench.append([standing("m1", "s1")]);
		await bench.append([standing("m1", "s2")]);
		const call = match.calls.length;
		match.mode = "up";
		await bench.world.advance(4_000);
		expect(toldSince(call).slice(0, 2)).toEqual([
			{ ids: ["before"], isLost: true },
			{ ids: ["s1", "s2"], isLost: false },
		]);
		expect(match.lastCall.feedLost).toBe(false);
	});

	test("[LAN-3] is told by the next life, and once, though only heartbeats came since", async () => {
		match.mode = "down";
		await bench.world.advance(7_000);
		await beat();
		bench.restart();
		await beat();
		const call = match.calls.length;
		match.mode = "up";
		match.restart();
		await bench.world.advance(3_000);
		const told = toldSince(call).map(({ isLost }) => isLost);
		expect(told.length).toBeGreaterThan(2);
		expect(told).toEqual([true, ...told.slice(1).map(() => false)]);
	});

	test("[LAN-3] is told again where the answer was lost", async () => {
		match.mode = "down";
		await bench.world.advance(7_000);
		await beat();
		const call = match.calls.length;
		match.mode = "up";
		match.lostAnswers = 1;
		await bench.world.advance(1_500);
		expect(
			toldSince(call)
				.slice(0, 2)
				.map(({ isLost }) => isLost),
		).toEqual([true, true]);
	});
});

test("[LAN-3] a feed that speaks is not lost because its lane and its match start again, however often", async () => {
	for (let second = 0; second < 20; second++) {
		await beat();
		await bench.world.advance(1_000);
		if (second % 3 === 0) bench.restart();
		if (second % 4 === 0) match.restart();
	}
	expect(match.calls.some(({ request }) => request.feedLost)).toBe(false);
});

test("FEED.heardKeptShare: what was heard is kept to a quarter of the limit, and other heartbeats ask storage for nothing", async () => {
	const keptAtMs = (): unknown => bench.world.storage("lane:demo:0").exec("SELECT heard_at FROM feeds")[0]?.heard_at;
	await bench.world.advance(2_000);
	await beat();
	const atMs = bench.world.now();
	expect(keptAtMs()).toBe(atMs);
	bench.statements.length = 0;
	await bench.world.advance(1_400);
	await beat();
	expect(bench.statements).toEqual([]);
	await bench.world.advance(100);
	await beat();
	expect(keptAtMs()).toBe(atMs + 1_500);
});

test("[LAN-3] what was heard is kept again where it could not be stored", async () => {
	const keptAtMs = (): unknown => bench.world.storage("lane:demo:0").exec("SELECT heard_at FROM feeds")[0]?.heard_at;
	await bench.world.advance(2_000);
	bench.failing = /INTO feeds/;
	await expect(bench.actor.heartbeat(PROVIDER)).rejects.toThrow("storage does not take it");
	bench.failing = null;
	await beat();
	expect(keptAtMs()).toBe(bench.world.now());
});
