/** POST /v1/bets: a bet, answered at once or with the decision (`Prefer: wait=N`). */
import { createRoute, z } from "@hono/zod-openapi";
import { faultText } from "../../../durable-objects/runtime/log.ts";
import { BET } from "../../../shared/limits.ts";
import type { TicketView } from "../../../shared/ticket/schema.ts";
import type { PricePolicy } from "../../../shared/ticket/terms.ts";
import { requireRate, trust } from "../address-limits.ts";
import { type EdgeApp, type EdgeContext, regionOf, repeatedOnReset, wallet } from "../context.ts";
import { unknownOf } from "../known-matches.ts";
import { playerOf, refuse, requireRoom, takeRoom } from "../player-refusals.ts";
import { PlaceBetSchema, playerSecurity, problemAnswers, TicketSchema } from "../schemas.ts";

const route = createRoute({
	method: "post",
	path: "/v1/bets",
	tags: ["Players"],
	summary: "Place a bet",
	description:
		"202 while it is pending, 200 once it is decided. A refused bet is an answer with a code, not an error. `Prefer: wait=N` waits up to N seconds for the decision.",
	security: playerSecurity,
	// Before the body is read: to refuse must cost little where there is too much.
	middleware: requireRoom,
	request: {
		headers: z.object({ prefer: z.string().optional().openapi({ example: "wait=10" }) }),
		body: { required: true, content: { "application/json": { schema: PlaceBetSchema } } },
	},
	responses: {
		200: { description: "Decided", content: { "application/json": { schema: TicketSchema } } },
		202: { description: "Pending", content: { "application/json": { schema: TicketSchema } } },
		...problemAnswers(
			"invalid_request",
			"malformed_json",
			"unauthorized",
			"token_expired",
			"idempotency_conflict",
			"body_too_large",
			"unsupported_media_type",
			"too_many_requests",
			"busy",
			"unavailable",
		),
	},
});

export function registerBets(app: EdgeApp): void {
	app.openapi(route, async (c) => {
		await requireRate(c, "RATE_BETS");
		const { pricePolicy, ...ticket } = c.req.valid("json");
		const call = await playerOf(c);
		const policy: PricePolicy = typeof pricePolicy === "string" ? { kind: pricePolicy } : pricePolicy;
		const matchIds = ticket.legs.map(({ matchId }) => matchId);
		const unknownMatches = await unknownLegs(c, matchIds);
		const request = {
			...call,
			region: regionOf(c),
			ticket: { ...ticket, pricePolicy: policy },
			...(unknownMatches.length > 0 ? { unknownMatches } : {}),
		};
		const leave = takeRoom(call, matchIds);
		const placed = await repeatedOnReset(() => wallet(c.env, call.wallet).place(request)).finally(leave);
		if (placed.kind === "error") return refuse(c, call, placed);
		trust(c, call.playerId);
		let view = placed.ticket;
		const waitMs = preferredWaitMs(c);
		if (view.status === "pending" && waitMs > 0) {
			const waited = await repeatedOnReset(() =>
				wallet(c.env, call.wallet).ticket({ ...call, ticketId: ticket.id, waitMs }),
			);
			if (waited.kind === "ok") view = waited.value;
			c.header("preference-applied", `wait=${waitMs / 1_000}`);
		}
		return c.json(ticketAnswer(view), view.status === "pending" ? 202 : 200);
	});
}

/** A bet does not wait for the board: where it does not answer, the desks of the legs judge them. */
async function unknownLegs(c: EdgeContext, matchIds: readonly string[]): Promise<string[]> {
	try {
		return [...(await unknownOf(c.env, matchIds))];
	} catch (fault) {
		console.warn(JSON.stringify({ level: "warn", part: "edge", event: "board_not_asked", fault: faultText(fault) }));
		return [];
	}
}

function preferredWaitMs(c: EdgeContext): number {
	const seconds = Number(/(?:^|[,;\s])wait=(\d{1,3})\b/.exec(c.req.header("prefer") ?? "")?.[1] ?? 0);
	return Math.min(seconds * 1_000, BET.maxWaitMs);
}

/** A ticket as HTTP shows it: times also in words. */
export function ticketAnswer(view: TicketView) {
	return {
		...view,
		decideAt: view.decideAtMs === null ? null : new Date(view.decideAtMs).toISOString(),
		legs: view.legs.map((leg) => ({ ...leg })),
	};
}
