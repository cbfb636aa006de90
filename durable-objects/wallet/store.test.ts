/** Tickets that older code stored, and rows that nobody can read any more. */
import { expect, test } from "vitest";
import { cashOf, deposit } from "../../shared/betting/ledger.ts";
import { WALLET_KEEPS } from "../../shared/limits.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { HOLDER, opening, PLAYER_ID, pending, request, yes } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { migrate } from "../runtime/migrate.ts";
import { WALLET_MIGRATIONS } from "./migrations.ts";
import { WalletStore } from "./store.ts";
import { WalletTransactions } from "./transactions.ts";
import { UnreadableTicket } from "./unreadable-ticket.ts";

/** A wallet's storage; `open` starts on it anew. */
function empty() {
	const { sql } = createTestWorld().ports("wallet");
	migrate(sql, WALLET_MIGRATIONS);
	const told: string[] = [];
	const open = (): WalletStore =>
		new WalletStore({ sql, report: () => {}, unreadable: (key, fault) => told.push(`${key}: ${fault}`) });
	return { sql, open, told, store: open() };
}

function bench() {
	const { sql, open, told, store } = empty();
	const named = (n: number): Ticket => ({ ...pending([2_000]), key: `${PLAYER_ID}/ticket-000${n}`, placedAtMs: n });
	store.transaction(() => {
		for (const n of [1, 2, 3]) store.saveTicket(named(n));
	});
	const write = (n: number, body: string): void =>
		void sql.exec("UPDATE tickets SET body = ? WHERE ticket_key = ?", body, named(n).key);
	return { open, told, named, write };
}

test("[BET-7] a ticket without fields that came later has what was true then, and what newer code added is passed over", () => {
	const { open, named, write } = bench();
	const { maxPayoutMinor: _payout, houseRulesVersion: _rules, maxStakeMinor: _stake, ...rest } = named(1);
	const { region: _region, legs, ...old } = rest;
	const legsThen = legs.map(({ outcome: _outcome, settlementVersion: _version, ...leg }) => ({
		...leg,
		boosted: true,
	}));
	write(1, JSON.stringify({ ...old, currency: "JPY", legs: legsThen, bonus: 5 }));
	expect(open().ticket(named(1).key)).toEqual({
		...named(1),
		region: undefined,
		currency: "JPY",
		houseRulesVersion: "2026-11",
		maxPayoutMinor: 1_500_000_000,
	});
});

test("[BET-1] a row that cannot be read is told, takes no list with it, and is never taken for no ticket", () => {
	const { open, told, named, write } = bench();
	for (const body of ["{", "null", JSON.stringify({ ...named(2), stakeMinor: "1000" })]) {
		write(2, body);
		told.length = 0;
		const store = open();
		expect(store.tickets(PLAYER_ID, 10, null).map(({ placedAtMs }) => placedAtMs)).toEqual([3, 1]);
		expect(store.pending(Number.MAX_SAFE_INTEGER).map(({ placedAtMs }) => placedAtMs)).toEqual([1, 3]);
		expect(told).toHaveLength(2);
		expect(told[0]).toContain("ticket-0002: ");
		expect(() => store.ticket(named(2).key)).toThrow(UnreadableTicket);
	}
});

test("WALLET_KEEPS.tickets, balances: beyond that what is stored is asked again", () => {
	const { sql, store } = empty();
	const named = (n: number): Ticket => ({ ...pending([2_000]), key: `${PLAYER_ID}/ticket-${n}`, placedAtMs: n });
	store.transaction(() => {
		for (let n = 0; n <= WALLET_KEEPS.tickets; n++) store.saveTicket(named(n));
	});
	sql.exec("DELETE FROM tickets");
	expect([store.ticket(named(0).key), store.ticket(named(1).key)?.placedAtMs]).toEqual([null, 1]);

	const first = cashOf(PLAYER_ID);
	const asked = (): number => store.balance(first, "EUR");
	expect(asked()).toBe(0);
	sql.exec("INSERT INTO accounts (account, currency, balance) VALUES (?, 'EUR', 7)", first);
	for (let n = 1; n < WALLET_KEEPS.balances; n++) store.balance(cashOf(`p${n}`), "EUR");
	store.transaction(() => {});
	expect(asked()).toBe(0);
	store.balance(cashOf("p"), "EUR");
	store.transaction(() => {});
	expect(asked()).toBe(7);
});

test("[MON-2] a balance that is not what its entries say stops what would move it, and is asked again", () => {
	const { sql, store } = empty();
	const pay = (): void => store.transaction(() => store.post(HOLDER, deposit(PLAYER_ID, 500), null, 1));
	pay();
	sql.exec("UPDATE accounts SET balance = 400 WHERE account = ?", cashOf(PLAYER_ID));
	expect(pay).toThrow("has 900 EUR, not 1000");
	expect(sql.exec("SELECT count(*) AS n FROM entries")[0]?.n).toBe(2);
	pay();
	expect(sql.exec("SELECT account, balance FROM entries ORDER BY id DESC LIMIT 1")).toEqual([
		{ account: cashOf(PLAYER_ID), balance: 900 },
	]);
});

test("a wallet's tables do not change outside of a transaction: nothing would write it", () => {
	const { sql, store } = empty();
	expect(() => store.saveTicket(pending([2_000]))).toThrow("in a transaction");
	expect(() => store.post(HOLDER, deposit(PLAYER_ID, 500), null, 1)).toThrow("in a transaction");
	expect(() =>
		store.transaction(() => {
			store.post(HOLDER, deposit(PLAYER_ID, 500), null, 1);
			throw new Error("no");
		}),
	).toThrow("no");
	expect([store.balance(cashOf(PLAYER_ID), "EUR"), sql.exec("SELECT * FROM entries")]).toEqual([0, []]);
});

test("[SET-1] however many tickets a transaction looks at, none is paid twice by it and no leg's result is lost", () => {
	const { sql, store } = empty();
	const transactions = new WalletTransactions(store);
	const many = WALLET_KEEPS.tickets + 1;
	const named = (n: number): Ticket => ({ ...pending([2_000]), key: `${PLAYER_ID}/other-ticket-${n}`, placedAtMs: n });
	store.transaction(() => {
		transactions.openPlayer(opening(), 0);
		transactions.place(request([2_000, 3_000]), 1, 1);
		for (let n = 0; n < many; n++) store.saveTicket(named(n));
	});
	const key = `${PLAYER_ID}/ticket-0001`;
	const result = (legNo: number) => ({
		ticketKey: key,
		legNo,
		settlementVersion: 1,
		outcome: { kind: "win" } as const,
	});
	const lookAtAll = (): void => {
		for (let n = 0; n < many; n++) store.ticket(named(n).key);
	};
	const decide = [
		() => transactions.vote("desk", yes({ key }, 0, 2_000), 2),
		() => transactions.vote("desk", yes({ key }, 1, 3_000), 2),
	];
	const settle = [0, 1, 1, 0].map((legNo) => () => transactions.settle(result(legNo), 3));
	for (const steps of [decide, settle]) {
		store.transaction(() => {
			for (const step of steps) {
				step();
				lookAtAll();
			}
		});
	}
	expect(store.ticket(key)).toMatchObject({ status: "settled", returnMinor: 6_000 });
	expect(sql.exec("SELECT count(*) AS n FROM entries WHERE reason = 'settle'")[0]?.n).toBe(2);
	expect(store.balance(cashOf(PLAYER_ID), "EUR")).toBe(10_000 - 1_000 + 6_000);
});

test("[MON-2] a transaction that comes to nothing leaves nothing in memory either: said again, all of it is stored, once", () => {
	const reported: string[] = [];
	const { sql } = empty();
	const store = new WalletStore({
		sql,
		report: (bodies) => reported.push(...bodies.map(({ kind }) => kind)),
		unreadable: () => {},
	});
	const transactions = new WalletTransactions(store);
	const key = `${PLAYER_ID}/ticket-0001`;
	const attempt = (run: () => void, isFailing: boolean): void =>
		store.transaction(() => {
			run();
			if (isFailing) throw new Error("no");
		});
	const twice = (run: () => void): void => {
		expect(() => attempt(run, true)).toThrow("no");
		attempt(run, false);
	};
	twice(() => transactions.openPlayer(opening(), 0));
	twice(() => transactions.place(request([2_000]), 1, 1));
	expect(() => attempt(() => transactions.vote("desk", yes({ key }, 0, 2_000), 2), true)).toThrow("no");
	expect([store.ticket(key)?.status, store.isPending(key)]).toEqual(["pending", true]);
	attempt(() => transactions.vote("desk", yes({ key }, 0, 2_000), 2), false);
	expect(sql.exec("SELECT status FROM tickets")).toEqual([{ status: "accepted" }]);
	expect(sql.exec("SELECT reason FROM entries ORDER BY id").map(({ reason }) => reason)).toEqual([
		...["deposit", "deposit", "hold", "hold", "post", "post"],
	]);
	expect(reported).toEqual([
		...["player", "ledger", "ledger", "ledger", "ledger", "ticket", "ledger", "ledger", "ticket"],
	]);
});

test("what is posted stands, however many balances are looked at before it is written", () => {
	const { store } = empty();
	store.transaction(() => {
		store.post(HOLDER, deposit(PLAYER_ID, 500), null, 1);
		for (let n = 0; n < WALLET_KEEPS.balances; n++) store.balance(cashOf(`p${n}`), "EUR");
		store.post(HOLDER, deposit(PLAYER_ID, 500), null, 1);
	});
	expect(store.balance(cashOf(PLAYER_ID), "EUR")).toBe(1_000);
});

test("[BET-7] what is noted of a ticket is there for who refuses it, and who lists it, before it is stored", () => {
	const { open, store } = empty();
	const transactions = new WalletTransactions(store);
	store.transaction(() => {
		transactions.openPlayer(opening(), 0);
		transactions.place(request([2_000]), 1, 1);
	});
	const key = `${PLAYER_ID}/ticket-0001`;
	transactions.noteMatchStates(key, new Map([[0, "63' 1-0"]]));
	const noted = [expect.objectContaining({ matchStateAtRequest: "63' 1-0" })];
	expect(store.tickets(PLAYER_ID, 1, null)[0]?.legs).toEqual(noted);
	// Somebody else's transaction that comes to nothing takes none of it away.
	const failing = (): void =>
		store.transaction(() => {
			throw new Error("no");
		});
	expect(failing).toThrow("no");
	store.transaction(() => transactions.revoke(PLAYER_ID, null, 2));
	expect(open().ticket(key)).toMatchObject({ status: "refused", legs: noted });
});

test("[FRM-7] a player's generation is that of storage: after a revocation, and after one that came to nothing", () => {
	const { open, store } = empty();
	store.transaction(() => new WalletTransactions(store).openPlayer(opening(), 0));
	const generation = (): number | undefined => store.player(PLAYER_ID)?.tokenGeneration;
	expect(generation()).toBe(1);
	expect(() =>
		store.transaction(() => {
			store.raiseTokenGeneration(PLAYER_ID);
			expect(generation()).toBe(2);
			throw new Error("disk");
		}),
	).toThrow("disk");
	expect(generation()).toBe(1);
	store.transaction(() => store.raiseTokenGeneration(PLAYER_ID));
	expect([generation(), open().player(PLAYER_ID)?.tokenGeneration]).toEqual([2, 2]);
});

test("[BET-1] a ticket that was looked for in vain is there once it is stored, for the same transaction and for the next", () => {
	const { store } = empty();
	const ticket = pending([2_000]);
	const look = (): string | undefined => store.ticket(ticket.key)?.key;
	store.transaction(() => {
		store.look([ticket.key]);
		expect(look()).toBeUndefined();
		store.saveTicket(ticket);
		expect(look()).toBe(ticket.key);
	});
	expect(look()).toBe(ticket.key);
});
