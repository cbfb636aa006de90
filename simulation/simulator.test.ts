/** Fixed seeds that must hold for ever, and a fresh one each run; a failing one says how to repeat it. */
import { describe, expect, test } from "vitest";
import { repeatCommand, shorten } from "./shorten.ts";
import { simulate } from "./simulator.ts";

const MINUTES = 3;
/** Some three seconds each: half a minute in all. */
const FIXED = Array.from({ length: 10 }, (_, index) => index + 1);
const FRESH = Date.now() % 1_000_000_000;

/** A fault that never happens proves nothing; each world lacks some of them. */
const HAPPENINGS = [
	...["crashes", "traps", "superseded", "cuts", "lostCalls", "repeatedCalls", "cutSockets", "traders", "caps"],
	...["slow", "refusing", "oneway", "region", "moved", "clock", "regionClock"],
	...["database", "lostMessages", "expiredMessages"],
	...["foreign", "stranger", "forbidden", "burst", "tooManyRequests", "wrongCommand", "retold", "toldAgain"],
];
const happened = new Map<string, number>();

describe("simulated histories", () => {
	test.each([...FIXED.map((seed) => [seed, "fixed"] as const), [FRESH, "fresh"] as const])(
		"seed %i (%s) holds",
		async (seed, kind) => {
			const result = await simulate({ seed, minutes: MINUTES });
			const { violations, counts } = result;
			if (violations.length > 0) {
				const { options, result: told } = await shorten({ seed, minutes: MINUTES }, result);
				expect.fail([repeatCommand(options), ...told.violations.map(({ what }) => what), ...told.story].join("\n"));
			}
			if (kind === "fixed")
				for (const [what, count] of Object.entries(counts)) happened.set(what, (happened.get(what) ?? 0) + count);
			// A history in which nothing was bet or nothing broke proves nothing.
			expect(counts.tickets).toBeGreaterThan(50);
			expect(HAPPENINGS.filter((what) => (counts[what] ?? 0) > 0).length).toBeGreaterThan(5);
		},
	);

	test("whatever can go wrong goes wrong in some of the fixed ones", () => {
		expect(HAPPENINGS.filter((what) => (happened.get(what) ?? 0) === 0)).toEqual([]);
	});

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
