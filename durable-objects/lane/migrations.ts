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
	{
		id: 2,
		sql: `ALTER TABLE matches ADD COLUMN is_closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE matches ADD COLUMN has_hole INTEGER NOT NULL DEFAULT 0;
CREATE INDEX matches_active ON matches (match_id) WHERE in_play = 1 OR acked_seq < head_seq;
CREATE INDEX matches_kept ON matches (match_id) WHERE is_closed = 0;
CREATE INDEX matches_ended ON matches (ended_at) WHERE is_closed = 0;
CREATE TABLE rejections (
	match_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	code TEXT NOT NULL,
	message TEXT NOT NULL,
	PRIMARY KEY (match_id, seq)
) WITHOUT ROWID`,
	},
	{
		id: 3,
		sql: `CREATE TABLE clocks (
	provider TEXT PRIMARY KEY,
	first_signed_at INTEGER NOT NULL,
	smallest INTEGER NOT NULL,
	is_known INTEGER NOT NULL,
	period_at INTEGER NOT NULL,
	low INTEGER NOT NULL,
	low_before INTEGER
) WITHOUT ROWID`,
	},
	{
		id: 4,
		sql: `DROP INDEX inputs_by_id;
CREATE INDEX inputs_by_id ON inputs (match_id, provider, input_id, seq);
CREATE TABLE refusals (
	no INTEGER PRIMARY KEY AUTOINCREMENT,
	provider TEXT NOT NULL,
	match_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	input_id TEXT NOT NULL,
	code TEXT NOT NULL,
	message TEXT NOT NULL,
	refused_at INTEGER NOT NULL,
	is_told INTEGER NOT NULL,
	UNIQUE (match_id, seq)
);
INSERT INTO refusals (provider, match_id, seq, input_id, code, message, refused_at, is_told)
	SELECT i.provider, r.match_id, r.seq, i.input_id, r.code, r.message, i.received_at, 1
	FROM rejections r JOIN inputs i ON i.match_id = r.match_id AND i.seq = r.seq
	ORDER BY i.received_at, r.match_id, r.seq;
DROP TABLE rejections;
CREATE INDEX refusals_by_provider ON refusals (provider, no);
CREATE INDEX refusals_untold ON refusals (provider, no) WHERE is_told = 0`,
	},
	{
		id: 5,
		sql: `CREATE TABLE feeds (provider TEXT PRIMARY KEY, heard_at INTEGER NOT NULL) WITHOUT ROWID;
ALTER TABLE matches ADD COLUMN silence_seq INTEGER`,
	},
];
