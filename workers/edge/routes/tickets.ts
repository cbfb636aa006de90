/** GET /v1/bets/{ticketId}, /v1/me, /v1/me/bets: what a player has; POST /v1/me/token: for how long it is listened to. */
import { createRoute, z } from "@hono/zod-openapi";
import { BET } from "../../../shared/limits.ts";
import { trust } from "../address-limits.ts";
import { type EdgeApp, repeatedOnReset, wallet } from "../context.ts";
import { playerOf, refuse } from "../player-refusals.ts";
import { playerSecurity, problemAnswers, TicketSchema, ticketIdSchema } from "../schemas.ts";
import { ticketAnswer } from "./bets.ts";

const one = createRoute({
	method: "get",
	path: "/v1/bets/{ticketId}",
	tags: ["Players"],
	summary: "One bet",
	security: playerSecurity,
	request: {
		params: z.object({ ticketId: ticketIdSchema.openapi({ param: { name: "ticketId", in: "path" } }) }),
		query: z.strictObject({
			wait: z.coerce
				.number()
				.int()
				.min(0)
				.max(BET.maxWaitMs / 1_000)
				.optional()
				.openapi({ type: "integer", description: "Seconds to wait for the decision" }),
		}),
	},
	responses: {
		200: { description: "The bet", content: { "application/json": { schema: TicketSchema } } },
		...problemAnswers("invalid_request", "unauthorized", "token_expired", "not_found", "too_many_requests"),
	},
});

const MeSchema = z
	.object({
		playerId: z.string(),
		partnerId: z.string(),
		licence: z.string(),
		currency: z.string(),
		balanceMinor: z.number().int(),
		heldMinor: z.number().int(),
		receivableMinor: z.number().int(),
	})
	.openapi("Me", {
		example: {
			playerId: "p_weur_0123456789abcdef",
			partnerId: "demo",
			licence: "generic",
			currency: "EUR",
			balanceMinor: 99_500,
			heldMinor: 500,
			receivableMinor: 0,
		},
	});
const me = createRoute({
	method: "get",
	path: "/v1/me",
	tags: ["Players"],
	summary: "The player and the balance",
	security: playerSecurity,
	responses: {
		200: { description: "The player", content: { "application/json": { schema: MeSchema } } },
		...problemAnswers("unauthorized", "token_expired", "too_many_requests"),
	},
});

const renew = createRoute({
	method: "post",
	path: "/v1/me/token",
	tags: ["Players"],
	summary: "A token that lasts longer, for one that is still good",
	description:
		"An hour from now, up to twelve hours after the first token; then the player signs in again. A revocation ends all of a player's tokens.",
	security: playerSecurity,
	responses: {
		200: {
			description: "The new token; the old one stays good until its own end",
			content: {
				"application/json": {
					schema: z.object({ token: z.string(), expiresAtMs: z.number().int() }).openapi("FreshToken", {
						example: { token: "tl1.eyJwIjoi….c2lnbmF0dXJl", expiresAtMs: 1_800_043_200_000 },
					}),
				},
			},
		},
		...problemAnswers("unauthorized", "token_expired", "too_many_requests"),
	},
});

const list = createRoute({
	method: "get",
	path: "/v1/me/bets",
	tags: ["Players"],
	summary: "The player's bets, newest first",
	security: playerSecurity,
	request: {
		query: z.strictObject({
			limit: z.coerce.number().int().min(1).max(BET.maxTicketsPerPage).default(20),
			before: ticketIdSchema.optional().openapi({ description: "The last ticket id of the page before" }),
		}),
	},
	responses: {
		200: {
			description: "A page of bets",
			content: { "application/json": { schema: z.object({ bets: z.array(TicketSchema) }) } },
		},
		...problemAnswers("invalid_request", "unauthorized", "token_expired", "too_many_requests"),
	},
});

export function registerTickets(app: EdgeApp): void {
	app.openapi(one, async (c) => {
		const call = await playerOf(c);
		const { ticketId } = c.req.valid("param");
		const waitMs = (c.req.valid("query").wait ?? 0) * 1_000;
		const answer = await repeatedOnReset(() => wallet(c.env, call.wallet).ticket({ ...call, ticketId, waitMs }));
		if (answer.kind === "error") return refuse(c, call, answer);
		trust(c, call.playerId);
		return c.json(ticketAnswer(answer.value), 200);
	});

	app.openapi(me, async (c) => {
		const call = await playerOf(c);
		const answer = await repeatedOnReset(() => wallet(c.env, call.wallet).me(call));
		if (answer.kind === "error") return refuse(c, call, answer);
		trust(c, call.playerId);
		return c.json({ ...answer.value }, 200);
	});

	app.openapi(renew, async (c) => {
		const call = await playerOf(c);
		const answer = await repeatedOnReset(() => wallet(c.env, call.wallet).renewToken(call));
		if (answer.kind === "error") return refuse(c, call, answer);
		trust(c, call.playerId);
		return c.json({ ...answer.value }, 200);
	});

	app.openapi(list, async (c) => {
		const call = await playerOf(c);
		const { limit, before } = c.req.valid("query");
		const page = { ...call, limit, before: before ?? null };
		const answer = await repeatedOnReset(() => wallet(c.env, call.wallet).tickets(page));
		if (answer.kind === "error") return refuse(c, call, answer);
		trust(c, call.playerId);
		return c.json({ bets: answer.value.map(ticketAnswer) }, 200);
	});
}
