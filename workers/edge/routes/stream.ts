/** GET /v1/stream: the page's one socket, handed to a relay nearby. GET …/events: the same frames as server-sent events. */
import { createRoute, z } from "@hono/zod-openapi";
import { stubOf } from "../../../durable-objects/runtime/stubs.ts";
import { ADDRESS_HEADER, addressHeaderOf, networkOf } from "../../../shared/contracts/address.ts";
import { relayName, stableHash } from "../../../shared/contracts/ids.ts";
import { SUBPROTOCOL } from "../../../shared/protocol/frames.ts";
import { addressOf, requireRate } from "../address-limits.ts";
import { isAllowedOrigin } from "../config.ts";
import { type EdgeApp, type EdgeContext, ProblemError, regionOf } from "../context.ts";
import { eventStream } from "../event-stream.ts";
import { requireMatch } from "../known-matches.ts";
import { matchIdParam, problemAnswers } from "../schemas.ts";

const SOCKET_PATH = createRoute({
	method: "get",
	path: "/v1/stream",
	tags: ["Matches"],
	summary: "The one socket of a page (WebSocket, subprotocol touchline.v1)",
	description:
		'After the upgrade send `["sub", topic, position, {}]` for `lobby`, `match:{matchId}` or `me` (with `{"token": …}`); `position` is `{"epoch", "offset"}` of what you have, or null. You get an image or what you missed, then deltas; acknowledge with `["ack", [[topic, epoch, offset]]]` every 32 frames or 5 seconds. Browsers must come from an allowed origin.',
	responses: {
		101: { description: "The socket" },
		...problemAnswers("invalid_request", "forbidden", "too_many_requests"),
	},
});
const EVENTS_PATH = createRoute({
	method: "get",
	path: "/v1/matches/{matchId}/events",
	tags: ["Matches"],
	summary: "A match's frames as server-sent events",
	description:
		"The frames of the socket, one an event; an event's id is `epoch/offset`, and `Last-Event-ID` resumes there. Readers need not acknowledge.",
	request: {
		params: z.object({ matchId: matchIdParam }),
		headers: z.object({ "last-event-id": z.string().optional().openapi({ example: "e1/128" }) }),
	},
	responses: {
		200: { description: "Events", content: { "text/event-stream": { schema: z.string() } } },
		...problemAnswers("invalid_request", "forbidden", "not_found", "too_many_requests", "unavailable"),
	},
});

/**
 * Browsers name their origin: it must be an allowed one (RUN-2). It is never compared with `Host`, which is the name a page was
 * reached by and so whatever a foreign site has pointed at us. Other clients name no origin.
 */
function requireOrigin(c: EdgeContext): void {
	const origin = c.req.header("origin");
	if (origin === undefined) return;
	if (isAllowedOrigin(c.var.config, origin)) return;
	throw new ProblemError("forbidden", "This origin may not open a stream");
}

/** Spread by address, so that one household's pages share a relay and a city does not; who counts as one has one relay's share. */
function relayOf(c: EdgeContext): { readonly fetch: (request: Request) => Promise<Response> } {
	const address = c.req.header("cf-connecting-ip");
	const by = address === undefined ? crypto.randomUUID() : networkOf(address);
	return stubOf(c.env.RELAY, relayName(regionOf(c), stableHash(by) % c.var.config.relaysPerRegion));
}

/** A request of our own: of what the client sent nothing goes on, so that the relay can believe whose socket it is. */
function upgrade(c: EdgeContext): Request {
	return new Request("https://relay/v1/stream", {
		headers: {
			upgrade: "websocket",
			"sec-websocket-protocol": SUBPROTOCOL,
			[ADDRESS_HEADER]: addressHeaderOf(addressOf(c)),
		},
	});
}

export function registerStream(app: EdgeApp): void {
	app.openAPIRegistry.registerPath(SOCKET_PATH);
	app.get("/v1/stream", async (c) => {
		requireOrigin(c);
		if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
			throw new ProblemError("invalid_request", "Open a WebSocket here");
		const offered = (c.req.header("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
		if (!offered.includes(SUBPROTOCOL))
			throw new ProblemError("invalid_request", `Offer the subprotocol ${SUBPROTOCOL}`);
		await requireRate(c, "RATE_STREAMS");
		return relayOf(c).fetch(upgrade(c));
	});

	app.openapi(EVENTS_PATH, async (c) => {
		requireOrigin(c);
		const { matchId } = c.req.valid("param");
		await requireRate(c, "RATE_STREAMS");
		await requireMatch(c, matchId);
		const { webSocket } = await relayOf(c).fetch(upgrade(c));
		if (webSocket === null) throw new ProblemError("unavailable", "No relay answers; try again shortly");
		return eventStream(webSocket, `match:${matchId}`, c.req.header("last-event-id") ?? null) as never;
	});
}
