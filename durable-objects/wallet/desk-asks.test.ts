/** What a wallet asks its desks about tickets past their deadline. */
import { expect, test } from "vitest";
import type { AskRequest } from "../../shared/contracts/desk.ts";
import { ContractFault } from "../../shared/errors.ts";
import { BET, RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { pending } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { DeskAsks } from "./desk-asks.ts";

const wallet = "wallet:weur:0";

/** Overdue tickets of one leg at each desk named, and the alarm that asks about them. */
function createBench(desks: readonly string[]) {
	const world = createTestWorld();
	const ports = world.ports("wallet");
	const overdue = new Map<string, Ticket>();
	for (const [n, desk] of desks.entries()) {
		const [leg] = pending([2_000]).legs;
		if (leg === undefined) throw new Error("a ticket without legs");
		const key = `p_weur_00000000000000aa/ticket-${n}`;
		overdue.set(key, { ...pending([2_000]), key, deadlineMs: world.now() - 60_000, legs: [{ ...leg, desk }] });
	}
	const calls: { readonly atMs: number; readonly request: AskRequest }[] = [];
	const behaviour = new Map<string, () => Promise<unknown>>();
	const startedAtMs = world.now();
	const asks = new DeskAsks({
		ports,
		wallet,
		store: {
			pending: () => [...overdue.values()],
			isPending: (key: string) => overdue.has(key),
			nextDeadline: () => (overdue.size > 0 ? startedAtMs - 60_000 : null),
		},
		desk: (desk) => ({
			ask: async (request) => {
				calls.push({ atMs: world.now() - startedAtMs, request });
				await behaviour.get(desk)?.();
				const vote = { vote: "no", code: "timed_out" } as const;
				return { v: 1, votes: request.legs.map((leg) => ({ ...leg, ...vote })) };
			},
		}),
		voted: async (_, votes) => {
			for (const { ticketKey } of votes) overdue.delete(ticketKey);
		},
		wakeAt: (atMs) => ports.setAlarm(atMs),
	});
	world.onAlarm("wallet", () => asks.askOverdue());
	const asked = (desk: string): readonly (readonly [atMs: number, legs: number])[] =>
		calls.filter(({ request }) => request.desk === desk).map(({ atMs, request }) => [atMs, request.legs.length]);
	return { world, asks, asked, behaviour, overdue };
}

test("[BET-8] a desk that does not answer is asked again, and holds up no question to another", async () => {
	const { world, asks, asked, behaviour, overdue } = createBench(["desk:m0:weur", "desk:m1:weur"]);
	behaviour.set("desk:m0:weur", () => new Promise(() => {}));
	let failures = 0;
	behaviour.set("desk:m1:weur", async () => {
		if (++failures <= 2) throw new Error("away");
	});
	asks.askOverdue();
	await world.advance(2 * (RPC_TIMEOUT_MS + RETRY.askMs));
	const pauseMs = RPC_TIMEOUT_MS + RETRY.askMs;
	expect(asked("desk:m0:weur").map(([atMs]) => atMs)).toEqual([0, pauseMs, 2 * pauseMs]);
	expect(asked("desk:m1:weur").map(([atMs]) => atMs)).toEqual([0, RETRY.askMs, 2 * RETRY.askMs]);
	expect([...overdue.values()].flatMap(({ legs }) => legs.map(({ desk }) => desk))).toEqual(["desk:m0:weur"]);
});

test("[BET-8] all that is overdue at a desk is asked about, one call after another", async () => {
	const { world, asks, asked, overdue } = createBench(
		Array.from({ length: BET.legsPerWalletCall + 1 }, () => "desk:m0:weur"),
	);
	asks.askOverdue();
	await world.settle();
	expect(asked("desk:m0:weur")).toEqual([
		[0, BET.legsPerWalletCall],
		[0, 1],
	]);
	expect(overdue.size).toBe(0);
});

test("[BET-8] [RUN-5] a desk that refuses the question as none is asked again when a deploy may have reached it; the hold stays", async () => {
	const { world, asks, asked, behaviour, overdue } = createBench(["desk:m0:weur"]);
	behaviour.set("desk:m0:weur", () => Promise.reject(new ContractFault("desk.ask", [])));
	asks.askOverdue();
	await world.advance(2 * RETRY.refusedMs);
	expect(asked("desk:m0:weur").map(([atMs]) => atMs)).toEqual([0, RETRY.refusedMs, 2 * RETRY.refusedMs]);
	expect(overdue.size).toBe(1);
	behaviour.delete("desk:m0:weur");
	await world.advance(RETRY.refusedMs);
	expect(overdue.size).toBe(0);
});
