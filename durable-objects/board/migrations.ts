import type { Migration } from "../runtime/migrate.ts";

export const BOARD_MIGRATIONS: readonly Migration[] = [
	{
		id: 1,
		sql: `CREATE TABLE matches (
	match_id TEXT PRIMARY KEY,
	upsert_order INTEGER NOT NULL,
	updated_at_ms INTEGER NOT NULL,
	ended_at_ms INTEGER,
	gone_at_ms INTEGER,
	summary TEXT
) WITHOUT ROWID`,
	},
];
