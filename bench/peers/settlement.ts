/** The peer's settlement: one transaction that pays all bets of a match and posts their entries. */
import type pg from "pg";

const FILL = `INSERT INTO peer.tickets (ticket_id, player_id, match_id, market_id, outcome_id, stake, odds_milli, status)
  SELECT 't' || n, 'player-' || n % $2, o.match_id, o.market_id, o.outcome_id, $3, o.odds_milli, 'accepted'
  FROM generate_series(0, $1::int - 1) n
  JOIN (SELECT *, row_number() OVER (ORDER BY market_id, outcome_id) - 1 AS no, count(*) OVER () AS of FROM peer.outcomes) o ON o.no = n % o.of`;

/** Whatever won: that every second outcome did costs as much as the truth. */
const SETTLE = `WITH won AS (
    SELECT match_id, market_id, outcome_id, row_number() OVER (ORDER BY market_id, outcome_id) % 2 = 0 AS is_won FROM peer.outcomes),
  paid AS (
    UPDATE peer.tickets t SET status = 'settled', paid = CASE WHEN w.is_won THEN t.stake * t.odds_milli / 1000 ELSE 0 END
    FROM won w WHERE (t.match_id, t.market_id, t.outcome_id) = (w.match_id, w.market_id, w.outcome_id) AND t.status = 'accepted'
    RETURNING t.ticket_id, t.player_id, t.paid),
  sums AS (
    UPDATE peer.players p SET balance = balance + s.sum FROM (SELECT player_id, sum(paid) AS sum FROM paid GROUP BY player_id) s
    WHERE p.player_id = s.player_id RETURNING p.player_id, p.balance)
  INSERT INTO peer.entries (ticket_id, account, amount, balance)
  SELECT ticket_id, player_id, paid, balance FROM paid JOIN sums USING (player_id) UNION ALL SELECT ticket_id, 'house', -paid, NULL FROM paid`;

/** Milliseconds that the settlement took. */
export async function settledMs(
	client: pg.Client,
	{ legs, players, stakeMinor }: { readonly legs: number; readonly players: number; readonly stakeMinor: number },
): Promise<number> {
	await client.query(FILL, [legs, players, stakeMinor]);
	await client.query("ANALYZE peer.tickets");
	const fromMs = performance.now();
	await client.query("BEGIN");
	const { rowCount } = await client.query(SETTLE);
	await client.query("COMMIT");
	if (rowCount !== 2 * legs) throw new Error(`the peer posted ${rowCount} entries for ${legs} bets`);
	return performance.now() - fromMs;
}
