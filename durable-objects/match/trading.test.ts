import { describe, expect, test } from "vitest";
import { matchTerms } from "../../shared/catalogue/match-terms.ts";
import { MARGIN_PROFILES } from "../../shared/catalogue/views.ts";
import { matchName } from "../../shared/contracts/ids.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { betStart, incident } from "../../testing/football-inputs.ts";
import {
	journalOf,
	kindsOf,
	MATCH,
	oddsOf,
	playing,
	type Quoted,
	quoted,
	scheduled,
	storedState,
	twice,
} from "../../testing/match.ts";

const booksum = (market: Quoted): number =>
	Object.values(market.outcomes).reduce((sum, { oddsMilli }) => sum + (oddsMilli === null ? 0 : 1_000 / oddsMilli), 0);

async function sold(platform: Platform, outcomeId: string, stakeMinor: number): Promise<void> {
	const player = await platform.player();
	const placing = player.place([{ matchId: MATCH, marketId: "1x2", outcomeId }], { stakeMinor });
	await platform.world.advance(300);
	const placed = await placing;
	if (placed.kind !== "ticket" || placed.ticket.status !== "accepted") throw new Error("not sold");
}

describe("[MON-5] what an outcome may cost", () => {
	test("is its sport's until a trader sets another cap", async () => {
		const platform = await scheduled();
		expect(platform.match(MATCH).exposure()?.capBaseMinor).toBe(matchTerms("football", "replay").capBaseMinor);
		await platform.command(MATCH, { action: "set_cap", capBaseMinor: 1_000 });
		expect(platform.match(MATCH).exposure()?.capBaseMinor).toBe(1_000);
	});
});

describe("[MAT-5] views", () => {
	test("each is priced with its own margin, from one set of fair probabilities", async () => {
		const platform = await scheduled();
		const [standard, sharp] = [quoted(platform, "1x2"), quoted(platform, "1x2", "sharp")];
		for (const outcomeId of ["home", "draw", "away"]) {
			expect(oddsOf(sharp, outcomeId)).toBeGreaterThan(oddsOf(standard, outcomeId));
			expect(sharp.outcomes[outcomeId]?.fairPpm).toBe(standard.outcomes[outcomeId]?.fairPpm);
		}
		expect(sharp.version).toBe(standard.version);
	});

	test("in play a margin is another one than before the match", async () => {
		const before = booksum(quoted(await scheduled(), "btts"));
		const during = booksum(quoted(await playing(), "btts"));
		expect(during).toBeGreaterThan(before);
	});

	test("a view that does not exist is priced by no other, in quotes and confirmations", async () => {
		const platform = await playing();
		expect(quoted(platform, "1x2", "generous")).toMatchObject({ status: "unknown", outcomes: {} });
		const { version } = quoted(platform, "1x2");
		const asks = [...MARGIN_PROFILES.map(({ view }) => view), "generous"].map((view) => ({
			market: "1x2",
			version,
			outcomes: ["home"],
			view,
		}));
		const answer = platform
			.match(MATCH)
			.confirm({ v: 1, matchId: MATCH, region: "weur", inc: 1, n: 1, asks, totals: [] });
		if (answer.kind !== "answer") throw new Error("stale");
		const answers = answer.markets.map(({ view, code, oddsMilli }) => [view, code, oddsMilli.home]);
		expect(answers).toEqual([
			["standard", "ok", expect.any(Number)],
			["sharp", "ok", expect.any(Number)],
			["generous", "closed", undefined],
		]);
		expect(answers[1]?.[2]).toBeGreaterThan(Number(answers[0]?.[2]));
	});
});

describe("a trader's margin", () => {
	test("stands for all views and groups, or for those it names; the most exact one counts", async () => {
		const platform = await scheduled();
		const own = booksum(quoted(platform, "btts"));
		await platform.command(MATCH, { action: "set_margin", marginPpm: 200_000 });
		await platform.command(MATCH, { action: "set_margin", view: "sharp", marginPpm: 10_000 });
		await platform.command(MATCH, { action: "set_margin", group: "main", marginPpm: 100_000 });
		expect(booksum(quoted(platform, "ou:2.5"))).toBeGreaterThan(1.19);
		expect(booksum(quoted(platform, "ou:2.5", "sharp"))).toBeLessThan(1.03);
		expect(booksum(quoted(platform, "1x2", "sharp"))).toBeGreaterThan(1.09);
		expect(booksum(quoted(platform, "1x2"))).toBeLessThan(1.13);
		await platform.command(MATCH, { action: "set_margin", marginPpm: null });
		await platform.command(MATCH, { action: "set_margin", group: "main", marginPpm: null });
		expect(booksum(quoted(platform, "btts"))).toBe(own);
	});

	test("has no end of entries", async () => {
		const platform = await scheduled();
		for (let n = 0; n < 64; n++)
			await platform.command(MATCH, { action: "set_margin", group: `g${n}`, marginPpm: 1 }, false);
		await platform.world.advance(1_000);
		expect(await platform.command(MATCH, { action: "set_margin", group: "one-more", marginPpm: 1 })).toBe("refused");
		expect(await platform.command(MATCH, { action: "set_margin", group: "g5", marginPpm: 2 })).toBe("applied");
	});
});

describe("a trader's shift", () => {
	test("[BET-4] moves prices and no version; steps add up, to a bound", async () => {
		const platform = await playing();
		const before = quoted(platform, "1x2");
		const shift = (stepMilli: number): Promise<string> =>
			platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "home", stepMilli });
		expect(await shift(300)).toBe("applied");
		const after = quoted(platform, "1x2");
		expect(after.version).toBe(before.version);
		expect(oddsOf(after, "home")).toBeLessThan(oddsOf(before, "home"));
		expect(oddsOf(after, "away")).toBeGreaterThan(oddsOf(before, "away"));
		expect(after.outcomes.home?.fairPpm).toBeGreaterThan(before.outcomes.home?.fairPpm ?? 0);
		expect([await shift(500), await shift(500)]).toEqual(["applied", "refused"]);
		expect(await platform.command(MATCH, { action: "clear_shifts", marketId: "1x2" })).toBe("applied");
		expect(storedState(platform).pricing.traderShifts).toEqual({});
	});

	test("of what is not listed is refused", async () => {
		const platform = await playing();
		const shift = { action: "shift", outcomeId: "home", stepMilli: 1 } as const;
		expect(await platform.command(MATCH, { ...shift, marketId: "nothing" })).toBe("refused");
		expect(await platform.command(MATCH, { ...shift, marketId: "1x2", outcomeId: "nobody" })).toBe("refused");
	});
});

describe("[MAT-2] what bets do to prices", () => {
	const heavy = async (): Promise<Platform> => {
		const platform = await scheduled();
		await platform.command(MATCH, { action: "set_cap", capBaseMinor: 100_000 });
		return platform;
	};

	test("risk on an outcome lowers its price from the next second on, in steps, under the same version, in the journal", async () => {
		const platform = await heavy();
		const before = quoted(platform, "1x2");
		await sold(platform, "home", 2_000);
		await platform.world.advance(1_000);
		expect(quoted(platform, "1x2")).toEqual(before);
		await sold(platform, "home", 40_000);
		expect(quoted(platform, "1x2")).toEqual(before);
		await platform.world.advance(1_000);
		const after = quoted(platform, "1x2");
		expect(oddsOf(after, "home")).toBeLessThan(oddsOf(before, "home"));
		expect(oddsOf(after, "away")).toBeGreaterThan(oddsOf(before, "away"));
		expect(after.version).toBe(before.version);
		// Nobody thinks that home has become likelier.
		expect(after.outcomes.home?.fairPpm).toBe(before.outcomes.home?.fairPpm);
		const last = journalOf(platform).at(-1);
		if (last?.kind !== "liability") throw new Error(`not ${last?.kind}`);
		expect(last.shifts).toMatchObject([{ marketId: "1x2", shiftsMilli: { home: expect.any(Number) } }]);
		for (const shift of Object.values(last.shifts[0]?.shiftsMilli ?? {})) expect(shift % 20).toBe(0);
	});

	test("a view with a smaller margin is moved less: no two markets together become a sure profit", async () => {
		const platform = await heavy();
		await platform.command(MATCH, { action: "set_margin", view: "sharp", marginPpm: 0 });
		const before = quoted(platform, "1x2", "sharp");
		await sold(platform, "home", 40_000);
		await platform.world.advance(1_000);
		expect(quoted(platform, "1x2", "sharp").outcomes).toEqual(before.outcomes);
		expect(kindsOf(platform)).toContain("liability");
	});

	test("a trader turns it off, and prices come back", async () => {
		const platform = await heavy();
		const before = quoted(platform, "1x2");
		await sold(platform, "home", 40_000);
		await platform.world.advance(1_000);
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThan(oddsOf(before, "home"));
		await platform.command(MATCH, { action: "set_liability_shift", maxMilli: 0 });
		await platform.world.advance(1_000);
		expect(quoted(platform, "1x2").outcomes).toEqual(before.outcomes);
	});

	test("a restart keeps what moved, and the same bytes follow from inputs and journal", async () => {
		const platform = await heavy();
		await sold(platform, "home", 40_000);
		await platform.world.advance(1_000);
		const shown = quoted(platform, "1x2");
		platform.restart(matchName(MATCH));
		await platform.world.advance(1_000);
		expect(quoted(platform, "1x2")).toEqual(shown);
		await platform.feed(incident("goal", "home", "g1"), betStart());
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
		expect(Object.keys(storedState(platform).pricing.liabilityShifts)).toEqual(["1x2"]);
	});
});
