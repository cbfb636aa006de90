/** Results on their way to a desk, and a match that dies with them. */
import { expect, test } from "vitest";
import type { ResultsAnswer } from "../../shared/contracts/desk.ts";
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { MATCH } from "../../testing/match.ts";
import { createTestWorld } from "../../testing/world.ts";
import { migrate } from "../runtime/migrate.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { createResultCourier } from "./result-courier.ts";
import { MatchStore } from "./store.ts";

/** One result on its way to a desk that answers what it is given, and then nothing. */
function createBench() {
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
	const answers: unknown[] = [];
	const outbox = createResultCourier({
		ports,
		matchId: MATCH,
		store,
		// What comes over the wire has no types.
		desk: (region) => ({
			results: () => {
				calls.push(region);
				return answers.length > 0 ? Promise.resolve(answers.shift() as ResultsAnswer) : new Promise(() => {});
			},
		}),
		wakeAt: (atMs) => void wakes.push(atMs),
	});
	return { world, store, outbox, wakes, calls, answers };
}

test("[SET-2] results under way have an alarm under them: before the match and after it nobody else wakes who dies", async () => {
	const { world, outbox, wakes, calls } = createBench();
	outbox.kick();
	expect(wakes).toEqual([world.now() + RPC_TIMEOUT_MS + RETRY.resultsMaxMs]);
	await world.settle();
	expect(calls).toEqual(["weur"]);
});

test("[SET-2] a desk that answers nothing that can be read has stored nothing: it is told again, at the next kick at once", async () => {
	const { world, outbox, store, answers, calls } = createBench();
	answers.push({ v: 1, stored: [{ marketId: "1x2" }] }, { v: 1, stored: [] });
	outbox.kick();
	await world.settle();
	expect([calls.length, store.outboxDepth()]).toEqual([1, 1]);
	outbox.kick();
	await world.settle();
	expect([calls.length, store.outboxDepth()]).toEqual([2, 1]);
	answers.push({ v: 1, stored: [{ marketId: "1x2", settlementVersion: 1 }] });
	await world.advance(2 * RETRY.resultsMinMs);
	expect([calls.length, store.outboxDepth()]).toEqual([3, 0]);
});
