import type { Migration } from "../runtime/migrate.ts";

export const WALLET_MIGRATIONS: readonly Migration[] = [
	{
		id: 1,
		sql: `CREATE TABLE players (
	player_id TEXT PRIMARY KEY,
	partner_id TEXT NOT NULL,
	licence TEXT NOT NULL,
	currency TEXT NOT NULL,
	token_generation INTEGER NOT NULL,
	created_at INTEGER NOT NULL
);
CREATE TABLE accounts (account TEXT NOT NULL, currency TEXT NOT NULL, balance INTEGER NOT NULL, PRIMARY KEY (account, currency)) WITHOUT ROWID;
CREATE TABLE entries (
	id INTEGER PRIMARY KEY,
	txn INTEGER NOT NULL,
	reason TEXT NOT NULL,
	account TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount INTEGER NOT NULL,
	balance INTEGER NOT NULL,
	ticket_key TEXT,
	at_ms INTEGER NOT NULL
);
CREATE INDEX entries_by_account ON entries (account, currency);
CREATE TABLE txns (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL);
INSERT INTO txns (one, last) VALUES (1, 0);
CREATE TABLE tickets (
	ticket_key TEXT PRIMARY KEY,
	player_id TEXT NOT NULL,
	status TEXT NOT NULL,
	placed_at INTEGER NOT NULL,
	deadline INTEGER NOT NULL,
	body TEXT NOT NULL
);
CREATE INDEX tickets_by_player ON tickets (player_id, placed_at DESC);
CREATE INDEX tickets_pending ON tickets (deadline) WHERE status = 'pending';
CREATE TABLE releases (desk TEXT NOT NULL, ticket_key TEXT NOT NULL, leg_no INTEGER NOT NULL, PRIMARY KEY (desk, ticket_key, leg_no)) WITHOUT ROWID;
CREATE TABLE readers (socket TEXT NOT NULL, player_id TEXT NOT NULL, PRIMARY KEY (socket, player_id)) WITHOUT ROWID`,
	},
];
