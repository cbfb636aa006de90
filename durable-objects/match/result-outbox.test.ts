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
