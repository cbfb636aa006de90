/**
 * The consumer of `reports` (REP-2): lock, insert what is missing, move the marks, tell the sources what Postgres holds. What
 * cannot be stored holds up nothing else.
 */
import { sql } from "drizzle-orm";
import * as v from "valibot";
import { type ReportMessage, reportBodySchema, reportMessageSchema } from "../../shared/contracts/reports.ts";
import { decode } from "../../shared/decode.ts";
import { CONTRACT, REPORTS, RETRY } from "../../shared/limits.ts";
import { type Database, isOfStatement, isRefusedByPostgres } from "./database.ts";
import { type DecodedRow, insertRows, lockMarks, moveMarks, type RejectedRow } from "./insert.ts";
import { jsonText } from "./json-text.ts";

export type Marks = readonly { readonly source: string; readonly mark: number }[];
export type Incoming = { readonly id: string; readonly body: unknown };

/** A row on its way, and the message it came in. */
type Entry = { readonly messageId: string; readonly row: DecodedRow | RejectedRow };
const rowsSchema = v.object({ rows: v.array(v.unknown()) });
type Letter = { readonly id: string; readonly reason: string; readonly body: unknown };
type Sorted = { readonly entries: readonly Entry[]; readonly unreadable: readonly Letter[] };

export type Stored = {
	readonly marks: Marks;
	/** Messages with something that Postgres fails on although it answers, and why: they are to come again by themselves. */
	readonly stuck: ReadonlyMap<string, unknown>;
};

/** What can be stored, what is stored as refused, and messages that are none of ours. */
export function sortMessages(messages: readonly Incoming[]): Sorted {
	const entries: Entry[] = [];
	const unreadable: Letter[] = [];
	for (const { id, body } of messages) {
		const message = decode(reportMessageSchema, body);
		if (!message.ok) {
			unreadable.push({ id, reason: reasonOf(message.errors), body: body ?? null });
			continue;
		}
		const { source, rows }: ReportMessage = message.value;
		for (const { seq, body: sent } of rows) {
			const decoded = decode(reportBodySchema, sent);
			const row = decoded.ok
				? { source, seq, body: decoded.value }
				: { source, seq, reason: reasonOf(decoded.errors), body: sent ?? null };
			entries.push({ messageId: id, row });
		}
	}
	return { entries, unreadable };
}

const reasonOf = (errors: readonly { readonly path: string; readonly message: string }[]): string =>
	errors
		.map(({ path, message }) => `${path}: ${message}`)
		.join("; ")
		.slice(0, CONTRACT.faultChars);

/**
 * Stores a batch and returns the marks read back. Rejects while Postgres is out of reach or not migrated: the queue keeps the messages.
 * `isLast`: nobody will send these again from the queue, so a row that still cannot be stored becomes a named difference.
 */
export async function storeMessages(
	database: Database,
	messages: readonly Incoming[],
	isLast = false,
): Promise<Stored> {
	const stuck = new Map<string, unknown>();
	const sources = new Set<string>();
	const unreadable: Letter[] = [];
	for (const some of inParts(messages)) {
		const sorted = sortMessages(some);
		unreadable.push(...sorted.unreadable);
		for (const source of sourcesOf(sorted.entries)) sources.add(source);
		await storeEntries(database, sorted.entries, isLast, stuck);
	}
	if (unreadable.length > 0) {
		await storeDeadLetters(database, unreadable).catch(async (fault: unknown) => {
			if (!(await isOfStatement(database, fault))) throw fault;
			for (const { id } of unreadable) stuck.set(id, fault);
		});
	}
	if (sources.size === 0) return { marks: [], stuck };
	const moved = await database.query(moveMarks([...sources]));
	return { marks: moved.map((row) => ({ source: String(row.source), mark: Number(row.mark) })), stuck };
}

/** As many messages at a time as have some rows together: reading and writing them is a piece of work in which nothing else is done. */
function inParts(messages: readonly Incoming[]): readonly (readonly Incoming[])[] {
	const parts: Incoming[][] = [];
	let rows = Number.POSITIVE_INFINITY;
	for (const message of messages) {
		const more = decode(rowsSchema, message.body);
		rows += more.ok ? more.value.rows.length : 1;
		if (rows > REPORTS.rowsAtATime) {
			parts.push([]);
			rows = more.ok ? more.value.rows.length : 1;
		}
		parts.at(-1)?.push(message);
	}
	return parts;
}

/** All at once; where Postgres fails on something in it, each half by itself, down to the row that is to blame. */
async function storeEntries(
	database: Database,
	entries: readonly Entry[],
	isLast: boolean,
	stuck: Map<string, unknown>,
): Promise<void> {
	const [first] = entries;
	if (first === undefined) return;
	try {
		await database.batch([lockMarks(sourcesOf(entries)), ...insertRows(...parted(entries))]);
	} catch (fault) {
		if (!(await isOfStatement(database, fault))) throw fault;
		if (entries.length > 1) {
			const middle = entries.length >> 1;
			await storeEntries(database, entries.slice(0, middle), isLast, stuck);
			await storeEntries(database, entries.slice(middle), isLast, stuck);
		} else if (isLast || isRefusedByPostgres(fault)) await storeRefused(database, first.row, fault);
		else stuck.set(first.messageId, fault);
	}
}

/** A row by itself as a named difference, under its seq, so that the mark moves over it. */
async function storeRefused(database: Database, row: DecodedRow | RejectedRow, fault: unknown): Promise<void> {
	const { source, seq } = row;
	const reason = ("reason" in row ? row.reason : textOf(fault)).slice(0, CONTRACT.faultChars);
	await database.batch([lockMarks([source]), ...insertRows([], [{ source, seq, reason, body: row.body }])]);
}

function parted(entries: readonly Entry[]): [DecodedRow[], RejectedRow[]] {
	const rows: DecodedRow[] = [];
	const rejected: RejectedRow[] = [];
	for (const { row } of entries) {
		if ("reason" in row) rejected.push(row);
		else rows.push(row);
	}
	return [rows, rejected];
}

const sourcesOf = (entries: readonly Entry[]): readonly string[] => [...new Set(entries.map(({ row }) => row.source))];
const textOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

/** Messages that could not be read, or that were given up on: kept for somebody to look at. */
export async function storeDeadLetters(database: Database, letters: readonly Letter[]): Promise<void> {
	await database.query(sql`INSERT INTO dead_letters (id, reason, body)
		SELECT id, reason, body FROM jsonb_to_recordset(${jsonText(letters)}::jsonb) AS r(id text, reason text, body jsonb) ON CONFLICT DO NOTHING`);
}

/** When messages that could not be stored are tried again: later with each attempt, so that a Postgres that comes back is not met by all of them. */
export const retryDelaySec = (attempts: number): number => Math.min(RETRY.databaseSec * attempts, RETRY.databaseMaxSec);

/** Takes off the queue what is stored; what is stuck comes again by itself, soon, until the queue gives it up. */
export function answerQueue(
	messages: readonly Pick<Message, "id" | "ack" | "retry">[],
	stuck: ReadonlyMap<string, unknown>,
): void {
	for (const message of messages) {
		if (!stuck.has(message.id)) message.ack();
		else message.retry({ delaySeconds: REPORTS.stuckRetrySec });
	}
}
