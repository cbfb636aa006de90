/** What a connection told ends with it; what was missed, unanswered or unreadable never passes as fresh. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLIENT, SOCKET } from "../shared/limits.ts";
import { CLOSE } from "../shared/protocol/frames.ts";
import { FakeSocket, fakeClient, listenTo } from "../testing/client.ts";
import { testFold, testTopic } from "../testing/protocol.ts";
import type { TouchlineClient } from "./client.ts";
import type { ClientProblem } from "./problem.ts";

const M = "match:m1";
const ASK = ["sub", M, null, {}];
let client: TouchlineClient;
let problems: readonly ClientProblem[];

beforeEach(() => {
	vi.useFakeTimers({ now: 1_781_136_000_000 });
	({ client, problems } = fakeClient());
});
afterEach(() => {
	client.close();
	vi.useRealTimers();
});

const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);
const subs = (topic = M) => FakeSocket.last.takeFrames().filter(([kind, of]) => kind === "sub" && of === topic);

/** A topic that is whole on an open connection. */
async function whole(topic = M) {
	const listener = listenTo(client, topic);
	await pass();
	const { state, publisher } = testTopic(topic);
	FakeSocket.last.deliver(...publisher.subscribed(null, 1));
	FakeSocket.last.takeFrames();
	return { ...listener, state, publisher };
}

async function reconnect(code: number = CLOSE.restart): Promise<void> {
	FakeSocket.last.drop(code);
	await pass(SOCKET.reconnectMaxMs + 1_000);
}

describe("[FRM-6] what a connection told ends with it", () => {
	test.each(["image", "recovered"])("staleness told by a relay, where the next one answers `%s`", async (how) => {
		const { last, publisher } = await whole();
		FakeSocket.last.deliver(publisher.beat({}, 2), `["stale","${M}",true]`);
		await reconnect();
		expect(last()?.stale).toBe(true);
		FakeSocket.last.deliver(...publisher.subscribed(how === "image" ? null : publisher.position, 3));
		expect(last()?.stale).toBe(false);
	});

	test("on the same connection the answer to a new `sub` begins anew, for the relay may have been evicted meanwhile", async () => {
		const { last, publisher } = await whole();
		FakeSocket.last.deliver(`["stale","${M}",true]`, ...publisher.subscribed(publisher.position, 2));
		expect(last()?.stale).toBe(false);
		FakeSocket.last.deliver(`["stale","${M}",true]`);
		expect(last()?.stale).toBe(true);
	});

	test("beats: a topic that the next connection does not say is in play is not held for silent", async () => {
		const { last, publisher } = await whole();
		FakeSocket.last.deliver(publisher.beat({}, 2));
		await reconnect();
		FakeSocket.last.deliver(...publisher.subscribed(publisher.position, 3));
		await pass(2 * CLIENT.silentMs);
		expect([last()?.stale, FakeSocket.opened.length]).toEqual([false, 2]);
	});

	test("errors", async () => {
		const { last, publisher } = await whole();
		FakeSocket.last.deliver(`["error","${M}","unavailable","busy"]`);
		expect(last()?.error?.code).toBe("unavailable");
		FakeSocket.last.drop(CLOSE.restart);
		expect(last()?.error).toBeNull();
		await pass(SOCKET.reconnectMaxMs + 1_000);
		FakeSocket.last.deliver(...publisher.subscribed(null, 3));
		expect(last()).toMatchObject({ stale: false, error: null });
	});
});

describe("[FRM-2] a gap", () => {
	test.each([
		["a delta that skips", `["delta","${M}","e1",3,4,9,{"a":9}]`],
		["a delta of another epoch", `["delta","${M}","e2",0,1,9,{"a":9}]`],
		["a beat from further on", `["beat","${M}","e1",3,9,{}]`],
		["a beat of another epoch", `["beat","${M}","e2",0,9,{}]`],
		["a delta cut off on its way", `["delta","${M}","e1",0,1,9,{"a"`],
		["a delta too short", `["delta","${M}","e1",0]`],
		["a delta with offsets that are none", `["delta","${M}","e1",-1,"1",9,{}]`],
		["a body that is none of the topic's", `["delta","${M}","e1",0,1,9,{"a":"x"}]`],
		["a body that is no body", `["delta","${M}","e1",0,1,9,null]`],
		["an image that is none", `["image","${M}","e1",5,9,{"a":[]}]`],
		["a frame too large", `["delta","${M}","e1",0,1,9,{"a":1${" ".repeat(SOCKET.maxServerFrameChars)}}]`],
	])("%s: stale at once, the last good state shown, asked for until an image comes", async (_, text) => {
		const { last, state, publisher } = await whole();
		FakeSocket.last.deliver(text);
		expect(last()).toMatchObject({ stale: true, state: {} });
		await pass(CLIENT.resyncMinMs + 1_000);
		expect(subs()).toEqual([ASK]);
		for (let waits = 0; waits < 4; waits++) {
			await pass(CLIENT.resyncMaxMs + 1_000);
			expect(subs().length).toBeGreaterThan(0);
			expect(last()?.stale).toBe(true);
		}
		publisher.delta(state.set("a", 7), 8);
		FakeSocket.last.deliver(...publisher.subscribed(null, 9));
		expect(last()).toMatchObject({ stale: false, state: { a: 7 }, error: null });
		await pass(5_000);
		expect(subs()).toEqual([]);
	});

	test("SOCKET.maxServerFrameChars: a frame of that length is read, one character more is not", async () => {
		const { last } = await whole();
		const frame = (length: number): string => {
			const [head, tail] = [`["delta","${M}","e1",0,1,9,{"a":1`, "}]"];
			return head + " ".repeat(length - head.length - tail.length) + tail;
		};
		FakeSocket.last.deliver(frame(SOCKET.maxServerFrameChars + 1));
		expect([last()?.state, last()?.error]).toEqual([{}, { code: "unreadable", detail: "too large" }]);
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1), frame(SOCKET.maxServerFrameChars));
		expect([last()?.state, last()?.error]).toEqual([{ a: 1 }, null]);
	});

	test("an answer to a question from before the gap does not mend it", async () => {
		const { last, publisher, state } = await whole();
		publisher.delta(state.set("a", 1), 2);
		FakeSocket.last.deliver(publisher.delta(state.set("a", 2), 3), `["sub","${M}","recovered"]`);
		expect(last()).toMatchObject({ stale: true, state: {} });
		subs();
		await pass(2 * CLIENT.answerMs + 1_000);
		expect(subs()[0]).toEqual(ASK);
	});

	test("`image` promised and not sent is stale, and asked for again", async () => {
		const { last } = await whole();
		FakeSocket.last.deliver(`["sub","${M}","image"]`);
		expect(last()?.stale).toBe(true);
	});

	test("leaving while an image is awaited ends the asking; coming back begins anew", async () => {
		const { stop, publisher, state } = await whole();
		publisher.delta(state.set("a", 1), 2);
		FakeSocket.last.deliver(publisher.delta(state.set("a", 2), 3));
		stop();
		expect(FakeSocket.last.takeFrames()).toEqual([ASK, ["unsub", M]]);
		FakeSocket.last.deliver(...publisher.subscribed(null, 4));
		await pass(60_000);
		expect(FakeSocket.last.takeFrames()).toEqual([]);
		const again = listenTo(client, M);
		expect([again.last(), subs()]).toEqual([expect.objectContaining({ state: null, stale: true }), [ASK]]);
		FakeSocket.last.deliver(...publisher.subscribed(null, 5));
		expect(again.last()).toMatchObject({ state: { a: 2 }, stale: false });
	});

	test("a second listener in the middle of a gap hears that it is stale, and asks for nothing of its own", async () => {
		const { publisher, state } = await whole();
		publisher.delta(state.set("a", 1), 2);
		FakeSocket.last.deliver(publisher.delta(state.set("a", 2), 3));
		const second = listenTo(client, M);
		expect([second.updates.map(({ stale }) => stale), subs()]).toEqual([[true], [ASK]]);
	});

	test("images again, and images from behind, are taken as they come and acknowledged", async () => {
		const { last } = await whole();
		const image = (offset: number, value: number): string => `["image","${M}","e1",${offset},9,{"a":${value}}]`;
		FakeSocket.last.deliver(image(40, 1), image(40, 1));
		expect(FakeSocket.last.takeFrames()).toEqual([["ack", [[M, "e1", 40]]]]);
		await pass(SOCKET.ackMs + 1_000);
		expect(FakeSocket.last.takeFrames()).toEqual([["ack", [[M, "e1", 40]]]]);
		FakeSocket.last.deliver(image(20, 2));
		await pass(SOCKET.ackMs + 1_000);
		expect(FakeSocket.last.takeFrames()).toEqual([["ack", [[M, "e1", 20]]]]);
		expect(last()).toMatchObject({ state: { a: 2 }, stale: false });
	});

	test("a topic that is refused for good is not asked for because something of it still comes", async () => {
		const { last, publisher } = await whole();
		FakeSocket.last.deliver(
			`["error","${M}","unauthorized","no"]`,
			`["delta","${M}","e1",7,8,9,{}]`,
			`["delta","${M}"]`,
		);
		await pass(60_000);
		expect([subs(), last()?.error?.code, last()?.stale]).toEqual([[], "unauthorized", true]);
		FakeSocket.last.deliver(...publisher.subscribed(null, 2));
		expect(last()).toMatchObject({ stale: false, error: null });
	});
});

describe("[FRM-2] no answer", () => {
	test("a `sub` that is never answered is asked again, and says why nothing comes", async () => {
		const { last } = listenTo(client, M);
		await pass();
		expect(subs()).toEqual([ASK]);
		await pass(2 * CLIENT.answerMs + 1_000);
		expect(subs().length).toBeGreaterThan(0);
		expect(last()).toMatchObject({ stale: true, state: null, error: { code: "unanswered" } });
		expect(problems[0]).toMatchObject({ code: "unanswered", topic: M });
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1));
		expect(last()).toMatchObject({ stale: false, error: null });
	});

	test("CLIENT.askBurst, asksPerSec: 64 topics without an answer stay below what a relay takes of one reader", async () => {
		for (let n = 0; n < SOCKET.maxTopics; n++) listenTo(client, `match:m${n}`);
		let credit: number = SOCKET.readerFrameBurst;
		for (let second = 0; second < 120; second++) {
			await pass(1_000);
			credit = Math.min(SOCKET.readerFrameBurst, credit + SOCKET.readerFramesPer10s / 10);
			credit -= FakeSocket.last.takeFrames().length;
			expect(credit).toBeGreaterThan(0);
		}
		expect(CLIENT.askBurst).toBeLessThanOrEqual(SOCKET.readerFrameBurst - SOCKET.maxTopics);
		expect(CLIENT.asksPerSec).toBeLessThan(SOCKET.readerFramesPer10s / 10);
	});

	test("nor do 64 topics that lose their place again as soon as they have found it", async () => {
		const topics = Array.from({ length: SOCKET.maxTopics }, (_, n) => `match:m${n}`);
		for (const topic of topics) listenTo(client, topic);
		await pass();
		let credit: number = SOCKET.readerFrameBurst;
		for (let n = 0; n < 600; n++) {
			const asked = FakeSocket.last.takeFrames();
			credit -= asked.length;
			expect(credit).toBeGreaterThan(0);
			for (const [, topic] of asked)
				FakeSocket.last.deliver(
					...testTopic(String(topic)).publisher.subscribed(null, 1),
					`["delta","${topic}","e1",8,9,1,{}]`,
				);
			await pass(100);
			credit = Math.min(SOCKET.readerFrameBurst, credit + SOCKET.readerFramesPer10s / 100);
		}
	});

	test("a token that cannot be had is asked for again with back-off, and one that never comes holds up no other topic", async () => {
		let tries = 0;
		const me = listenTo(client, "me", () => (++tries === 3 ? "t3" : Promise.reject(new Error("offline"))));
		const never = listenTo(client, M, () => new Promise(() => {}));
		const lobby = listenTo(client, "lobby");
		await pass();
		FakeSocket.last.deliver(...testTopic("lobby").publisher.subscribed(null, 1));
		expect([me.last()?.error?.code, lobby.last()?.stale]).toEqual(["unauthorized", false]);
		for (let second = 0; tries < 3 && second < 60; second++) await pass(1_000);
		expect(subs("me").map(([, , , terms]) => terms)).toEqual([{ token: "t3" }]);
		expect(never.last()).toMatchObject({ stale: true, error: { code: "unanswered" } });
	});

	test("a token that comes when the connection has changed is sent once", async () => {
		const waiting: ((token: string) => void)[] = [];
		listenTo(client, "me", () => new Promise<string>((come) => waiting.push(come)));
		await pass();
		await reconnect();
		expect(waiting.length).toBeGreaterThan(1);
		for (const come of waiting) come("t");
		await pass();
		expect(subs("me")).toHaveLength(1);
	});
});

describe("[FRM-2] what cannot be read", () => {
	test("is said with a code, to the listeners and to the page, and not thrown", async () => {
		const { last } = await whole();
		FakeSocket.last.deliver(`["image","${M}","e1",5,9,{"a":"x"}]`);
		expect(last()).toMatchObject({ stale: true, error: { code: "unreadable" } });
		expect(problems).toMatchObject([{ code: "unreadable", topic: M }]);
	});

	test("a schema that its topic cannot read keeps the image after it from being read by the old one", async () => {
		const names = (schema: unknown): string => {
			if (typeof schema !== "string") throw new TypeError("no schema");
			return schema;
		};
		const shown: unknown[] = [];
		const fold = {
			schema: (_: unknown, body: unknown) => ({ by: names(body), a: null }),
			image: (state: { by: string } | null, body: unknown) => {
				if (state === null) throw new Error("no schema");
				return { by: state.by, a: body };
			},
			delta: (state: { by: string; a: unknown }) => state,
		};
		client.subscribe(M, fold, ({ state, stale }) => shown.push([state, stale]));
		await pass();
		FakeSocket.last.deliver(`["schema","${M}","e1",1,"one"]`, `["image","${M}","e1",1,9,1]`);
		expect(shown.at(-1)).toEqual([{ by: "one", a: 1 }, false]);
		FakeSocket.last.deliver(`["schema","${M}","e2",1,7]`, `["image","${M}","e2",1,9,2]`);
		expect(shown.at(-1)).toEqual([{ by: "one", a: 1 }, true]);
		FakeSocket.last.deliver(`["schema","${M}","e2",1,"two"]`, `["image","${M}","e2",1,9,2]`);
		expect(shown.at(-1)).toEqual([{ by: "two", a: 2 }, false]);
	});

	test("a publisher that always sends rubbish is asked less and less, and reported once a question", async () => {
		const { last } = await whole();
		let asked = 0;
		for (let second = 0; second < 300; second++) {
			for (let n = 0; n < 20; n++) FakeSocket.last.deliver(`["sub","${M}","image"]`, `["image","${M}","e1",1,9,"no"]`);
			await pass(1_000);
			asked += subs().length;
		}
		expect(asked).toBeGreaterThan(8);
		expect(asked).toBeLessThan(25);
		expect(problems.length).toBeLessThanOrEqual(asked + 1);
		expect([last()?.stale, FakeSocket.opened.length]).toEqual([true, 1]);
	});

	test("images that are good and deltas that never fit make no tight loop either", async () => {
		const { last, publisher } = await whole();
		let asked = 0;
		for (let n = 0; n < 3_000; n++) {
			FakeSocket.last.deliver(`["delta","${M}","e1",8,9,1,{}]`);
			await pass(100);
			const questions = subs().length;
			asked += questions;
			if (questions > 0) FakeSocket.last.deliver(...publisher.subscribed(null, 1));
		}
		FakeSocket.last.deliver(`["delta","${M}","e1",8,9,1,{}]`);
		expect(asked).toBeLessThan(25);
		expect(last()?.stale).toBe(true);
	});

	test("one topic that is poisoned takes nothing from another", async () => {
		const [bad, good] = [await whole(), await whole("match:m2")];
		FakeSocket.last.deliver(`["delta","${M}","e1",0,1,9,{"a":"x"}]`);
		FakeSocket.last.deliver(good.publisher.delta(good.state.set("a", 1), 2));
		expect([bad.last()?.stale, good.last()]).toEqual([
			true,
			expect.objectContaining({ stale: false, state: { a: 1 } }),
		]);
		await pass(5_000);
		expect(FakeSocket.last.takeFrames().filter(([kind]) => kind === "sub")).toEqual([ASK]);
	});

	test("rubbish of no topic is reported once a connection; kinds of the future are not rubbish", async () => {
		const { last } = await whole();
		FakeSocket.last.deliver('["novelty",1]', '["novelty"]');
		expect(problems).toEqual([]);
		const rubbish = ["{", "null", "[]", '{"__proto__":1}', "[1]", '["delta"]', '["beat","__proto__","e",1,1,{}]'];
		FakeSocket.last.deliver(...rubbish, '["stale","match:constructor",true]', '["image","match:other"]');
		expect(problems).toMatchObject([{ code: "unreadable", topic: null }]);
		expect(last()).toMatchObject({ stale: false, error: null });
	});

	test("names that every object has are values like others, and change no prototype", async () => {
		const { last } = await whole();
		FakeSocket.last.deliver(`["delta","${M}","e1",0,1,9,{"a":1,"__proto__":{"stale":1},"constructor":2}]`);
		expect(Object.getPrototypeOf({})).toBe(Object.prototype);
		expect([last()?.state?.a, Object.getPrototypeOf(last()?.state ?? {})]).toEqual([1, Object.prototype]);
	});

	test("an error of no topic, by which the server says that we are wrong, reaches the page", async () => {
		await whole();
		FakeSocket.last.deliver('["error",null,"bad_frame","[0]: no"]');
		expect(problems).toMatchObject([{ code: "server", topic: null, detail: "bad_frame: [0]: no" }]);
	});

	test("whatever texts come: nothing is thrown, and a state is fresh only where it is the publisher's", async () => {
		const { last, state, publisher } = await whole();
		const text = fc.oneof(
			fc.json(),
			fc.string(),
			fc
				.tuple(fc.constantFrom("delta", "image", "beat", "schema", "sub", "stale", "error"), fc.array(fc.jsonValue()))
				.map(([kind, rest]) => JSON.stringify([kind, M, ...rest])),
		);
		fc.assert(
			fc.property(fc.array(text), fc.nat(99), (texts, value) => {
				FakeSocket.last.deliver(...publisher.subscribed(null, 1), ...texts);
				const delta = publisher.delta(state.set("a", value), 2);
				FakeSocket.last.deliver(delta);
				if (last()?.stale === false) expect(last()?.state).toEqual(state.values);
			}),
		);
	});
});

test("the fold of these tests refuses what is no book", () => expect(() => testFold.image(null, { a: "x" })).toThrow());
