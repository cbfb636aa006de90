/**
 * Rows for Postgres, kept until Postgres is known to hold them (REP-2). The queue may lose what it holds, so the source
 * resends from its confirmed mark, at most 500 rows a round, with back-off, until the mark comes back.
 */
import type { ReportBody, ReportMessage, ReportRow } from "../../shared/contracts/reports.ts";
import { REPORTS } from "../../shared/limits.ts";
import { faultText } from "./log.ts";
import type { Ports, Sql } from "./ports.ts";
import { prepare } from "./unborn.ts";

export type ReportOutbox = {
	/** Call inside the transaction that makes the row true; returns its seq. */
	readonly append: (body: ReportBody) => number;
	/** Sends what has not been sent yet; call after the transaction. Never throws. */
	readonly kick: () => void;
	/** Postgres holds everything up to `mark`: forget it. */
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
	readonly ports: Pick<Ports, "sql" | "now" | "random" | "sync" | "background" | "log">;
	readonly source: string;
	readonly send: (messages: readonly ReportMessage[]) => Promise<void>;
	/** Asks the owner to call `resendDue` at this time (a named deadline). */
	readonly wakeAt: (atMs: number) => void;
};

/** Creates its own tables; call it after the object's migrations. */
export function createReportOutbox(options: ReportOutboxOptions): ReportOutbox {
	const { sql, now } = options.ports;
	prepare(sql, createTables);
	const mark = sql.exec("SELECT last_seq, confirmed_seq FROM _report_mark")[0];
	let last = Number(mark?.last_seq ?? 0);
	let confirmed = Number(mark?.confirmed_seq ?? 0);
	/** What this instance has handed to the queue; a new instance starts from the mark, by way of the resend. */
	let sent = last;
	let sending = false;
	let backoffMs: number = REPORTS.resendMinMs;
	let resendAt: number | null = null;

	const rowsFrom = (after: number, upTo: number): readonly ReportRow[] => storedRows(sql, after, upTo);

	const schedule = (): void => {
		if (confirmed >= last) return;
		if (resendAt === null) resendAt = now() + Math.round(backoffMs * (1 + options.ports.random() * 0.25));
		options.wakeAt(resendAt);
	};

	const sendNew = async (): Promise<void> => {
		if (sending) return;
		sending = true;
		try {
			while (sent < last) {
				// Rows that come meanwhile are not durable by this wait: Postgres would have what never was.
				const upTo = last;
				await options.ports.sync();
				const rows = rowsFrom(Math.max(sent, confirmed), upTo);
				if (rows.length === 0) break;
				await options.send(packMessages(options.source, rows));
				sent = rows.at(-1)?.seq ?? sent;
			}
		} catch (fault) {
			options.ports.log.warn("reports_not_sent", { source: options.source, fault: faultText(fault) });
			sent = last;
		} finally {
			sending = false;
			schedule();
		}
	};
	if (confirmed < last) schedule();

	return {
		append: (body) => {
			const seq = Number(sql.exec("UPDATE _report_mark SET last_seq = last_seq + 1 RETURNING last_seq")[0]?.last_seq);
			sql.exec("INSERT INTO _reports (seq, body, at_ms) VALUES (?, ?, ?)", seq, JSON.stringify(body), now());
			last = seq;
			return seq;
		},
		kick: () => {
			if (sent < last) options.ports.background(sendNew());
		},
		confirm: (upTo) => {
			const next = Math.min(upTo, last);
			if (next <= confirmed) return;
			confirmed = next;
			backoffMs = REPORTS.resendMinMs;
			resendAt = null;
			sql.exec("DELETE FROM _reports WHERE seq <= ?", confirmed);
			sql.exec("UPDATE _report_mark SET confirmed_seq = ?", confirmed);
			schedule();
		},
		resendDue: (nowMs) => {
			if (confirmed >= last) return null;
			if (resendAt !== null && nowMs < resendAt) {
				// After a restart an alarm of the former instance comes first: it is spent, and ours has to be set.
				options.wakeAt(resendAt);
				return resendAt;
			}
			backoffMs = Math.min(backoffMs * 2, REPORTS.resendMaxMs);
			resendAt = null;
			// One round from the mark; what lies beyond it follows as the marks come back.
			const rows = rowsFrom(confirmed, last);
			const send = (): Promise<void> => options.send(packMessages(options.source, rows));
			options.ports.background(options.ports.sync().then(send));
			schedule();
			return resendAt;
		},
		lastSeq: () => last,
		confirmedSeq: () => confirmed,
		depth: () => last - confirmed,
		oldestAgeMs: () => {
			const atMs = Number(sql.exec("SELECT at_ms FROM _reports ORDER BY seq LIMIT 1")[0]?.at_ms ?? 0);
			return atMs === 0 ? null : Math.max(0, now() - atMs);
		},
	};
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

/** Cuts rows, in order, into messages below the queue's size limit. */
export function packMessages(source: string, rows: readonly ReportRow[]): readonly ReportMessage[] {
	const messages: ReportMessage[] = [];
	let current: ReportRow[] = [];
	let bytes = 0;
	for (const row of rows) {
		// UTF-16 length × 3 bounds the UTF-8 size without encoding twice.
		const size = JSON.stringify(row).length * 3;
		if (current.length > 0 && bytes + size > REPORTS.maxMessageBytes) {
			messages.push({ v: 1, source, rows: current });
			current = [];
			bytes = 0;
		}
		current.push(row);
		bytes += size;
	}
	if (current.length > 0) messages.push({ v: 1, source, rows: current });
	return messages;
}
