/** Fixed seeds that must hold for ever, those that failed once among them, and a fresh one each run; a failing one says how to repeat it. */
import { describe, expect, test } from "vitest";
import { REGRESSIONS } from "./regressions.ts";
import { lastRelease } from "./releases/freeze.ts";
import { repeatCommand, shorten } from "./shorten.ts";
import { type SimulationOptions, simulate } from "./simulator.ts";

const last = await lastRelease();
const isThere = last.kind === "frozen";
if (last.kind === "missing") console.error(`NO DEPLOYS ARE TESTED: ${last.why}`);
const MINUTES = 3;
/** Some two seconds each on a machine that does something else as well: half a minute in all. */
const FIXED = Array.from({ length: 8 }, (_, index) => index + 1);
/** They begin with the last release; in both, wallets that are still of it refuse votes of desks that are not. */
const DEPLOYED = isThere ? [8, 82] : [];
const FRESH = Date.now() % 1_000_000_000;
const HISTORIES: readonly (readonly [name: string, options: SimulationOptions])[] = [
	...FIXED.map((seed) => [`fixed seed ${seed}`, { seed, minutes: MINUTES }] as const),
	...REGRESSIONS.slice(0, 3).map(({ name, options }) => [`seed ${options.seed} (${name})`, options] as const),
	...DEPLOYED.map((seed) => [`fixed seed ${seed} with deploys`, { seed, minutes: 2, deploys: true }] as const),
	["fixed seed 9 with weeks after it", { seed: 9, minutes: 1, longNight: true }],
	[`fresh seed ${FRESH}`, { seed: FRESH, minutes: MINUTES }],
];

/** A fault that never happens proves nothing; each world lacks some of them. */
const HAPPENINGS = [
	...["crashes", "traps", "superseded", "cuts", "lostCalls", "repeatedCalls", "cutSockets", "traders", "caps"],
	...["slow", "refusing", "oneway", "region", "moved", "clock", "regionClock"],
	...["database", "lostMessages", "expiredMessages"],
	...["foreign", "stranger", "forbidden", "burst", "tooManyRequests", "wrongCommand", "retold", "toldAgain"],
	...["weeks", "old word: ended", "ahead: stored", "result again: answered", "settled too late: settled_long_ago"],
	...(isThere ? ["deployed", "votes of old desks", "refused wallet.votes", "refused desk.offer"] : []),
];
const happened = new Map<string, number>();

describe("simulated histories", () => {
	test.each(HISTORIES)("%s holds", async (name, options) => {
		const result = await simulate(options);
		const { violations, counts } = result;
		if (violations.length > 0) {
			const { options: shorter, result: told } = await shorten(options, result);
			expect.fail([repeatCommand(shorter), ...told.violations.map(({ what }) => what), ...told.story].join("\n"));
		}
		if (!name.startsWith("fresh"))
			for (const [what, count] of Object.entries(counts)) happened.set(what, (happened.get(what) ?? 0) + count);
		// A history in which nothing was bet or nothing broke proves nothing.
		expect(counts.tickets).toBeGreaterThan(50);
		// What the last release never decided, no deploy takes over.
		if (options.deploys === true && name.startsWith("fixed"))
			expect(counts["votes of old desks"] ?? 0).toBeGreaterThan(5);
		expect(HAPPENINGS.filter((what) => (counts[what] ?? 0) > 0).length).toBeGreaterThan(5);
	});

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
