/** Fixed seeds that must hold for ever, and a fresh one each run; a failing one says how to repeat it. */
import { describe, expect, test } from "vitest";
import { simulate } from "./simulator.ts";

const MINUTES = 3;
const FIXED = Array.from({ length: 24 }, (_, index) => index + 1);
const FRESH = Date.now() % 1_000_000_000;

describe("simulated histories", () => {
	test.each([...FIXED.map((seed) => [seed, "fixed"] as const), [FRESH, "fresh"] as const])(
		"seed %i (%s) holds",
		async (seed) => {
			const { violations, story, counts } = await simulate({ seed, minutes: MINUTES });
			const repeat = `npm run simulate -- --seeds 1 --from ${seed} --minutes ${MINUTES}`;
			expect(violations, `${repeat}\n${story.slice(-20).join("\n")}`).toEqual([]);
			// A history in which nothing was bet or nothing broke proves nothing.
			expect(counts.tickets).toBeGreaterThan(50);
			expect((counts.crashes ?? 0) + (counts.superseded ?? 0)).toBeGreaterThan(0);
		},
	);

	test("the same seed gives the same history", async () => {
		const [a, b] = [await simulate({ seed: 7, minutes: 1 }), await simulate({ seed: 7, minutes: 1 })];
		expect(b).toEqual(a);
	});
});
