/** POST /v1/ingest/{provider}: handed as it is to the ingest script, which checks the signature over these very bytes. */
import { createRoute, z } from "@hono/zod-openapi";
import { PROBLEMS } from "../../../shared/errors.ts";
import { CONTRACT } from "../../../shared/limits.ts";
import { guessesOf } from "../address-limits.ts";
import type { EdgeApp } from "../context.ts";
import { problemAnswers } from "../schemas.ts";

const EXAMPLE_INPUT = {
	v: 1,
	kind: "incident",
	id: "provider-message-41",
	matchId: "wc2022-final-m1",
	sentAtMs: 1_800_000_000_000,
	occurredAt: { atMs: 1_799_999_999_200, precision: "ms" },
	incident: "goal",
	incidentId: "goal-3",
	side: "away",
	player: "Kylian Mbappé",
	detail: "penalty",
	minuteText: "80",
};
const inputs = z
	.union([z.object({ v: z.literal(1), kind: z.string(), id: z.string() }).loose(), z.array(z.object({}).loose())])
	.openapi("Inputs", {
		description: "One canonical input or an array of them: fixture, state, incident, correction, bet_stop, heartbeat …",
		example: EXAMPLE_INPUT,
	});

const PushedSchema = z
	.object({
		accepted: z.number().int(),
		duplicates: z.number().int().openapi({ description: "Known by their ids, and of no effect" }),
		heartbeats: z.number().int(),
		refused: z.array(
			z.object({
				index: z.number().int(),
				id: z.string(),
				code: z.string().openapi({ description: "busy may be sent again; everything else stays refused" }),
			}),
		),
	})
	.openapi("Pushed", { example: { accepted: 1, duplicates: 0, heartbeats: 0, refused: [] } });

const PUSH_PATH = createRoute({
	method: "post",
	path: "/v1/ingest/{provider}",
	tags: ["Providers"],
	summary: "Push inputs: one, an array, or NDJSON",
	description:
		"Header `touchline-signature` is `v1=` and the hex HMAC-SHA256 of timestamp, a dot and the body with your secret; `touchline-timestamp` is in seconds, at most five minutes off. 202 says what is stored; the same ids again have no effect.",
	request: {
		params: z.object({ provider: z.string().openapi({ example: "replay" }) }),
		headers: z.object({
			"touchline-timestamp": z.string().openapi({ example: "1800000000" }),
			"touchline-signature": z.string().openapi({ example: "v1=9f86d081884c7d65…" }),
		}),
		body: {
			required: true,
			content: { "application/json": { schema: inputs }, "application/x-ndjson": { schema: z.string() } },
		},
	},
	responses: {
		202: { description: "Stored, but for what is refused", content: { "application/json": { schema: PushedSchema } } },
		...problemAnswers(
			"invalid_request",
			"malformed_json",
			"bad_signature",
			"stale_signature",
			"not_found",
			"body_too_large",
			"unsupported_media_type",
			"too_many_requests",
			"busy",
			"unavailable",
		),
	},
});

export function registerIngest(app: EdgeApp): void {
	app.openAPIRegistry.registerPath(PUSH_PATH);
	app.post("/v1/ingest/:provider", async (c) => {
		const guesses = guessesOf(c, `ingest:${c.req.param("provider").slice(0, CONTRACT.wordChars)}`);
		guesses.requireFree();
		const headers = new Headers();
		for (const name of ["content-type", "content-length", "touchline-timestamp", "touchline-signature"]) {
			const value = c.req.header(name);
			if (value !== undefined) headers.set(name, value);
		}
		headers.set("x-request-id", c.var.requestId);
		const url = new URL(c.req.path, "https://ingest");
		const answer = await c.env.INGEST.fetch(new Request(url, { method: "POST", headers, body: c.req.raw.body }));
		// A stale signature is 401 too, and no guess: only who knows the secret is told.
		if (answer.status === PROBLEMS.bad_signature.status) {
			const told = (await answer.clone().json()) as { readonly code?: unknown; readonly detail?: unknown };
			if (told.code === "bad_signature") await guesses.failed("bad_signature", String(told.detail));
		}
		return answer;
	});
}
