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
	/** Whose an id is. What an older version listed belongs to the lane that knows it: no other group is given it. */
	{
		id: 2,
		sql: `CREATE TABLE owners (match_id TEXT PRIMARY KEY, provider_group TEXT) WITHOUT ROWID;
INSERT INTO owners (match_id, provider_group) SELECT match_id, NULL FROM matches`,
	},
];
