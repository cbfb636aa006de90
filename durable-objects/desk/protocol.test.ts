/** The protocol of a ticket as a desk keeps it: idempotence, tombstones, lost answers, deaths, votes. */
import { describe, expect, test } from "vitest";
import { BET } from "../../shared/limits.ts";
import { createDeskBench, DESK, keyOf, leg, legOffer, WALLET } from "../../testing/desk.ts";
import type { Ports } from "../runtime/ports.ts";

const ref = (n: number, legNo = 0) => ({ ticketKey: keyOf(n), legNo });
const ask = (...legs: readonly { ticketKey: string; legNo: number }[]) => ({
	v: 1 as const,
	desk: DESK,
	wallet: WALLET,
	legs: [...legs],
});

describe("[BET-1] an offer said again", () => {
	test("keeps its clock while noted, and is answered by its vote once decided", async () => {
		const { world, wallet, match, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(3_000);
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "noted" }]);
		await world.advance(2_000);
		expect(wallet.word(keyOf(1))).toBe("yes");
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "yes", oddsMilli: 2_000 }]);
		await world.advance(20_000);
		expect(wallet.votes).toHaveLength(1);
		expect(match.confirms.flatMap(({ asks }) => asks)).toHaveLength(1);
	});

	test("is answered by the no that is still under way", async () => {
		const { world, wallet, match, offer } = createDeskBench();
		wallet.isDown = true;
		await offer(leg(1));
		match.move("1x2", "suspended");
		await world.advance(600);
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "no", code: "market_suspended" }]);
	});
});

describe("[BET-3] confirmations", () => {
	test("no answer, nothing accepted; the bets go into the next number, and the late answer is dropped", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.confirmTakesMs = 3_000;
		await offer(leg(1));
		await world.advance(6_999);
		expect(match.confirms.map(({ n }) => n)).toEqual([1]);
		match.confirmTakesMs = 0;
		match.of("1x2").oddsMilli.home = 1_700;
		// Abandoned after 2 s; the next number is asked soon after, and only its answer counts.
		await world.advance(300);
		expect(match.confirms.map(({ n }) => n)).toEqual([1, 2]);
		expect(wallet.vote(keyOf(1))).toMatchObject({ vote: "no", code: "price_changed", oddsMilli: 1_700 });
		await world.advance(5_000);
		expect(wallet.votes).toHaveLength(1);
	});

	test("an answer that comes too late counts for nothing, though the timer that should have given it up was late too", async () => {
		const stalled = (ports: Ports): Ports => ({
			...ports,
			timer: (delayMs, run) => (delayMs === BET.confirmTimeoutMs ? () => {} : ports.timer(delayMs, run)),
		});
		const { world, match, wallet, offer } = createDeskBench(1, stalled);
		match.confirmTakesMs = 2_001;
		await offer(leg(1));
		await world.advance(5_100);
		match.confirmTakesMs = 0;
		match.of("1x2").oddsMilli.home = 1_700;
		await world.advance(3_000);
		expect(match.confirms).toHaveLength(2);
		expect(wallet.votes).toMatchObject([{ vote: "no", code: "price_changed" }]);
	});

	test("one in flight, whatever comes", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		match.confirmTakesMs = 1_500;
		for (let n = 0; n < 20; n++) {
			await offer(leg(n));
			await world.advance(100);
		}
		await world.advance(12_000);
		expect(wallet.votes.filter(({ vote }) => vote === "yes")).toHaveLength(20);
		// 20 legs over 2 s of windows, 1.5 s a call.
		expect(match.confirms.length).toBeLessThanOrEqual(4);
	});

	test("a match that is down is asked ever more slowly, and every leg gets its no", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		match.isDown = true;
		await world.advance(28_000);
		expect(wallet.word(keyOf(1))).toBe("timed_out");
		expect(match.confirms.length).toBeLessThan(30);
		expect(wallet.votes).toHaveLength(1);
	});

	test("a stale pair: a new incarnation that names all its risk, and the bets are decided by it", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(5_100);
		match.desk().highest = { inc: 1, n: 99 };
		await offer(leg(2, { marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 }));
		await world.advance(6_000);
		expect(wallet.word(keyOf(2))).toBe("yes");
		const first = match.confirms.find(({ inc }) => inc === 2);
		expect(first?.totals.map(({ outcome }) => outcome).toSorted()).toEqual(["home", "over"]);
		expect(match.grants.get("1x2\nhome")).toBe(1_000);
	});

	test("(inc, n) rises over every start, before the first confirm", async () => {
		const { world, match, offer, restart } = createDeskBench();
		for (let life = 1; life <= 3; life++) {
			await offer(leg(life));
			await world.advance(5_100);
			expect(match.desk().highest?.inc).toBe(life);
			restart();
		}
		const pairs = match.confirms.map(({ inc, n }) => inc * 1_000 + n);
		expect(pairs).toEqual(pairs.toSorted((a, b) => a - b));
		expect(new Set(pairs).size).toBe(pairs.length);
	});
});

describe("[BET-8] a desk that dies", () => {
	test("forgets what was undecided: nothing is accepted, and the wallet's question is answered no for ever", async () => {
		const { world, wallet, desk, offer, restart } = createDeskBench();
		await offer(leg(1));
		await world.advance(3_000);
		restart();
		await world.advance(30_000);
		expect(wallet.votes).toEqual([]);
		expect(desk().ask(ask(ref(1))).votes).toEqual([{ ...ref(1), vote: "no", code: "timed_out" }]);
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "no", code: "timed_out" }]);
	});

	test("between confirm and its answer: the answer is nobody's, the match's grant is given back", async () => {
		const { world, match, wallet, desk, offer, restart } = createDeskBench();
		match.confirmTakesMs = 500;
		await offer(leg(1));
		await world.advance(5_100);
		expect(match.grants.get("1x2\nhome")).toBe(1_000);
		restart();
		match.confirmTakesMs = 0;
		await world.advance(5_000);
		expect(wallet.votes).toEqual([]);
		expect(desk().ops().reservedLegs).toBe(0);
		expect(match.grants.get("1x2\nhome")).toBe(0);
	});

	test("in the turn of its transaction its alarm is set, before any wallet has answered or failed", async () => {
		const { world, wallet, offer } = createDeskBench();
		wallet.isHanging = true;
		await offer(leg(1));
		await world.advance(5_000);
		expect(world.alarmOf("desk")).toBe(world.now() + BET.deskNetMs);
	});

	test("after its transaction: the votes are repeated by its alarm until answered, once", async () => {
		const { world, wallet, offer, restart } = createDeskBench();
		wallet.isDown = true;
		await offer(leg(1));
		await world.advance(5_100);
		expect(world.alarmOf("desk")).not.toBeNull();
		wallet.isDown = false;
		restart();
		await world.advance(20_000);
		expect(wallet.votes).toHaveLength(1);
		expect(wallet.word(keyOf(1))).toBe("yes");
	});

	test("the alarm stands as long as a vote is not answered, and goes to rest", async () => {
		const { world, wallet, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(5_100);
		expect(wallet.votes).toHaveLength(1);
		await world.advance(60_000);
		expect(world.alarmOf("desk")).toBeNull();
	});
});

describe("[BET-8] asked by the wallet", () => {
	test("an undecided leg is no for ever, also while its confirm is in flight", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		match.confirmTakesMs = 500;
		await offer(leg(1), leg(2));
		await world.advance(5_100);
		expect(match.confirms).toHaveLength(1);
		expect(desk().ask(ask(ref(1))).votes).toMatchObject([{ vote: "no", code: "timed_out" }]);
		await world.advance(1_000);
		expect(wallet.word(keyOf(1))).toBeUndefined();
		expect(wallet.word(keyOf(2))).toBe("yes");
		expect(desk().ops().reservedLegs).toBe(1);
		expect(desk().ask(ask(ref(1))).votes).toMatchObject([{ vote: "no", code: "timed_out" }]);
		await world.advance(5_000);
		expect(match.grants.get("1x2\nhome")).toBe(1_000);
	});

	test("a decided leg answers its vote, and keeps answering it", async () => {
		const { world, desk, offer, restart } = createDeskBench();
		await offer(leg(1));
		await world.advance(5_100);
		restart();
		expect(desk().ask(ask(ref(1))).votes).toMatchObject([{ vote: "yes", oddsMilli: 2_000 }]);
		expect(desk().ops().reservedLegs).toBe(1);
	});

	test("a refused leg whose vote was lost answers with its own code", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		wallet.isDown = true;
		await offer(leg(1));
		match.move("1x2", "suspended");
		await world.advance(600);
		expect(desk().ask(ask(ref(1))).votes).toMatchObject([{ vote: "no", code: "market_suspended" }]);
	});

	test("an unknown leg, and the offer that comes after it", async () => {
		const { world, wallet, desk, offer } = createDeskBench();
		desk().ask(ask(ref(1)));
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "no", code: "timed_out" }]);
		await world.advance(20_000);
		expect(wallet.votes).toEqual([]);
	});

	test("an undecided leg is not even asked about any more", async () => {
		const { world, match, desk, offer } = createDeskBench();
		await offer(leg(1));
		desk().ask(ask(ref(1)));
		await world.advance(20_000);
		expect(match.confirms).toEqual([]);
		expect(desk().ops().pendingLegs).toBe(0);
	});
});

describe("[BET-8] release", () => {
	test("takes the reservation away, is answered each time, and nothing revives it", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		await offer(leg(1), leg(2));
		await world.advance(5_100);
		expect(match.grants.get("1x2\nhome")).toBe(2_000);
		expect(desk().release(ask(ref(1))).answered).toEqual([ref(1)]);
		expect(desk().release(ask(ref(1))).answered).toEqual([ref(1)]);
		await world.advance(5_000);
		// Fallen totals are sent within five seconds with nothing to ask.
		expect(match.confirms.at(-1)).toMatchObject({ asks: [], totals: [{ outcome: "home", riskBaseMinor: 1_000 }] });
		expect(match.grants.get("1x2\nhome")).toBe(1_000);
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "no" }]);
		const confirms = match.confirms.length;
		await world.advance(60_000);
		expect(match.confirms).toHaveLength(confirms);
		expect(wallet.votes).toHaveLength(2);
	});

	test("a release while the confirm is in flight wins", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		match.confirmTakesMs = 500;
		await offer(leg(1));
		await world.advance(5_100);
		desk().release(ask(ref(1)));
		await world.advance(10_000);
		expect(wallet.votes).toEqual([]);
		expect(desk().ops().reservedLegs).toBe(0);
		expect(match.grants.get("1x2\nhome")).toBe(0);
	});

	test("a release that falls between a batch and its answer is still told to the match", async () => {
		const { world, match, desk, offer } = createDeskBench();
		await offer(leg(1), leg(2));
		await world.advance(5_100);
		match.confirmTakesMs = 500;
		desk().release(ask(ref(1)));
		await world.advance(5_200);
		desk().release(ask(ref(2)));
		await world.advance(12_000);
		expect(match.grants.get("1x2\nhome")).toBe(0);
	});
});

describe("[BET-8] tickets of several legs", () => {
	const two = { legCount: 2, deskCount: 1 };

	test("all legs of a ticket at one desk are asked about in one confirm, and reserved together", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1, two));
		await world.advance(7_000);
		expect(match.confirms).toHaveLength(0);
		await offer(leg(1, { ...two, legNo: 1, marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 }));
		await world.advance(5_100);
		expect(match.confirms).toHaveLength(1);
		expect(match.confirms[0]?.asks.map(({ market }) => market).toSorted()).toEqual(["1x2", "ou:2.5"]);
		expect([wallet.word(keyOf(1), 0), wallet.word(keyOf(1), 1)]).toEqual(["yes", "yes"]);
		// 10.00 × 2.0 × 1.9 = 38.00, by the other leg's fair probability (0.5 at 1.9, 0.475 at 2.0).
		expect(match.confirms[0]?.totals).toMatchObject([
			{ outcome: "home", riskBaseMinor: 1_900 },
			{ outcome: "over", riskBaseMinor: 1_805 },
		]);
	});

	test("the first no of a ticket reserves none of its legs", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		const first = leg(1, two);
		const { leg: second } = legOffer(1, { legNo: 1, marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 });
		await offer({ ...first, legs: [...first.legs, second] });
		match.of("ou:2.5").oddsMilli.over = 1_950;
		await world.advance(5_100);
		expect(wallet.votes).toMatchObject([{ legNo: 1, vote: "no", code: "price_changed" }]);
		expect(desk().ops()).toMatchObject({ reservedLegs: 0, pendingLegs: 0 });
		await world.advance(5_000);
		expect([...match.grants.values()]).toEqual([0, 0]);
	});

	test("over several desks the window runs from start, for as long as the slowest; a leg never started is never asked", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		const accumulator = { legCount: 2, deskCount: 2 };
		await offer(leg(1, accumulator), leg(2, accumulator));
		await world.advance(3_000);
		const start = { ...ref(1), delayMs: 8_000, weightPpm: 250_000, otherOddsMilli: 4_000 };
		desk().start({ v: 1, desk: DESK, wallet: WALLET, legs: [start] });
		await world.advance(1_000);
		desk().start({ v: 1, desk: DESK, wallet: WALLET, legs: [{ ...start, delayMs: 1_000, weightPpm: 1 }] });
		await world.advance(6_900);
		expect(match.confirms).toHaveLength(0);
		await world.advance(200);
		// 10.00 × 2.0 × 4.0 × 0.25
		expect(match.confirms[0]?.totals).toMatchObject([{ outcome: "home", riskBaseMinor: 2_000 }]);
		expect(wallet.word(keyOf(1))).toBe("yes");
		await world.advance(20_000);
		expect(match.confirms.flatMap(({ asks }) => asks)).toHaveLength(1);
		expect(wallet.word(keyOf(2))).toBe("timed_out");
	});
});

describe("[BET-8] votes", () => {
	test("go out in batches and are repeated until answered", async () => {
		const { world, wallet, desk, offer } = createDeskBench();
		await offer(...Array.from({ length: 300 }, (_, n) => leg(n)));
		wallet.isDown = true;
		await world.advance(6_000);
		expect(desk().ops()).toMatchObject({ reservedLegs: 300, outboxDepth: 300 });
		wallet.isDown = false;
		await world.advance(30_000);
		expect(wallet.voteCalls.every((size) => size <= 400)).toBe(true);
		expect(new Set(wallet.votes.map(({ ticketKey }) => ticketKey)).size).toBe(300);
		expect(desk().ops().outboxDepth).toBe(0);
	});

	test("tombstones are forgotten after a day, and no sooner", async () => {
		const { world, desk, offer } = createDeskBench();
		world.crash("match");
		desk().ask(ask(ref(1)));
		await world.advance(86_000_000);
		expect((await offer(leg(1))).legs).toMatchObject([{ vote: "no" }]);
		await world.advance(400_000);
		expect(world.ports("desk").sql.exec("SELECT * FROM tombstones")).toEqual([]);
	});
});

describe("[BET-4] prices that the desk has not heard of yet", () => {
	const at = (n: number, oddsMilli: number) => leg(n, { oddsMilli, marketVersion: 1, pricePolicy: { kind: "any" } });

	test("BET.quoteKeepMs: a price newer than the kept quote is asked about before anything is said of it", async () => {
		const { match, offer } = createDeskBench();
		expect((await offer(at(1, 2_000))).legs).toMatchObject([{ vote: "noted" }]);
		match.of("1x2").oddsMilli.home = 2_100;
		expect((await offer(at(2, 2_100))).legs).toMatchObject([{ vote: "noted", oddsMilli: 2_100 }]);
		expect((await offer(at(3, 2_000))).legs).toMatchObject([{ vote: "noted", oddsMilli: 2_100 }]);
		expect(match.quotes).toHaveLength(2);
	});

	test("a quote that was kept by a clock set back since is not young: the match is asked again", async () => {
		const { world, match, offer } = createDeskBench();
		expect((await offer(at(1, 2_000))).legs).toMatchObject([{ vote: "noted" }]);
		match.of("1x2").oddsMilli.home = 2_100;
		world.setClock("desk", -60_000);
		await world.advance(10_000);
		expect((await offer(at(2, 2_100))).legs).toMatchObject([{ vote: "noted", oddsMilli: 2_100 }]);
	});

	test("one that was never ours is refused at the offer, and no window runs", async () => {
		const { world, match, wallet, desk, offer } = createDeskBench();
		expect((await offer(at(1, 1_001))).legs).toMatchObject([{ vote: "no", code: "price_unknown", oddsMilli: 2_000 }]);
		expect(desk().ops().pendingLegs).toBe(0);
		await world.advance(20_000);
		expect([match.confirms, wallet.votes]).toEqual([[], []]);
	});
});
