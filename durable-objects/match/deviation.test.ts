import { describe, expect, test } from "vitest";
import { matchName } from "../../shared/contracts/ids.ts";
import { DEVIATION } from "../../shared/limits.ts";
import { betStart, incident } from "../../testing/football-inputs.ts";
import {
	journalOf,
	kindsOf,
	MATCH,
	playing,
	quick,
	quoted,
	reference,
	referenceOf1x2,
	scheduled,
	storedState,
	twice,
} from "../../testing/match.ts";
import { distances } from "./deviation.ts";

const FAR = 12;

describe("[MAT-3] the deviation alarm", () => {
	test("suspends the market that is far from its provider's prices, alone, and says so in journal, log and ops", async () => {
		const platform = await playing();
		const before = quoted(platform, "1x2").version;
		await platform.feed(referenceOf1x2(platform, FAR));
		expect(quoted(platform, "1x2")).toMatchObject({ status: "suspended", version: before + 1 });
		expect(quoted(platform, "btts").status).toBe("open");
		expect(journalOf(platform).at(-1)).toMatchObject({
			kind: "deviation_alarm",
			markets: [{ marketId: "1x2", distancePpm: expect.any(Number) }],
		});
		expect(platform.world.logs.some(({ level, event }) => level === "warn" && event === "deviation")).toBe(true);
		const ops = platform.match(MATCH).ops();
		expect(ops?.holds).toContainEqual({ reason: "deviation", scope: "1x2" });
		expect(ops?.deviations).toMatchObject([{ marketId: "1x2", status: "alarm" }]);
		expect(ops?.deviations[0]?.distancePpm).toBeGreaterThan(DEVIATION.alarmPpm);
	});

	test("[BET-5] refuses a bet in its window", async () => {
		const platform = await playing();
		const player = await platform.player();
		const placing = player.place([{ matchId: MATCH, marketId: "1x2", outcomeId: "home" }]);
		await platform.live(MATCH, 1_000);
		const placed = await placing;
		if (placed.kind !== "ticket") throw new Error(placed.code);
		await platform.feed(referenceOf1x2(platform, FAR), referenceOf1x2(platform));
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.live(MATCH, 45_000);
		expect((await player.ticket(placed.ticket.id)).status).toBe("refused");
	});

	test("is over once they agree, under the next version; between the two bounds it stays as it is", async () => {
		const platform = await playing();
		const before = quoted(platform, "1x2").version;
		await platform.feed(referenceOf1x2(platform, 6));
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.feed(referenceOf1x2(platform, FAR), referenceOf1x2(platform, 6));
		expect(quoted(platform, "1x2").status).toBe("suspended");
		await platform.feed(referenceOf1x2(platform, 1));
		expect(quoted(platform, "1x2")).toMatchObject({ status: "open", version: before + 2 });
		expect(kindsOf(platform).slice(-2)).toEqual(["deviation_alarm", "deviation_over"]);
	});

	test("DEVIATION.alarmPpm, overPpm: raised beyond the first and not before, lifted within the second and not before", async () => {
		const platform = await playing();
		const seen: { readonly points: number; readonly ppm: number; readonly status: string }[] = [];
		const steps = Array.from({ length: 49 }, (_, n) => n / 4);
		for (const points of [...steps, ...steps.toReversed()]) {
			await platform.feed(referenceOf1x2(platform, points));
			const state = storedState(platform);
			const ppm = distances(state, state.deviations.references["1x2"]?.atMs ?? 0).get("1x2");
			if (ppm === undefined) throw new Error("not compared");
			seen.push({ points, ppm, status: quoted(platform, "1x2").status });
		}
		// Away and back, in steps of a quarter of a point: the last that changed nothing, and the one that did.
		const raisedAt = seen.findIndex(({ status }) => status === "suspended");
		const liftedAt = seen.findIndex(({ status }, at) => at > raisedAt && status === "open");
		const ppmAt = (at: number): number => seen[at]?.ppm ?? Number.NaN;
		expect(ppmAt(raisedAt)).toBeGreaterThan(80_000);
		expect(ppmAt(raisedAt - 1)).toBeLessThanOrEqual(80_000);
		expect(ppmAt(liftedAt)).toBeLessThan(40_000);
		expect(ppmAt(liftedAt - 1)).toBeGreaterThanOrEqual(40_000);
		expect([DEVIATION.alarmPpm, DEVIATION.overPpm]).toEqual([80_000, 40_000]);
	});

	test("DEVIATION.maxAgeMs: prices so old are compared, older ones no more", async () => {
		const platform = await playing();
		await platform.feed(referenceOf1x2(platform, 1));
		const state = storedState(platform);
		const saidAtMs = state.deviations.references["1x2"]?.atMs ?? Number.NaN;
		expect(distances(state, saidAtMs + 15_000).has("1x2")).toBe(true);
		expect(distances(state, saidAtMs + 15_001).has("1x2")).toBe(false);
		expect(DEVIATION.maxAgeMs).toBe(15_000);
	});

	test("the provider's margin is no difference", async () => {
		const platform = await playing();
		const { outcomes } = quoted(platform, "ou:2.5");
		const fair = (outcomeId: string): number => (outcomes[outcomeId]?.fairPpm ?? 0) / 1_000_000;
		const odds = (outcomeId: string): number => Math.round(1_000 / (fair(outcomeId) * 1.15));
		await platform.feed(reference(platform, "ou:2.5", { over: odds("over"), under: odds("under") }));
		expect(quoted(platform, "ou:2.5").status).toBe("open");
	});

	test("is lifted by a trader, stays lifted while they differ, and is armed again once they have agreed", async () => {
		const platform = await playing();
		await platform.feed(referenceOf1x2(platform, FAR));
		expect(await platform.command(MATCH, { action: "reopen", marketIds: ["1x2"] })).toBe("applied");
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.feed(referenceOf1x2(platform, FAR));
		expect(quoted(platform, "1x2").status).toBe("open");
		expect(platform.match(MATCH).ops()?.deviations).toMatchObject([{ marketId: "1x2", status: "waived" }]);
		await platform.feed(referenceOf1x2(platform), referenceOf1x2(platform, FAR));
		expect(quoted(platform, "1x2").status).toBe("suspended");
	});

	test("a trader's shift towards the provider ends it: the shift is what the match thinks", async () => {
		const platform = await playing();
		await platform.feed(referenceOf1x2(platform, FAR));
		await platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "home", stepMilli: 500 });
		expect(quoted(platform, "1x2").status).toBe("open");
	});

	test("the clock alone raises it, where nobody listens and nothing ticks, before a confirmation is answered", async () => {
		const platform = await playing();
		await platform.feed(quick("second_half", 2_700 + 1_200));
		await platform.feed(referenceOf1x2(platform));
		platform.sockets = { ...platform.sockets, count: () => 0 };
		platform.gate = ({ method }) => {
			if (method === "apply") throw new Error("cut off");
		};
		const { version } = quoted(platform, "1x2");
		const code = (n: number): string | undefined => {
			const asks = [{ market: "1x2", version, outcomes: ["draw"], view: "standard" }];
			const answer = platform
				.match(MATCH)
				.confirm({ v: 1, matchId: MATCH, region: "weur", inc: 1, n, asks, totals: [] });
			return answer.kind === "answer" ? answer.markets[0]?.code : "stale";
		};
		expect(code(1)).toBe("ok");
		// Twenty minutes without a goal in twelve seconds: the draw has become far likelier than the provider last said.
		await platform.world.advance(12_000);
		expect(code(2)).toBe("suspended");
		expect(kindsOf(platform).at(-1)).toBe("deviation_alarm");
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});

	test("what is old says nothing: prices from before a goal, and prices nobody has restated", async () => {
		const platform = await playing();
		const early = referenceOf1x2(platform, FAR);
		await platform.world.advance(50);
		await platform.feed({ ...incident("goal", "home", "g1"), sentAtMs: platform.world.now() }, betStart());
		await platform.feed(early);
		expect(quoted(platform, "1x2").status).toBe("open");
		// Kept only as long as it is fresh: nobody would alarm on what was said before a silence.
		await platform.feed(referenceOf1x2(platform));
		await platform.live(MATCH, DEVIATION.maxAgeMs + 2_000);
		await platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "away", stepMilli: 500 });
		await platform.command(MATCH, { action: "shift", marketId: "1x2", outcomeId: "away", stepMilli: 500 });
		expect(quoted(platform, "1x2").status).toBe("open");
	});

	test("silence lifts nothing, nor does a restart", async () => {
		const platform = await playing();
		await platform.feed(referenceOf1x2(platform, FAR));
		await platform.live(MATCH, DEVIATION.maxAgeMs + 2_000);
		platform.restart(matchName(MATCH));
		await platform.live(MATCH, 3_000);
		expect(quoted(platform, "1x2").status).toBe("suspended");
		expect(quoted(platform, "btts").status).toBe("open");
	});

	test("books that lack an outcome or have a strange one, and markets nobody lists, are not compared", async () => {
		const platform = await playing();
		await platform.feed(
			reference(platform, "1x2", { home: 1_100, away: 1_100 }),
			reference(platform, "1x2", { home: 1_100, draw: 50_000, away: 50_000, nobody: 50_000 }),
			reference(platform, "cards:9.5", { over: 1_100, under: 9_000 }),
		);
		expect(quoted(platform, "1x2").status).toBe("open");
		expect(storedState(platform).deviations.references).toEqual({});
	});

	test("prices that are no book are refused with a reason, and compared with nothing", async () => {
		const platform = await playing();
		await platform.feed(reference(platform, "1x2", { home: 9_000, draw: 9_000, away: 9_000 }));
		const row = platform.world
			.storage(matchName(MATCH))
			.exec("SELECT rejected FROM inputs ORDER BY seq DESC LIMIT 1")[0];
		expect(JSON.parse(String(row?.rejected))).toMatchObject({ code: "bad_prices" });
		expect(quoted(platform, "1x2").status).toBe("open");
	});

	test.each([
		["a margin of 77 %", { home: 1_300, draw: 2_000, away: 2_000 }],
		["a present of 8 %", { home: 2_200, draw: 3_900, away: 4_800 }],
	])("QUOTED_BOOK: %s is a mistyped price: it is refused, and no strength follows it", async (_, book) => {
		const platform = await scheduled({ prices: { oneXTwo: [2_000, 3_500, 4_000] } });
		const { params } = storedState(platform);
		await platform.feed(reference(platform, "1x2", book));
		expect(storedState(platform)).toMatchObject({ params, deviations: { references: {} } });
		expect(quoted(platform, "1x2").status).toBe("open");
	});

	test("a market on which several outcomes win together is compared like any other", async () => {
		const platform = await playing();
		const fair = (outcomeId: string): number => (quoted(platform, "dc").outcomes[outcomeId]?.fairPpm ?? 0) / 1_000_000;
		const odds = (outcomeId: string, points: number): number =>
			Math.max(1_002, Math.round(1_000 / ((fair(outcomeId) + points / 100) * 1.02)));
		const prices = (points: number) => ({ "1x": odds("1x", -points), "12": odds("12", 0), x2: odds("x2", points) });
		await platform.feed(reference(platform, "dc", prices(0)));
		expect(quoted(platform, "dc").status).toBe("open");
		await platform.feed(reference(platform, "dc", prices(FAR)));
		expect(quoted(platform, "dc").status).toBe("suspended");
		expect(quoted(platform, "1x2").status).toBe("open");
	});

	test("[MAT-2] replaying inputs and journal gives the same bytes", async () => {
		const platform = await playing();
		await platform.feed(referenceOf1x2(platform, FAR), referenceOf1x2(platform, 1), referenceOf1x2(platform, FAR));
		await platform.command(MATCH, { action: "reopen" });
		const { stored, replayed } = twice(platform);
		expect(replayed).toBe(stored);
	});
});
