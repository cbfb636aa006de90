/** Limits of objects that no other test names: each honoured, under a virtual clock. */
import { describe, expect, test } from "vitest";
import { decisionSpanMs, licenceProfile } from "../shared/catalogue/licences.ts";
import { BET, CONTRACT, FEED, GROUP_COMMIT_MAX, RELAY, REPORTS, SOCKET } from "../shared/limits.ts";
import { CLOSE } from "../shared/protocol/frames.ts";
import { meFold } from "../shared/protocol/me-view.ts";
import { createDeskBench, leg } from "../testing/desk.ts";
import { createTestWorld } from "../testing/world.ts";
import { SpeechClock } from "./match/speech.ts";
import { RelayActor } from "./relay/actor.ts";
import type { ReaderSocket } from "./relay/reader-session.ts";
import { groupCommit } from "./runtime/group-commit.ts";
import { faultText } from "./runtime/log.ts";
import { packBatches } from "./runtime/report-outbox.ts";

test("GROUP_COMMIT_MAX: so many writes share a commit, and no more", async () => {
	const world = createTestWorld();
	const sizes: number[] = [];
	const commit = groupCommit<number, number>({
		ports: world.ports("one"),
		maxBatch: GROUP_COMMIT_MAX,
		run: (batch) => {
			sizes.push(batch.length);
			return batch;
		},
	});
	const all = Promise.all(Array.from({ length: 2 * GROUP_COMMIT_MAX + 2 }, (_, n) => commit(n)));
	await world.settle();
	await all;
	expect(Math.max(...sizes)).toBe(GROUP_COMMIT_MAX);
	expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 * GROUP_COMMIT_MAX + 2);
});

test("REPORTS.maxMessageBytes, maxBatchBytes, resendRows: rows of any size are cut below them, and Queues' own limits lie above", () => {
	const market = { kind: "market", matchId: "m1", marketId: "1x2", group: "main", period: "90" } as const;
	const row = (seq: number, chars: number) => ({ seq, body: { ...market, name: "é".repeat(chars) } });
	const rows = Array.from({ length: REPORTS.resendRows }, (_, n) => row(n + 1, (n * 37) % 2_000));
	const batches = packBatches("wallet:weur:0", rows);
	const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
	expect(batches.flat().flatMap((message) => message.rows)).toEqual(rows);
	for (const message of batches.flat()) {
		expect(bytes(message.rows)).toBeLessThanOrEqual(REPORTS.maxMessageBytes);
		// One operation, with a hundred bytes of the queue's own.
		expect(bytes(message)).toBeLessThanOrEqual(63_900);
	}
	expect(batches.length).toBeGreaterThan(1);
	for (const batch of batches) {
		const all = batch.reduce((sum, message) => sum + bytes(message) + 100, 0);
		expect(all).toBeLessThanOrEqual(256_000);
		expect(batch.length).toBeLessThanOrEqual(100);
	}
});

test("CONTRACT.faultChars: a fault's words in a log end there", () => {
	expect(faultText(new Error("x".repeat(10_000))).length).toBe(CONTRACT.faultChars);
});

test("FEED.answersKept: speech that names an older answer counts as not spoken", () => {
	const spokeAfter = (answers: number): number | null => {
		const clock = new SpeechClock("e1");
		let first = 0;
		for (let n = 0; n < answers; n++) {
			const answerNo = clock.answer(1_000 + n);
			if (n === 0) first = answerNo;
		}
		clock.hear({ epoch: "e1", answerNo: first, sinceAnswerMs: 0, sinceSpokeMs: 0 }, 2_000);
		return clock.spokeAgoMs(2_000);
	};
	expect(spokeAfter(FEED.answersKept)).toBe(1_000);
	expect(spokeAfter(FEED.answersKept + 1)).toBeNull();
});

test("SOCKET.imageTickets: a page keeps so many tickets, the newest", () => {
	const ticket = (n: number) => ({ id: `ticket-${n}`, status: "pending", ticketVersion: 1, placedAtMs: n });
	const me = { playerId: "p", currency: "EUR", balanceMinor: 1, heldMinor: 0 };
	const first = meFold.image(null, { me, tickets: [] });
	const many = meFold.delta(first, { tickets: Array.from({ length: SOCKET.imageTickets + 5 }, (_, n) => ticket(n)) });
	expect(many.tickets.map(({ placedAtMs }) => placedAtMs)).toEqual(
		Array.from({ length: SOCKET.imageTickets }, (_, n) => SOCKET.imageTickets + 4 - n),
	);
});

describe("a relay", () => {
	function createRelay() {
		const world = createTestWorld();
		const ports = world.ports("relay");
		// Publishers that never answer: what readers ask for stays open.
		const relay = new RelayActor({ ports, name: "relay:weur:0", walletShards: 2, dial: () => new Promise(() => {}) });
		const sockets: { readonly id: string; readonly sent: string[]; code: number | null }[] = [];
		const open = (address: string | null = null): (typeof sockets)[number] => {
			const reader = { id: `s${sockets.length}`, sent: [] as string[], code: null as number | null };
			sockets.push(reader);
			const socket: ReaderSocket = {
				id: reader.id,
				address,
				send: (text) => void reader.sent.push(text),
				close: (code) => {
					reader.code = code;
				},
				save: () => {},
			};
			relay.opened(socket);
			return reader;
		};
		return { world, relay, open };
	}

	test("SOCKET.maxSocketsPerRelay: one more is sent elsewhere, and takes nothing", () => {
		const { open, relay } = createRelay();
		for (let n = 0; n < SOCKET.maxSocketsPerRelay; n++) expect(open().code).toBeNull();
		expect(open().code).toBe(CLOSE.full);
		relay.closed("s0");
		expect(open().code).toBeNull();
	});

	test("RELAY.maxTopics: one more is `unavailable`, and its reader keeps what it has", () => {
		const { open, relay } = createRelay();
		let topics = 0;
		let reader = open();
		for (; topics < RELAY.maxTopics; topics++) {
			if (topics % SOCKET.maxTopics === 0) reader = open();
			relay.message(reader.id, JSON.stringify(["sub", `match:m${topics}`, null, {}]));
		}
		const last = open();
		relay.message(last.id, JSON.stringify(["sub", "match:m0", null, {}]));
		relay.message(last.id, JSON.stringify(["sub", "match:one-more", null, {}]));
		expect(last.sent.map((text) => JSON.parse(text)).slice(1)).toEqual([
			["error", "match:one-more", "unavailable", expect.any(String)],
		]);
		expect(last.code).toBeNull();
	});

	test("RELAY.netMs: while anything is open an alarm is no further away", async () => {
		const { world, open, relay } = createRelay();
		relay.message(open().id, JSON.stringify(["sub", "lobby", null, {}]));
		await world.settle();
		expect((world.alarmOf("relay") ?? 0) - world.now()).toBeLessThanOrEqual(RELAY.netMs);
	});

	test("SOCKET.maxReaderFrameBytes counts bytes, not characters", () => {
		const { open, relay } = createRelay();
		const reader = open();
		relay.message(reader.id, "é".repeat(SOCKET.maxReaderFrameBytes / 2 + 1));
		expect(reader.code).toBe(CLOSE.tooLarge);
	});
});

test("BET.maxPendingLegs: a desk with so many legs in their windows takes no more, and goes on with those", async () => {
	const { offer, wallet } = createDeskBench();
	let n = 0;
	while (n < BET.maxPendingLegs) {
		await offer(...Array.from({ length: BET.legsPerDeskCall }, () => leg(++n)));
	}
	const { legs } = await offer(leg(++n));
	expect(legs).toMatchObject([{ vote: "no", code: "busy" }]);
	expect(wallet.votes).toEqual([]);
});

describe("a desk", () => {
	test("BET.confirmMaxMs: a leg that must wait is asked about so often, and no more often", async () => {
		const { world, match, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(4_999);
		// The feed falls silent: the leg waits for it.
		const before = match.confirms.length;
		await world.advance(10 * BET.confirmMaxMs);
		const asked = match.confirms.length - before;
		expect(asked).toBeLessThanOrEqual(11);
	});

	test("BET.confirmEveryMs, confirmBurst: however many windows end, confirms keep to their rate", async () => {
		const { world, match, offer } = createDeskBench();
		for (let n = 1; n <= 300; n++) {
			match.speak();
			await offer(leg(n));
			await world.advance(1);
		}
		await world.advance(5_500);
		expect(match.confirms.length).toBeGreaterThan(BET.confirmBurst);
		expect(match.confirms.length).toBeLessThanOrEqual(2 + BET.confirmBurst + 300 / BET.confirmEveryMs);
	});

	test("BET.confirmRetryMinMs, confirmRetryMaxMs: a match that is down is asked after 250 ms, then each second", async () => {
		const { world, match, offer } = createDeskBench();
		await offer(leg(1));
		match.isDown = true;
		await world.advance(5_000);
		const first = match.confirms.length;
		await world.advance(BET.confirmRetryMinMs + 10);
		expect(match.confirms.length).toBeGreaterThan(first - 1);
		const before = match.confirms.length;
		await world.advance(10 * BET.confirmRetryMaxMs);
		expect(match.confirms.length - before).toBeLessThanOrEqual(13);
		expect(match.confirms.length - before).toBeGreaterThanOrEqual(2);
	});

	test("BET.quoteKeepMs: a quote is used so long, and asked anew from then on", async () => {
		const { world, match, offer } = createDeskBench();
		await offer(leg(1));
		await world.advance(BET.quoteKeepMs - 1);
		await offer(leg(2));
		const quotes = match.quotes.length;
		await world.advance(1);
		await offer(leg(3));
		expect(match.quotes.length).toBe(quotes + 1);
	});

	test("BET.quoteWatchMs: a market that is withdrawn refuses its waiting legs within it", async () => {
		const { world, match, wallet, offer } = createDeskBench();
		await offer(leg(1));
		match.move("1x2", "suspended");
		await world.advance(BET.quoteWatchMs + 10);
		expect(wallet.votes).toMatchObject([{ vote: "no" }]);
	});

	test("BET.keepTombstoneMs, forgetRows, forgetPauseMs: after a day so many are forgotten at a time, with a pause between", async () => {
		const { world, desk } = createDeskBench();
		const key = (n: number): string => `p_weur_00000000000000aa/tomb-${String(n).padStart(5, "0")}`;
		const count = BET.forgetRows + 1;
		for (let n = 0; n < count; n += BET.legsPerDeskCall) {
			const legs = Array.from({ length: Math.min(BET.legsPerDeskCall, count - n) }, (_, at) => ({
				ticketKey: key(n + at),
				legNo: 0,
			}));
			desk().ask({ v: 1, desk: "desk:m1:weur", wallet: "wallet:weur:0", legs });
		}
		const left = (): number => world.ports("desk").sql.exec("SELECT ticket_key FROM tombstones").length;
		await world.advance(BET.keepTombstoneMs - 1);
		expect(left()).toBe(count);
		const seen = new Set<number>();
		for (let step = 0; step < 20; step++) {
			await world.advance(BET.forgetPauseMs / 2);
			seen.add(left());
		}
		expect(seen).toContain(count - BET.forgetRows);
		expect(left()).toBe(0);
	});
});

test("BET.deadlineSlackMs: a ticket is decided by its licence's delay, hold and patience, and so much more", () => {
	const profile = licenceProfile("generic");
	if (profile === null) throw new Error("no licence");
	const { longestDelayMs, maxHoldMs, feedQuietMs } = profile;
	expect(decisionSpanMs(profile, BET.deadlineSlackMs)).toBe(
		longestDelayMs + maxHoldMs + feedQuietMs + BET.deadlineSlackMs,
	);
	expect(longestDelayMs).toBeLessThanOrEqual(BET.maxDelayMs);
});
