/** The edge's one application: every request gets an id, limits and decoded configuration; every fault becomes a problem. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { METHODS } from "hono/router";
import type { FieldError } from "../../shared/errors.ts";
import { HTTP } from "../../shared/limits.ts";
import { completed } from "./answer-headers.ts";
import { edgeConfig } from "./config.ts";
import type { EdgeApp, EdgeBindings } from "./context.ts";
import { DOCUMENT, registerSecuritySchemes } from "./document.ts";
import { problemResponse, responseToFault } from "./problems.ts";
import { withBodyLimit, withHeaderLimit } from "./request-limits.ts";
import { registerBets } from "./routes/bets.ts";
import { registerDemo } from "./routes/demo.ts";
import { registerHealth } from "./routes/health.ts";
import { registerIngest } from "./routes/ingest.ts";
import { registerMatchSchemas } from "./routes/match-schemas.ts";
import { registerMatches } from "./routes/matches.ts";
import { registerOps } from "./routes/ops.ts";
import { registerPages } from "./routes/pages.ts";
import { registerPlayers } from "./routes/players.ts";
import { registerStream } from "./routes/stream.ts";
import { registerTickets } from "./routes/tickets.ts";

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
		// An upgrade's answer is its socket: there is nothing to complete.
		if (c.res.status === 101) return;
		const answer = completed(c.res, c.var.requestId, c.req.url.startsWith("https:"));
		if (answer === c.res) return;
		// Set beside another one, its headers would be merged with the other's.
		c.res = undefined;
		c.res = answer;
	});
	app.use(withHeaderLimit);
	app.use(withBodyLimit);
	registerSecuritySchemes(app);
	registerMatches(app);
	registerMatchSchemas(app);
	registerStream(app);
	registerBets(app);
	registerTickets(app);
	registerDemo(app);
	registerIngest(app);
	registerOps(app);
	registerPlayers(app);
	registerHealth(app);
	registerPages(app);
	app.doc31("/openapi.json", DOCUMENT);
	app.notFound((c) => {
		const allowed = methodsOf(app, c.req.path);
		if (allowed.length === 0) return problemResponse("not_found", "There is nothing here", c.var.requestId);
		const response = problemResponse("method_not_allowed", `Allowed: ${allowed.join(", ")}`, c.var.requestId);
		response.headers.set("allow", allowed.join(", "));
		return response;
	});
	app.onError((fault, c) => responseToFault(fault, c.var.requestId ?? "none"));
	return app;
}

/** Methods with a handler of their own for a path (what is registered for all methods guards, and answers nothing). */
function methodsOf(app: EdgeApp, path: string): readonly string[] {
	return METHODS.map((method) => method.toUpperCase()).filter((method) =>
		app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
	);
}
