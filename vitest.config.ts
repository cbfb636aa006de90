import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: "unit",
					include: ["{shared,workers,durable-objects,client,scripts,simulation,replays,bench}/**/*.test.ts"],
					exclude: ["**/*.workerd.test.ts", "**/node_modules/**"],
					testTimeout: 20_000,
				},
			},
		],
	},
});
