/**
 * What a wallet keeps: players, accounts with their entries, tickets, and releases that desks have not answered. What one
 * transaction says of them is written at its end: a row once, and a statement for all rows of a kind.
 */
import { cashOf, holdOf, type LedgerTxn, receivableOf } from "../../shared/betting/ledger.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import type { WalletConservation } from "../../shared/contracts/wallet.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { WALLET_KEEPS } from "../../shared/limits.ts";
import { type Ticket, ticketSchema } from "../../shared/ticket/ticket.ts";
import { jsonPieces } from "../runtime/json-pieces.ts";
import { faultText } from "../runtime/log.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";
import { Accounts, type Entry, type Holder } from "./accounts.ts";
import { UnreadableTicket } from "./unreadable-ticket.ts";

export type Player = Holder & { readonly tokenGeneration: number };
export type Balances = { readonly cashMinor: number; readonly heldMinor: number; readonly owedMinor: number };

export type WalletStoreDeps = {
	readonly sql: Sql;
	/** Rows for Postgres, in the transaction that makes them true. */
	readonly report: (bodies: readonly ReportBody[]) => void;
	/** Told of a stored ticket that cannot be read any more. */
	readonly unreadable: (ticketKey: string, fault: string) => void;
};

/** Our own text: it has no name twice, and what is none fails here like any that is no ticket. */
const ticketOf = (row: SqlRow): Ticket => decodeRpc("stored ticket", ticketSchema, JSON.parse(String(row.body)));

export class WalletStore {
	readonly #sql: Sql;
	readonly #report: WalletStoreDeps["report"];
	readonly #unreadable: WalletStoreDeps["unreadable"];
	readonly #accounts: Accounts;
	/** Keys of tickets that could not be read when they were last asked for. */
	readonly #broken = new Set<string>();
	/** Tickets as they are, those that were moved last: a bet comes back three times within a moment. */
	readonly #known = new Map<string, Ticket>();
	readonly #players = new Map<string, Player>();
	/** Keys that the transaction that runs has looked for in vain. */
	readonly #absent = new Set<string>();
	/** Whether a desk may still have to release something. */
	#mayOweReleases = true;
	/** What the transaction that runs has said and not written yet. */
	readonly #saved = new Map<string, Ticket>();
	#reported: (ReportBody | Entry)[] = [];
	/** What was noted of tickets since something was last stored. */
	readonly #noted = new Map<string, Ticket>();
	#isInside = false;

	constructor({ sql, report, unreadable }: WalletStoreDeps) {
		this.#sql = sql;
		this.#report = report;
		this.#unreadable = unreadable;
		this.#accounts = new Accounts(sql);
	}

	/** All or nothing, here and in storage. */
	transaction<T>(run: () => T): T {
		this.#isInside = true;
		let isStored = false;
		const noted = [...this.#noted];
		try {
			const result = this.#sql.transaction(() => {
				const made = run();
				this.#write();
				return made;
			});
			isStored = true;
			return result;
		} finally {
			this.#isInside = false;
			this.#absent.clear();
			if (!isStored) {
				this.#forget();
				// It was said of tickets that are stored, and nobody says it again.
				for (const [key, ticket] of noted) this.#noted.set(key, ticket);
			}
		}
	}

	/** Goes to Postgres with what the transaction stores. */
	report(body: ReportBody): void {
		this.#requireInside();
		this.#reported.push(body);
	}

	#write(): void {
		this.#writeTickets();
		const entries = this.#accounts.write();
		const reported = this.#reported.flatMap((said) => ("kind" in said ? said : (entries.get(said) ?? [])));
		this.#reported = [];
		if (reported.length > 0) this.#report(reported);
	}

	#writeTickets(): void {
		const saved = new Map([...this.#noted, ...this.#saved]);
		if (saved.size === 0) return;
		const rows = [...saved.values()].map((ticket) => [
			ticket.key,
			ticket.playerId,
			ticket.status,
			ticket.placedAtMs,
			ticket.deadlineMs,
			ticket,
		]);
		this.#noted.clear();
		this.#saved.clear();
		for (const piece of jsonPieces(rows)) {
			this.#sql.exec(
				`INSERT INTO tickets (ticket_key, player_id, status, placed_at, deadline, body)
				SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value -> 5 FROM json_each(?) WHERE true
				ON CONFLICT (ticket_key) DO UPDATE SET status = excluded.status, body = excluded.body`,
				piece,
			);
		}
	}

	/** What has not been written yet goes before what has, however much else was looked at in between. */
	#inMemory(key: string): Ticket | undefined {
		return this.#saved.get(key) ?? this.#noted.get(key) ?? this.#known.get(key);
	}

	/** Outside, nothing would ever write it. */
	#requireInside(): void {
		if (!this.#isInside) throw new Error("a wallet's tables change in a transaction");
	}

	#forget(): void {
		this.#noted.clear();
		this.#saved.clear();
		this.#known.clear();
		this.#players.clear();
		this.#reported = [];
		this.#accounts.forget();
	}

	#know(ticket: Ticket): void {
		this.#known.delete(ticket.key);
		this.#known.set(ticket.key, ticket);
		const [oldest] = this.#known.keys();
		if (this.#known.size > WALLET_KEEPS.tickets && oldest !== undefined) this.#known.delete(oldest);
	}

	player(playerId: string): Player | null {
		const known = this.#players.get(playerId);
		if (known !== undefined) return known;
		const player = this.#storedPlayer(playerId);
		if (player === null) return null;
		if (this.#players.size >= WALLET_KEEPS.balances) this.#players.clear();
		this.#players.set(playerId, player);
		return player;
	}

	#storedPlayer(playerId: string): Player | null {
		const row = this.#sql.exec(
			"SELECT partner_id, licence, currency, token_generation FROM players WHERE player_id = ?",
			playerId,
		)[0];
		if (row === undefined) return null;
		return {
			playerId,
			partnerId: String(row.partner_id),
			licence: String(row.licence),
			currency: String(row.currency),
			tokenGeneration: Number(row.token_generation),
		};
	}

	addPlayer(player: Player, nowMs: number): void {
		const { playerId, partnerId, licence, currency, tokenGeneration } = player;
		this.#sql.exec(
			"INSERT INTO players (player_id, partner_id, licence, currency, token_generation, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			playerId,
			partnerId,
			licence,
			currency,
			tokenGeneration,
			nowMs,
		);
		this.report({ kind: "player", partnerId, licence, playerId, currency, createdAtMs: nowMs });
	}

	raiseTokenGeneration(playerId: string): void {
		this.#players.delete(playerId);
		this.#sql.exec("UPDATE players SET token_generation = token_generation + 1 WHERE player_id = ?", playerId);
	}

	balance(account: string, currency: string): number {
		return this.#accounts.balance(account, currency);
	}

	balances({ playerId, currency }: Holder): Balances {
		return {
			cashMinor: this.balance(cashOf(playerId), currency),
			heldMinor: this.balance(holdOf(playerId), currency),
			owedMinor: 0 - this.balance(receivableOf(playerId), currency),
		};
	}

	/** Posts a balanced transaction (MON-2), and a report row for each of its entries. */
	post(player: Holder, txn: LedgerTxn, ticketKey: string | null, nowMs: number): void {
		this.#requireInside();
		this.#reported.push(...this.#accounts.post(player, txn, ticketKey, nowMs));
	}

	/** Throws `UnreadableTicket`, before anything else has happened. */
	ticket(key: string): Ticket | null {
		const known = this.#inMemory(key);
		if (known !== undefined) return known;
		if (this.#absent.has(key)) return null;
		const row = this.#sql.exec("SELECT ticket_key, body FROM tickets WHERE ticket_key = ?", key)[0];
		if (row === undefined) return null;
		const [ticket] = this.#readable([row]);
		if (ticket === undefined) throw new UnreadableTicket(key);
		this.#know(ticket);
		return ticket;
	}

	/** Reads these tickets at once: `ticket` finds them in memory then, or knows that there are none, but for those that cannot be read. */
	look(keys: Iterable<string>): void {
		this.#requireInside();
		const asked = [...new Set(keys)].filter((key) => this.#inMemory(key) === undefined);
		if (asked.length === 0) return;
		const query = "SELECT ticket_key, body FROM tickets WHERE ticket_key IN (SELECT value FROM json_each(?))";
		const rows = this.#sql.exec(query, JSON.stringify(asked));
		for (const ticket of this.#readable(rows)) this.#know(ticket);
		const found = new Set(rows.map((row) => String(row.ticket_key)));
		for (const key of asked) if (!found.has(key)) this.#absent.add(key);
	}

	isBroken(key: string): boolean {
		return this.#broken.has(key);
	}

	isPending(key: string): boolean {
		const known = this.#inMemory(key);
		if (known !== undefined) return known.status === "pending";
		return this.#sql.exec("SELECT 1 AS one FROM tickets WHERE ticket_key = ? AND status = 'pending'", key).length > 0;
	}

	saveTicket(ticket: Ticket): void {
		this.#requireInside();
		this.#absent.delete(ticket.key);
		this.#know(ticket);
		this.#noted.delete(ticket.key);
		this.#saved.set(ticket.key, ticket);
	}

	/** For the ticket's record, no promise rests on it: it goes into storage with whatever is stored next. */
	note(ticket: Ticket): void {
		this.#know(ticket);
		this.#noted.set(ticket.key, ticket);
	}

	/** Newest first; `before` is the key of the last ticket of the page before. */
	tickets(playerId: string, limit: number, before: string | null): readonly Ticket[] {
		const until = before === null ? null : this.ticket(before);
		return this.#readable(
			this.#sql.exec(
				`SELECT ticket_key, body FROM tickets WHERE player_id = ? AND (placed_at, ticket_key) < (?, ?)
				ORDER BY placed_at DESC, ticket_key DESC LIMIT ?`,
				playerId,
				until?.placedAtMs ?? Number.MAX_SAFE_INTEGER,
				until?.key ?? "",
				limit,
			),
		);
	}

	pending(deadlineUpToMs: number): readonly Ticket[] {
		const query = "SELECT ticket_key, body FROM tickets WHERE status = 'pending' AND deadline <= ?";
		return this.#readable(this.#sql.exec(query, deadlineUpToMs));
	}

	pendingOf(playerId: string): readonly Ticket[] {
		const query = "SELECT ticket_key, body FROM tickets WHERE status = 'pending' AND player_id = ?";
		return this.#readable(this.#sql.exec(query, playerId));
	}

	/** A row that cannot be read is an operator's matter: it must not take a list, or the start of its wallet, with it. */
	#readable(rows: readonly SqlRow[]): readonly Ticket[] {
		return rows.flatMap((row) => {
			const key = String(row.ticket_key);
			try {
				const ticket = this.#saved.get(key) ?? this.#noted.get(key) ?? ticketOf(row);
				this.#broken.delete(key);
				return [ticket];
			} catch (fault) {
				this.#broken.add(key);
				this.#unreadable(key, faultText(fault));
				return [];
			}
		});
	}

	nextDeadline(): number | null {
		const at = this.#sql.exec("SELECT min(deadline) AS at FROM tickets WHERE status = 'pending'")[0]?.at;
		return at === null || at === undefined ? null : Number(at);
	}

	queueRelease(desk: string, ref: LegRef): void {
		this.#mayOweReleases = true;
		this.#sql.exec(
			"INSERT INTO releases (desk, ticket_key, leg_no) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			desk,
			ref.ticketKey,
			ref.legNo,
		);
	}

	releaseDesks(): readonly string[] {
		if (!this.#mayOweReleases) return [];
		const desks = this.#sql.exec("SELECT DISTINCT desk FROM releases").map((row) => String(row.desk));
		this.#mayOweReleases = desks.length > 0;
		return desks;
	}

	releases(desk: string, limit: number): readonly LegRef[] {
		return this.#sql
			.exec("SELECT ticket_key, leg_no FROM releases WHERE desk = ? LIMIT ?", desk, limit)
			.map((row) => ({ ticketKey: String(row.ticket_key), legNo: Number(row.leg_no) }));
	}

	released(desk: string, ref: LegRef): void {
		this.#sql.exec(
			"DELETE FROM releases WHERE desk = ? AND ticket_key = ? AND leg_no = ?",
			desk,
			ref.ticketKey,
			ref.legNo,
		);
	}

	readers(): readonly { readonly socket: string; readonly playerId: string }[] {
		return this.#sql
			.exec("SELECT socket, player_id FROM readers")
			.map((row) => ({ socket: String(row.socket), playerId: String(row.player_id) }));
	}

	addReader(socket: string, playerId: string): void {
		this.#sql.exec("INSERT INTO readers (socket, player_id) VALUES (?, ?) ON CONFLICT DO NOTHING", socket, playerId);
	}

	/** One player's, or all of a socket. */
	removeReader(socket: string, playerId: string | null): void {
		if (playerId === null) this.#sql.exec("DELETE FROM readers WHERE socket = ?", socket);
		else this.#sql.exec("DELETE FROM readers WHERE socket = ? AND player_id = ?", socket, playerId);
	}

	/** MON-2 seen from outside: sums of the entries themselves, not of the balances kept beside them. */
	conservation(
		overdueBeforeMs: number,
	): Pick<WalletConservation, "sums" | "accounts" | "pendingTickets" | "overdueTickets" | "outboxDepth"> {
		const sums = this.#sql.exec("SELECT currency, sum(amount) AS total FROM entries GROUP BY currency");
		const accounts = this.#sql.exec(
			"SELECT account, currency, sum(amount) AS balance FROM entries GROUP BY account, currency ORDER BY account",
		);
		return {
			sums: Object.fromEntries(sums.map((row) => [String(row.currency), Number(row.total)])),
			accounts: accounts.map((row) => ({
				account: String(row.account),
				currency: String(row.currency),
				balanceMinor: Number(row.balance),
			})),
			...this.counts(overdueBeforeMs),
		};
	}

	/** What is under way: cheap enough to be asked every few seconds. */
	counts(overdueBeforeMs: number): Pick<WalletConservation, "pendingTickets" | "overdueTickets" | "outboxDepth"> {
		const count = (query: string, ...bindings: number[]): number =>
			Number(this.#sql.exec(query, ...bindings)[0]?.n ?? 0);
		return {
			pendingTickets: count("SELECT count(*) AS n FROM tickets WHERE status = 'pending'"),
			overdueTickets: count(
				"SELECT count(*) AS n FROM tickets WHERE status = 'pending' AND deadline < ?",
				overdueBeforeMs,
			),
			outboxDepth: count("SELECT count(*) AS n FROM releases"),
		};
	}
}
