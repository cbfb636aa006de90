/** A match's summary on its way to the board. */
import { expect, test } from "vitest";
import type { MatchSummary, UpsertRequest } from "../../shared/contracts/board.ts";
import { ContractFault } from "../../shared/errors.ts";
import { BOARD, RETRY } from "../../shared/limits.ts";
import { MATCH } from "../../testing/match.ts";
import { createTestWorld } from "../../testing/world.ts";
import { BoardCourier } from "./board-courier.ts";

function summary(openMarkets: number, status: "open" | "suspended" = "open", version = 1): MatchSummary {
	return {
		matchId: MATCH,
		sport: "football",
		competition: "World Cup",
		home: { name: "Argentina", short: "ARG" },
		away: { name: "France", short: "FRA" },
		scheduledAtMs: 1_781_136_000_000,
		status: "live",
		stale: false,
		clock: { phase: "first_half", text: "12'", elapsedSec: 720, running: true, rate: 1 },
		score: { home: 0, away: 0 },
		headline: { marketId: "1x2", status, version, outcomes: [] },
		openMarkets,
	};
}

/** Lines as the board gets them: when, which, and the order they claim. */
function createBench(startNo = 1) {
	const world = createTestWorld();
	const startedAtMs = world.now();
	const got: (readonly [atMs: number, openMarkets: number | undefined])[] = [];
	const orders: number[] = [];
	const faults: Error[] = [];
	const hanging: (() => void)[] = [];
	const state = { isHanging: false };
	const upsert = async (request: UpsertRequest): Promise<{ v: 1 }> => {
		got.push([world.now() - startedAtMs, request.summary.openMarkets]);
		orders.push(request.order);
		if (state.isHanging) await new Promise<void>((resolve) => hanging.push(resolve));
		const fault = faults.shift();
		if (fault !== undefined) throw fault;
		return { v: 1 };
	};
	const courier = new BoardCourier(world.ports("match"), startNo, () => ({ upsert }));
	return { world, courier, got, orders, faults, hanging, state };
}

test("[FRM-2] a summary goes at most once a second, the newest; a changed headline goes at once, whatever comes after it", async () => {
	const { world, courier, got, orders } = createBench();
	courier.show(summary(1), world.now());
	courier.show(summary(2), world.now());
	await world.advance(100);
	courier.show(summary(3), world.now());
	courier.show(summary(4), world.now());
	await world.advance(BOARD.conflateMs);
	courier.show(summary(4, "suspended"), world.now());
	courier.show(summary(5, "suspended"), world.now());
	await world.advance(5_000);
	expect(got).toEqual([
		[0, 2],
		[BOARD.conflateMs, 4],
		[BOARD.conflateMs + 100, 5],
	]);
	expect(orders).toEqual([1_000_000_001, 1_000_000_002, 1_000_000_003]);
});

test("[FRM-2] a clock that runs on is no news to a list, one that jumps or stands still is", async () => {
	const { world, courier, got } = createBench();
	const startedAtMs = world.now();
	const at = (elapsedSec: number, running = true): MatchSummary => {
		const { clock, ...rest } = summary(1);
		return { ...rest, clock: { ...clock, elapsedSec, running } };
	};
	const showEachSecond = async (from: number, running = true): Promise<void> => {
		for (let sec = 0; sec < 20; sec++) {
			courier.show(at(from + (running ? sec : 0), running), world.now());
			await world.advance(1_000);
		}
	};
	await showEachSecond(720);
	await showEachSecond(745);
	await showEachSecond(765, false);
	expect(got.map(([atMs]) => atMs)).toEqual([0, 20_000, 40_000]);
	expect(world.now() - startedAtMs).toBe(60_000);
});

test("[FRM-2] a suspension that comes while the board is being told goes when it has answered", async () => {
	const { world, courier, got, hanging, state } = createBench();
	state.isHanging = true;
	courier.show(summary(1), world.now());
	await world.advance(100);
	courier.show(summary(2, "suspended"), world.now());
	await world.advance(100);
	state.isHanging = false;
	hanging[0]?.();
	await world.advance(5_000);
	expect(got).toEqual([
		[0, 1],
		[200, 2],
	]);
});

test("[FRM-2] a summary that the board did not take goes again after a second, or a newer one in its place", async () => {
	const { world, courier, got, faults } = createBench();
	faults.push(new Error("away"), new Error("away"));
	courier.show(summary(1), world.now());
	await world.advance(BOARD.conflateMs);
	courier.show(summary(2, "suspended"), world.now());
	await world.advance(60_000);
	expect(got).toEqual([
		[0, 1],
		[BOARD.conflateMs, 1],
		[BOARD.conflateMs, 2],
	]);
});

test("[RUN-5] a summary that the board refuses as none goes again when a deploy may have reached it; the next one at once", async () => {
	const { world, courier, got, faults } = createBench();
	const refusal = new ContractFault("board.upsert", []);
	faults.push(refusal, refusal);
	courier.show(summary(1), world.now());
	await world.advance(RETRY.refusedMs + 2_000);
	courier.show(summary(2), world.now());
	await world.advance(2_000);
	expect(got).toEqual([
		[0, 1],
		[RETRY.refusedMs, 1],
		[RETRY.refusedMs + 2_000, 2],
	]);
});

test("[FRM-2] a clock that is set back keeps no summary from the board", async () => {
	const { world, courier, got } = createBench();
	courier.show(summary(1), world.now());
	await world.advance(100);
	world.setClock("match", -3_600_000);
	courier.show(summary(2), world.now());
	await world.advance(BOARD.conflateMs);
	expect(got.map(([, openMarkets]) => openMarkets)).toEqual([1, 2]);
});
