/** POST /v1/demo/players: a player with play money. In demo environments only; elsewhere it does not exist. */
import { createRoute, z } from "@hono/zod-openapi";
import { inEveryCurrency } from "../../../shared/catalogue/by-currency.ts";
import { BASE_CURRENCY, CURRENCIES, decimalsOf } from "../../../shared/catalogue/currencies.ts";
import { DEMO_PARTNER } from "../../../shared/catalogue/partners.ts";
import { walletNameOf } from "../../../shared/contracts/ids.ts";
import { DEMO_PLAYER, PLAYER_TOKEN } from "../../../shared/limits.ts";
import { requireRate } from "../address-limits.ts";
import { type EdgeApp, ProblemError, regionOf, wallet } from "../context.ts";
import { problemAnswers } from "../schemas.ts";

const OPENING_MINOR = inEveryCurrency(DEMO_PLAYER.openingUnits * 10 ** decimalsOf(BASE_CURRENCY));

const PlayerSchema = z
	.object({
		playerId: z.string(),
		token: z.string(),
		expiresAtMs: z.number().int(),
		balanceMinor: z.number().int(),
		currency: z.string(),
	})
	.openapi("DemoPlayer", {
		example: {
			playerId: "p_weur_0123456789abcdef",
			token: "tl1.eyJwIjoi….c2lnbmF0dXJl",
			expiresAtMs: 1_800_043_200_000,
			balanceMinor: 100_000,
			currency: "EUR",
		},
	});

const route = createRoute({
	method: "post",
	path: "/v1/demo/players",
	tags: ["Demo"],
	summary: "Make a demo player",
	request: {
		body: {
			required: false,
			content: {
				"application/json": {
					schema: z.strictObject({ currency: z.enum(CURRENCIES).optional() }),
				},
			},
		},
	},
	responses: {
		201: { description: "The player and its token", content: { "application/json": { schema: PlayerSchema } } },
		...problemAnswers("invalid_request", "not_found", "too_many_requests"),
	},
});

export function registerDemo(app: EdgeApp): void {
	app.openapi(route, async (c) => {
		if (!c.var.config.demo) throw new ProblemError("not_found", "This is no demo environment");
		await requireRate(c, "RATE_DEMO_PLAYERS");
		const currency = c.req.valid("json")?.currency ?? DEMO_PARTNER.currency;
		const hex = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
			byte.toString(16).padStart(2, "0"),
		).join("");
		const playerId = `p_${regionOf(c)}_${hex}`;
		const name = walletNameOf(playerId, c.var.config.walletShards);
		const player = await wallet(c.env, name).createPlayer({
			v: 1,
			wallet: name,
			playerId,
			partnerId: DEMO_PARTNER.partnerId,
			licence: DEMO_PARTNER.licence,
			currency,
			openingBalanceMinor: OPENING_MINOR[currency],
			tokenTtlMs: PLAYER_TOKEN.ttlMs,
		});
		return c.json({ ...player }, 201);
	});
}
