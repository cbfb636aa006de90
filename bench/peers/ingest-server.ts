/** The least that a team would build to take inputs for good: one statement a push, in one commit. It applies and prices nothing. */
import { createServer } from "node:http";
import pg from "pg";
import * as v from "valibot";
import { decode, parseJson } from "../../shared/decode.ts";
import { verifyBody } from "../../shared/feeds/signature.ts";
import { FEED } from "../../shared/limits.ts";
import { serve } from "../loads/served.ts";
import { bodyOf, headerOf, listening } from "./listening.ts";

const configSchema = v.object({ connectionString: v.string(), secret: v.string() });
const messagesSchema = v.array(v.looseObject({ id: v.string(), matchId: v.string() }));
const CONNECTIONS = 10;

const TABLE = `CREATE SCHEMA IF NOT EXISTS peer;
CREATE TABLE IF NOT EXISTS peer.inputs (seq bigserial, match_id text, id text, body jsonb NOT NULL, PRIMARY KEY (match_id, id))`;
const INSERT = `INSERT INTO peer.inputs (match_id, id, body)
  SELECT m, i, b FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS t (m, i, b) ON CONFLICT DO NOTHING`;

serve(configSchema, async ({ connectionString, secret }) => {
	const pool = new pg.Pool({ connectionString, max: CONNECTIONS });
	await pool.query(TABLE);
	const server = createServer((request, response) => {
		const take = async (): Promise<number> => {
			const body = await bodyOf(request);
			const signed = {
				timestamp: headerOf(request, "touchline-timestamp"),
				signature: headerOf(request, "touchline-signature"),
			};
			const verdict = await verifyBody([secret], signed, body, Date.now(), FEED.signatureToleranceMs);
			const messages = decode(messagesSchema, parseJson(body.toString()));
			if (verdict !== "valid" || !messages.ok) return 400;
			const { value } = messages;
			const columns = [value.map((m) => m.matchId), value.map((m) => m.id), value.map((m) => JSON.stringify(m))];
			await pool.query({ name: "inputs", text: INSERT, values: columns });
			return 202;
		};
		take()
			.catch(() => 503)
			.then((status) => {
				response.statusCode = status;
				response.end(status === 202 ? '{"refused":[]}' : "");
			});
	});
	return { url: await listening(server) };
});
