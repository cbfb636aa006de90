/** Results on their way to a desk, and a match that dies with them. */
import { expect, test } from "vitest";
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { migrate } from "../runtime/migrate.ts";
import { createTestWorld } from "../runtime/testing.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { ResultOutbox } from "./result-outbox.ts";
import { MatchStore } from "./store.ts";
import { MATCH } from "./testing.ts";

test("[SET-2] results under way have an alarm under them: before the match and after it nobody else wakes who dies", async () => {
	const world = createTestWorld();
	const ports = world.ports("match");
	migrate(ports.sql, MATCH_MIGRATIONS);
	const store = new MatchStore(ports.sql);
	store.queueResult("weur", {
		marketId: "1x2",
		settlementVersion: 1,
		state: { kind: "void", reason: "palpable error" },
	});
	const wakes: number[] = [];
	const calls: string[] = [];
	const outbox = new ResultOutbox({
		ports,
		matchId: MATCH,
		store,
		desk: (region) => ({
			results: () => {
				calls.push(region);
				return new Promise(() => {});
			},
		}),
		wakeAt: (atMs) => void wakes.push(atMs),
	});
	outbox.kick();
	expect(wakes).toEqual([world.now() + RPC_TIMEOUT_MS + RETRY.resultsMaxMs]);
	await world.settle();
	expect(calls).toEqual(["weur"]);
});

test("[SET-2] [RUN-5] a desk that refuses results as none of its contract has them when a deploy has reached it", async () => {
	const world = createTestWorld();
	const ports = world.ports("match");
	migrate(ports.sql, MATCH_MIGRATIONS);
	const store = new MatchStore(ports.sql);
	const result = { marketId: "1x2", settlementVersion: 1, state: { kind: "void", reason: "palpable error" } } as const;
	store.queueResult("weur", result);
	const wakes: number[] = [];
	let isOld = true;
	let calls = 0;
	const outbox = new ResultOutbox({
		ports,
		matchId: MATCH,
		store,
		desk: () => ({
			results: async ({ results }) => {
				calls++;
				// As it comes out of an RPC: with its code, without its class.
				if (isOld) throw Object.assign(new Error("results: voids"), { code: "contract_fault", errors: [] });
				return { v: 1, stored: results.map(({ marketId, settlementVersion }) => ({ marketId, settlementVersion })) };
			},
		}),
		wakeAt: (atMs) => void wakes.push(atMs),
	});
	outbox.kick();
	await world.advance(RETRY.refusedMs - 1);
	outbox.kick();
	await world.settle();
	expect(calls).toBe(1);
	expect(wakes).toContain(world.now() + 1 + RETRY.resultsMaxMs);
	isOld = false;
	await world.advance(1);
	expect(calls).toBe(2);
	expect(store.outboxRegions()).toEqual([]);
});
