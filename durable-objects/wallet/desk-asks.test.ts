import { expect, test } from "vitest";
import type { Vote } from "../../shared/contracts/desk.ts";
import { RETRY } from "../../shared/limits.ts";
import { createTestWorld } from "../runtime/testing.ts";
import { DeskAsks } from "./desk-asks.ts";
import type { WalletStore } from "./store.ts";

test("[BET-8] [RUN-5] a desk that refuses the question as none is asked again when a deploy may have reached it", async () => {
	const world = createTestWorld();
	const ports = world.ports("wallet");
	const ticketKey = `p_weur_${"0".repeat(16)}/ticket-1`;
	const pending = [{ key: ticketKey, legs: [{ legNo: 0, desk: "desk:m1:weur", vote: null }] }];
	const store = { pending: () => pending, nextDeadline: () => null } as unknown as WalletStore;
	const votes: Vote[] = [];
	let isOld = true;
	let calls = 0;
	const asks = new DeskAsks({
		ports,
		wallet: "wallet:weur:0",
		store,
		desk: () => ({
			ask: async () => {
				calls++;
				if (isOld) throw Object.assign(new Error("ask: v"), { code: "contract_fault", errors: [] });
				return {
					v: 1,
					votes: [{ ticketKey, legNo: 0, vote: "no", code: "timed_out" }],
				};
			},
		}),
		voted: async (_, told) => void votes.push(...told),
		wakeAt: () => {},
	});
	await asks.askOverdue();
	await world.advance(RETRY.refusedMs - 1);
	await asks.askOverdue();
	expect(calls).toBe(1);
	isOld = false;
	await world.advance(1);
	await asks.askOverdue();
	expect(calls).toBe(2);
	expect(votes.length).toBe(1);
});
