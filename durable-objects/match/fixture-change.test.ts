import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { matchName } from "../../shared/contracts/ids.ts";
import type { FixtureInput, Input } from "../../shared/feeds/canonical.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { fixture as basketballFixture } from "../../testing/basketball.ts";
import { betStart, incident, phase } from "../../testing/football-inputs.ts";
import {
	kindsOf,
	MATCH,
	oddsOf,
	playing,
	quoted,
	reference,
	scheduled,
	storedState,
	twice,
} from "../../testing/match.ts";
import { tennisFixture } from "../../testing/tennis.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const OPENING = { prices: { oneXTwo: [2_000, 3_500, 4_000] } };

/** The fixture as it stands, but for what changed; sent now, if nothing else is said. */
function refixed(platform: Platform, over: Partial<FixtureInput>): Input {
	return { ...storedState(platform).fixture, sentAtMs: platform.world.now(), ...over };
}
const EXTRA = { extraTime: true, shootOut: true };

/** The winner's price as the market has it in the end, in steps that a market takes. */
async function followed(platform: Platform, home: number, away: number): Promise<void> {
	const before = quoted(platform, "ml").outcomes;
	const between = (outcomeId: string, to: number): number =>
		Math.round((2 * 1_000_000) / ((before[outcomeId]?.fairPpm ?? 0) / 1_000 + 1_000_000 / to));
	await platform.feed(reference(platform, "ml", { home: between("home", home), away: between("away", away) }));
	await platform.feed(reference(platform, "ml", { home, away }));
}

function lastRejection(platform: Platform): unknown {
	const storage = platform.world.storage(matchName(MATCH));
	const row = storage.exec("SELECT rejected FROM inputs ORDER BY seq DESC LIMIT 1")[0];
	return row?.rejected === null ? null : JSON.parse(String(row?.rejected));
}
function expectReplayed(platform: Platform): void {
	const { stored, replayed } = twice(platform);
	expect(replayed).toBe(stored);
}
const MATCH_ROW = v.looseObject({ kind: v.literal("match") });
const matchRows = (platform: Platform) =>
	platform.reports.flatMap(({ source, rows }) =>
		source === matchName(MATCH) ? rows.map(({ body }) => body).filter((body) => v.is(MATCH_ROW, body)) : [],
	);

const sold = async (platform: Platform, marketId: string, outcomeId: string) => {
	const player = await platform.player();
	const placing = player.place([{ matchId: MATCH, marketId, outcomeId }]);
	await platform.world.advance(300);
	const placed = await placing;
	if (placed.kind !== "ticket" || placed.ticket.status !== "accepted") throw new Error("not sold");
	return () => player.ticket(placed.ticket.id);
};

describe("[MAT-10] a later fixture", () => {
	test("changes start, place, names and competition: for players, lists and reports, under new versions", async () => {
		const platform = await scheduled();
		const before = quoted(platform, "1x2");
		const startMs = platform.world.now() + DAY_MS;
		const home = { name: "Argentina U23", short: "ARG" };
		await platform.feed(refixed(platform, { scheduledAtMs: startMs, venue: "Lusail", home, competition: "Cup" }));
		await platform.world.advance(2_000);
		const changed = { scheduledAtMs: startMs, competition: "Cup" };
		expect(storedState(platform).fixture).toMatchObject({ ...changed, home, venue: "Lusail" });
		expect(platform.match(MATCH).ops()).toMatchObject({ scheduledAtMs: startMs, venue: "Lusail" });
		expect(platform.board().list()).toMatchObject([{ ...changed, home }]);
		expect(matchRows(platform).at(-1)).toMatchObject({ ...changed, home: "Argentina U23", status: "scheduled" });
		expect(JSON.parse(platform.match(MATCH).image() ?? "{}")).toMatchObject({ ...changed, home });
		const after = quoted(platform, "1x2");
		expect(after).toMatchObject({ status: "open", version: before.version + 1, outcomes: before.outcomes });
		expectReplayed(platform);
	});

	test("sends readers the new names though no price moved", async () => {
		const platform = await scheduled();
		const frames: string[] = [];
		platform.sockets = { ...platform.sockets, send: (_, frame) => void frames.push(frame) };
		platform.match(MATCH).subscribed(null);
		await platform.feed(refixed(platform, { away: { name: "Les Bleus", short: "FRA" } }));
		expect(frames.some((frame) => frame.includes("Les Bleus"))).toBe(true);
	});

	test("postponed before its kick-off is not withdrawn at the old time, and is at the new one", async () => {
		const platform = await scheduled();
		const startMs = storedState(platform).fixture.scheduledAtMs;
		await platform.feed(refixed(platform, { scheduledAtMs: startMs + HOUR_MS }));
		await platform.world.advance(HOUR_MS + 1_000);
		expect(kindsOf(platform)).not.toContain("kickoff_due");
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.world.advance(HOUR_MS);
		expect(kindsOf(platform)).toContain("kickoff_due");
		expectReplayed(platform);
	});

	test("postponed after its kick-off was due takes the withdrawal back, with all that a match in play holds", async () => {
		const platform = await scheduled();
		const before = quoted(platform, "1x2").version;
		await platform.world.advance(HOUR_MS + 1_000);
		platform.restart(matchName(MATCH));
		expect(quoted(platform, "1x2")).toMatchObject({ status: "suspended", version: before + 1 });
		expect(storedState(platform).holds.map(({ reason }) => reason)).toContain("restart");
		await platform.feed(refixed(platform, { scheduledAtMs: platform.world.now() + DAY_MS }));
		expect(storedState(platform)).toMatchObject({ kickOffDue: false, startedAtMs: null, holds: [] });
		expect(quoted(platform, "1x2")).toMatchObject({ status: "open", version: before + 2, delayMs: 0 });
		expect(platform.match(MATCH).ops()?.inPlay).toBe(false);
		await platform.world.advance(DAY_MS + 1_000);
		expect(quoted(platform, "1x2").status).toBe("suspended");
		expectReplayed(platform);
	});

	test("[MAT-6] brought forward is withdrawn at its new time, by the alarm alone", async () => {
		const platform = await scheduled();
		const startMs = platform.world.now() + 60_000;
		await platform.feed(refixed(platform, { scheduledAtMs: startMs }));
		expect(platform.world.alarmOf(matchName(MATCH))).toBeLessThanOrEqual(startMs);
		await platform.world.advance(61_000);
		expect(kindsOf(platform)).toContain("kickoff_due");
	});

	test("a match that was overdue is not when it comes another day", async () => {
		const platform = await scheduled();
		await platform.world.advance(7 * HOUR_MS);
		platform.match(MATCH).wire();
		expect(storedState(platform).isOverdue).toBe(true);
		await platform.feed(refixed(platform, { scheduledAtMs: platform.world.now() + DAY_MS }));
		expect(storedState(platform).isOverdue).toBe(false);
		expectReplayed(platform);
	});

	test("in the past is due at once", async () => {
		const platform = await scheduled();
		await platform.feed(refixed(platform, { scheduledAtMs: platform.world.now() - 1_000 }));
		expect(quoted(platform, "1x2").status).toBe("suspended");
	});
});

describe("[MAT-10] the order of fixtures", () => {
	test("is the provider's clock, and arrival among equals; what is refused has no effect", async () => {
		const platform = await scheduled();
		await platform.world.advance(10_000);
		const sentAtMs = platform.world.now();
		await platform.feed(refixed(platform, { sentAtMs, venue: "first" }));
		await platform.feed(
			refixed(platform, { sentAtMs: sentAtMs - 1, venue: "older", scheduledAtMs: sentAtMs + DAY_MS }),
		);
		expect(lastRejection(platform)).toMatchObject({ code: "outdated" });
		expect(storedState(platform).fixture.venue).toBe("first");
		await platform.feed(refixed(platform, { sentAtMs, venue: "second" }));
		expect(storedState(platform).fixture.venue).toBe("second");
		expectReplayed(platform);
	});

	test("a second fixture of another sport, or after the end, is refused", async () => {
		const platform = await scheduled();
		const before = JSON.stringify({ ...storedState(platform), lastSeq: 0, lastTick: 0 });
		await platform.feed({ ...tennisFixture(), matchId: MATCH, sentAtMs: platform.world.now() });
		expect(lastRejection(platform)).toMatchObject({ code: "other_sport" });
		expect(JSON.stringify({ ...storedState(platform), lastSeq: 0, lastTick: 0 })).toBe(before);
		await platform.feed(phase("first_half", 0), phase("abandoned", 600, false), refixed(platform, { venue: "x" }));
		expect(lastRejection(platform)).toMatchObject({ code: "ended" });
	});
});

describe("[MAT-9] prices of a later fixture", () => {
	test("move strengths at once before the match, under the same version; impossible ones change nothing", async () => {
		const platform = await scheduled(OPENING);
		const before = quoted(platform, "1x2");
		await platform.feed(refixed(platform, { prices: { oneXTwo: [1_760, 3_900, 4_440] } }));
		const after = quoted(platform, "1x2");
		expect(oddsOf(after, "home")).toBeLessThanOrEqual(1_760);
		expect(after).toMatchObject({ status: "open", version: before.version });
		expect(platform.match(MATCH).ops()?.strengths).toMatchObject({ source: "fixture" });
		await platform.feed(refixed(platform, { venue: "x", prices: { oneXTwo: [9_000, 9_000, 9_000] } }));
		expect(lastRejection(platform)).toMatchObject({ code: "no_prices" });
		expect(storedState(platform).fixture.venue).toBeUndefined();
		expectReplayed(platform);
	});

	test("make what the provider said before of single markets old", async () => {
		const platform = await scheduled(OPENING);
		await platform.feed(reference(platform, "1x2", { home: 2_000, draw: 3_500, away: 4_000 }));
		await platform.world.advance(1_000);
		await platform.feed(refixed(platform, { prices: { oneXTwo: [1_600, 4_000, 6_000] } }));
		expect(quoted(platform, "1x2").status).toBe("open");
		expect(storedState(platform).deviations.references).toEqual({});
	});

	test("that say what the last one said, or nothing, do not take back what the market has said since", async () => {
		const platform = await scheduled(OPENING);
		await platform.feed(reference(platform, "1x2", { home: 1_760, draw: 3_900, away: 4_440 }));
		const { params } = storedState(platform);
		await platform.world.advance(1_000);
		await platform.feed(refixed(platform, { venue: "x" }), refixed(platform, { prices: {} }));
		expect(storedState(platform)).toMatchObject({ params, fixture: OPENING });
	});

	test("older than the market's are not followed", async () => {
		const platform = await scheduled(OPENING);
		const sentAtMs = platform.world.now();
		await platform.world.advance(1_000);
		await platform.feed(reference(platform, "1x2", { home: 1_760, draw: 3_900, away: 4_440 }));
		const { params } = storedState(platform);
		await platform.feed(refixed(platform, { sentAtMs, prices: { oneXTwo: [2_100, 3_500, 3_700] } }));
		expect(lastRejection(platform)).toBeNull();
		expect(storedState(platform).params).toEqual(params);
	});

	test("[MAT-10] unsaid with another format, leave the market's where it has moved them", async () => {
		const platform = await scheduled(OPENING);
		await platform.feed(reference(platform, "1x2", { home: 1_760, draw: 3_900, away: 4_440 }));
		const { params } = storedState(platform);
		const { version, outcomes } = quoted(platform, "1x2");
		await platform.feed(refixed(platform, { format: {} }), refixed(platform, { format: EXTRA, prices: {} }));
		expect(storedState(platform)).toMatchObject({ params, following: { source: "market" } });
		expect(quoted(platform, "1x2")).toMatchObject({ status: "open", version: version + 2, outcomes });
		expectReplayed(platform);
	});

	test.each([
		["tennis", tennisFixture({ prices: { moneyline: [1_750, 2_150] } }), { bestOf: 5 }, 1_500, 2_650],
		[
			"tennis far from its fixture",
			tennisFixture({ prices: { moneyline: [2_800, 1_450] } }),
			{ bestOf: 5 },
			2_000,
			1_850,
		],
		["basketball", basketballFixture(), { quarterMinutes: 10 }, 1_480, 2_700],
	] as const)(
		"[MAT-10] unsaid with a format that makes strengths mean another match, leave the winner: %s",
		async (...given) => {
			const [, opening, format, home, away] = given;
			const platform = await scheduled({ ...opening, matchId: MATCH, scheduledAtMs: Date.UTC(2027, 0, 1) });
			const before = quoted(platform, "ml");
			await followed(platform, home, away);
			const moved = quoted(platform, "ml");
			expect(oddsOf(moved, "home")).not.toBe(oddsOf(before, "home"));
			const { params } = storedState(platform);
			await platform.feed(refixed(platform, { format }));
			expect(lastRejection(platform)).toBeNull();
			expect(storedState(platform).params).not.toEqual(params);
			for (const side of ["home", "away"])
				expect(
					Math.abs((quoted(platform, "ml").outcomes[side]?.fairPpm ?? 0) - (moved.outcomes[side]?.fairPpm ?? 0)),
				).toBeLessThan(50);
			expectReplayed(platform);
		},
	);

	test("are kept in play and move nothing", async () => {
		const platform = await playing();
		const { params } = storedState(platform);
		const prices = { oneXTwo: [1_760, 3_900, 4_440] };
		await platform.feed(refixed(platform, { prices }));
		expect(storedState(platform)).toMatchObject({ params, fixture: { prices } });
		expectReplayed(platform);
	});
});

describe("[MAT-10] home and away that change places", () => {
	const swapped = (platform: Platform): Input => {
		const { home, away, prices } = storedState(platform).fixture;
		const [h = 0, d = 0, a = 0] = prices.oneXTwo ?? [];
		return refixed(platform, { home: away, away: home, prices: { oneXTwo: [a, d, h] } });
	};
	const finished = async (platform: Platform): Promise<void> => {
		await platform.feed(phase("first_half", 0), incident("goal", "home", "g1"), betStart());
		await platform.feed(phase("half_time", 2_800, false), phase("second_half", 2_700), phase("ended", 5_600, false));
		await platform.live(MATCH, 5_000);
	};

	test("[SET-4] make bets on a side void, once; those of after stand, and markets stay on sale", async () => {
		const platform = await scheduled(OPENING);
		const early = await sold(platform, "1x2", "away");
		await platform.world.advance(5_000);
		await platform.feed(swapped(platform));
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.world.advance(5_000);
		expect(await early()).toMatchObject({ status: "settled", returnMinor: (await early()).stakeMinor });
		const [home, away] = [await sold(platform, "1x2", "home"), await sold(platform, "1x2", "away")];
		await finished(platform);
		const won = await home();
		expect(won.returnMinor).toBe(won.potentialReturnMinor);
		expect(await away()).toMatchObject({ status: "settled", returnMinor: 0 });
		expect((await early()).returnMinor).toBe((await early()).stakeMinor);
		expectReplayed(platform);
	});

	test("[SET-4] and back again: the first bets count, and those in between are void", async () => {
		const platform = await scheduled(OPENING);
		const first = await sold(platform, "1x2", "home");
		await platform.world.advance(5_000);
		await platform.feed(swapped(platform));
		await platform.world.advance(5_000);
		const between = await sold(platform, "1x2", "home");
		await platform.world.advance(5_000);
		platform.restart(matchName(MATCH));
		await platform.feed(swapped(platform));
		await platform.world.advance(5_000);
		expect((await between()).returnMinor).toBe((await between()).stakeMinor);
		await finished(platform);
		const won = await first();
		expect(won.returnMinor).toBe(won.potentialReturnMinor);
		expect((await between()).returnMinor).toBe((await between()).stakeMinor);
		expectReplayed(platform);
	});

	test("[SET-4] by a clock that is set back: bets are of before or after by what the match had heard", async () => {
		const platform = await scheduled(OPENING);
		const first = await sold(platform, "1x2", "home");
		await platform.world.advance(5_000);
		await platform.feed(swapped(platform));
		platform.world.setClock(matchName(MATCH), -60_000);
		// Answers meanwhile, however many, move nothing.
		for (let n = 1; n <= 1_100; n++)
			platform.match(MATCH).confirm({ v: 1, matchId: MATCH, region: "oc", inc: 1, n, asks: [], totals: [] });
		const between = await sold(platform, "1x2", "home");
		await platform.feed(swapped(platform));
		const last = await sold(platform, "1x2", "home");
		// Results are official once the match's clock is where it was.
		await platform.world.advance(65_000);
		expect(await between()).toMatchObject({ status: "settled", returnMinor: (await between()).stakeMinor });
		await finished(platform);
		for (const ticket of [first, last]) {
			const won = await ticket();
			expect(won.returnMinor).toBe(won.potentialReturnMinor);
		}
		expectReplayed(platform);
	});

	test("are told with their prices, and what a trader thought of either is forgotten", async () => {
		const platform = await scheduled(OPENING);
		const { home, away } = storedState(platform).fixture;
		await platform.feed(refixed(platform, { home: away, away: home, prices: {} }));
		expect(lastRejection(platform)).toMatchObject({ code: "no_prices" });
		for (const command of [
			{ action: "shift", marketId: "1x2", outcomeId: "home", stepMilli: 300 },
			{ action: "set_strengths", strengths: { homeGoals: 1.9 } },
			{ action: "set_price", marketId: "1x2", outcomeId: "home", oddsMilli: 1_800 },
		] as const)
			expect(await platform.command(MATCH, command)).toBe("applied");
		await platform.feed(swapped(platform));
		expect(oddsOf(quoted(platform, "1x2"), "away")).toBe(1_960);
		expect(platform.match(MATCH).ops()).toMatchObject({ strengths: { trader: null }, heldPrices: [] });
		expectReplayed(platform);
	});

	test("are refused in play", async () => {
		const platform = await playing();
		await platform.feed(swapped(platform));
		expect(lastRejection(platform)).toMatchObject({ code: "sides_changed" });
	});
});

describe("[MAT-10] another format", () => {
	const FINAL = { extraTime: true, shootOut: true };
	test("before the match lists what belongs to it; what cannot be decided any more is void, until its format returns", async () => {
		const platform = await scheduled();
		const [trophy, result] = [await sold(platform, "trophy", "home"), await sold(platform, "1x2", "home")];
		const { version } = quoted(platform, "1x2");
		const price = { action: "set_price", marketId: "1x2", outcomeId: "home", oddsMilli: 2_600 } as const;
		expect(await platform.command(MATCH, price)).toBe("applied");
		expect(await platform.command(MATCH, { action: "set_lines", marketIds: ["ou:2.5"] })).toBe("applied");
		await platform.feed(refixed(platform, { format: {} }));
		const { fixed, lines } = storedState(platform);
		expect([fixed, lines]).toEqual([{}, {}]);
		await platform.world.advance(5_000);
		expect(quoted(platform, "trophy").status).toBe("settled");
		expect(await trophy()).toMatchObject({ status: "settled", returnMinor: (await trophy()).stakeMinor });
		expect((await result()).status).toBe("accepted");
		expect(quoted(platform, "1x2")).toMatchObject({ status: "open", version: version + 1 });
		await platform.feed(refixed(platform, { format: FINAL }));
		expect(quoted(platform, "trophy").status).toBe("open");
		expectReplayed(platform);
	});

	test("in play is taken until regular time is over, and refused from then on", async () => {
		const platform = await playing();
		await platform.feed(refixed(platform, { format: { extraTime: false, shootOut: true } }));
		expect(lastRejection(platform)).toBeNull();
		await platform.feed(refixed(platform, { format: FINAL }));
		await platform.feed(
			phase("half_time", 2_800, false),
			phase("second_half", 2_700),
			phase("extra_break", 5_500, false),
		);
		await platform.feed(refixed(platform, { venue: "x", format: {} }));
		expect(lastRejection(platform)).toMatchObject({ code: "bad_fixture" });
		expect(storedState(platform).fixture).toMatchObject({ format: FINAL });
		expectReplayed(platform);
	});

	test("of five sets instead of three gives set bets back, and keeps the match winner and the first set", async () => {
		const platform = await scheduled({
			...tennisFixture({ prices: { moneyline: [1_750, 2_150] } }),
			matchId: MATCH,
			scheduledAtMs: Date.UTC(2027, 0, 1),
		});
		const first = ["sb", "ts:2.5", "ml", "set:1:ml"].map((marketId) => quoted(platform, marketId).status);
		expect(first).toEqual(["open", "open", "open", "open"]);
		await platform.feed(refixed(platform, { format: { bestOf: 5 } }));
		const after = ["sb", "ts:2.5", "ml", "set:1:ml", "ts:3.5"].map((marketId) => quoted(platform, marketId).status);
		expect(after).toEqual(["settled", "settled", "open", "open", "open"]);
		await platform.feed(refixed(platform, { format: { bestOf: 3 } }));
		expect(["sb", "ts:2.5", "ts:3.5"].map((marketId) => quoted(platform, marketId).status)).toEqual([
			"open",
			"open",
			"settled",
		]);
		expectReplayed(platform);
	});
});

test("[MAT-10] a state that older code stored opens", async () => {
	const platform = await scheduled(OPENING);
	const storage = platform.world.storage(matchName(MATCH));
	const { following: _f, fixed: _p, lines: _l, ...old } = storedState(platform);
	storage.exec("UPDATE meta SET state = ?", JSON.stringify(old));
	platform.restart(matchName(MATCH));
	await platform.feed(reference(platform, "1x2", { home: 1_760, draw: 3_900, away: 4_440 }));
	expect(platform.match(MATCH).ops()).toMatchObject({
		strengths: { source: "market" },
		heldPrices: [],
		chosenLines: [],
	});
	expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThanOrEqual(1_760);
});
