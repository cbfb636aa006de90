/** The edge's one application: every request gets an id, limits and decoded configuration; every fault becomes a problem. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { FieldError } from "../../shared/errors.ts";
import { HTTP } from "../../shared/limits.ts";
import { edgeConfig } from "./config.ts";
import type { EdgeApp, EdgeBindings } from "./context.ts";
import { problemResponse, responseToFault } from "./problems.ts";
import { withLimits } from "./request-limits.ts";
import { registerBets } from "./routes/bets.ts";
import { registerDemo } from "./routes/demo.ts";
import { registerHealth } from "./routes/health.ts";
import { registerIngest } from "./routes/ingest.ts";
import { registerMatches } from "./routes/matches.ts";
import { registerOps } from "./routes/ops.ts";
import { registerPages } from "./routes/pages.ts";
import { registerStream } from "./routes/stream.ts";
import { registerTickets } from "./routes/tickets.ts";

export const DOCUMENT = {
	openapi: "3.1.0" as const,
	info: {
		title: "Touchline",
		version: "1",
		description:
			"Live betting at the edge. Prices and bets of matches in play; frames on one socket (`GET /v1/stream`, see the protocol's own page). Money is integer minor units, odds are integer thousandths.",
	},
	servers: [{ url: "/" }],
};

export function edgeApp(): EdgeApp {
	const app: EdgeApp = new OpenAPIHono<EdgeBindings>({
		defaultHook: (result, c) => {
			if (result.success) return;
			const errors: FieldError[] = result.error.issues
				.slice(0, HTTP.maxFieldErrors)
				.map(({ path, message }) => ({ path: path.join("."), message }));
			return problemResponse(
				"invalid_request",
				`The ${result.target === "json" ? "body" : result.target} does not fit its description`,
				c.var.requestId,
				errors,
			);
		},
	});
	app.use(async (c, next) => {
		c.set("requestId", c.req.header("x-request-id")?.match(/^[A-Za-z0-9-]{8,64}$/)?.[0] ?? crypto.randomUUID());
		c.set("config", edgeConfig(c.env));
		await next();
		if (c.res.webSocket === null && !c.res.headers.has("x-request-id"))
			c.res = new Response(c.res.body, { ...headersOf(c.res, c.var.requestId) });
	});
	app.use(withLimits);
	app.openAPIRegistry.registerComponent("securitySchemes", "player", {
		type: "http",
		scheme: "bearer",
		description: "A player's token",
	});
	app.openAPIRegistry.registerComponent("securitySchemes", "operator", {
		type: "http",
		scheme: "bearer",
		description: "The operator's token",
	});
	registerMatches(app);
	registerBets(app);
	registerTickets(app);
	registerDemo(app);
	registerIngest(app);
	registerStream(app);
	registerOps(app);
	registerHealth(app);
	registerPages(app);
	app.doc31("/openapi.json", DOCUMENT);
	app.notFound((c) => problemResponse("not_found", "There is nothing here", c.var.requestId));
	app.onError((fault, c) => responseToFault(fault, c.var.requestId ?? "none"));
	return app;
}

function headersOf(response: Response, requestId: string): ResponseInit {
	const headers = new Headers(response.headers);
	headers.set("x-request-id", requestId);
	return { status: response.status, headers };
}
