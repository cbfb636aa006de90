/** The board's rows in SQLite. A summary that this version cannot read is dropped: its match tells again. */
import * as v from "valibot";
import { matchSummarySchema } from "../../shared/contracts/board.ts";
import { decode, parseJson } from "../../shared/decode.ts";
import { migrate } from "../runtime/migrate.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";
import type { BoardRow } from "./core.ts";
import { BOARD_MIGRATIONS } from "./migrations.ts";

const optionalMs = v.nullable(v.number());
const rowSchema = v.object({
	match_id: v.string(),
	upsert_order: v.number(),
	updated_at_ms: v.number(),
	ended_at_ms: optionalMs,
	gone_at_ms: optionalMs,
	summary: v.nullable(v.string()),
});

export class BoardStore {
	readonly #sql: Sql;

	constructor(sql: Sql) {
		this.#sql = sql;
		migrate(sql, BOARD_MIGRATIONS);
	}

	all(): readonly BoardRow[] {
		return this.#sql.exec("SELECT * FROM matches").map(readRow);
	}

	save(row: BoardRow): void {
		this.#sql.exec(
			`INSERT INTO matches (match_id, upsert_order, updated_at_ms, ended_at_ms, gone_at_ms, summary)
			VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (match_id) DO UPDATE SET upsert_order = excluded.upsert_order, updated_at_ms = excluded.updated_at_ms,
				ended_at_ms = excluded.ended_at_ms, gone_at_ms = excluded.gone_at_ms, summary = excluded.summary`,
			row.matchId,
			row.order,
			row.updatedAtMs,
			row.endedAtMs,
			row.goneAtMs,
			row.summary === null ? null : JSON.stringify(row.summary),
		);
	}

	delete(matchId: string): void {
		this.#sql.exec("DELETE FROM matches WHERE match_id = ?", matchId);
	}
}

function readRow(raw: SqlRow): BoardRow {
	const row = v.parse(rowSchema, raw);
	const summary = row.summary === null ? null : decode(matchSummarySchema, parseJson(row.summary));
	return {
		matchId: row.match_id,
		order: row.upsert_order,
		updatedAtMs: row.updated_at_ms,
		endedAtMs: row.ended_at_ms,
		goneAtMs: row.gone_at_ms,
		summary: summary?.ok === true ? summary.value : null,
	};
}
