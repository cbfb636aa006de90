/** The tables of a bookmaker on PostgreSQL, as far as taking and paying a single needs them, in the peers' own schema. */
import type { Client } from "pg";

export const TABLES = `
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
CREATE TABLE peer.players (player_id text PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
CREATE TABLE peer.markets (match_id text, market_id text, status text NOT NULL, version int NOT NULL, PRIMARY KEY (match_id, market_id));
CREATE TABLE peer.outcomes (match_id text, market_id text, outcome_id text, odds_milli int NOT NULL, risk bigint NOT NULL, cap bigint NOT NULL,
  PRIMARY KEY (match_id, market_id, outcome_id));
CREATE TABLE peer.tickets (ticket_id text PRIMARY KEY, player_id text NOT NULL, match_id text NOT NULL, market_id text NOT NULL, outcome_id text NOT NULL,
  stake bigint NOT NULL, odds_milli int NOT NULL, status text NOT NULL, paid bigint, placed_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX tickets_of_market ON peer.tickets (match_id, market_id) WHERE status = 'accepted';
CREATE TABLE peer.entries (id bigserial PRIMARY KEY, ticket_id text NOT NULL, account text NOT NULL, amount bigint NOT NULL, balance bigint);
`;

/** The whole of a bet in one call: what the seven statements do, without six ways there and back. */
export const ONE_CALL = `
CREATE FUNCTION peer.place(t text, p text, m text, k text, o text, s bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE st text; od int; ri bigint; ca bigint; ba bigint;
BEGIN
  SELECT mk.status, oc.odds_milli, oc.risk, oc.cap INTO st, od, ri, ca FROM peer.markets mk JOIN peer.outcomes oc USING (match_id, market_id)
    WHERE mk.match_id = m AND mk.market_id = k AND oc.outcome_id = o FOR UPDATE;
  IF st IS DISTINCT FROM 'open' THEN RETURN 'market_suspended'; END IF;
  IF ri + s * (od - 1000) / 1000 > ca THEN RETURN 'over_limit'; END IF;
  UPDATE peer.players SET balance = balance - s WHERE player_id = p AND balance >= s RETURNING balance INTO ba;
  IF NOT FOUND THEN RETURN 'insufficient_funds'; END IF;
  INSERT INTO peer.tickets (ticket_id, player_id, match_id, market_id, outcome_id, stake, odds_milli, status) VALUES (t, p, m, k, o, s, od, 'accepted');
  INSERT INTO peer.entries (ticket_id, account, amount, balance) VALUES (t, p, -s, ba), (t, 'house', s, NULL);
  UPDATE peer.outcomes SET risk = risk + s * (od - 1000) / 1000 WHERE match_id = m AND market_id = k AND outcome_id = o;
  RETURN 'accepted';
END $$;
`;

export type Book = {
	readonly playerIds: readonly string[];
	readonly legs: readonly {
		readonly matchId: string;
		readonly marketId: string;
		readonly outcomeId: string;
		readonly oddsMilli: number;
	}[];
};

const OPENING_MINOR = 100_000;
const CAP_MINOR = 5_000_000;

/** The players and the markets that are bet on, as they stand on the platform. */
export async function fillTables(client: Client, { playerIds, legs }: Book): Promise<void> {
	await client.query(TABLES);
	await client.query(ONE_CALL);
	await client.query("INSERT INTO peer.players SELECT unnest($1::text[]), $2", [playerIds, OPENING_MINOR]);
	for (const { matchId, marketId, outcomeId, oddsMilli } of legs) {
		await client.query("INSERT INTO peer.markets VALUES ($1, $2, 'open', 1) ON CONFLICT DO NOTHING", [
			matchId,
			marketId,
		]);
		const outcome = [matchId, marketId, outcomeId, oddsMilli, CAP_MINOR];
		await client.query("INSERT INTO peer.outcomes VALUES ($1, $2, $3, $4, 0, $5)", outcome);
	}
}
