/** The windows of a ticket over several desks, and desks that do not hear of them. */
import { expect, test } from "vitest";
import type { NotedLeg, StartRequest } from "../../shared/contracts/desk.ts";
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { pending } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { Starts } from "./starts.ts";

const FAILURES = 12;

function createBench() {
	const world = createTestWorld();
	const ticket = { ...pending([2_000, 3_000]), deadlineMs: world.now() + 60_000 };
	const calls: StartRequest[] = [];
	const state = { isPending: true, answer: async (_: StartRequest): Promise<{ v: 1 }> => ({ v: 1 }) };
	const start = (request: StartRequest): Promise<{ v: 1 }> => {
		calls.push(request);
		return state.answer(request);
	};
	const starts = new Starts({
		ports: world.ports("wallet"),
		wallet: "wallet:weur:0",
		desk: () => ({ start }),
		isPending: () => state.isPending,
	});
	const noted = new Map(
		ticket.legs.map(({ legNo }): readonly [number, NotedLeg] => {
			const leg = { ticketKey: ticket.key, legNo, vote: "noted", delayMs: 4_000 + legNo } as const;
			return [legNo, { ...leg, version: 1, fairPpm: 500_000, oddsMilli: 1_900, matchState: "" }];
		}),
	);
	const desks = (): readonly string[] => calls.map(({ desk }) => desk);
	return { world, ticket, starts, noted, calls, state, desks };
}

test("[BET-8] each desk of a ticket is told at once when its windows run, and for how long", async () => {
	const { world, starts, ticket, noted, calls } = createBench();
	starts.start(ticket, noted, 4_001);
	expect(calls.map(({ desk, legs }) => [desk, legs.map(({ legNo, delayMs }) => [legNo, delayMs])])).toEqual([
		["desk:m0:weur", [[0, 4_001]]],
		["desk:m1:weur", [[1, 4_001]]],
	]);
	await world.advance(60_000);
	expect(calls).toHaveLength(2);
});

test("[BET-8] a desk that did not answer is told again, alone, and no more often the longer it does not", async () => {
	const { world, starts, ticket, noted, state, desks } = createBench();
	state.answer = async ({ desk }) => {
		if (desk === "desk:m0:weur") throw new Error("away");
		return { v: 1 };
	};
	starts.start(ticket, noted, 4_000);
	await world.advance(FAILURES * RETRY.offerMs);
	expect(desks().filter((desk) => desk === "desk:m0:weur")).toHaveLength(1 + FAILURES);
	expect(desks().filter((desk) => desk === "desk:m1:weur")).toHaveLength(1);
});

test("[BET-8] nobody is told again once the ticket is decided, or when its deadline has come: its desks are asked then", async () => {
	const decided = createBench();
	decided.state.answer = () => new Promise(() => {});
	decided.starts.start(decided.ticket, decided.noted, 4_000);
	decided.state.isPending = false;
	await decided.world.advance(RPC_TIMEOUT_MS + 60_000);
	expect(decided.calls).toHaveLength(2);
	const late = createBench();
	late.state.answer = () => Promise.reject(new Error("away"));
	late.starts.start(late.ticket, late.noted, 4_000);
	await late.world.advance(120_000);
	expect(late.calls).toHaveLength(2 * (60_000 / RETRY.offerMs));
});
