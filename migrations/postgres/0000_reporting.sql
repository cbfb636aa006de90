CREATE TABLE "dead_letters" (
	"id" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"body" jsonb,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"source" text NOT NULL,
	"entry_id" bigint NOT NULL,
	"txn" bigint NOT NULL,
	"partner_id" text NOT NULL,
	"licence" text NOT NULL,
	"reason" text NOT NULL,
	"account" text NOT NULL,
	"player_id" text,
	"ticket_id" text,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"balance_minor" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "ledger_entries_source_entry_id_pk" PRIMARY KEY("source","entry_id")
);
--> statement-breakpoint
CREATE TABLE "markets" (
	"match_id" text NOT NULL,
	"market_id" text NOT NULL,
	"name" text NOT NULL,
	"market_group" text NOT NULL,
	"period" text NOT NULL,
	CONSTRAINT "markets_match_id_market_id_pk" PRIMARY KEY("match_id","market_id")
);
--> statement-breakpoint
CREATE TABLE "matches" (
	"match_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"sport" text NOT NULL,
	"competition" text NOT NULL,
	"home" text NOT NULL,
	"away" text NOT NULL,
	"scheduled_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"score" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "players" (
	"player_id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"licence" text NOT NULL,
	"currency" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rejected" (
	"source" text NOT NULL,
	"seq" bigint NOT NULL,
	"reason" text NOT NULL,
	"body" jsonb,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rejected_source_seq_pk" PRIMARY KEY("source","seq")
);
--> statement-breakpoint
CREATE TABLE "report_marks" (
	"source" text PRIMARY KEY NOT NULL,
	"mark" bigint NOT NULL,
	"moved_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_rows" (
	"source" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_rows_source_seq_pk" PRIMARY KEY("source","seq")
);
--> statement-breakpoint
CREATE TABLE "results" (
	"match_id" text NOT NULL,
	"market_id" text NOT NULL,
	"settlement_version" integer NOT NULL,
	"kind" text NOT NULL,
	"state" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"is_open" boolean NOT NULL,
	CONSTRAINT "results_match_id_market_id_settlement_version_pk" PRIMARY KEY("match_id","market_id","settlement_version")
);
--> statement-breakpoint
CREATE TABLE "ticket_legs" (
	"player_id" text NOT NULL,
	"ticket_id" text NOT NULL,
	"ticket_version" integer NOT NULL,
	"leg_no" integer NOT NULL,
	"partner_id" text NOT NULL,
	"licence" text NOT NULL,
	"match_id" text NOT NULL,
	"market_id" text NOT NULL,
	"outcome_id" text NOT NULL,
	"shown_odds_milli" integer NOT NULL,
	"taken_odds_milli" integer,
	"market_version" integer,
	"match_state_at_request" text,
	"match_state_at_decision" text,
	"epoch" text,
	"seq" bigint,
	"tick" bigint,
	"settlement_version" integer NOT NULL,
	"result" text,
	CONSTRAINT "ticket_legs_player_id_ticket_id_ticket_version_leg_no_pk" PRIMARY KEY("player_id","ticket_id","ticket_version","leg_no")
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"player_id" text NOT NULL,
	"ticket_id" text NOT NULL,
	"ticket_version" integer NOT NULL,
	"partner_id" text NOT NULL,
	"licence" text NOT NULL,
	"source" text NOT NULL,
	"status" text NOT NULL,
	"code" text,
	"currency" text NOT NULL,
	"stake_minor" bigint NOT NULL,
	"return_minor" bigint NOT NULL,
	"potential_return_minor" bigint NOT NULL,
	"house_rules_version" text NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	CONSTRAINT "tickets_player_id_ticket_id_ticket_version_pk" PRIMARY KEY("player_id","ticket_id","ticket_version")
);
--> statement-breakpoint
CREATE INDEX "entries_by_account" ON "ledger_entries" USING btree ("source","account","currency","entry_id");--> statement-breakpoint
CREATE INDEX "entries_by_day" ON "ledger_entries" USING btree ("partner_id","licence","currency","at");--> statement-breakpoint
CREATE INDEX "legs_by_match" ON "ticket_legs" USING btree ("match_id","market_id");--> statement-breakpoint
CREATE INDEX "tickets_by_day" ON "tickets" USING btree ("partner_id","licence","currency","placed_at");