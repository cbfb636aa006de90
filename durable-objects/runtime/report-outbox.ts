/**
 * Rows for Postgres, kept until Postgres is known to hold them (REP-2). The queue may lose what it holds, so the source
 * resends from its confirmed mark, at most 500 rows a round, with back-off, until the mark comes back.
 */
import type { ReportBody, ReportMessage, ReportRow } from "../../shared/contracts/reports.ts";
import { REPORTS } from "../../shared/limits.ts";
import { jsonPieces } from "./json-pieces.ts";
import { prepare } from "./lazy-tables.ts";
import { faultText } from "./log.ts";
import type { Ports, Sql } from "./ports.ts";

export type ReportOutbox = {
	/** Call inside the transaction that makes the rows true, once for all of them. */
	readonly append: (bodies: readonly ReportBody[]) => void;
	/** Sends what has not been sent yet; call after the transaction. Never throws. */
	readonly kick: () => void;
	/** Postgres holds everything up to `mark`: it is forgotten with the next rows, or by the next alarm. */
	readonly confirm: (mark: number) => void;
	/** Sends again what is not confirmed, if its time has come; call from the alarm. Returns when to be called next, or null. */
	readonly resendDue: (nowMs: number) => number | null;
	readonly lastSeq: () => number;
	readonly confirmedSeq: () => number;
	readonly depth: () => number;
	/** How long the oldest row has waited for Postgres; null where none waits, or the row is older than this figure. */
	readonly oldestAgeMs: () => number | null;
};

export type ReportOutboxOptions = {
	readonly ports: Pick<Ports, "sql" | "now" | "random" | "timer" | "sync" | "background" | "log">;
	readonly source: string;
	readonly send: (messages: readonly ReportMessage[]) => Promise<void>;
	/** Asks the owner to call `resendDue` at this time (a named deadline). */
	readonly wakeAt: (atMs: number) => void;
};

/** Creates its own tables; call it after the object's migrations. */
export function createReportOutbox(options: ReportOutboxOptions): ReportOutbox {
	return new SqlReportOutbox(options);
}

class SqlReportOutbox implements ReportOutbox {
	readonly #options: ReportOutboxOptions;
	readonly #sql: Sql;
	#last: number;
	/** Whether storage is known to count as far as we do: a transaction that appends may come to nothing. */
	#isLastStored = true;
	#confirmed: number;
	/** Up to where rows are deleted, and the stored mark stands. */
	#forgotten: number;
	/** Whether rows were said again: whoever had died with them may die again before an alarm. */
	#hasResent = false;
	/** What this instance has handed to the queue; a new instance starts from the mark, by way of the resend. */
	#sent: number;
	/** Rows that were appended of late and not handed over yet, in order and without gaps; storage has them too. */
	#fresh: ReportRow[] = [];
	#isSending = false;
	#backoffMs: number = REPORTS.resendMinMs;
	#resendAtMs: number | null = null;

	constructor(options: ReportOutboxOptions) {
		const { sql } = options.ports;
		prepare(sql, createTables);
		const mark = sql.exec("SELECT last_seq, confirmed_seq FROM _report_mark")[0];
		this.#options = options;
		this.#sql = sql;
		this.#last = Number(mark?.last_seq ?? 0);
		this.#confirmed = Number(mark?.confirmed_seq ?? 0);
		this.#forgotten = this.#confirmed;
		this.#sent = this.#last;
		this.#schedule();
	}

	append(bodies: readonly ReportBody[]): void {
		if (bodies.length === 0) return;
		const first = this.lastSeq() + 1;
		// Before anything is written, since what fails below may take earlier rows of its transaction with it.
		this.#isLastStored = false;
		const rows = bodies.map((body, at) => ({ seq: first + at, body }));
		for (const piece of jsonPieces(rows.map(({ seq, body }) => [seq, body]))) {
			this.#sql.exec(
				"INSERT INTO _reports (seq, body, at_ms) SELECT value ->> 0, value -> 1, ? FROM json_each(?)",
				this.#options.ports.now(),
				piece,
			);
		}
		this.#last = first + bodies.length - 1;
		// More than a message takes is read from storage when its turn has come.
		const isTooMuch = this.#fresh.length + rows.length > REPORTS.resendRows;
		this.#fresh = isTooMuch ? [] : [...this.#fresh, ...rows];
		this.#forget();
		this.#sql.exec("UPDATE _report_mark SET last_seq = ?", this.#last);
	}

	kick(): void {
		if (this.#sent < this.#last && !this.#isSending) this.#options.ports.background(this.#sendNew());
	}

	confirm(upTo: number): void {
		const next = Math.min(upTo, this.lastSeq());
		if (next <= this.#confirmed) return;
		this.#confirmed = next;
		this.#backoffMs = REPORTS.resendMinMs;
		this.#resendAtMs = null;
		if (this.#hasResent) this.#forget();
		this.#schedule();
	}

	resendDue(nowMs: number): number | null {
		const { ports, wakeAt } = this.#options;
		if (this.#confirmed >= this.#last) {
			this.#forget();
			return null;
		}
		if (this.#resendAtMs !== null && nowMs < this.#resendAtMs) {
			// After a restart an alarm of the former instance comes first: it is spent, and ours has to be set.
			wakeAt(this.#resendAtMs);
			return this.#resendAtMs;
		}
		this.#backoffMs = Math.min(this.#backoffMs * 2, REPORTS.resendMaxMs);
		this.#resendAtMs = null;
		this.#hasResent = true;
		// One round from the mark; what lies beyond it follows as the marks come back.
		const rows = storedRows(this.#sql, this.#confirmed, this.#last);
		ports.background(ports.sync().then(() => this.#send(rows)));
		this.#schedule();
		return this.#resendAtMs;
	}

	/** By storage, where we have counted since it was asked: what a transaction that came to nothing has counted does not count. */
	lastSeq(): number {
		if (this.#isLastStored) return this.#last;
		const mark = this.#sql.exec("SELECT last_seq, confirmed_seq FROM _report_mark")[0];
		this.#last = Number(mark?.last_seq ?? 0);
		this.#forgotten = Number(mark?.confirmed_seq ?? 0);
		this.#isLastStored = true;
		if ((this.#fresh.at(-1)?.seq ?? 0) > this.#last) this.#fresh = this.#fresh.filter(({ seq }) => seq <= this.#last);
		return this.#last;
	}

	confirmedSeq(): number {
		return this.#confirmed;
	}

	depth(): number {
		return this.lastSeq() - this.#confirmed;
	}

	oldestAgeMs(): number | null {
		const atMs = Number(
			this.#sql.exec("SELECT at_ms FROM _reports WHERE seq > ? ORDER BY seq LIMIT 1", this.#confirmed)[0]?.at_ms ?? 0,
		);
		return atMs === 0 ? null : Math.max(0, this.#options.ports.now() - atMs);
	}

	#schedule(): void {
		const { ports, wakeAt } = this.#options;
		if (this.#confirmed >= this.#last) return;
		this.#resendAtMs ??= ports.now() + Math.round(this.#backoffMs * (1 + ports.random() * 0.25));
		wakeAt(this.#resendAtMs);
	}

	async #send(rows: readonly ReportRow[]): Promise<void> {
		const { source, send } = this.#options;
		for (const batch of packBatches(source, rows)) await send(batch);
	}

	/** A message carries what is said within a moment: each one is a call, a batch of Postgres and a mark that comes back. */
	async #sendNew(): Promise<void> {
		const { ports, source } = this.#options;
		this.#isSending = true;
		try {
			this.#schedule();
			while (this.#sent < this.#last) {
				if (this.#last - this.#sent < REPORTS.resendRows) await this.#gather();
				// Rows that come meanwhile are not durable by this wait: Postgres would have what never was.
				const upTo = this.lastSeq();
				await ports.sync();
				const rows = this.#unsent(upTo);
				if (rows.length === 0) break;
				await this.#send(rows);
				this.#handedOver(rows.at(-1)?.seq ?? this.#sent);
			}
		} catch (fault) {
			ports.log.warn("reports_not_sent", { source, fault: faultText(fault) });
			this.#handedOver(this.lastSeq());
		} finally {
			this.#isSending = false;
			this.#schedule();
		}
	}

	#unsent(upTo: number): readonly ReportRow[] {
		const after = Math.max(this.#sent, this.#confirmed);
		const fresh = this.#fresh.filter(({ seq }) => seq > after && seq <= upTo);
		return fresh[0]?.seq === after + 1 ? fresh : storedRows(this.#sql, after, upTo);
	}

	#handedOver(upTo: number): void {
		this.#sent = upTo;
		this.#fresh = this.#fresh.filter(({ seq }) => seq > upTo);
	}

	/** An object that dies with rows that Postgres has says them again. */
	#forget(): void {
		if (this.#forgotten >= this.#confirmed) return;
		this.#sql.exec("DELETE FROM _reports WHERE seq <= ?", this.#confirmed);
		this.#sql.exec("UPDATE _report_mark SET confirmed_seq = ?", this.#confirmed);
		this.#forgotten = this.#confirmed;
		this.#hasResent = false;
	}

	#gather(): Promise<void> {
		return new Promise((over) => this.#options.ports.timer(REPORTS.gatherMs, over));
	}
}

function storedRows(sql: Sql, after: number, upTo: number): readonly ReportRow[] {
	const query = "SELECT seq, body FROM _reports WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?";
	return sql
		.exec(query, after, upTo, REPORTS.resendRows)
		.map((row) => ({ seq: Number(row.seq), body: JSON.parse(String(row.body)) as ReportBody }));
}

function createTables(sql: Sql): void {
	sql.exec(
		"CREATE TABLE IF NOT EXISTS _reports (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, at_ms INTEGER NOT NULL DEFAULT 0)",
	);
	// Tables of the first version lack the time.
	if (sql.exec("SELECT 1 FROM pragma_table_info('_reports') WHERE name = 'at_ms'").length === 0)
		sql.exec("ALTER TABLE _reports ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0");
	sql.exec(
		"CREATE TABLE IF NOT EXISTS _report_mark (one INTEGER PRIMARY KEY CHECK (one = 1), last_seq INTEGER NOT NULL, confirmed_seq INTEGER NOT NULL)",
	);
	sql.exec("INSERT INTO _report_mark (one, last_seq, confirmed_seq) VALUES (1, 0, 0) ON CONFLICT DO NOTHING");
}

const encoder = new TextEncoder();
/** Of the list, less the comma that its last row has not. */
const BRACKETS = 1;

/** Cuts rows, in order, into messages below the queue's size limit, and these into batches below that of one sending. */
export function packBatches(source: string, rows: readonly ReportRow[]): readonly (readonly ReportMessage[])[] {
	const batches: ReportMessage[][] = [];
	let [batch, batchBytes]: [ReportMessage[], number] = [[], 0];
	let [current, bytes]: [ReportRow[], number] = [[], BRACKETS];
	const endMessage = (): void => {
		if (current.length === 0) return;
		if (batch.length > 0 && batchBytes + bytes > REPORTS.maxBatchBytes) endBatch();
		batch.push({ v: 1, source, rows: current });
		batchBytes += bytes;
		[current, bytes] = [[], BRACKETS];
	};
	const endBatch = (): void => {
		if (batch.length > 0) batches.push(batch);
		[batch, batchBytes] = [[], 0];
	};
	for (const row of rows) {
		// With the comma before the next one.
		const size = encoder.encode(JSON.stringify(row)).length + 1;
		if (bytes + size > REPORTS.maxMessageBytes) endMessage();
		current.push(row);
		bytes += size;
	}
	endMessage();
	endBatch();
	return batches;
}
