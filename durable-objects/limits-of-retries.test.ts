/** Limits of how soon and how often objects try again, each honoured to the millisecond under a virtual clock. */
import { expect, test } from "vitest";
import type { ReservedLeg } from "../shared/contracts/desk.ts";
import type { MarketResult } from "../shared/contracts/results.ts";
import { ContractFault } from "../shared/errors.ts";
import { BET, FEED, RELAY, RETRY } from "../shared/limits.ts";
import { createDeskBench, DESK, keyOf, leg, MATCH_ID, offerRequest } from "../testing/desk.ts";
import { MATCH, playing, quoted } from "../testing/match.ts";
import { RelayWorld, SOON_MS } from "../testing/relay.ts";
import { createTestWorld, type TestWorld } from "../testing/world.ts";
import { WalletCourier, type WalletCourierDeps } from "./desk/wallet-courier.ts";
import { createResultCourier, type ResultCourierDeps } from "./match/result-courier.ts";

const FAILURES = 12;

/** When a peer that always fails is called, until it has been called `FAILURES` times: the time between two calls. */
async function pausesMs(world: TestWorld, calledAtMs: readonly number[]): Promise<readonly number[]> {
	for (let waited = 0; calledAtMs.length < FAILURES && waited < 1_000; waited++) await world.advance(1_000);
	return calledAtMs.slice(1, FAILURES).map((atMs, index) => atMs - (calledAtMs[index] ?? 0));
}

/** A match's results for one desk, which never come off. */
function owedToOneDesk(): ResultCourierDeps["store"] {
	const queued: readonly MarketResult[] = [
		{ marketId: "1x2", settlementVersion: 1, state: { kind: "open", reason: "taken back" } },
	];
	return {
		outboxRegions: () => ["weur"],
		queuedResults: () => queued,
		resultDelivered: () => {},
		transaction: (run) => run(),
	};
}

/** Doubling from the one to the other. */
const doubling = (minMs: number, maxMs: number): readonly number[] =>
	Array.from({ length: FAILURES - 1 }, (_, n) => Math.min(minMs * 2 ** n, maxMs));

test("RETRY.peerMinMs, peerMaxMs: the first pause and the longest, doubling between them", async () => {
	const world = createTestWorld();
	const calledAtMs: number[] = [];
	const vote: ReservedLeg = {
		ticketKey: "t",
		legNo: 0,
		vote: "yes",
		oddsMilli: 2_000,
		marketVersion: 1,
		matchState: "0-0",
		epoch: "e",
		seq: 1,
		tick: 0,
		delayMs: 0,
		fairPpm: 500_000,
	};
	const owed: WalletCourierDeps["store"] = {
		unansweredWallets: () => ["wallet:weur:0"],
		unansweredVotes: () => [vote],
		votesAnswered: () => {},
		untoldWallets: () => [],
		untoldResults: () => [],
		resultsAnswered: () => {},
	};
	const votes = async (): Promise<never> => {
		calledAtMs.push(world.now());
		throw new Error("away");
	};
	const courier = new WalletCourier({
		ports: world.ports("desk"),
		desk: DESK,
		store: owed,
		wallet: () => ({ votes, legResults: votes }),
		wakeAt: () => {},
	});
	courier.kickVotes();
	expect(await pausesMs(world, calledAtMs)).toEqual(doubling(RETRY.peerMinMs, RETRY.peerMaxMs));
	expect([RETRY.peerMinMs, RETRY.peerMaxMs]).toEqual([250, 15_000]);
});

test("[SET-2] RETRY.resultsMinMs, resultsMaxMs: a desk that does not take results is told again, doubling between them", async () => {
	const world = createTestWorld();
	const calledAtMs: number[] = [];
	const store = owedToOneDesk();
	const outbox = createResultCourier({
		ports: world.ports("match"),
		matchId: MATCH_ID,
		store,
		desk: () => ({
			results: async () => {
				calledAtMs.push(world.now());
				throw new Error("away");
			},
		}),
		wakeAt: () => {},
	});
	outbox.kick();
	expect(await pausesMs(world, calledAtMs)).toEqual(doubling(RETRY.resultsMinMs, RETRY.resultsMaxMs));
	expect([RETRY.resultsMinMs, RETRY.resultsMaxMs]).toEqual([500, 30_000]);
});

test("BET.totalsRetryMaxMs, totalsMs: a match that is down is told of totals ever more seldom, and still once a minute", async () => {
	const { world, match, offer } = createDeskBench();
	match.capBaseMinor = 2_500;
	// The second does not fit: what was granted for it is owed back.
	await offer(leg(1), leg(2, { stakeMinor: 2_000 }));
	await world.advance(5_000);
	match.isDown = true;
	const before = match.confirms.length;
	const sentAtMs: number[] = [];
	for (let tick = 0; tick < 600_000; tick += 250) {
		const known = match.confirms.length;
		await world.advance(250);
		if (match.confirms.length > known) sentAtMs.push(world.now());
	}
	expect(sentAtMs.length).toBe(match.confirms.length - before);
	const pauses = sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0));
	expect(pauses[0]).toBe(BET.totalsMs);
	expect(Math.max(...pauses)).toBe(BET.totalsRetryMaxMs);
	expect(pauses.slice(-3)).toEqual(Array.from({ length: 3 }, () => BET.totalsRetryMaxMs));
	expect(BET.totalsRetryMaxMs).toBe(60_000);
});

test("BET.settlingWallets: so many wallets are told results at a time, and the next one when one of them has answered", async () => {
	const { world, desk, walletOf } = createDeskBench();
	const names = Array.from({ length: BET.settlingWallets + 1 }, (_, n) => `wallet:weur:${n}`);
	for (const [n, wallet] of names.entries()) await desk().offer(offerRequest(wallet, [leg(n)]));
	await world.advance(5_100);
	for (const [n, name] of names.entries()) {
		expect(walletOf(name).word(keyOf(n))).toBe("yes");
		walletOf(name).isHanging = true;
	}
	let asked = 0;
	for (const name of names) {
		const wallet = walletOf(name);
		const take = wallet.takeResults.bind(wallet);
		wallet.takeResults = (results) => {
			asked++;
			return take(results);
		};
	}
	const outcomes = { home: { kind: "win" } } as const;
	const results = [{ marketId: "1x2", settlementVersion: 1, state: { kind: "settled", outcomes } } as const];
	desk().results({ v: 1, desk: DESK, matchId: MATCH_ID, results: [...results] });
	await world.settle();
	expect(asked).toBe(BET.settlingWallets);
	expect(BET.settlingWallets).toBe(8);
	for (const name of names) walletOf(name).isHanging = false;
	await world.advance(60_000);
	for (const name of names) expect(walletOf(name).results).toHaveLength(1);
});

test("[LAN-2] FEED.markLostMs: a mark so old still confirms, an older one makes bets wait", async () => {
	const platform = await playing();
	platform.gate = ({ method }) => {
		if (method === "apply") throw new Error("cut off");
	};
	const { version } = quoted(platform, "1x2");
	let n = 0;
	const code = (): string | undefined => {
		const asks = [{ market: "1x2", version, outcomes: ["home"], view: "standard" }];
		const answer = platform
			.match(MATCH)
			.confirm({ v: 1, matchId: MATCH, region: "weur", inc: 1, n: ++n, asks, totals: [] });
		return answer.kind === "answer" ? answer.markets[0]?.code : "stale";
	};
	let heldMs = 0;
	for (; code() === "ok" && heldMs < 10_000; heldMs += 100) await platform.world.advance(100);
	expect(code()).toBe("wait");
	// The last mark came up to one mark's time before the feed was cut off.
	expect(heldMs).toBeGreaterThan(FEED.markLostMs - FEED.markMs);
	expect(heldMs).toBeLessThanOrEqual(FEED.markLostMs + 100);
	expect([FEED.markLostMs, FEED.markMs]).toEqual([3_000, 1_000]);
});

test("[FRM-6] RELAY.tickMs, silentRedialMs: a topic that has beaten and is silent is dialled anew on the first tick after it", async () => {
	const net = new RelayWorld(createTestWorld());
	const topic = "match:m1";
	const match = net.publisher("match:m1", [topic]);
	net.reader().subscribe(topic);
	await net.pass(SOON_MS);
	match.beat(topic);
	const beatAtMs = net.world.now();
	while (match.dials === 1 && net.world.now() < beatAtMs + 60_000) await net.world.advance(10);
	const silentMs = net.world.now() - beatAtMs;
	expect(silentMs).toBeGreaterThan(RELAY.silentRedialMs);
	// A redial waits for a random part of its first pause; 20 ms are the network's and the grain by which this looks.
	expect(silentMs).toBeLessThanOrEqual(RELAY.silentRedialMs + RELAY.tickMs + RELAY.redialMinMs + 20);
	expect([RELAY.silentRedialMs, RELAY.tickMs]).toEqual([6_000, 1_000]);
});

test("[RUN-5] RETRY.refusedMs: a desk that refuses results as no call is told again no sooner, whatever else happens", async () => {
	const world = createTestWorld();
	const calledAtMs: number[] = [];
	const store = owedToOneDesk();
	const results = async (): Promise<never> => {
		calledAtMs.push(world.now());
		throw new ContractFault("desk.results", []);
	};
	const outbox = createResultCourier({
		ports: world.ports("match"),
		matchId: MATCH_ID,
		store,
		desk: () => ({ results }),
		wakeAt: () => {},
	});
	outbox.kick();
	await world.advance(RETRY.refusedMs / 2);
	outbox.kick();
	const pauses = Array.from({ length: FAILURES - 1 }, () => RETRY.refusedMs);
	expect(await pausesMs(world, calledAtMs)).toEqual(pauses);
	expect(RETRY.refusedMs).toBe(15_000);
});
