/** What a match tells of prices that players may still have before them. */
import { describe, expect, test } from "vitest";
import { BET } from "../../shared/limits.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { phase } from "../../testing/football-inputs.ts";
import { MATCH, oddsOf, playing, quoted, scheduled } from "../../testing/match.ts";
import { PriceMemory } from "./price-memory.ts";

const recent = (platform: Platform, view = "standard") => {
	const { recentPrices } = platform.match(MATCH).quote({ v: 1, matchId: MATCH, asks: [{ market: "1x2", view }] });
	if (recentPrices === undefined) throw new Error("the match does not say");
	return { isComplete: recentPrices.isComplete, home: recentPrices.markets[0]?.oddsMilli.home ?? [] };
};
const shift = (platform: Platform, stepMilli: number) =>
	platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "home", stepMilli });

describe("[BET-4] prices that were ours", () => {
	test("BET.shownPriceMs: one that was replaced is told for so long, and the one of now is not among them", async () => {
		const platform = await scheduled();
		const before = oddsOf(quoted(platform, "1x2"), "home");
		expect(recent(platform)).toEqual({ isComplete: true, home: [] });
		await shift(platform, 200);
		expect(oddsOf(quoted(platform, "1x2"), "home")).not.toBe(before);
		await platform.world.advance(BET.shownPriceMs - 2_000);
		expect(recent(platform)).toEqual({ isComplete: true, home: [before] });
		await platform.world.advance(4_000);
		expect(recent(platform)).toEqual({ isComplete: true, home: [] });
	});

	test("a price that came back is told once, however often it moved", async () => {
		const platform = await scheduled();
		const first = oddsOf(quoted(platform, "1x2"), "home");
		for (const step of [200, -200, 200, -200]) await shift(platform, step);
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBe(first);
		expect(recent(platform).home).toHaveLength(1);
	});

	test("[MAT-5] in another view the prices of the frames, which everybody is shown, count as shown", async () => {
		const platform = await scheduled();
		const shown = oddsOf(quoted(platform, "1x2"), "home");
		expect(oddsOf(quoted(platform, "1x2", "sharp"), "home")).not.toBe(shown);
		expect(recent(platform, "sharp").home).toEqual([shown]);
	});

	test("before the match a restart forgets nothing that it would have to know, unless something has just moved", async () => {
		const platform = await scheduled();
		await platform.world.advance(BET.shownPriceMs + 1_000);
		platform.restart(`match:${MATCH}`);
		expect(recent(platform).isComplete).toBe(true);
		await shift(platform, 200);
		platform.restart(`match:${MATCH}`);
		expect(recent(platform)).toEqual({ isComplete: false, home: [] });
		await platform.world.advance(BET.shownPriceMs + 1_000);
		expect(recent(platform).isComplete).toBe(true);
	});

	test("[MAT-3] in play a restart has withdrawn what was shown before it, and says for a while that it knows no better", async () => {
		const platform = await playing();
		await platform.live(MATCH, BET.shownPriceMs);
		expect(recent(platform).isComplete).toBe(true);
		const { version } = quoted(platform, "1x2");
		platform.restart(`match:${MATCH}`);
		await platform.live(MATCH, 5_000);
		expect(recent(platform).isComplete).toBe(false);
		expect(quoted(platform, "1x2").version).toBeGreaterThan(version);
		await platform.live(MATCH, BET.shownPriceMs);
		expect(recent(platform).isComplete).toBe(true);
	});

	test("the kick-off takes prices away and not from memory: who clicked a moment before is no inventor", async () => {
		const platform = await scheduled();
		const before = oddsOf(quoted(platform, "1x2"), "home");
		await platform.feed(phase("first_half", 0));
		await platform.live(MATCH, 3_000);
		const prices = [oddsOf(quoted(platform, "1x2"), "home"), ...recent(platform).home];
		expect(prices).toContain(before);
	});
});

test("BET.pricesKept: a memory keeps changes and no repetitions, newest first, and forgets what is old", () => {
	const memory = new PriceMemory();
	const saw = (oddsMilli: number | null, tickMs: number): void =>
		memory.saw({ marketId: "1x2", oddsMilli: [oddsMilli], fairPpm: [500_000] }, tickMs);
	for (const [odds, tickMs] of [
		[2_000, 0],
		[2_000, 1_000],
		[2_100, 2_000],
		[null, 3_000],
		[1_900, 4_000],
	] as const)
		saw(odds, tickMs);
	expect(memory.recent("1x2", 0, 4_000)).toEqual([1_900, 2_100, 2_000]);
	expect(memory.recent("1x2", 0, BET.shownPriceMs + 2_001)).toEqual([1_900, 2_100]);
	expect(memory.recent("1x2", 0, BET.shownPriceMs + 3_001)).toEqual([1_900]);
	expect(memory.recent("other", 0, 4_000)).toEqual([]);
});
