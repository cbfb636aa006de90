import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const PURE =
	"{shared,pricing,workers,durable-objects,client,dashboard,scripts,simulation,replays,bench,testing}/**/*.test.ts";
const INSIDE_WORKERD = "**/*.workerd.test.ts";
const NEVER = ["**/node_modules/**", "**/.touchline/**"];

/** Local workers find each other through a folder: a test run has its own, and meets no other platform on this machine. */
process.env.WRANGLER_REGISTRY_PATH ??= mkdtempSync(join(tmpdir(), "touchline-registry-"));
process.env.X_LOCAL_OBSERVABILITY = "false";
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_SEND_METRICS = "false";

export default defineConfig({
	test: {
		// Both cores of a small machine: platforms under test wait more than they work.
		maxWorkers: 2,
		projects: [
			{
				/** Pure cores, and actors on Node's SQLite under a virtual clock; reporting against a real PostgreSQL. */
				test: {
					name: "unit",
					include: [PURE],
					exclude: [...NEVER, INSIDE_WORKERD],
					setupFiles: ["./tests/property-seed.ts"],
					testTimeout: 30_000,
					hookTimeout: 60_000,
				},
			},
			{
				/** Objects inside workerd: eviction, hibernation, alarms. */
				plugins: [cloudflareTest({ wrangler: { configPath: "./tests/workerd/wrangler.toml" } })],
				test: { name: "workerd", include: [INSIDE_WORKERD], exclude: NEVER, testTimeout: 30_000 },
			},
			{
				/** All scripts together on real PostgreSQL, and pages in a real Chromium. */
				test: {
					name: "platform",
					include: ["tests/**/*.test.ts"],
					exclude: [...NEVER, INSIDE_WORKERD],
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
		],
	},
});
