import { describe, expect, test } from "vitest";
import { matchName } from "../../shared/contracts/ids.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { FOLLOWING } from "../../shared/limits.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { betStart, incident, phase } from "../../testing/football-inputs.ts";
import {
	journalOf,
	kindsOf,
	MATCH,
	oddsOf,
	playing,
	quoted,
	reference,
	referenceOf1x2,
	scheduled,
	storedState,
	twice,
} from "../../testing/match.ts";

const OPENING = { prices: { oneXTwo: [2_000, 3_500, 4_000] } };
const moved = (platform: Platform) => reference(platform, "1x2", { home: 1_760, draw: 3_900, away: 4_440 });
const strengths = (platform: Platform) => platform.match(MATCH).ops()?.strengths;
const FAR = 25;

describe("[MAT-9] before the match", () => {
	test("a favourite that shortens is not left on sale: 2.00/3.50/4.00, then 1.76/3.90/4.44", async () => {
		const platform = await scheduled(OPENING);
		const before = quoted(platform, "1x2");
		expect(oddsOf(before, "home")).toBeGreaterThan(1_900);
		await platform.feed(moved(platform));
		const after = quoted(platform, "1x2");
		const told = storedState(platform).deviations.references["1x2"]?.fairPpm ?? {};
		for (const outcomeId of ["home", "draw", "away"])
			expect(Math.abs((after.outcomes[outcomeId]?.fairPpm ?? 0) - (told[outcomeId] ?? 0))).toBeLessThanOrEqual(2);
		expect(oddsOf(after, "home")).toBeGreaterThanOrEqual(1_710);
		expect(oddsOf(after, "home")).toBeLessThanOrEqual(1_760);
		// BET-4 answers for a price that moved: nothing was withdrawn.
		expect(after).toMatchObject({ status: "open", version: before.version });
		expect(strengths(platform)).toMatchObject({ source: "market", trader: null, followingPpm: 1_000_000 });
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("[MAT-6] once the start is due a price may be one of the match: a goal whose whistle was lost counts once", async () => {
		const platform = await scheduled({ prices: { oneXTwo: [1_250, 6_500, 11_000] } });
		await platform.world.advance(3_601_000);
		const { params } = storedState(platform);
		await platform.feed(reference(platform, "1x2", { home: 1_100, draw: 10_000, away: 26_000 }));
		expect(storedState(platform)).toMatchObject({ params, kickOffDue: true });
		expect(strengths(platform)).toMatchObject({ followingPpm: 0 });
		await platform.feed({
			...storedState(platform).fixture,
			sentAtMs: platform.world.now(),
			scheduledAtMs: platform.world.now() + 600_000,
		});
		await platform.feed(reference(platform, "1x2", { home: 1_200, draw: 7_000, away: 14_000 }));
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThanOrEqual(1_200);
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("what one push brings is followed once, what is said again not at all", async () => {
		const platform = await scheduled(OPENING);
		const batch = () => [moved(platform), reference(platform, "ou:2.5", { over: 1_800, under: 2_000 })];
		await platform.push(MATCH, batch());
		await platform.world.settle();
		const entries = journalOf(platform).filter(({ kind }) => kind === "calibration");
		expect(entries).toMatchObject([{ marketIds: ["1x2", "ou:2.5"], refused: null }]);
		await platform.push(MATCH, batch());
		await platform.world.settle();
		expect(kindsOf(platform).filter((kind) => kind === "calibration")).toHaveLength(1);
	});

	test("FOLLOWING.agreedPpm: what one match cannot give exactly is followed once; what we think already, never", async () => {
		const platform = await scheduled(OPENING);
		const count = () => kindsOf(platform).filter((kind) => kind === "calibration").length;
		// A fixture says it first, and the market says the same.
		const prices = { oneXTwo: [1_760, 3_900, 4_440] };
		await platform.feed({ ...storedState(platform).fixture, sentAtMs: platform.world.now(), prices });
		await platform.feed(moved(platform));
		expect(storedState(platform).deviations.references).toHaveProperty("1x2");
		const agreed = count();
		expect(agreed).toBe(0);
		const apart = () => [
			reference(platform, "ou:2.5", { over: 1_900, under: 1_900 }),
			reference(platform, "ou:3.5", { over: 3_100, under: 1_320 }),
		];
		for (const _ of [1, 2, 3]) {
			await platform.push(MATCH, apart());
			await platform.world.settle();
		}
		expect(count()).toBe(agreed + 1);
	});

	test("one market that moves before the others do is followed alone, and old prices are not asked", async () => {
		const platform = await scheduled(OPENING);
		const handicap = () => quoted(platform, "ah:-0.5").outcomes.home?.fairPpm ?? 0;
		const told = () => {
			const p = handicap() / 1_000_000;
			return reference(platform, "ah:-0.5", { home: Math.round(960 / p), away: Math.round(960 / (1 - p)) });
		};
		await platform.feed(told(), referenceOf1x2(platform, 7));
		expect(journalOf(platform).at(-1)).toMatchObject({ kind: "calibration", refused: null, alone: true });
		const alone = quoted(platform, "1x2").outcomes.home?.fairPpm ?? 0;
		await platform.feed(told());
		await platform.world.advance(16_000);
		await platform.feed(referenceOf1x2(platform, 7));
		const { params } = storedState(platform);
		expect(quoted(platform, "1x2").outcomes.home?.fairPpm).toBeGreaterThan(alone + 20_000);
		expect(params).toMatchObject({ home: expect.any(Number) });
		const meant = journalOf(platform).at(-1);
		expect(meant).toMatchObject({ kind: "calibration", marketIds: ["1x2"], strengths: params, alone: false });
	});

	test("FOLLOWING.maxStepPpm: a step too far is alarmed and not followed", async () => {
		const platform = await scheduled(OPENING);
		const before = storedState(platform).params;
		await platform.feed(referenceOf1x2(platform, FAR));
		expect(storedState(platform).params).toEqual(before);
		expect(quoted(platform, "1x2").status).toBe("suspended");
		expect(kindsOf(platform).slice(-2)).toEqual(["calibration", "deviation_alarm"]);
		expect(journalOf(platform).at(-2)).toMatchObject({ strengths: null, refused: expect.stringContaining("too_far") });
		expect(FOLLOWING.maxStepPpm).toBe(150_000);
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("a step too far is told apart from what is followed beside it, and moves nothing by itself", async () => {
		const platform = await scheduled(OPENING);
		await platform.feed(reference(platform, "ou:2.5", { over: 1_800, under: 2_000 }));
		const before = storedState(platform).params;
		await platform.feed(referenceOf1x2(platform, FAR));
		expect(storedState(platform).params).toEqual(before);
		const both = [referenceOf1x2(platform, FAR), reference(platform, "ou:2.5", { over: 1_900, under: 1_900 })];
		await platform.push(MATCH, both);
		await platform.world.settle();
		const entry = journalOf(platform).findLast(({ kind }) => kind === "calibration");
		expect(entry).toMatchObject({ marketIds: ["1x2", "ou:2.5"], tooFar: ["1x2"], refused: null });
		expect(storedState(platform).params).not.toEqual(before);
	});

	test("prices are followed in the order of the provider's clock", async () => {
		const platform = await scheduled(OPENING);
		const late = reference(platform, "1x2", { home: 2_000, draw: 3_500, away: 4_000 });
		await platform.world.advance(1_000);
		await platform.feed(moved(platform));
		const after = storedState(platform).params;
		await platform.feed(late);
		expect(storedState(platform).params).toEqual(after);
	});

	test("markets that say nothing of strengths are only compared", async () => {
		const platform = await scheduled(OPENING);
		const before = storedState(platform).params;
		await platform.feed(reference(platform, "btts", { yes: 1_700, no: 2_100 }));
		expect(storedState(platform).params).toEqual(before);
		expect(kindsOf(platform)).not.toContain("calibration");
	});

	test("a restart keeps what was followed", async () => {
		const platform = await scheduled(OPENING);
		await platform.feed(moved(platform));
		const shown = quoted(platform, "1x2");
		platform.restart(matchName(MATCH));
		expect(quoted(platform, "1x2")).toEqual(shown);
	});
});

describe("[MAT-9] in play", () => {
	test("the share is the provider's, none of a replay; a trader sets another", async () => {
		const platform = await playing();
		expect(storedState(platform)).toMatchObject({ provider: "replay", followingInPlayPpm: 0 });
		const before = quoted(platform, "1x2").outcomes.home?.fairPpm ?? 0;
		await platform.feed(referenceOf1x2(platform, 5));
		expect(quoted(platform, "1x2").outcomes.home?.fairPpm).toBe(before);
		await platform.command(MATCH, { action: "set_following", inPlayPpm: 200_000 });
		expect(strengths(platform)?.followingPpm).toBe(200_000);
		const now = quoted(platform, "1x2");
		await platform.feed(referenceOf1x2(platform, 5));
		const after = quoted(platform, "1x2");
		const step = (after.outcomes.home?.fairPpm ?? 0) - (now.outcomes.home?.fairPpm ?? 0);
		expect(step).toBeGreaterThan(4_000);
		expect(step).toBeLessThan(12_000);
		expect(after.version).toBe(now.version);
		// Once a statement, however often anybody looks.
		await platform.live(MATCH, 3_000);
		expect(kindsOf(platform).filter((kind) => kind === "calibration")).toHaveLength(1);
		await platform.feed(incident("goal", "home", "g1"), betStart(), referenceOf1x2(platform, 3));
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("FOLLOWING.maxStepInPlayPpm: what the alarm suspends is not followed", async () => {
		const platform = await playing();
		await platform.command(MATCH, { action: "set_following", inPlayPpm: 500_000 });
		const before = storedState(platform).params;
		await platform.feed(referenceOf1x2(platform, 12));
		expect(storedState(platform).params).toEqual(before);
		expect(quoted(platform, "1x2").status).toBe("suspended");
		expect(FOLLOWING.maxStepInPlayPpm).toBe(80_000);
	});
});

describe("[MAT-11] a trader's strengths", () => {
	test("stand against the market, and give way to what it says by then", async () => {
		const platform = await scheduled(OPENING);
		const set = { action: "set_strengths", strengths: { homeGoals: 1.4, awayGoals: 1.4 } } as const;
		expect(await platform.command(MATCH, set)).toBe("applied");
		const even = quoted(platform, "1x2");
		expect(oddsOf(even, "home")).toBe(oddsOf(even, "away"));
		expect(strengths(platform)).toMatchObject({ source: "trader", values: { homeGoals: 1.4, awayGoals: 1.4 } });
		expect(strengths(platform)?.trader).not.toBeNull();
		await platform.feed(moved(platform));
		expect(storedState(platform).params).toMatchObject({ home: 1.4, away: 1.4 });
		expect(strengths(platform)?.market.homeGoals).toBeGreaterThan(1.6);
		await platform.command(MATCH, { action: "clear_strengths" });
		expect(strengths(platform)).toMatchObject({ source: "market", trader: null });
		await platform.command(MATCH, { action: "reopen" });
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThanOrEqual(1_760);
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("beyond what the sport knows are refused", async () => {
		const platform = await scheduled(OPENING);
		const before = storedState(platform).params;
		const wrong: readonly Record<string, number>[] = [{ homeGoals: 20 }, { homeServe: 0.7 }];
		for (const named of wrong)
			expect(await platform.command(MATCH, { action: "set_strengths", strengths: named })).toBe("refused");
		expect(storedState(platform).params).toEqual(before);
	});
});

describe("[MAT-11] a price that a trader holds", () => {
	const hold = (platform: Platform, outcomeId: string, oddsMilli: number) =>
		platform.command(MATCH, { action: "set_price", marketId: "1x2", outcomeId, oddsMilli });

	test("is the standard view's; other views keep their distance, the rest of the book its sum, and bets do not move it", async () => {
		const platform = await scheduled(OPENING);
		const before = quoted(platform, "1x2");
		expect(await hold(platform, "home", 1_800)).toBe("applied");
		const after = quoted(platform, "1x2");
		expect(oddsOf(after, "home")).toBe(1_800);
		expect(oddsOf(after, "away")).toBeGreaterThan(oddsOf(before, "away"));
		expect(after.version).toBe(before.version);
		const booksum = Object.values(after.outcomes).reduce((sum, { oddsMilli }) => sum + 1_000 / (oddsMilli ?? 1), 0);
		expect(booksum).toBeGreaterThanOrEqual(1.05);
		expect(booksum).toBeLessThan(1.075);
		const sharp = oddsOf(quoted(platform, "1x2", "sharp"), "home");
		expect(sharp).toBeGreaterThan(1_800);
		expect(sharp).toBeLessThan(1_900);
		await hold(platform, "draw", 3_900);
		expect([oddsOf(quoted(platform, "1x2"), "home"), oddsOf(quoted(platform, "1x2"), "draw")]).toEqual([1_800, 3_900]);
		expect(platform.match(MATCH).ops()?.heldPrices).toMatchObject([
			{ marketId: "1x2", oddsMilli: { home: 1_800, draw: 3_900 } },
		]);
		// The market moves on, and the held price does not.
		await platform.feed(moved(platform));
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBe(1_800);
		await platform.command(MATCH, { action: "clear_prices", marketId: "1x2" });
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThan(1_770);
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("is not moved by what is sold", async () => {
		const platform = await scheduled(OPENING);
		await platform.command(MATCH, { action: "set_cap", capBaseMinor: 50_000 });
		await hold(platform, "home", 1_800);
		const player = await platform.player();
		const placing = player.place([{ matchId: MATCH, marketId: "1x2", outcomeId: "home" }], { stakeMinor: 40_000 });
		await platform.world.advance(300);
		expect(await placing).toMatchObject({ ticket: { status: "accepted" } });
		await platform.world.advance(2_000);
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBe(1_800);
		expect(kindsOf(platform)).toContain("liability");
	});

	test("FOLLOWING.maxFixedLogit: far from the model, of nothing on offer, or with nothing left for the others is refused", async () => {
		const platform = await scheduled(OPENING);
		expect(await hold(platform, "home", 19_000)).toBe("refused");
		// 2.00 is 0.49 without its margin; a logit further down is 0.26, and 3.65 with it.
		expect(await hold(platform, "home", 3_800)).toBe("refused");
		expect(await hold(platform, "home", 3_500)).toBe("applied");
		expect(FOLLOWING.maxFixedLogit).toBe(1);
		await platform.command(MATCH, { action: "clear_prices" });
		expect(await hold(platform, "home", 1_001)).toBe("refused");
		expect(await hold(platform, "nobody", 1_800)).toBe("refused");
		expect(
			await platform.command(MATCH, { action: "set_price", marketId: "no:1", outcomeId: "home", oddsMilli: 1_800 }),
		).toBe("refused");
		await hold(platform, "home", 1_900);
		await hold(platform, "draw", 3_500);
		expect(await hold(platform, "away", 3_900)).toBe("refused");
		expect(storedState(platform).fixed["1x2"]?.oddsMilli).toEqual({ home: 1_900, draw: 3_500 });
	});

	test("FOLLOWING.maxFixedMarkets: sixty-four markets at a time, and one more is refused", async () => {
		const platform = await scheduled(OPENING);
		const two = storedState(platform).markets.filter(
			({ spec, status }) => status === "open" && spec.outcomes.length === 2 && spec.winners === 1,
		);
		let held = 0;
		for (const { spec } of two) {
			const outcomeId = spec.outcomes[0]?.outcomeId ?? "";
			const oddsMilli = oddsOf(quoted(platform, spec.marketId), outcomeId);
			const answer = await platform.command(MATCH, {
				action: "set_price",
				marketId: spec.marketId,
				outcomeId,
				oddsMilli,
			});
			if (answer !== "applied") break;
			held++;
		}
		expect([held, FOLLOWING.maxFixedMarkets]).toEqual([64, 64]);
		expect(await hold(platform, "home", 1_900)).toBe("refused");
	});

	test("ends with the match it was said of: at the first whistle, and at a goal", async () => {
		const platform = await scheduled(OPENING);
		await hold(platform, "home", 1_800);
		await platform.feed(phase("first_half", 0));
		expect(storedState(platform).fixed).toEqual({});
		await platform.live(MATCH, 3_000);
		expect(await hold(platform, "home", 1_800)).toBe("applied");
		await platform.feed(incident("goal", "home", "g1"), betStart());
		expect(storedState(platform).fixed).toEqual({});
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThan(1_500);
		// Nor does it outlive a goal that a trader takes back on the feed's word.
		await platform.feed({ ...phase("first_half", 60), score: { home: 0, away: 0 } } as Input);
		expect(await hold(platform, "home", 1_400)).toBe("applied");
		expect(await platform.command(MATCH, { action: "resolve", take: "feed" })).toBe("applied");
		expect(storedState(platform).fixed).toEqual({});
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});
});

describe("[MAT-11] lines that a trader chooses", () => {
	const lines = (platform: Platform, ...marketIds: string[]) =>
		platform.command(MATCH, { action: "set_lines", marketIds });

	test("are the only ones of their family, until they are cleared; versions tell", async () => {
		const platform = await scheduled(OPENING);
		const before = quoted(platform, "ou:3.5");
		expect(await lines(platform, "ou:2.5", "ou:3")).toBe("applied");
		expect(quoted(platform, "ou:2.5").status).toBe("open");
		expect(quoted(platform, "ou:3.5")).toMatchObject({ status: "closed", version: before.version + 1 });
		expect(quoted(platform, "ah:-0.5").status).toBe("open");
		expect(await lines(platform, "ou:3.5")).toBe("applied");
		expect([quoted(platform, "ou:2.5").status, quoted(platform, "ou:3.5").status]).toEqual(["closed", "open"]);
		expect(platform.match(MATCH).ops()?.chosenLines).toEqual(["ou:3.5"]);
		await platform.command(MATCH, { action: "clear_lines", marketId: "ou:2.5" });
		expect(quoted(platform, "ou:2.5").status).toBe("open");
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("of two families, or not on offer, are refused; once all are decided the others are back", async () => {
		const platform = await playing();
		expect(await lines(platform, "ou:2.5", "ah:-0.5")).toBe("refused");
		expect(await lines(platform, "1x2")).toBe("refused");
		expect(await lines(platform, "ou:99.5")).toBe("refused");
		expect(await lines(platform, "ou:0.5")).toBe("applied");
		expect(quoted(platform, "ou:2.5").status).toBe("closed");
		await platform.feed(incident("goal", "home", "g1"), betStart());
		expect(quoted(platform, "ou:2.5").status).toBe("open");
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});
});
