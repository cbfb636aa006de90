import type { Migration } from "../runtime/migrate.ts";

export const LANE_MIGRATIONS: readonly Migration[] = [
	{
		id: 1,
		sql: `CREATE TABLE matches (
	match_id TEXT PRIMARY KEY,
	provider TEXT NOT NULL,
	head_seq INTEGER NOT NULL,
	acked_seq INTEGER NOT NULL,
	in_play INTEGER NOT NULL,
	ended_at INTEGER
);
CREATE TABLE inputs (
	match_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	provider TEXT NOT NULL,
	input_id TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (match_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX inputs_by_id ON inputs (match_id, provider, input_id)`,
	},
];
