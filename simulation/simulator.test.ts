/** Fixed seeds that must hold for ever, and a fresh one each run; a failing one says how to repeat it. */
import { describe, expect, test } from "vitest";
import { repeatCommand, shorten } from "./shorten.ts";
import { simulate } from "./simulator.ts";

const MINUTES = 3;
/** Some three seconds each: half a minute in all. */
const FIXED = Array.from({ length: 10 }, (_, index) => index + 1);
const FRESH = Date.now() % 1_000_000_000;

describe("simulated histories", () => {
	test.each([...FIXED.map((seed) => [seed, "fixed"] as const), [FRESH, "fresh"] as const])(
		"seed %i (%s) holds",
		async (seed) => {
			const result = await simulate({ seed, minutes: MINUTES });
			const { violations, counts } = result;
			if (violations.length > 0) {
				const { options, result: told } = await shorten({ seed, minutes: MINUTES }, result);
				expect.fail([repeatCommand(options), ...told.violations.map(({ what }) => what), ...told.story].join("\n"));
			}
			// A history in which nothing was bet or nothing broke proves nothing.
			expect(counts.tickets).toBeGreaterThan(50);
			expect((counts.crashes ?? 0) + (counts.superseded ?? 0)).toBeGreaterThan(0);
		},
	);

	test("a fault left out is one that does not happen", async () => {
		const all = await simulate({ seed: 7, minutes: 1 });
		const none = await simulate({ seed: 7, minutes: 1, only: [] });
		expect((all.counts.crashes ?? 0) + (all.counts.superseded ?? 0)).toBeGreaterThan(0);
		expect((none.counts.crashes ?? 0) + (none.counts.superseded ?? 0)).toBe(0);
		expect(none.story.filter((line) => line.includes("#"))).toEqual([]);
	});

	test("the same seed gives the same history", async () => {
		const [a, b] = [await simulate({ seed: 7, minutes: 1 }), await simulate({ seed: 7, minutes: 1 })];
		expect(b).toEqual(a);
	});
});
