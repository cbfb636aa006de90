import type { Migration } from "../runtime/migrate.ts";

export const DESK_MIGRATIONS: readonly Migration[] = [
	{
		id: 1,
		sql: `CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), inc INTEGER NOT NULL);
INSERT INTO meta (one, inc) VALUES (1, 0);
CREATE TABLE legs (
	ticket_key TEXT NOT NULL,
	leg_no INTEGER NOT NULL,
	wallet TEXT NOT NULL,
	market TEXT NOT NULL,
	outcome TEXT NOT NULL,
	risk INTEGER NOT NULL,
	stake INTEGER NOT NULL,
	vote TEXT NOT NULL,
	vote_answered INTEGER NOT NULL,
	PRIMARY KEY (ticket_key, leg_no)
) WITHOUT ROWID;
CREATE INDEX legs_by_outcome ON legs (market, outcome);
CREATE INDEX legs_unanswered ON legs (wallet) WHERE vote_answered = 0;
CREATE TABLE tombstones (ticket_key TEXT NOT NULL, leg_no INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (ticket_key, leg_no)) WITHOUT ROWID;
CREATE TABLE results (market TEXT PRIMARY KEY, settlement_version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE leg_results (
	ticket_key TEXT NOT NULL,
	leg_no INTEGER NOT NULL,
	wallet TEXT NOT NULL,
	settlement_version INTEGER NOT NULL,
	outcome TEXT,
	PRIMARY KEY (ticket_key, leg_no)
) WITHOUT ROWID;
CREATE INDEX leg_results_by_wallet ON leg_results (wallet)`,
	},
	/** Results go out from a cursor on each leg: storing one costs the same for ten legs and for a hundred thousand. */
	{
		id: 2,
		sql: `ALTER TABLE legs ADD COLUMN told_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN stored_at_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX legs_to_tell ON legs (market, wallet, told_version);
CREATE INDEX tombstones_by_age ON tombstones (at_ms);
DROP TABLE leg_results`,
	},
	/** Whose leg it is and when it was accepted on the match's clock: what spans of void bets are about (SET-4). */
	{
		id: 3,
		sql: `ALTER TABLE legs ADD COLUMN licence TEXT NOT NULL DEFAULT 'generic';
ALTER TABLE legs ADD COLUMN accepted_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE legs SET accepted_at_ms = json_extract(vote, '$.tick')`,
	},
];
