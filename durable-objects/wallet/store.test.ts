/** Tickets that older code stored, and rows that nobody can read any more. */
import { expect, test } from "vitest";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { PLAYER_ID, pending } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { migrate } from "../runtime/migrate.ts";
import { WALLET_MIGRATIONS } from "./migrations.ts";
import { UnreadableTicket, WalletStore } from "./store.ts";

function bench() {
	const { sql } = createTestWorld().ports("wallet");
	migrate(sql, WALLET_MIGRATIONS);
	const told: string[] = [];
	const store = new WalletStore({ sql, report: () => {}, unreadable: (key, fault) => told.push(`${key}: ${fault}`) });
	const named = (n: number): Ticket => ({ ...pending([2_000]), key: `${PLAYER_ID}/ticket-000${n}`, placedAtMs: n });
	for (const n of [1, 2, 3]) store.saveTicket(named(n));
	const write = (n: number, body: string): void =>
		void sql.exec("UPDATE tickets SET body = ? WHERE ticket_key = ?", body, named(n).key);
	return { store, told, named, write };
}

test("[BET-7] a ticket without fields that came later has what was true then, and what newer code added is passed over", () => {
	const { store, named, write } = bench();
	const { maxPayoutMinor: _payout, houseRulesVersion: _rules, maxStakeMinor: _stake, ...rest } = named(1);
	const { region: _region, legs, ...old } = rest;
	const legsThen = legs.map(({ outcome: _outcome, settlementVersion: _version, ...leg }) => ({
		...leg,
		boosted: true,
	}));
	write(1, JSON.stringify({ ...old, currency: "JPY", legs: legsThen, bonus: 5 }));
	expect(store.ticket(named(1).key)).toEqual({
		...named(1),
		region: undefined,
		currency: "JPY",
		houseRulesVersion: "2026-11",
		maxPayoutMinor: 1_500_000_000,
	});
});

test("[BET-1] a row that cannot be read is told, takes no list with it, and is never taken for no ticket", () => {
	const { store, told, named, write } = bench();
	for (const body of ["{", "null", JSON.stringify({ ...named(2), stakeMinor: "1000" })]) {
		write(2, body);
		told.length = 0;
		expect(store.tickets(PLAYER_ID, 10, null).map(({ placedAtMs }) => placedAtMs)).toEqual([3, 1]);
		expect(store.pending(Number.MAX_SAFE_INTEGER).map(({ placedAtMs }) => placedAtMs)).toEqual([1, 3]);
		expect(told).toHaveLength(2);
		expect(told[0]).toContain("ticket-0002: ");
		expect(() => store.ticket(named(2).key)).toThrow(UnreadableTicket);
	}
});
