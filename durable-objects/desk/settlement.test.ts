/** Results on their way through a desk to its wallets (SET-1, SET-2). */
import { describe, expect, test } from "vitest";
import type { TicketOffer } from "../../shared/contracts/offers.ts";
import type { MarketResult } from "../../shared/contracts/results.ts";
import { BET } from "../../shared/limits.ts";
import { createDeskBench, DESK, type DeskBench, keyOf, leg, MATCH_ID, WALLET } from "../../testing/desk.ts";

const settled = (marketId: string, settlementVersion: number, winner: string): MarketResult => ({
	marketId,
	settlementVersion,
	state: { kind: "settled", outcomes: { [winner]: { kind: "win" } } },
});
const open = (marketId: string, settlementVersion: number): MarketResult => ({
	marketId,
	settlementVersion,
	state: { kind: "open", reason: "taken back" },
});
const send = (bench: DeskBench, ...results: readonly MarketResult[]) =>
	bench.desk().results({ v: 1, desk: DESK, matchId: MATCH_ID, results: [...results] });

async function reserved(...legs: readonly TicketOffer[]): Promise<DeskBench> {
	const bench = createDeskBench();
	await bench.offer(...legs);
	await bench.world.advance(5_100);
	return bench;
}

describe("[SET-2] results reach every reserved leg", () => {
	test("winners, losers and legs of other markets", async () => {
		const bench = await reserved(
			leg(1),
			leg(2, { outcomeId: "draw", oddsMilli: 3_500 }),
			leg(3, { marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 }),
		);
		expect(send(bench, settled("1x2", 1, "home")).stored).toEqual([{ marketId: "1x2", settlementVersion: 1 }]);
		await bench.world.settle();
		expect(bench.wallet.results).toEqual([
			{ ticketKey: keyOf(1), legNo: 0, settlementVersion: 1, outcome: { kind: "win" } },
			{ ticketKey: keyOf(2), legNo: 0, settlementVersion: 1, outcome: { kind: "lose" } },
		]);
	});

	test("BET.legsPerResultCall, settlePauseMs: a wave goes out in calls of so many legs, with a pause in which others have their turn", async () => {
		const { legsPerResultCall, settlePauseMs } = BET;
		const bench = await reserved(...Array.from({ length: 2 * legsPerResultCall + 1 }, (_, n) => leg(n + 1)));
		send(bench, settled("1x2", 1, "home"));
		await bench.world.settle();
		expect(bench.wallet.resultCalls).toEqual([legsPerResultCall]);
		await bench.world.advance(settlePauseMs - 1);
		expect(bench.wallet.resultCalls).toHaveLength(1);
		await bench.world.advance(2 * settlePauseMs);
		expect(bench.wallet.resultCalls).toEqual([legsPerResultCall, legsPerResultCall, 1]);
	});

	test("only a higher version counts, and a repeated one is answered again without effect (SET-1)", async () => {
		const bench = await reserved(leg(1));
		send(bench, settled("1x2", 3, "home"));
		await bench.world.settle();
		expect(send(bench, settled("1x2", 2, "away"), settled("1x2", 3, "away")).stored).toHaveLength(2);
		await bench.world.settle();
		expect(bench.wallet.results).toHaveLength(1);
		send(bench, settled("1x2", 4, "away"));
		await bench.world.advance(BET.settlePauseMs);
		expect(bench.wallet.results.at(-1)).toMatchObject({ settlementVersion: 4, outcome: { kind: "lose" } });
	});

	test("[MON-5] a result leaves the risk counting, since it may be taken back; a result taken back leaves its legs undecided", async () => {
		const bench = await reserved(leg(1));
		send(bench, settled("1x2", 1, "home"));
		await bench.world.advance(5_000);
		expect(bench.match.grants.get("1x2\nhome")).toBe(1_000);
		send(bench, open("1x2", 2));
		await bench.world.advance(5_000);
		expect(bench.wallet.results.at(-1)).toMatchObject({ settlementVersion: 2, outcome: null });
		expect(bench.match.grants.get("1x2\nhome")).toBe(1_000);
	});

	test("a result that overtakes P3 settles the leg at once, and its risk counts like any other", async () => {
		const bench = createDeskBench();
		bench.match.confirmTakesMs = 500;
		await bench.offer(leg(1));
		await bench.world.advance(5_100);
		send(bench, settled("1x2", 1, "away"));
		await bench.world.advance(6_000);
		expect(bench.wallet.word(keyOf(1))).toBe("yes");
		expect(bench.wallet.results).toEqual([
			{ ticketKey: keyOf(1), legNo: 0, settlementVersion: 1, outcome: { kind: "lose" } },
		]);
		await bench.world.advance(5_000);
		expect(bench.match.grants.get("1x2\nhome")).toBe(1_000);
	});

	test("a result that the match has taken back is nothing to a leg that it says ok to afterwards", async () => {
		const bench = createDeskBench();
		send(bench, settled("1x2", 1, "home"));
		// The market is open again, and this desk has not been told yet.
		bench.match.settlementVersions["1x2"] = 2;
		await bench.offer(leg(1));
		await bench.world.advance(5_100);
		expect(bench.wallet.word(keyOf(1))).toBe("yes");
		expect(bench.wallet.results).toEqual([]);
		send(bench, settled("1x2", 3, "away"));
		await bench.world.advance(1_000);
		expect(bench.wallet.results).toMatchObject([{ settlementVersion: 3, outcome: { kind: "lose" } }]);
	});

	test("a released leg gets none", async () => {
		const bench = await reserved(leg(1));
		bench.desk().release({ v: 1, desk: DESK, wallet: WALLET, legs: [{ ticketKey: keyOf(1), legNo: 0 }] });
		send(bench, settled("1x2", 1, "home"));
		await bench.world.advance(20_000);
		expect(bench.wallet.results).toEqual([]);
		expect(bench.desk().ops().outboxDepth).toBe(0);
	});
});

describe("[SET-2] the cursor outlives everything", () => {
	test("a wallet that is away gets its results later, by the newest version only", async () => {
		const bench = await reserved(leg(1));
		bench.wallet.isDown = true;
		send(bench, settled("1x2", 1, "home"));
		await bench.world.advance(2_000);
		send(bench, settled("1x2", 2, "away"));
		bench.wallet.isDown = false;
		await bench.world.advance(30_000);
		expect(bench.wallet.results).toMatchObject([{ settlementVersion: 2, outcome: { kind: "lose" } }]);
	});

	test("a desk that dies right after storing a result is woken by its alarm and tells", async () => {
		const bench = await reserved(leg(1));
		await bench.world.advance(20_000);
		bench.wallet.isHanging = true;
		send(bench, settled("1x2", 1, "home"));
		expect(bench.world.alarmOf("desk")).toBe(bench.world.now() + BET.deskNetMs);
		bench.wallet.isHanging = false;
		bench.restart();
		await bench.world.advance(15_000);
		expect(bench.wallet.results).toHaveLength(1);
		expect(bench.desk().ops().outboxDepth).toBe(0);
	});

	test("at most so many legs a call, each leg once, and live bets go on meanwhile", async () => {
		const legs = Array.from({ length: 450 }, (_, n) => leg(n));
		const bench = await reserved(...legs);
		send(bench, settled("1x2", 1, "home"));
		await bench.offer(leg(900, { marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 }));
		await bench.world.advance(5_100);
		expect(bench.wallet.resultCalls).toEqual([100, 100, 100, 100, 50]);
		expect(new Set(bench.wallet.results.map(({ ticketKey }) => ticketKey)).size).toBe(450);
		expect(bench.wallet.word(keyOf(900))).toBe("yes");
	});
});

describe("[SET-2] what is kept", () => {
	test("settled legs stay for corrections for thirty days, and go then; undecided ones stay", async () => {
		const bench = await reserved(leg(1), leg(2, { marketId: "ou:2.5", outcomeId: "over", oddsMilli: 1_900 }));
		send(bench, settled("1x2", 1, "home"));
		await bench.world.advance(5_000);
		bench.world.crash("match");
		await bench.world.advance(29 * 86_400_000);
		expect(bench.desk().ops().reservedLegs).toBe(2);
		send(bench, settled("1x2", 2, "away"));
		await bench.world.advance(60_000);
		expect(bench.wallet.results.at(-1)).toMatchObject({ settlementVersion: 2 });
		await bench.world.advance(32 * 86_400_000);
		expect(bench.desk().ops().reservedLegs).toBe(1);
		expect(bench.world.alarmOf("desk")).toBeNull();
	});
});
