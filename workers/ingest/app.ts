/** The ingest script's one route; everything else, and every fault, becomes a problem. */
import { type Context, Hono } from "hono";
import { faultText } from "../../durable-objects/runtime/log.ts";
import { type FieldError, PROBLEMS, type ProblemCode, problem } from "../../shared/errors.ts";
import { FEED } from "../../shared/limits.ts";
import { Admission } from "./admission.ts";
import { ingestConfig } from "./config.ts";
import { type PushDeps, push } from "./push.ts";
import { type RefusalsDeps, refusals } from "./refusals.ts";

type IngestBindings = { Bindings: IngestEnv; Variables: { requestId: string } };
export type IngestApp = Hono<IngestBindings>;
export type IngestWorld = {
	readonly lane: (env: IngestEnv, name: string) => ReturnType<PushDeps["lane"]> & ReturnType<RefusalsDeps["lane"]>;
	readonly now: () => number;
	readonly newId: () => string;
	readonly log: (line: Readonly<Record<string, unknown>>) => void;
};

function problemResponse(
	code: ProblemCode,
	detail: string,
	requestId: string,
	errors: readonly FieldError[] = [],
): Response {
	const { status } = PROBLEMS[code];
	const headers = new Headers({ "content-type": "application/problem+json", "x-request-id": requestId });
	headers.set("cache-control", "no-store");
	// Whatever is no fault of what was sent may be sent again.
	if (status === 503 || status === 429) headers.set("retry-after", String(FEED.busyRetryMs / 1_000));
	return new Response(JSON.stringify(problem(code, detail, requestId, errors)), { status, headers });
}

export function ingestApp(world: IngestWorld): IngestApp {
	const app: IngestApp = new Hono();
	const admission = new Admission(world.now);
	app.use(async (c, next) => {
		c.set("requestId", c.req.header("x-request-id")?.match(/^[A-Za-z0-9-]{8,64}$/)?.[0] ?? world.newId());
		await next();
	});
	app.post("/v1/ingest/:provider", async (c) => {
		const { requestId } = c.var;
		const answer = await push(c.req.raw, c.req.param("provider"), {
			config: ingestConfig(c.env),
			admission,
			lane: (name) => world.lane(c.env, name),
			now: world.now,
		});
		if (!answer.ok) return problemResponse(answer.code, answer.detail, requestId, answer.errors);
		return c.json(answer.body, 202, { "x-request-id": requestId, "cache-control": "no-store" });
	});
	app.get("/v1/ingest/:provider/refusals", async (c) => {
		const { requestId } = c.var;
		const answer = await refusals(c.req.raw, c.req.param("provider"), {
			config: ingestConfig(c.env),
			lane: (name) => world.lane(c.env, name),
			now: world.now,
		});
		if (!answer.ok) return problemResponse(answer.code, answer.detail, requestId, answer.errors);
		return c.json(answer.body, 200, { "x-request-id": requestId, "cache-control": "no-store" });
	});
	const otherwise = (detail: string, allow: string) => (c: Context<IngestBindings>) => {
		const response = problemResponse("method_not_allowed", detail, c.var.requestId);
		response.headers.set("allow", allow);
		return response;
	};
	app.all("/v1/ingest/:provider", otherwise("Inputs are posted", "POST"));
	app.all("/v1/ingest/:provider/refusals", otherwise("Refusals are read", "GET"));
	app.notFound((c) => problemResponse("not_found", "There is nothing here", c.var.requestId));
	app.onError((fault, c) => {
		const { requestId } = c.var;
		world.log({ level: "error", part: "ingest", event: "push_failed", requestId, fault: faultText(fault) });
		if ("overloaded" in fault && fault.overloaded === true)
			return problemResponse("busy", "A lane is busy; send the inputs again shortly", requestId);
		return problemResponse("unavailable", "The inputs could not be stored; send them again", requestId);
	});
	return app;
}
