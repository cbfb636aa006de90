/** The consumer of `reports` (REP-2): lock, insert what is missing, move the marks, tell the sources what Postgres holds. */
import { sql } from "drizzle-orm";
import { type ReportMessage, reportBodySchema, reportMessageSchema } from "../../shared/contracts/reports.ts";
import { decode } from "../../shared/decode.ts";
import { CONTRACT, RETRY } from "../../shared/limits.ts";
import { type Database, isRefusedByPostgres } from "./database.ts";
import { type DecodedRow, insertRows, lockMarks, moveMarks, type RejectedRow } from "./insert.ts";
import { jsonText } from "./json-text.ts";

export type Marks = readonly { readonly source: string; readonly mark: number }[];
export type Incoming = { readonly id: string; readonly body: unknown };

type Sorted = {
	readonly rows: readonly DecodedRow[];
	readonly rejected: readonly RejectedRow[];
	readonly unreadable: readonly { readonly id: string; readonly reason: string; readonly body: unknown }[];
};

/** What can be stored, what is stored as refused, and messages that are none of ours. */
export function sortMessages(messages: readonly Incoming[]): Sorted {
	const rows: DecodedRow[] = [];
	const rejected: RejectedRow[] = [];
	const unreadable: { id: string; reason: string; body: unknown }[] = [];
	for (const { id, body } of messages) {
		const message = decode(reportMessageSchema, body);
		if (!message.ok) {
			unreadable.push({ id, reason: reasonOf(message.errors), body: body ?? null });
			continue;
		}
		const { source, rows: sent }: ReportMessage = message.value;
		for (const row of sent) {
			const decoded = decode(reportBodySchema, row.body);
			if (decoded.ok) rows.push({ source, seq: row.seq, body: decoded.value });
			else rejected.push({ source, seq: row.seq, reason: reasonOf(decoded.errors), body: row.body ?? null });
		}
	}
	return { rows, rejected, unreadable };
}

const reasonOf = (errors: readonly { readonly path: string; readonly message: string }[]): string =>
	errors
		.map(({ path, message }) => `${path}: ${message}`)
		.join("; ")
		.slice(0, CONTRACT.faultChars);

/** Stores a batch and returns the marks read back. Rejects while Postgres is out of reach: the queue keeps the messages. */
export async function storeMessages(database: Database, messages: readonly Incoming[]): Promise<Marks> {
	const { rows, rejected, unreadable } = sortMessages(messages);
	if (unreadable.length > 0) await storeDeadLetters(database, unreadable);
	const sources = [...new Set([...rows, ...rejected].map(({ source }) => source))];
	if (sources.length === 0) return [];
	try {
		await database.batch([lockMarks(sources), ...insertRows(rows, rejected)]);
	} catch (fault) {
		if (!isRefusedByPostgres(fault)) throw fault;
		await storeOneByOne(database, rows, rejected);
	}
	const moved = await database.query(moveMarks(sources));
	return moved.map((row) => ({ source: String(row.source), mark: Number(row.mark) }));
}

/** Postgres refuses something in the batch: each row by itself, and the refused one becomes a named difference. */
async function storeOneByOne(
	database: Database,
	rows: readonly DecodedRow[],
	rejected: readonly RejectedRow[],
): Promise<void> {
	for (const row of rejected) await database.batch([lockMarks([row.source]), ...insertRows([], [row])]);
	for (const row of rows) {
		try {
			await database.batch([lockMarks([row.source]), ...insertRows([row], [])]);
		} catch (fault) {
			if (!isRefusedByPostgres(fault)) throw fault;
			const reason = (fault instanceof Error ? fault.message : String(fault)).slice(0, CONTRACT.faultChars);
			await database.batch([
				lockMarks([row.source]),
				...insertRows([], [{ source: row.source, seq: row.seq, reason, body: row.body }]),
			]);
		}
	}
}

/** Messages that could not be read, or that were given up on: kept for somebody to look at. */
export async function storeDeadLetters(
	database: Database,
	letters: readonly { readonly id: string; readonly reason: string; readonly body: unknown }[],
): Promise<void> {
	await database.query(sql`INSERT INTO dead_letters (id, reason, body)
		SELECT id, reason, body FROM jsonb_to_recordset(${jsonText(letters)}::jsonb) AS r(id text, reason text, body jsonb) ON CONFLICT DO NOTHING`);
}

/** When messages that could not be stored are tried again: later with each attempt, so that a Postgres that comes back is not met by all of them. */
export const retryDelaySec = (attempts: number): number => Math.min(RETRY.databaseSec * attempts, RETRY.databaseMaxSec);
