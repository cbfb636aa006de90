/**
 * /healthz: this isolate answers. /readyz: one word for everybody, kept for a second; each dependency by name for operators.
 * /metrics: Prometheus text, for operators.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { requireRate } from "../address-limits.ts";
import type { EdgeApp, EdgeContext } from "../context.ts";
import { metricsText } from "../metrics.ts";
import { requireOperator } from "../operators.ts";
import { dependencies, isReady } from "../readiness.ts";
import { operatorSecurity, problemAnswers } from "../schemas.ts";
import { cachedForASecond } from "../second-cache.ts";

const alive = createRoute({
	method: "get",
	path: "/healthz",
	tags: ["Platform"],
	summary: "Whether this Worker answers",
	responses: {
		200: { description: "It does", content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } } },
	},
});

const ReadinessSchema = z
	.object({
		status: z.enum(["ready", "not_ready"]),
		dependencies: z
			.record(
				z.string(),
				z.object({
					state: z.enum(["ok", "degraded", "down"]),
					ageMs: z.number().nullable().openapi({ description: "Age of what it says" }),
					needed: z.boolean().openapi({ description: "Without it no bet can be taken" }),
					detail: z.string().optional(),
				}),
			)
			.optional()
			.openapi({ description: "Told to operators only" }),
	})
	.openapi("Readiness", {
		example: {
			status: "ready",
			dependencies: {
				wallet: { state: "ok", ageMs: 4, needed: true },
				postgres: { state: "down", ageMs: null, needed: false, detail: "reports wait in their outboxes" },
			},
		},
	});
const readiness = { "application/json": { schema: ReadinessSchema } };
const ready = createRoute({
	method: "get",
	path: "/readyz",
	tags: ["Platform"],
	summary: "Whether bets can be taken; with the operator's token, each dependency by name",
	security: [{}, ...operatorSecurity],
	responses: {
		...problemAnswers("unauthorized", "too_many_requests"),
		200: { description: "Bets can be taken", content: readiness },
		503: { description: "Bets cannot be taken", content: readiness },
	},
});

const metrics = createRoute({
	method: "get",
	path: "/metrics",
	tags: ["Platform"],
	summary: "Prometheus text, with histograms of event → frame and bet → decision",
	security: operatorSecurity,
	responses: {
		200: { description: "The text", content: { "text/plain": { schema: z.string() } } },
		...problemAnswers("unauthorized", "too_many_requests"),
	},
});

export function registerHealth(app: EdgeApp): void {
	app.openapi(alive, (c) => c.json({ status: "ok" as const }, 200));
	app.openapi(ready, async (c) => {
		if (c.req.header("authorization") === undefined) {
			const status = await readyWord(c);
			return status === "ready" ? c.json({ status }, 200) : c.json({ status }, 503);
		}
		await requireOperator(c);
		const found = await dependencies(c);
		return isReady(found)
			? c.json({ status: "ready" as const, dependencies: found }, 200)
			: c.json({ status: "not_ready" as const, dependencies: found }, 503);
	});
	app.openapi(metrics, async (c) => {
		await requireOperator(c);
		return c.text(await metricsText(c), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
	});
}

/** However many ask, the parts are asked once a second, and nobody is told which of them says what. */
async function readyWord(c: EdgeContext): Promise<"ready" | "not_ready"> {
	const cached = await cachedForASecond("readyz", null, async () => {
		await requireRate(c, "RATE_READS");
		return isReady(await dependencies(c)) ? "ready" : "not_ready";
	});
	return cached?.body === "ready" ? "ready" : "not_ready";
}
