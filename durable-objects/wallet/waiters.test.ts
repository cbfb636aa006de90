import { expect, test } from "vitest";
import { WALLET_SHARE } from "../../shared/limits.ts";
import { createTestWorld } from "../../testing/world.ts";
import { TicketWaiters } from "./waiters.ts";

function setUp() {
	const world = createTestWorld();
	const waiters = new TicketWaiters(world.ports("wallet"));
	const ended: string[] = [];
	const wait = (player: string, ticket: string): void => {
		world
			.ports("caller")
			.background(waiters.wait(player, `${player}/${ticket}`, 1_000, "decision").then(() => void ended.push(player)));
	};
	return { world, waiters, ended, wait };
}

test("[SHR-1] WALLET_SHARE.waits: one more of a player is answered at once, another player's waits, and what has ended is given back", async () => {
	const { world, waiters, ended, wait } = setUp();
	for (let n = 0; n < WALLET_SHARE.waits; n++) wait("greedy", `t${n}`);
	await world.settle();
	expect(ended).toEqual([]);
	wait("greedy", "one-more");
	wait("other", "t0");
	await world.settle();
	expect(ended).toEqual(["greedy"]);
	waiters.decided("greedy/t0");
	wait("greedy", "t1");
	await world.settle();
	expect(ended).toEqual(["greedy", "greedy"]);
	await world.advance(1_020);
	expect(ended.length).toBe(WALLET_SHARE.waits + 3);
	wait("greedy", "later");
	await world.settle();
	expect(ended.length).toBe(WALLET_SHARE.waits + 3);
});

test("[SHR-1] WALLET_SHARE.maxWaits: beyond it nobody waits, and everybody is answered", async () => {
	const { world, ended, wait } = setUp();
	for (let n = 0; n < WALLET_SHARE.maxWaits; n++) wait(`p${n % 256}`, `t${n}`);
	await world.settle();
	expect(ended).toEqual([]);
	wait("p-last", "t");
	await world.settle();
	expect(ended).toEqual(["p-last"]);
});

test("waits end when their time is up, each by its own, also by a clock that was set", async () => {
	const { world, waiters, ended } = setUp();
	const wait = (player: string, waitMs: number): void =>
		world
			.ports("caller")
			.background(waiters.wait(player, `${player}/t`, waitMs, "decision").then(() => void ended.push(player)));
	wait("long", 3_000);
	wait("short", 1_000);
	await world.advance(1_020);
	expect(ended).toEqual(["short"]);
	wait("shorter", 500);
	waiters.decided("short/t");
	await world.advance(520);
	expect(ended).toEqual(["short", "shorter"]);
	world.setClock("wallet", -3_600_000);
	await world.advance(1_500);
	expect(ended).toEqual(["short", "shorter", "long"]);
});
