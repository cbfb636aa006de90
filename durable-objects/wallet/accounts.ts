/**
 * Accounts and their entries (MON-2): append-only entries with the running balance. What a transaction of storage posts is
 * written together at its end, a statement for all entries and one for all balances, however many bets share it.
 */
import { assertBalanced, type LedgerTxn } from "../../shared/betting/ledger.ts";
import type { LedgerRow } from "../../shared/contracts/reports.ts";
import { WALLET_KEEPS } from "../../shared/limits.ts";
import { jsonPieces } from "../runtime/json-pieces.ts";
import type { Sql } from "../runtime/ports.ts";

/** Whose accounts they are: what never changes of a player. */
export type Holder = {
	readonly playerId: string;
	readonly partnerId: string;
	readonly licence: string;
	readonly currency: string;
};

/** What is posted and not written yet. */
export type Entry = {
	readonly holder: Holder;
	readonly txn: LedgerTxn;
	/** Which transaction of those that are written together. */
	readonly txnAt: number;
	readonly account: string;
	readonly amountMinor: number;
	readonly balanceMinor: number;
	readonly ticketKey: string | null;
	readonly nowMs: number;
};

const keyOf = (account: string, currency: string): string => `${account}\n${currency}`;

export class Accounts {
	readonly #sql: Sql;
	/** As they are once everything posted is written; nobody else writes them. */
	readonly #balances = new Map<string, number>();
	#posted: Entry[] = [];
	#txns = 0;
	/** The newest entry that is stored; null: not asked since a start, or since a transaction that came to nothing. */
	#lastId: number | null = null;

	constructor(sql: Sql) {
		this.#sql = sql;
	}

	balance(account: string, currency: string): number {
		const key = keyOf(account, currency);
		const known = this.#balances.get(key);
		if (known !== undefined) return known;
		// What is posted stands here alone until it is written.
		if (this.#balances.size >= WALLET_KEEPS.balances && this.#posted.length === 0) this.#balances.clear();
		const query = "SELECT balance FROM accounts WHERE account = ? AND currency = ?";
		const balance = Number(this.#sql.exec(query, account, currency)[0]?.balance ?? 0);
		this.#balances.set(key, balance);
		return balance;
	}

	/** Entries of a balanced transaction, in the order in which they will be numbered. */
	post(holder: Holder, txn: LedgerTxn, ticketKey: string | null, nowMs: number): readonly Entry[] {
		assertBalanced(txn);
		const txnAt = this.#txns++;
		const entries = txn.entries.map(({ account, amountMinor }): Entry => {
			const balanceMinor = this.balance(account, holder.currency) + amountMinor;
			this.#balances.set(keyOf(account, holder.currency), balanceMinor);
			return { holder, txn, txnAt, account, amountMinor, balanceMinor, ticketKey, nowMs };
		});
		this.#posted.push(...entries);
		return entries;
	}

	/** Writes what was posted; gives each entry's row for Postgres. */
	write(): ReadonlyMap<Entry, LedgerRow> {
		const posted = this.#posted;
		if (posted.length === 0) return new Map();
		const txns = this.#txns;
		this.#posted = [];
		this.#txns = 0;
		this.#writeBalances(posted);
		const lastTxn = Number(this.#sql.exec("UPDATE txns SET last = last + ? RETURNING last", txns)[0]?.last);
		const lastId = this.#lastId ?? Number(this.#sql.exec("SELECT max(id) AS id FROM entries")[0]?.id ?? 0);
		this.#lastId = lastId + posted.length;
		const rows = posted.map((entry, at) => rowOf(entry, lastId + 1 + at, lastTxn - txns + 1 + entry.txnAt));
		const values = rows.map((row, at) => [
			Number(row.entryId),
			Number(row.txn),
			row.reason,
			row.account,
			row.currency,
			row.amountMinor,
			row.balanceMinor,
			posted[at]?.ticketKey ?? null,
			row.atMs,
		]);
		for (const piece of jsonPieces(values)) {
			this.#sql.exec(
				`INSERT INTO entries (id, txn, reason, account, currency, amount, balance, ticket_key, at_ms)
				SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
				FROM json_each(?)`,
				piece,
			);
		}
		return new Map(rows.map((row, at) => [posted[at] as Entry, row]));
	}

	/** After a transaction that came to nothing: what is stored is asked again. */
	forget(): void {
		this.#balances.clear();
		this.#posted = [];
		this.#txns = 0;
		this.#lastId = null;
	}

	/** What is stored moves by what was posted, and must come to what the entries say. */
	#writeBalances(posted: readonly Entry[]): void {
		const moved = new Map<string, { readonly account: string; readonly currency: string; amountMinor: number }>();
		for (const { account, holder, amountMinor } of posted) {
			const key = keyOf(account, holder.currency);
			const known = moved.get(key);
			if (known === undefined) moved.set(key, { account, currency: holder.currency, amountMinor });
			else known.amountMinor += amountMinor;
		}
		const values = [...moved.values()].map(({ account, currency, amountMinor }) => [account, currency, amountMinor]);
		const stored = jsonPieces(values).flatMap((piece) =>
			this.#sql.exec(
				`INSERT INTO accounts (account, currency, balance)
				SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
				ON CONFLICT (account, currency) DO UPDATE SET balance = balance + excluded.balance
				RETURNING account, currency, balance`,
				piece,
			),
		);
		for (const { account, currency, balance } of stored) {
			const expected = this.#balances.get(keyOf(String(account), String(currency)));
			if (expected !== Number(balance)) throw new Error(`${account} has ${balance} ${currency}, not ${expected}`);
		}
	}
}

function rowOf(entry: Entry, id: number, txnNo: number): LedgerRow {
	const { partnerId, licence, playerId, currency } = entry.holder;
	return {
		kind: "ledger",
		partnerId,
		licence,
		entryId: String(id),
		txn: String(txnNo),
		reason: entry.txn.reason,
		account: entry.account,
		playerId,
		ticketId: entry.ticketKey === null ? null : (entry.ticketKey.split("/")[1] ?? null),
		currency,
		amountMinor: entry.amountMinor,
		balanceMinor: entry.balanceMinor,
		atMs: entry.nowMs,
	};
}
