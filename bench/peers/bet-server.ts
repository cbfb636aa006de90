/**
 * What a team would build instead: Fastify in front of PostgreSQL, one transaction a bet. Either seven statements with the market's
 * row locked, or one call of a function that does the same.
 */
import Fastify from "fastify";
import pg from "pg";
import * as v from "valibot";
import { serve } from "../loads/served.ts";
import { playerOfToken } from "./tokens.ts";

const configSchema = v.object({
	connectionString: v.string(),
	secret: v.string(),
	form: v.picklist(["seven statements", "one call"]),
});

/** Enough for 64 clients, as more connections only wait for the same two cores. */
const CONNECTIONS = 20;

const text = { type: "string", minLength: 1, maxLength: 64 } as const;
const whole = { type: "integer", minimum: 0 } as const;
const BODY = {
	type: "object",
	required: ["id", "legs", "stakeMinor", "currency"],
	additionalProperties: false,
	properties: {
		id: text,
		legs: {
			type: "array",
			minItems: 1,
			maxItems: 1,
			items: {
				type: "object",
				required: ["matchId", "marketId", "outcomeId", "oddsMilli"],
				additionalProperties: false,
				properties: { matchId: text, marketId: text, outcomeId: text, oddsMilli: whole, marketVersion: whole },
			},
		},
		stakeMinor: { type: "integer", minimum: 1, maximum: 1_000_000_000_000 },
		currency: text,
		pricePolicy: { enum: ["none", "better", "any"] },
	},
} as const;

type Placed = {
	readonly id: string;
	readonly legs: readonly [{ readonly matchId: string; readonly marketId: string; readonly outcomeId: string }];
	readonly stakeMinor: number;
};
type Decide = (pool: pg.Pool, playerId: string, bet: Placed) => Promise<string>;

const LOCK = `SELECT mk.status, oc.odds_milli, oc.risk, oc.cap FROM peer.markets mk JOIN peer.outcomes oc USING (match_id, market_id)
  WHERE mk.match_id = $1 AND mk.market_id = $2 AND oc.outcome_id = $3 FOR UPDATE`;
const TAKE = "UPDATE peer.players SET balance = balance - $2 WHERE player_id = $1 AND balance >= $2 RETURNING balance";
const TICKET = `INSERT INTO peer.tickets (ticket_id, player_id, match_id, market_id, outcome_id, stake, odds_milli, status)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'accepted')`;
const ENTRIES =
	"INSERT INTO peer.entries (ticket_id, account, amount, balance) VALUES ($1, $2, $3, $4), ($1, 'house', -$3::bigint, NULL)";
const RISK = "UPDATE peer.outcomes SET risk = risk + $4 WHERE match_id = $1 AND market_id = $2 AND outcome_id = $3";

const sevenStatements: Decide = async (pool, playerId, { id, legs: [leg], stakeMinor }) => {
	const client = await pool.connect();
	const place = [leg.matchId, leg.marketId, leg.outcomeId];
	const query = (name: string, statement: string, values: unknown[]) =>
		client.query<Record<string, string | number>>({ name, text: statement, values });
	const decide = async (): Promise<string> => {
		const [market] = (await query("lock", LOCK, place)).rows;
		if (market?.status !== "open") return "market_suspended";
		const oddsMilli = Number(market.odds_milli);
		const risk = Math.floor((stakeMinor * (oddsMilli - 1_000)) / 1_000);
		if (Number(market.risk) + risk > Number(market.cap)) return "over_limit";
		const [account] = (await query("take", TAKE, [playerId, stakeMinor])).rows;
		if (account === undefined) return "insufficient_funds";
		await query("ticket", TICKET, [id, playerId, ...place, stakeMinor, oddsMilli]);
		await query("entries", ENTRIES, [id, playerId, -stakeMinor, account.balance]);
		await query("risk", RISK, [...place, risk]);
		return "accepted";
	};
	try {
		await client.query("BEGIN");
		const code = await decide();
		await client.query(code === "accepted" ? "COMMIT" : "ROLLBACK");
		return code;
	} catch (fault) {
		await client.query("ROLLBACK");
		throw fault;
	} finally {
		client.release();
	}
};

const oneCall: Decide = async (pool, playerId, { id, legs: [leg], stakeMinor }) => {
	const { rows } = await pool.query<{ code: string }>({
		name: "place",
		text: "SELECT peer.place($1, $2, $3, $4, $5, $6) AS code",
		values: [id, playerId, leg.matchId, leg.marketId, leg.outcomeId, stakeMinor],
	});
	return rows[0]?.code ?? "unavailable";
};

serve(configSchema, async ({ connectionString, secret, form }) => {
	const pool = new pg.Pool({ connectionString, max: CONNECTIONS });
	const decide = form === "one call" ? oneCall : sevenStatements;
	const app = Fastify();
	app.post<{ Body: Placed }>("/v1/bets", { schema: { body: BODY } }, async (request, reply) => {
		const playerId = playerOfToken(secret, request.headers.authorization);
		if (playerId === null) return reply.code(401).send({ status: "unauthorized" });
		const code = await decide(pool, playerId, request.body);
		return code === "accepted"
			? { id: request.body.id, status: "accepted", code: null }
			: { id: request.body.id, status: "refused", code };
	});
	return { url: await app.listen({ port: 0, host: "127.0.0.1" }) };
});
