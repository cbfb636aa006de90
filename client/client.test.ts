import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SOCKET } from "../shared/limits.ts";
import { CLOSE } from "../shared/protocol/frames.ts";
import { FakeSocket } from "../testing/client.ts";
import { type TestBook, testFold, testTopic } from "../testing/protocol.ts";
import type { TokenSource, Update } from "./channel.ts";
import { type ConnectionStatus, TouchlineClient } from "./client.ts";

const M = "match:m1";
let client: TouchlineClient;
let statuses: ConnectionStatus[];

beforeEach(() => {
	vi.useFakeTimers({ now: 1_781_136_000_000 });
	FakeSocket.opened = [];
	FakeSocket.isServerUp = true;
	FakeSocket.isPonging = false;
	statuses = [];
	client = new TouchlineClient({
		url: "wss://test/v1/stream",
		WebSocket: FakeSocket,
		schemas: null,
		onStatus: (status) => statuses.push(status),
		onError: () => {},
	});
});

afterEach(() => {
	client.close();
	vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(1);

function listen(topic = M, token?: TokenSource) {
	const updates: Update<TestBook>[] = [];
	const stop = client.subscribe(
		topic,
		testFold,
		(update) => updates.push(update),
		token === undefined ? {} : { token },
	);
	return { updates, stop, last: () => updates.at(-1) };
}

describe("subscribing", () => {
	test("[FRM-5] one socket for all topics; listeners of a topic share it; the last one to leave ends it", async () => {
		const [one, two, lobby] = [listen(), listen(), listen("lobby")];
		await settle();
		expect(FakeSocket.opened.map((socket) => socket.protocol)).toEqual(["touchline.v1"]);
		expect(FakeSocket.last.takeFrames()).toEqual([
			["sub", M, null, {}],
			["sub", "lobby", null, {}],
		]);
		const { state, publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1), publisher.delta(state.set("a", 1), 2));
		expect([one.last()?.state, two.last()?.state, lobby.last()?.state]).toEqual([{ a: 1 }, { a: 1 }, null]);
		expect(one.last()).toMatchObject({ stale: false, error: null, sentAtMs: 2 });
		one.stop();
		one.stop();
		expect(FakeSocket.last.takeFrames()).toEqual([]);
		two.stop();
		expect(FakeSocket.last.takeFrames()).toEqual([["unsub", M]]);
	});

	test("[FRM-5] the 65th topic is the page's mistake", () => {
		for (let n = 0; n < SOCKET.maxTopics; n++) listen(`match:m${n}`);
		expect(() => listen("match:one-more")).toThrow(RangeError);
	});

	test("a refused topic says why, and is asked for again only where that can help", async () => {
		const [unknown, busy] = [listen("match:none"), listen("match:busy")];
		await settle();
		FakeSocket.last.takeFrames();
		FakeSocket.last.deliver(
			'["error","match:none","unknown_topic","no"]',
			'["error","match:busy","unavailable","full"]',
		);
		expect([unknown.last()?.error?.code, busy.last()?.error?.code]).toEqual(["unknown_topic", "unavailable"]);
		await vi.advanceTimersByTimeAsync(11_000);
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", "match:busy", null, {}]]);
		FakeSocket.last.deliver(...testTopic("match:busy").publisher.subscribed(null, 1));
		expect(busy.last()).toMatchObject({ error: null, stale: false, state: {} });
	});

	test("[FRM-7] a token travels in the frame, and is fetched anew when it has expired", async () => {
		let issued = 0;
		const me = listen("me", async () => `token-${++issued}`);
		await settle();
		expect(FakeSocket.last.url).not.toContain("token");
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", "me", null, { token: "token-1" }]]);
		FakeSocket.last.deliver('["error","me","token_expired","expired"]');
		expect(me.last()?.error?.code).toBe("token_expired");
		await vi.advanceTimersByTimeAsync(11_000);
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", "me", null, { token: "token-2" }]]);
	});

	test("a token that cannot be had is an error of its topic alone", async () => {
		const me = listen("me", () => Promise.reject(new Error("signed out")));
		const lobby = listen("lobby");
		await settle();
		expect(me.last()?.error).toEqual({ code: "unauthorized", detail: "Error: signed out" });
		expect([lobby.last()?.error, FakeSocket.last.takeFrames()]).toEqual([null, [["sub", "lobby", null, {}]]]);
	});
});

describe("resuming", () => {
	test("[FRM-2] after a drop it is stale at once, connects again and goes on from its position", async () => {
		const { last } = listen();
		await settle();
		const { state, publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1), publisher.delta(state.set("a", 1), 2));
		FakeSocket.last.drop(1006);
		expect(last()).toMatchObject({ stale: true, state: { a: 1 } });
		publisher.delta(state.set("b", 2), 3);
		await vi.advanceTimersByTimeAsync(SOCKET.reconnectMaxMs + 1_000);
		expect(FakeSocket.last.takeFrames()[0]).toEqual(["sub", M, { epoch: "e1", offset: 1 }, {}]);
		FakeSocket.last.deliver(...publisher.subscribed({ epoch: "e1", offset: 1 }, 4));
		expect(last()).toMatchObject({ stale: false, state: { a: 1, b: 2 } });
	});

	test("[FRM-2] a gap asks for an image, and shows the last good state until it comes", async () => {
		const { last } = listen();
		await settle();
		const { state, publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1));
		FakeSocket.last.takeFrames();
		publisher.delta(state.set("a", 1), 2);
		FakeSocket.last.deliver(publisher.delta(state.set("b", 2), 3));
		await settle();
		expect(last()?.state).toEqual({});
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", M, null, {}]]);
		FakeSocket.last.deliver(...publisher.subscribed(null, 4));
		expect(last()?.state).toEqual({ a: 1, b: 2 });
	});

	test("`resync` forgets the position, the others keep it", async () => {
		listen();
		await settle();
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1));
		for (const [code, position] of [
			[CLOSE.slow, { epoch: "e1", offset: 0 }],
			[CLOSE.resync, null],
		] as const) {
			FakeSocket.last.drop(code);
			await vi.advanceTimersByTimeAsync(2 * SOCKET.reconnectMaxMs);
			expect(FakeSocket.last.takeFrames()[0]).toEqual(["sub", M, position, {}]);
		}
	});

	test("[FRM-6] reconnects of an audience spread over 1–15 s", async () => {
		const audience = Array.from(
			{ length: 300 },
			() => new TouchlineClient({ url: "wss://test/v1/stream", WebSocket: FakeSocket }),
		);
		await vi.advanceTimersByTimeAsync(10_000);
		const sockets = FakeSocket.opened.splice(0);
		for (const socket of sockets) socket.drop(CLOSE.restart);
		await vi.advanceTimersByTimeAsync(SOCKET.reconnectMinMs - 1);
		expect(FakeSocket.opened).toEqual([]);
		const perSecond: number[] = [];
		for (let second = 0; second < 16; second++) {
			await vi.advanceTimersByTimeAsync(1_000);
			perSecond.push(FakeSocket.opened.splice(0).length);
		}
		expect(perSecond.reduce((sum, n) => sum + n)).toBe(sockets.length);
		expect(Math.max(...perSecond)).toBeLessThan(sockets.length / 5);
		for (const each of audience) each.close();
	});

	test("a code that says so is the last word", async () => {
		const { last } = listen();
		await settle();
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1));
		FakeSocket.last.drop(CLOSE.revoked);
		await vi.advanceTimersByTimeAsync(120_000);
		expect(FakeSocket.opened).toHaveLength(1);
		expect([client.status, last()?.stale]).toEqual([{ state: "refused", closeCode: CLOSE.revoked }, true]);
	});

	test("a server that is down is tried again and again, further and further apart", async () => {
		FakeSocket.isServerUp = false;
		await vi.advanceTimersByTimeAsync(300_000);
		expect(FakeSocket.opened.length).toBeGreaterThan(5);
		expect(FakeSocket.opened.length).toBeLessThan(60);
		FakeSocket.isServerUp = true;
		await vi.advanceTimersByTimeAsync(60_000);
		expect(client.status.state).toBe("open");
	});
});

describe("acknowledging", () => {
	test("[FRM-4] every 32 frames at once, every 5 s what is new, and nothing twice", async () => {
		listen();
		await settle();
		const { state, publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1));
		FakeSocket.last.takeFrames();
		for (let n = 1; n <= SOCKET.ackFrames + 3; n++) FakeSocket.last.deliver(publisher.delta(state.set("a", n), n));
		expect(FakeSocket.last.takeFrames()).toEqual([["ack", [[M, "e1", SOCKET.ackFrames]]]]);
		await vi.advanceTimersByTimeAsync(SOCKET.ackMs + 1_000);
		expect(FakeSocket.last.takeFrames()).toEqual([["ack", [[M, "e1", SOCKET.ackFrames + 3]]]]);
		await vi.advanceTimersByTimeAsync(3 * SOCKET.ackMs);
		expect(FakeSocket.last.takeFrames()).toEqual([]);
	});
});

describe("[FRM-6] knowing when it is stale", () => {
	test("the relay says so", async () => {
		const { last } = listen();
		await settle();
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1), `["stale","${M}",true]`);
		expect(last()?.stale).toBe(true);
		FakeSocket.last.deliver(`["stale","${M}",false]`);
		expect(last()?.stale).toBe(false);
	});

	test("a topic in play that falls silent is stale after 5 s, and the connection is given up after 10–20 s", async () => {
		const { last } = listen();
		await settle();
		const { publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1), publisher.beat({}, 2));
		await vi.advanceTimersByTimeAsync(4_000);
		expect(last()?.stale).toBe(false);
		await vi.advanceTimersByTimeAsync(3_000);
		expect(last()?.stale).toBe(true);
		FakeSocket.last.deliver(publisher.beat({}, 3));
		expect(last()?.stale).toBe(false);
		await vi.advanceTimersByTimeAsync(25_000);
		expect(FakeSocket.opened).toHaveLength(2);
	});

	test("silence means nothing after the last beat; the connection is watched by pings", async () => {
		const { last } = listen();
		await settle();
		const { publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1), publisher.beat({}, 2), publisher.lastBeat({}, 3));
		for (let n = 0; n < 4; n++) {
			await vi.advanceTimersByTimeAsync(28_000);
			expect(FakeSocket.last.sent.splice(0)).toContain("ping");
			FakeSocket.last.deliver("pong");
		}
		expect([last()?.stale, FakeSocket.opened.length]).toEqual([false, 1]);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(FakeSocket.opened.length).toBeGreaterThan(1);
	});
});

test("frames and topics it does not know are ignored", async () => {
	const { last } = listen();
	await settle();
	FakeSocket.last.deliver('["novelty",1]', "{", '["beat","match:other","e",1,1,{}]', '["stale","match:other",true]');
	expect(last()).toMatchObject({ state: null, error: null });
});
