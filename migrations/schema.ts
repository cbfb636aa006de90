/** The reporting database. Everything of a tenant stands under `partner_id` and `licence` (TEN-1); money is bigint minor units. */
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const count = (name: string) => bigint(name, { mode: "number" });
const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const tenant = { partnerId: text("partner_id").notNull(), licence: text("licence").notNull() };

/** What is here of each source, by its own counting: the ground truth of REP-2. */
export const reportRows = pgTable(
	"report_rows",
	{
		source: text("source").notNull(),
		seq: count("seq").notNull(),
		kind: text("kind").notNull(),
		storedAt: at("stored_at").notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.source, table.seq] })],
);

/** Up to where each source is here without a gap. */
export const reportMarks = pgTable("report_marks", {
	source: text("source").primaryKey(),
	mark: count("mark").notNull(),
	movedAt: at("moved_at").notNull().defaultNow(),
});

/** Rows that could not be stored as what they said they were: a named difference each. */
export const rejected = pgTable(
	"rejected",
	{
		source: text("source").notNull(),
		seq: count("seq").notNull(),
		reason: text("reason").notNull(),
		body: jsonb("body"),
		at: at("at").notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.source, table.seq] })],
);

export const deadLetters = pgTable("dead_letters", {
	id: text("id").primaryKey(),
	reason: text("reason").notNull(),
	body: jsonb("body"),
	at: at("at").notNull().defaultNow(),
});

export const players = pgTable("players", {
	playerId: text("player_id").primaryKey(),
	...tenant,
	currency: text("currency").notNull(),
	createdAt: at("created_at").notNull(),
});

export const tickets = pgTable(
	"tickets",
	{
		playerId: text("player_id").notNull(),
		ticketId: text("ticket_id").notNull(),
		ticketVersion: integer("ticket_version").notNull(),
		...tenant,
		source: text("source").notNull(),
		status: text("status").notNull(),
		code: text("code"),
		currency: text("currency").notNull(),
		stakeMinor: count("stake_minor").notNull(),
		returnMinor: count("return_minor").notNull(),
		potentialReturnMinor: count("potential_return_minor").notNull(),
		houseRulesVersion: text("house_rules_version").notNull(),
		/** Null: placed before tickets said it. */
		region: text("region"),
		placedAt: at("placed_at").notNull(),
		decidedAt: at("decided_at"),
		settledAt: at("settled_at"),
	},
	(table) => [
		primaryKey({ columns: [table.playerId, table.ticketId, table.ticketVersion] }),
		index("tickets_by_day").on(table.partnerId, table.licence, table.currency, table.placedAt),
	],
);

export const ticketLegs = pgTable(
	"ticket_legs",
	{
		playerId: text("player_id").notNull(),
		ticketId: text("ticket_id").notNull(),
		ticketVersion: integer("ticket_version").notNull(),
		legNo: integer("leg_no").notNull(),
		...tenant,
		matchId: text("match_id").notNull(),
		marketId: text("market_id").notNull(),
		outcomeId: text("outcome_id").notNull(),
		shownOddsMilli: integer("shown_odds_milli").notNull(),
		takenOddsMilli: integer("taken_odds_milli"),
		marketVersion: integer("market_version"),
		matchStateAtRequest: text("match_state_at_request"),
		matchStateAtDecision: text("match_state_at_decision"),
		epoch: text("epoch"),
		seq: count("seq"),
		tick: count("tick"),
		settlementVersion: integer("settlement_version").notNull(),
		result: text("result"),
	},
	(table) => [
		primaryKey({ columns: [table.playerId, table.ticketId, table.ticketVersion, table.legNo] }),
		index("legs_by_match").on(table.matchId, table.marketId),
	],
);

export const ledgerEntries = pgTable(
	"ledger_entries",
	{
		source: text("source").notNull(),
		entryId: count("entry_id").notNull(),
		txn: count("txn").notNull(),
		...tenant,
		reason: text("reason").notNull(),
		account: text("account").notNull(),
		playerId: text("player_id"),
		ticketId: text("ticket_id"),
		currency: text("currency").notNull(),
		amountMinor: count("amount_minor").notNull(),
		balanceMinor: count("balance_minor").notNull(),
		at: at("at").notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.source, table.entryId] }),
		index("entries_by_account").on(table.source, table.account, table.currency, table.entryId),
		index("entries_by_day").on(table.partnerId, table.licence, table.currency, table.at),
	],
);

export const matches = pgTable("matches", {
	matchId: text("match_id").primaryKey(),
	seq: count("seq").notNull(),
	sport: text("sport").notNull(),
	competition: text("competition").notNull(),
	home: text("home").notNull(),
	away: text("away").notNull(),
	scheduledAt: at("scheduled_at").notNull(),
	status: text("status").notNull(),
	score: text("score").notNull(),
});

export const markets = pgTable(
	"markets",
	{
		matchId: text("match_id").notNull(),
		marketId: text("market_id").notNull(),
		name: text("name").notNull(),
		group: text("market_group").notNull(),
		period: text("period").notNull(),
	},
	(table) => [primaryKey({ columns: [table.matchId, table.marketId] })],
);

export const results = pgTable(
	"results",
	{
		matchId: text("match_id").notNull(),
		marketId: text("market_id").notNull(),
		settlementVersion: integer("settlement_version").notNull(),
		kind: text("kind").notNull(),
		state: jsonb("state").notNull(),
		/** Spans in which bets are void whatever the state says; null: none (SET-4). */
		voids: jsonb("voids"),
		at: at("at").notNull(),
		isOpen: boolean("is_open").notNull(),
	},
	(table) => [primaryKey({ columns: [table.matchId, table.marketId, table.settlementVersion] })],
);
