/** GET /v1/stream: the page's one socket, handed to a relay nearby. GET …/events: the same frames as server-sent events. */
import { stubOf } from "../../../durable-objects/runtime/stubs.ts";
import { relayName, stableHash } from "../../../shared/contracts/ids.ts";
import { SUBPROTOCOL } from "../../../shared/protocol/frames.ts";
import { type EdgeApp, type EdgeContext, ProblemError, regionOf } from "../context.ts";
import { eventStream } from "../event-stream.ts";

/** Browsers name their origin: it must be ours or an allowed one. Other clients name none. */
function requireOrigin(c: EdgeContext): void {
	const origin = c.req.header("origin");
	if (origin === undefined) return;
	if (origin === new URL(c.req.url).origin || c.var.config.allowedOrigins.includes(origin)) return;
	throw new ProblemError("forbidden", "This origin may not open a stream");
}

/** Spread by address, so that one household's pages share a relay and a city does not. */
function relayOf(c: EdgeContext): { readonly fetch: (request: Request) => Promise<Response> } {
	const index = stableHash(c.req.header("cf-connecting-ip") ?? crypto.randomUUID()) % c.var.config.relaysPerRegion;
	return stubOf(c.env.RELAY, relayName(regionOf(c), index));
}

function upgrade(): Request {
	return new Request("https://relay/v1/stream", {
		headers: { upgrade: "websocket", "sec-websocket-protocol": SUBPROTOCOL },
	});
}

export function registerStream(app: EdgeApp): void {
	app.get("/v1/stream", async (c) => {
		requireOrigin(c);
		if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
			throw new ProblemError("invalid_request", "Open a WebSocket here");
		const offered = (c.req.header("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
		if (!offered.includes(SUBPROTOCOL))
			throw new ProblemError("invalid_request", `Offer the subprotocol ${SUBPROTOCOL}`);
		return relayOf(c).fetch(upgrade());
	});

	app.get("/v1/matches/:matchId/events", async (c) => {
		requireOrigin(c);
		const matchId = c.req.param("matchId");
		if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(matchId))
			throw new ProblemError("invalid_request", "This is no match id", [
				{ path: "matchId", message: "lower-case letters, digits, . _ -" },
			]);
		const { webSocket } = await relayOf(c).fetch(upgrade());
		if (webSocket === null) throw new ProblemError("unavailable", "No relay answers; try again shortly");
		return eventStream(webSocket, `match:${matchId}`, c.req.header("last-event-id") ?? null);
	});
}
