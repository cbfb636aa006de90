/** Statements that store report rows: one per table, whatever the number of rows; each row once (REP-1, REP-2). */
import { type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import {
	ledgerEntries,
	markets,
	matches,
	players,
	rejected as rejectedRows,
	reportRows,
	results,
	ticketLegs,
	tickets,
} from "../../migrations/schema.ts";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import { jsonText } from "./json-text.ts";
import { insertInto, upsertInto } from "./table-rows.ts";

export type DecodedRow = { readonly source: string; readonly seq: number; readonly body: ReportBody };
export type RejectedRow = {
	readonly source: string;
	readonly seq: number;
	readonly reason: string;
	readonly body: unknown;
};

const json = (value: unknown): SQL => sql`${jsonText(value)}::jsonb`;

/** Marks of these sources, locked in the order of their names until the batch ends. */
export function lockMarks(sources: readonly string[]): SQL {
	return sql`INSERT INTO report_marks (source, mark) SELECT name, 0 FROM jsonb_array_elements_text(${json(sources.toSorted())}) WITH ORDINALITY AS s(name, ord) ORDER BY ord
		ON CONFLICT (source) DO UPDATE SET mark = report_marks.mark`;
}

/** Moves each mark over stored rows only, up to the first gap, and reads it back. */
export function moveMarks(sources: readonly string[]): SQL {
	return sql`UPDATE report_marks m SET moved_at = now(), mark = coalesce((
			SELECT max(seq) FROM (
				SELECT r.seq, r.seq - row_number() OVER (ORDER BY r.seq) AS run FROM report_rows r WHERE r.source = m.source AND r.seq > m.mark
			) contiguous WHERE run = m.mark), m.mark)
		WHERE m.source IN (SELECT jsonb_array_elements_text(${json(sources)})) RETURNING source, mark`;
}

export function insertRows(rows: readonly DecodedRow[], rejected: readonly RejectedRow[]): readonly SQL[] {
	const of = <K extends ReportBody["kind"]>(
		kind: K,
	): readonly { source: string; seq: number; body: Extract<ReportBody, { kind: K }> }[] =>
		rows.flatMap(({ source, seq, body }) =>
			body.kind === kind ? [{ source, seq, body: body as Extract<ReportBody, { kind: K }> }] : [],
		);
	const statements: SQL[] = [];
	const add = (table: PgTable, list: readonly Readonly<Record<string, unknown>>[]): void => {
		if (list.length > 0) statements.push(insertInto(table, list));
	};
	add(reportRows, [
		...rows.map(({ source, seq, body }) => ({ source, seq, kind: body.kind })),
		...rejected.map(({ source, seq }) => ({ source, seq, kind: "rejected" })),
	]);
	add(rejectedRows, rejected);
	add(
		players,
		of("player").map(({ body }) => body),
	);
	add(
		tickets,
		of("ticket").map(({ source, body }) => ({ ...body, source })),
	);
	add(
		ticketLegs,
		of("ticket").flatMap(({ body }) => body.legs.map((leg) => ({ ...body, ...leg }))),
	);
	add(
		ledgerEntries,
		of("ledger").map(({ source, body }) => ({ ...body, source })),
	);
	// Of several rows of one match in a batch the newest is taken: a statement may touch a row only once.
	const newest = new Map(of("match").map((row) => [row.body.matchId, row]));
	if (newest.size > 0) {
		const list = [...newest.values()].map(({ seq, body }) => ({ ...body, seq }));
		statements.push(upsertInto(matches, list, matches.matchId, matches.seq));
	}
	add(
		markets,
		of("market").map(({ body }) => body),
	);
	add(
		results,
		of("result").map(({ body }) => ({ ...body, kind: body.state.kind, isOpen: body.state.kind === "open" })),
	);
	return statements;
}
