/** POST /v1/ingest/{provider}: handed as it is to the ingest script, which checks the signature over these very bytes. */
import { createRoute, z } from "@hono/zod-openapi";
import { PROBLEMS } from "../../../shared/errors.ts";
import { CONTRACT } from "../../../shared/limits.ts";
import { guessesOf } from "../address-limits.ts";
import type { EdgeApp, EdgeContext } from "../context.ts";
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
const SIGNED = z.object({
	"touchline-timestamp": z.string().openapi({ example: "1800000000" }),
	"touchline-signature": z.string().openapi({ example: "v1=9f86d081884c7d65…" }),
});
const inputs = z
	.union([z.object({ v: z.literal(1), kind: z.string(), id: z.string() }).loose(), z.array(z.object({}).loose())])
	.openapi("Inputs", {
		description: "One canonical input or an array of them: fixture, state, incident, correction, bet_stop, heartbeat …",
		example: EXAMPLE_INPUT,
	});

const RefusalSchema = z
	.object({
		matchId: z.string(),
		id: z.string(),
		seq: z.number().int().openapi({ description: "The input's place in its match's log; a second try has another" }),
		code: z.string(),
		message: z.string(),
		refusedAtMs: z.number().int(),
	})
	.openapi("MatchRefusal");
const RefusalsSchema = z
	.object({
		refusals: z.array(RefusalSchema),
		after: z.string().openapi({ description: "For the next question" }),
		more: z.boolean(),
	})
	.openapi("MatchRefusals", { example: { refusals: [], after: "3-0-12-0", more: false } });

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
		rejected: z.array(RefusalSchema).optional().openapi({
			description: "What matches have refused of pushes before; each is told once, the list of refusals keeps it",
		}),
		retryAfterMs: z.number().int().optional().openapi({
			description: "There when something was refused as busy: send it again, no sooner than this",
		}),
		clock: z.object({ offMs: z.number().int() }).optional().openapi({
			description: "There when the signed time was more than two seconds from ours: ahead, or behind if negative",
		}),
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
		headers: SIGNED,
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

const REFUSALS_PATH = createRoute({
	method: "get",
	path: "/v1/ingest/{provider}/refusals",
	tags: ["Providers"],
	summary: "What matches refused of your inputs",
	description:
		"Signed like a push, over `GET`, a space, the path and the query as they are sent. What was refused may be sent again under its id, and is tried again. Kept as long as the match's log.",
	request: {
		params: z.object({ provider: z.string().openapi({ example: "replay" }) }),
		query: z.object({ after: z.string().optional().openapi({ description: "`after` of the answer before" }) }),
		headers: SIGNED,
	},
	responses: {
		200: { description: "Oldest first", content: { "application/json": { schema: RefusalsSchema } } },
		...problemAnswers(
			"invalid_request",
			"bad_signature",
			"stale_signature",
			"not_found",
			"too_many_requests",
			"busy",
			"unavailable",
		),
	},
});

/** Handed on with what the signature is judged by; wrong signatures count as guesses. */
async function handedOn(c: EdgeContext, provider: string): Promise<Response> {
	const guesses = guessesOf(c, `ingest:${provider.slice(0, CONTRACT.wordChars)}`);
	guesses.requireFree();
	const headers = new Headers();
	for (const name of ["content-type", "content-length", "touchline-timestamp", "touchline-signature"]) {
		const value = c.req.header(name);
		if (value !== undefined) headers.set(name, value);
	}
	headers.set("x-request-id", c.var.requestId);
	const { pathname, search } = new URL(c.req.url);
	const { method, body } = c.req.raw;
	const answer = await c.env.INGEST.fetch(
		new Request(new URL(`${pathname}${search}`, "https://ingest"), { method, headers, body }),
	);
	// A stale signature is 401 too, and no guess: only who knows the secret is told.
	if (answer.status === PROBLEMS.bad_signature.status) {
		const told = (await answer.clone().json()) as { readonly code?: unknown; readonly detail?: unknown };
		if (told.code === "bad_signature") await guesses.failed("bad_signature", String(told.detail));
	}
	return answer;
}

export function registerIngest(app: EdgeApp): void {
	app.openAPIRegistry.registerPath(PUSH_PATH);
	app.openAPIRegistry.registerPath(REFUSALS_PATH);
	app.post("/v1/ingest/:provider", (c) => handedOn(c, c.req.param("provider")));
	app.get("/v1/ingest/:provider/refusals", (c) => handedOn(c, c.req.param("provider")));
}
