import type { Migration } from "../runtime/migrate.ts";

export const MATCH_MIGRATIONS: readonly Migration[] = [
	{
		id: 1,
		sql: `CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), starts INTEGER NOT NULL, lane TEXT, last_seq INTEGER NOT NULL, state TEXT);
INSERT INTO meta (one, starts, lane, last_seq, state) VALUES (1, 0, NULL, 0, NULL);
CREATE TABLE inputs (seq INTEGER PRIMARY KEY, tick INTEGER NOT NULL, body TEXT NOT NULL, rejected TEXT);
CREATE TABLE journal (id INTEGER PRIMARY KEY, after_seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, kind TEXT NOT NULL);
CREATE TABLE desks (region TEXT PRIMARY KEY, inc INTEGER NOT NULL, n INTEGER NOT NULL);
CREATE TABLE grants (
	region TEXT NOT NULL,
	market TEXT NOT NULL,
	outcome TEXT NOT NULL,
	risk INTEGER NOT NULL,
	stake INTEGER NOT NULL,
	PRIMARY KEY (region, market, outcome)
) WITHOUT ROWID;
CREATE TABLE result_outbox (
	region TEXT NOT NULL,
	market TEXT NOT NULL,
	settlement_version INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (region, market)
) WITHOUT ROWID`,
	},
	{
		id: 2,
		/** What an entry's kind alone does not say: the markets of an alarm, the shifts that bets asked for. */
		sql: "ALTER TABLE journal ADD COLUMN data TEXT",
	},
	{
		id: 3,
		/** MAT-2: what the input that opened the match took of the catalogue. */
		sql: "ALTER TABLE inputs ADD COLUMN terms TEXT",
	},
	{
		id: 4,
		/** A step writes what it changed of the state: `meta.state` keeps what nearly every step moves. */
		sql: "CREATE TABLE state_rows (part TEXT NOT NULL, no INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (part, no)) WITHOUT ROWID",
	},
];
