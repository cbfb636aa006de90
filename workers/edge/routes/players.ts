/**
 * POST …/players/{playerId}/revoke: every token of a player is void at once. Operators may for every player, a partner with its
 * own secret for its own.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { playerIdSchema, walletNameOf } from "../../../shared/contracts/ids.ts";
import { isPlainText } from "../../../shared/contracts/primitives.ts";
import { decode } from "../../../shared/decode.ts";
import { CONTRACT } from "../../../shared/limits.ts";
import { type EdgeApp, type EdgeContext, ProblemError, wallet } from "../context.ts";
import { requirePartner } from "../partners.ts";
import { operatorSecurity, partnerSecurity, problemAnswers } from "../schemas.ts";

const playerIdParam = z
	.string()
	.refine((id) => decode(playerIdSchema, id).ok, "no player's id")
	.openapi({ param: { name: "playerId", in: "path" }, example: "p_weur_0123456789abcdef" });
const partnerIdParam = z
	.string()
	.regex(/^[a-z][a-z0-9-]{0,31}$/)
	.openapi({ param: { name: "partnerId", in: "path" }, example: "demo" });

const body = {
	required: true,
	content: {
		"application/json": {
			schema: z
				.strictObject({
					reason: z.string().min(1).max(CONTRACT.textChars).refine(isPlainText, "half or control characters in it"),
				})
				.openapi("Revocation", { example: { reason: "signed out everywhere" } }),
		},
	},
};
const responses = {
	200: {
		description: "Revoked; bets that were accepted stand",
		content: {
			"application/json": {
				schema: z
					.object({
						playerId: z.string(),
						refusedBets: z.number().int().openapi({ description: "Bets that waited for their decision" }),
					})
					.openapi("Revoked", { example: { playerId: "p_weur_0123456789abcdef", refusedBets: 1 } }),
			},
		},
	},
	...problemAnswers("invalid_request", "malformed_json", "unauthorized", "not_found", "too_many_requests"),
};
const DESCRIPTION =
	"Tokens and their renewals are refused, sockets are closed with 4504, and bets in their window are refused with `revoked`. A new sign-in gives a token that is good.";

const byOperator = createRoute({
	method: "post",
	path: "/v1/ops/players/{playerId}/revoke",
	tags: ["Operators"],
	summary: "Revoke all tokens of a player",
	description: DESCRIPTION,
	security: operatorSecurity,
	request: { params: z.object({ playerId: playerIdParam }), body },
	responses,
});
const byPartner = createRoute({
	method: "post",
	path: "/v1/partners/{partnerId}/players/{playerId}/revoke",
	tags: ["Partners"],
	summary: "Revoke all tokens of a player of yours",
	description: DESCRIPTION,
	security: partnerSecurity,
	request: { params: z.object({ partnerId: partnerIdParam, playerId: playerIdParam }), body },
	responses,
});

async function revoke(c: EdgeContext, playerId: string, reason: string, partnerId?: string) {
	const name = walletNameOf(playerId, c.var.config.walletShards);
	const answer = await wallet(c.env, name).revoke({ v: 1, wallet: name, playerId, reason, partnerId });
	if (answer.kind === "not_found") throw new ProblemError("not_found", `There is no player ${playerId}`);
	return { playerId, refusedBets: answer.refusedBets };
}

/** After the operators' routes, whose guard stands before everything below `/v1/ops`. */
export function registerPlayers(app: EdgeApp): void {
	app.openapi(byOperator, async (c) =>
		c.json(await revoke(c, c.req.valid("param").playerId, c.req.valid("json").reason), 200),
	);
	app.use("/v1/partners/:partnerId/*", async (c, next) => {
		await requirePartner(c, c.req.param("partnerId"));
		await next();
	});
	app.openapi(byPartner, async (c) => {
		const { partnerId, playerId } = c.req.valid("param");
		return c.json(await revoke(c, playerId, c.req.valid("json").reason, partnerId), 200);
	});
}
