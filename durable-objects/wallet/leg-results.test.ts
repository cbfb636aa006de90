/** What becomes known of a ticket's legs, one after the other. */
import { expect, test } from "vitest";
import { BET } from "../../shared/limits.ts";
import { opening, PLAYER_ID, request, yes } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { migrate } from "../runtime/migrate.ts";
import { createCommits } from "./commits.ts";
import { WALLET_MIGRATIONS } from "./migrations.ts";
import { WalletStore } from "./store.ts";
import { WalletTransactions } from "./transactions.ts";

test("[REP-1] each leg's result is a version of its ticket in Postgres, whether it changes what the ticket is worth or not", () => {
	const { sql } = createTestWorld().ports("wallet");
	migrate(sql, WALLET_MIGRATIONS);
	const rows: unknown[] = [];
	const report = (bodies: readonly { kind: string }[]): void =>
		void rows.push(...bodies.filter(({ kind }) => kind === "ticket"));
	const store = new WalletStore({ sql, report, unreadable: () => {} });
	const transactions = new WalletTransactions(store);
	const key = `${PLAYER_ID}/ticket-0001`;
	store.transaction(() => {
		transactions.openPlayer(opening(), 0);
		transactions.place(request([2_000, 3_000, 1_500]), 1, 1);
		for (const legNo of [0, 1, 2]) transactions.vote("desk", yes({ key }, legNo, 2_000), 2);
	});
	const result = (legNo: number, kind: "win" | "lose", settlementVersion = 1) =>
		store.transaction(() => transactions.settle({ ticketKey: key, legNo, settlementVersion, outcome: { kind } }, 3));
	// One leg won, the ticket is open; the next is lost, and it is over; the last is known all the same.
	for (const [legNo, kind] of [
		[0, "win"],
		[1, "lose"],
		[2, "win"],
	] as const)
		result(legNo, kind);
	expect(result(2, "win")).toBeNull();
	const leg = (kind: string | null) => expect.objectContaining({ result: kind });
	expect(rows.slice(2)).toMatchObject([
		{ ticketVersion: 3, status: "accepted", legs: [leg("win"), leg(null), leg(null)] },
		{ ticketVersion: 4, status: "settled", returnMinor: 0, legs: [leg("win"), leg("lose"), leg(null)] },
		{ ticketVersion: 5, status: "settled", returnMinor: 0, legs: [leg("win"), leg("lose"), leg("win")] },
	]);
});

test("[SET-2] BET.resultCallsPerCommit: results of many desks at once are stored a few calls at a time, so that a bet comes in between", async () => {
	const ports = createTestWorld().ports("wallet");
	migrate(ports.sql, WALLET_MIGRATIONS);
	const store = new WalletStore({ sql: ports.sql, report: () => {}, unreadable: () => {} });
	const transactions = new WalletTransactions(store);
	let settled = 0;
	const settle = transactions.settle.bind(transactions);
	transactions.settle = (result, nowMs) => {
		settled++;
		return settle(result, nowMs);
	};
	const inEach: number[] = [];
	const transaction = store.transaction.bind(store);
	store.transaction = (run) => {
		const before = settled;
		const made = transaction(run);
		inEach.push(settled - before);
		return made;
	};
	const commits = createCommits({ ports, store, transactions, placed: () => {} });
	const result = { ticketKey: `${PLAYER_ID}/ticket-0001`, legNo: 0, settlementVersion: 1, outcome: null };
	await Promise.all(Array.from({ length: 9 }, () => commits.results([result])));
	expect(settled).toBe(9);
	expect(Math.max(...inEach)).toBe(BET.resultCallsPerCommit);
});
