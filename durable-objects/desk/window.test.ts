/** Windows, versions, silence and danger: when a leg is accepted and when it is not. */
import { describe, expect, test } from "vitest";
import { BET } from "../../shared/limits.ts";
import { createDeskBench, keyOf, leg } from "../../testing/desk.ts";

describe("[BET-3] the window is elapsed time at the desk", () => {
	test("a leg is asked about when its window has ended, and reserved at the price of the ok", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		const { legs } = await offer(leg(1));
		expect(legs).toMatchObject([{ vote: "noted", delayMs: 5_000, version: 1, oddsMilli: 2_000 }]);
		await world.advance(4_999);
		expect(match.confirms).toHaveLength(0);
		await world.advance(1);
		expect(match.confirms).toHaveLength(1);
		expect(match.confirms[0]).toMatchObject({
			asks: [{ market: "1x2", version: 1, outcomes: ["home"], view: "standard" }],
			totals: [{ market: "1x2", outcome: "home", riskBaseMinor: 1_000, stakeBaseMinor: 1_000 }],
		});
		expect(wallet.vote(keyOf(1))).toMatchObject({
			vote: "yes",
			oddsMilli: 2_000,
			marketVersion: 1,
			epoch: "e1",
			seq: 7,
			delayMs: 5_000,
			matchState: "0-0 12'",
		});
	});

	test("a clock that is set while a window runs neither ends it sooner nor keeps it open", async () => {
		for (const byMs of [60_000, BET.windowStepMs + 1, -60_000]) {
			const { world, match, wallet, offer } = createDeskBench();
			await offer(leg(1));
			await world.advance(6_000);
			expect(wallet.word(keyOf(1))).toBe("yes");
			await offer(leg(2));
			await world.advance(2_000);
			const asked = match.confirms.length;
			world.setClock("desk", byMs);
			await world.advance(2_000);
			expect(match.confirms.slice(asked).flatMap(({ asks }) => asks)).toEqual([]);
			await world.advance(2_500);
			expect(wallet.word(keyOf(2))).toBe("yes");
		}
	});

	test("the delay is the match's: one that grew meanwhile is waited out too", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		match.delayMs = 8_000;
		await world.advance(7_900);
		expect(wallet.votes).toEqual([]);
		expect(match.confirms).toHaveLength(1);
		await world.advance(200);
		expect(wallet.word(keyOf(1))).toBe("yes");
	});

	test("before the match, note and decision are one step, under the version the ok finds (MAT-6)", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.inPlay = false;
		const { legs } = await offer(leg(1));
		expect(legs).toMatchObject([{ vote: "noted", delayMs: 0, version: null }]);
		await world.settle();
		expect(match.confirms[0]?.asks).toMatchObject([{ version: null }]);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "yes", marketVersion: 1 });
	});

	test("what was offered before the match and is asked about after its start is refused (MAT-6)", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.inPlay = false;
		match.confirmTakesMs = 200;
		// The first keeps the match busy, so that the others are asked about after the start.
		await offer(leg(1));
		await world.advance(100);
		await offer(leg(2), leg(3, { marketVersion: 1 }));
		match.inPlay = true;
		match.move("1x2", "open");
		await world.advance(1_000);
		expect([1, 2, 3].map((n) => wallet.word(keyOf(n)))).toEqual(["yes", "market_changed", "market_changed"]);
	});

	test("bets whose windows end together are asked about together, at once, and what ends meanwhile goes in the next", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.confirmTakesMs = 40;
		await offer(leg(1), leg(2, { outcomeId: "draw", oddsMilli: 3_500 }));
		await world.advance(10);
		await offer(leg(3));
		await world.advance(4_990);
		expect(match.confirms.map(({ asks }) => asks[0]?.outcomes)).toEqual([["home", "draw"]]);
		await world.advance(39);
		expect(match.confirms).toHaveLength(1);
		await world.advance(1);
		expect(match.confirms.map(({ n, asks }) => [n, asks[0]?.outcomes])).toEqual([
			[1, ["home", "draw"]],
			[2, ["home"]],
		]);
		await world.advance(40);
		expect([1, 2, 3].map((n) => wallet.word(keyOf(n)))).toEqual(["yes", "yes", "yes"]);
	});

	test("property: nothing is ever reserved before its window has ended, whenever legs come and delays change", async () => {
		for (let seed = 1; seed <= 12; seed++) {
			const { world, match, wallet, offer } = createDeskBench(seed);
			const random = world.ports("dice").random;
			const notedAt = new Map<string, number>();
			const seen = new Set<string>();
			for (let n = 0; n < 40; n++) {
				const { legs } = await offer(leg(n));
				if (legs[0]?.vote === "noted") notedAt.set(keyOf(n), world.now());
				if (random() < 0.2) match.delayMs = 1_000 + Math.floor(random() * 7_000);
				match.confirmTakesMs = Math.floor(random() * 400);
				await world.advance(Math.floor(random() * 900));
				for (const vote of wallet.votes) {
					if (vote.vote !== "yes" || seen.has(vote.ticketKey)) continue;
					seen.add(vote.ticketKey);
					expect(world.now() - (notedAt.get(vote.ticketKey) ?? world.now())).toBeGreaterThanOrEqual(vote.delayMs);
				}
			}
			await world.advance(30_000);
			expect(new Set(wallet.votes.map(({ ticketKey }) => ticketKey)).size).toBe(40);
			expect(world.faults).toEqual([]);
		}
	});
});

describe("[BET-5] a market suspended at any moment of the window refuses", () => {
	test("at whatever moment it is withdrawn and reopened, also between two looks", async () => {
		for (let atMs = 0; atMs < 5_000; atMs += 130) {
			const { world, match, wallet, offer } = createDeskBench();
			await offer(leg(1, { pricePolicy: { kind: "any" } }));
			await world.advance(atMs);
			match.move("1x2", "suspended");
			await world.advance(7);
			match.move("1x2", "open");
			await world.advance(20_000);
			expect([atMs, wallet.word(keyOf(1))]).toEqual([atMs, expect.stringMatching(/^market_(changed|suspended)$/)]);
		}
	});

	test("still suspended at the end of the window, and early where a look finds it", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(100);
		match.move("1x2", "suspended");
		await world.advance(500);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "no", code: "market_suspended", marketVersion: 2 });
		expect(match.confirms).toHaveLength(0);
	});

	test("no look asks about a leg that a confirmation asks about, at the end of its window or while it is held", async () => {
		const { world, match, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(4_400);
		const looks = match.quotes.length;
		match.of("1x2").status = "danger";
		await world.advance(3_000);
		expect([looks, match.quotes.length]).toEqual([9, 9]);
		expect(match.confirms.length).toBeGreaterThan(5);
	});

	test("refused by a look while its confirm is in flight, a leg stays refused whatever the answer says", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		match.confirmTakesMs = 1_500;
		await offer(leg(1));
		await world.advance(5_100);
		expect(match.confirms).toHaveLength(1);
		match.move("1x2", "suspended");
		await world.advance(5_000);
		expect(wallet.votes).toMatchObject([{ vote: "no", code: "market_suspended" }]);
		expect(desk().ops().reservedLegs).toBe(0);
	});

	test("a leg that waits for others holds on to its version, also before the match", async () => {
		const { match, world, wallet, desk, offer } = createDeskBench();
		match.inPlay = false;
		const { legs } = await offer(leg(1, { legCount: 2, deskCount: 2 }));
		expect(legs).toMatchObject([{ vote: "noted", version: 1 }]);
		const start = { ticketKey: keyOf(1), legNo: 0, delayMs: 5_000, weightPpm: 500_000, otherOddsMilli: 2_000 };
		desk().start({ v: 1, desk: "desk:m1:weur", wallet: "wallet:weur:0", legs: [start] });
		await world.advance(4_700);
		match.move("1x2", "suspended");
		match.move("1x2", "open");
		await world.advance(1_000);
		expect(wallet.word(keyOf(1))).toBe("market_changed");
	});
});

describe("[LAN-2] the feed must have spoken after the desk noted the leg", () => {
	test("a feed cut in mid-window accepts nothing, and refuses when its time is up", async () => {
		for (const cutAtMs of [0, 1_000, 3_000, 4_999]) {
			const { world, match, wallet, offer } = createDeskBench();
			await world.advance(500);
			await offer(leg(1));
			await world.advance(cutAtMs);
			world.crash("match");
			// Whether it spoke after the leg was noted is all that counts within the provider's limit.
			const hasSpoken = (match.spokeAtMs ?? 0) > world.now() - cutAtMs;
			await world.advance(5_000 - cutAtMs);
			expect([cutAtMs, wallet.word(keyOf(1))]).toEqual([cutAtMs, hasSpoken ? "yes" : undefined]);
			await world.advance(12_500);
			expect([cutAtMs, wallet.word(keyOf(1))]).toEqual([cutAtMs, hasSpoken ? "yes" : "feed_silent"]);
		}
	});

	test("a feed that speaks late lets the leg through late", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		world.crash("match");
		await world.advance(10);
		await offer(leg(1));
		await world.advance(9_000);
		expect(wallet.votes).toEqual([]);
		match.speak();
		await world.advance(300);
		expect(wallet.word(keyOf(1))).toBe("yes");
	});

	test("never spoken in this epoch is not spoken", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		world.crash("match");
		match.spokeAtMs = null;
		match.quietLimitMs = Number.MAX_SAFE_INTEGER;
		await offer(leg(1));
		await world.advance(17_500);
		expect(wallet.word(keyOf(1))).toBe("feed_silent");
	});

	test("speech at the very moment of noting is not speech after it", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		world.crash("match");
		match.speak();
		await offer(leg(1));
		await world.advance(6_000);
		expect(wallet.votes).toEqual([]);
	});
});

describe("[MAT-1] danger", () => {
	test("a leg waits until danger has been over for as long as the delay", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.danger(true);
		await offer(leg(1));
		await world.advance(7_000);
		expect(wallet.votes).toEqual([]);
		match.danger(false);
		// It is over with the second in which its end was heard.
		await world.advance(5_900);
		expect(wallet.votes).toEqual([]);
		await world.advance(400);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "yes", marketVersion: 1 });
	});

	test("danger that does not end refuses when the hold is over", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.danger(true);
		await offer(leg(1));
		await world.advance(14_900);
		expect(wallet.votes).toEqual([]);
		await world.advance(500);
		expect(wallet.word(keyOf(1))).toBe("danger");
	});

	test("danger that begins within the window holds the leg up, and is no change of version", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(4_800);
		match.danger(true);
		await world.advance(700);
		expect(wallet.votes).toEqual([]);
		match.danger(false);
		await world.advance(6_000);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "yes", marketVersion: 1 });
	});
});

describe("[BET-4] the price is the one in the ok", () => {
	const cases = [
		[{ kind: "none" }, 2_100, "price_changed"],
		[{ kind: "better" }, 2_100, 2_100],
		[{ kind: "better" }, 1_900, "price_changed"],
		[{ kind: "any", floorOddsMilli: 1_850 }, 1_900, 1_900],
		[{ kind: "any", floorOddsMilli: 1_950 }, 1_900, "price_changed"],
	] as const;
	test.each(cases)("%o at %i: %s", async (pricePolicy, now, outcome) => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1, { pricePolicy }));
		await world.advance(4_000);
		match.of("1x2").oddsMilli.home = now;
		await world.advance(2_000);
		const vote = wallet.vote(keyOf(1));
		if (typeof outcome === "number") expect(vote).toMatchObject({ vote: "yes", oddsMilli: outcome });
		else expect(vote).toMatchObject({ vote: "no", code: outcome, oddsMilli: now });
	});

	test("a price that was another at the offer and came back is taken", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.of("1x2").oddsMilli.home = 2_200;
		await offer(leg(1));
		match.of("1x2").oddsMilli.home = 2_000;
		await world.advance(5_100);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "yes", oddsMilli: 2_000 });
	});

	test("an outcome that is closed in the ok is refused", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		delete match.of("1x2").oddsMilli.home;
		await world.advance(5_100);
		expect(wallet.word(keyOf(1))).toBe("outcome_closed");
	});
});

describe("[BET-2] what an offer refuses at once, in this order", () => {
	test("each code", async () => {
		const { match, offer } = createDeskBench();
		match.of("ou:2.5").status = "suspended";
		match.markets.gone = { status: "settled", version: 4, oddsMilli: { yes: 2_000 }, fairPpm: {} };
		const { legs } = await offer(
			leg(1, { marketId: "none" }),
			leg(2, { outcomeId: "none" }),
			leg(3, { allowInPlay: false, marketVersion: 9 }),
			leg(4, { marketId: "gone", outcomeId: "yes", marketVersion: 9 }),
			leg(5, { marketId: "ou:2.5", outcomeId: "over", marketVersion: 9 }),
			leg(6, { marketVersion: 9 }),
			leg(7, { marketVersion: 1 }),
		);
		expect(legs.map((answer) => (answer.vote === "no" ? answer.code : answer.vote))).toEqual([
			"unknown_market",
			"unknown_outcome",
			"not_allowed",
			"market_closed",
			"market_suspended",
			"market_changed",
			"noted",
		]);
		match.isKnown = false;
		const bench = createDeskBench();
		bench.match.isKnown = false;
		expect((await bench.offer(leg(1))).legs).toMatchObject([{ code: "unknown_match" }]);
	});

	test("a match that does not answer: busy, and nothing is noted", async () => {
		const { match, desk, offer } = createDeskBench();
		match.isDown = true;
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "no", code: "busy" }]);
		expect(desk().ops().pendingLegs).toBe(0);
	});
});

describe("quotes", () => {
	test("a batch is one call, kept for a quarter of a second; those who come meanwhile share the next", async () => {
		const { world, match, offer } = createDeskBench();
		await Promise.all([
			offer(leg(1)),
			offer(leg(2)),
			offer(leg(3, { marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 })),
		]);
		expect(match.quotes).toHaveLength(2);
		await offer(leg(4));
		expect(match.quotes).toHaveLength(2);
		await world.advance(250);
		await offer(leg(5));
		expect(match.quotes).toHaveLength(3);
	});
});
