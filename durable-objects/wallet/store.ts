/** What a wallet keeps: players, accounts with their entries, tickets, and releases that desks have not answered. */
import { assertBalanced, cashOf, holdOf, type LedgerTxn, receivableOf } from "../../shared/betting/ledger.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import type { LedgerRow, ReportBody } from "../../shared/contracts/reports.ts";
import type { WalletConservation } from "../../shared/contracts/wallet.ts";
import { decodeRpc, parseJson } from "../../shared/decode.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { ticketSchema } from "../../shared/ticket/ticket.ts";
import { faultText } from "../runtime/log.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";

export type Player = {
	readonly playerId: string;
	readonly partnerId: string;
	readonly licence: string;
	readonly currency: string;
	readonly tokenGeneration: number;
};
export type Balances = { readonly cashMinor: number; readonly heldMinor: number; readonly owedMinor: number };

export type WalletStoreDeps = {
	readonly sql: Sql;
	readonly report: (body: ReportBody) => void;
	/** Told of a stored ticket that cannot be read any more. */
	readonly unreadable: (ticketKey: string, fault: string) => void;
};

/** A stored ticket that cannot be read: nothing is decided, paid or shown of it until somebody has mended its row. */
export class UnreadableTicket extends Error {
	constructor(key: string) {
		super(`the stored ticket ${key} cannot be read`);
		this.name = "UnreadableTicket";
	}
}

const ticketOf = (row: SqlRow): Ticket => decodeRpc("stored ticket", ticketSchema, parseJson(String(row.body)));

/** A ticket that cannot be read holds up its own legs, and nobody else's. */
export function eachReadable<T>(items: readonly T[], run: (item: T) => Ticket | null): readonly Ticket[] {
	return items.flatMap((item) => {
		try {
			return run(item) ?? [];
		} catch (fault) {
			if (fault instanceof UnreadableTicket) return [];
			throw fault;
		}
	});
}

export class WalletStore {
	readonly #sql: Sql;
	readonly #report: (body: ReportBody) => void;

	readonly #unreadable: WalletStoreDeps["unreadable"];
	/** Keys of tickets that could not be read when they were last asked for. */
	readonly #broken = new Set<string>();

	constructor({ sql, report, unreadable }: WalletStoreDeps) {
		this.#sql = sql;
		this.#report = report;
		this.#unreadable = unreadable;
	}

	transaction<T>(run: () => T): T {
		return this.#sql.transaction(run);
	}

	player(playerId: string): Player | null {
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
		this.#report({ kind: "player", partnerId, licence, playerId, currency, createdAtMs: nowMs });
	}

	raiseTokenGeneration(playerId: string): void {
		this.#sql.exec("UPDATE players SET token_generation = token_generation + 1 WHERE player_id = ?", playerId);
	}

	balance(account: string, currency: string): number {
		return Number(
			this.#sql.exec("SELECT balance FROM accounts WHERE account = ? AND currency = ?", account, currency)[0]
				?.balance ?? 0,
		);
	}

	balances({ playerId, currency }: Player): Balances {
		return {
			cashMinor: this.balance(cashOf(playerId), currency),
			heldMinor: this.balance(holdOf(playerId), currency),
			owedMinor: 0 - this.balance(receivableOf(playerId), currency),
		};
	}

	/** Posts a balanced transaction (MON-2): append-only entries with the running balance, and a report row for each. */
	post(player: Player, txn: LedgerTxn, ticketKey: string | null, nowMs: number): void {
		assertBalanced(txn);
		const txnNo = Number(this.#sql.exec("UPDATE txns SET last = last + 1 RETURNING last")[0]?.last);
		for (const { account, amountMinor } of txn.lines) {
			const balance = Number(
				this.#sql.exec(
					`INSERT INTO accounts (account, currency, balance) VALUES (?, ?, ?)
					ON CONFLICT (account, currency) DO UPDATE SET balance = balance + excluded.balance RETURNING balance`,
					account,
					player.currency,
					amountMinor,
				)[0]?.balance,
			);
			const id = Number(
				this.#sql.exec(
					"INSERT INTO entries (txn, reason, account, currency, amount, balance, ticket_key, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
					txnNo,
					txn.reason,
					account,
					player.currency,
					amountMinor,
					balance,
					ticketKey,
					nowMs,
				)[0]?.id,
			);
			this.#report(ledgerRow(player, txn, { id, txnNo, account, amountMinor, balance, ticketKey, nowMs }));
		}
	}

	/** Throws `UnreadableTicket`, before anything else has happened. */
	ticket(key: string): Ticket | null {
		const row = this.#sql.exec("SELECT ticket_key, body FROM tickets WHERE ticket_key = ?", key)[0];
		if (row === undefined) return null;
		const [ticket] = this.#readable([row]);
		if (ticket === undefined) throw new UnreadableTicket(key);
		return ticket;
	}

	isBroken(key: string): boolean {
		return this.#broken.has(key);
	}

	isPending(key: string): boolean {
		return this.#sql.exec("SELECT 1 AS one FROM tickets WHERE ticket_key = ? AND status = 'pending'", key).length > 0;
	}

	saveTicket(ticket: Ticket): void {
		this.#sql.exec(
			`INSERT INTO tickets (ticket_key, player_id, status, placed_at, deadline, body) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (ticket_key) DO UPDATE SET status = excluded.status, body = excluded.body`,
			ticket.key,
			ticket.playerId,
			ticket.status,
			ticket.placedAtMs,
			ticket.deadlineMs,
			JSON.stringify(ticket),
		);
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
				const ticket = ticketOf(row);
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
		this.#sql.exec(
			"INSERT INTO releases (desk, ticket_key, leg_no) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			desk,
			ref.ticketKey,
			ref.legNo,
		);
	}

	releaseDesks(): readonly string[] {
		return this.#sql.exec("SELECT DISTINCT desk FROM releases").map((row) => String(row.desk));
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

type PostedLine = {
	readonly id: number;
	readonly txnNo: number;
	readonly account: string;
	readonly amountMinor: number;
	readonly balance: number;
	readonly ticketKey: string | null;
	readonly nowMs: number;
};

function ledgerRow(player: Player, txn: LedgerTxn, line: PostedLine): LedgerRow {
	const { partnerId, licence, playerId, currency } = player;
	return {
		kind: "ledger",
		partnerId,
		licence,
		entryId: String(line.id),
		txn: String(line.txnNo),
		reason: txn.reason,
		account: line.account,
		playerId,
		ticketId: line.ticketKey === null ? null : (line.ticketKey.split("/")[1] ?? null),
		currency,
		amountMinor: line.amountMinor,
		balanceMinor: line.balance,
		atMs: line.nowMs,
	};
}
