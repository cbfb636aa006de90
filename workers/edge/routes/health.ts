/** /healthz: this isolate answers. /readyz: each dependency by name. /metrics: Prometheus text. */
import { createRoute, z } from "@hono/zod-openapi";
import type { EdgeApp } from "../context.ts";
import { metricsText } from "../metrics.ts";
import { dependencies, isReady } from "../readiness.ts";

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
		dependencies: z.record(
			z.string(),
			z.object({
				state: z.enum(["ok", "degraded", "down"]),
				ageMs: z.number().nullable().openapi({ description: "Age of what it says" }),
				needed: z.boolean().openapi({ description: "Without it no bet can be taken" }),
				detail: z.string().optional(),
			}),
		),
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
	summary: "Whether bets can be taken, and each dependency by name",
	responses: {
		200: { description: "Bets can be taken", content: readiness },
		503: { description: "Bets cannot be taken", content: readiness },
	},
});

const metrics = createRoute({
	method: "get",
	path: "/metrics",
	tags: ["Platform"],
	summary: "Prometheus text, with histograms of event → frame and bet → decision",
	responses: { 200: { description: "The text", content: { "text/plain": { schema: z.string() } } } },
});

export function registerHealth(app: EdgeApp): void {
	app.openapi(alive, (c) => c.json({ status: "ok" as const }, 200));
	app.openapi(ready, async (c) => {
		const found = await dependencies(c);
		return isReady(found)
			? c.json({ status: "ready" as const, dependencies: found }, 200)
			: c.json({ status: "not_ready" as const, dependencies: found }, 503);
	});
	app.openapi(metrics, async (c) =>
		c.text(await metricsText(c), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
	);
}
