/** GET /v1/schemas/{name}: what a match's images are keyed by. A name is one body for ever, so whoever has it never asks again. */
import { createRoute, z } from "@hono/zod-openapi";
import { HTTP } from "../../../shared/limits.ts";
import { matchOfSchema } from "../../../shared/protocol/schema-name.ts";
import { addressOf, requireRate } from "../address-limits.ts";
import { type EdgeApp, type EdgeContext, match, ProblemError, repeatedOnReset } from "../context.ts";
import { requireMatch } from "../known-matches.ts";
import { problemAnswers } from "../schemas.ts";
import { isMissedThisSecond, keepMiss } from "../second-cache.ts";

const route = createRoute({
	method: "get",
	path: "/v1/schemas/{name}",
	tags: ["Matches"],
	summary: "What a match's images on the socket are keyed by",
	description:
		"The body of a `schema` frame, under the name that the frame gives it. It never changes: keep it as long as you like. Only the newest few of a match are told to who has none.",
	request: {
		params: z.object({
			name: z
				.string()
				.refine((name) => matchOfSchema(name) !== null, "a match id, `~` and 16 hex digits")
				.openapi({ param: { name: "name", in: "path" }, example: "wc2022-final-m1~0f3c5d7e9a1b2c4d" }),
		}),
	},
	responses: {
		200: {
			description: "The schema",
			content: {
				"application/json": { schema: z.object({ sport: z.string(), markets: z.array(z.unknown()) }).loose() },
			},
		},
		...problemAnswers("invalid_request", "not_found", "too_many_requests"),
	},
});

const HEADERS = { "cache-control": "public, max-age=31536000, immutable", "content-type": "application/json" };

/** Of this isolate: who was asked for longest ago makes room. Only what there is, so nobody fills it with names of their own. */
const kept = new Map<string, string>();

function keep(name: string, body: string): void {
	kept.delete(name);
	kept.set(name, body);
	const [oldest] = kept.keys();
	if (oldest !== undefined && kept.size > HTTP.schemasKept) kept.delete(oldest);
}

export function registerMatchSchemas(app: EdgeApp): void {
	// Public, for the pages of partners too; and so is why there is none, or they would read of a network that failed.
	app.use("/v1/schemas/*", async (c, next) => {
		await next();
		c.header("access-control-allow-origin", "*");
		c.header("cross-origin-resource-policy", "cross-origin");
	});
	app.openapi(route, async (c) => {
		const { name } = c.req.valid("param");
		const body = kept.get(name) ?? (await askedOf(c, name));
		if (body === null) throw new ProblemError("not_found", `There is no schema ${name}`);
		keep(name, body);
		return new Response(body, { headers: HEADERS }) as never;
	});
}

/** Of the match's object, which has bets to confirm: a name that it does not have it is not asked for again within the second. */
async function askedOf(c: EdgeContext, name: string): Promise<string | null> {
	await requireRate(c, "RATE_READS");
	const key = `schema ${name}`;
	if (isMissedThisSecond(key)) return null;
	const matchId = matchOfSchema(name) ?? "";
	await requireMatch(c, matchId);
	const body = await repeatedOnReset(() => match(c.env, matchId).schema({ v: 1, name }));
	if (body === null) keepMiss(key, addressOf(c));
	return body;
}
