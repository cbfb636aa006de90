/** Elapsed time is monotonic: a device's clock may be set, and a device may sleep. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLIENT } from "../shared/limits.ts";
import { PING } from "../shared/protocol/frames.ts";
import { FakeSocket, fakeClient, listenTo } from "../testing/client.ts";
import { testTopic } from "../testing/protocol.ts";

const [M, QUIET] = ["match:m1", "lobby"];
const HOUR_MS = 3_600_000;
const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);
let made: ReturnType<typeof fakeClient>;
/** For how long the device has slept: its timers stood still, its monotonic clock did not. */
let sleptMs: number;

beforeEach(() => {
	vi.useFakeTimers({ now: 1_781_136_000_000 });
	sleptMs = 0;
});
afterEach(() => {
	made.client.close();
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

/** A topic in play and a quiet one, both whole. */
async function start() {
	made = fakeClient({ now: () => performance.now() + sleptMs });
	FakeSocket.isPonging = false;
	const [match, lobby] = [listenTo(made.client, M), listenTo(made.client, QUIET)];
	await pass();
	const { publisher } = testTopic(M);
	FakeSocket.last.deliver(...publisher.subscribed(null, 1), publisher.beat({}, 2));
	FakeSocket.last.deliver(...testTopic(QUIET).publisher.subscribed(null, 1));
	return { match, lobby, publisher };
}

describe("[FRM-6] a topic that was in play", () => {
	test("and has been called stale since is silent for good only where it beats again", async () => {
		const { match, publisher } = await start();
		FakeSocket.last.deliver(`["stale","${M}",true]`, `["stale","${M}",false]`);
		await pass(2 * CLIENT.silentMs);
		expect(match.last()?.stale).toBe(false);
		FakeSocket.last.deliver(publisher.beat({}, 3));
		await pass(2 * CLIENT.silentMs);
		expect(match.last()?.stale).toBe(true);
	});
});

describe("[FRM-6] a clock that is set", () => {
	test("CLIENT.silentMs: back: silence is noticed after as long as ever", async () => {
		const { match } = await start();
		vi.setSystemTime(Date.now() - HOUR_MS);
		await pass(CLIENT.silentMs);
		expect(match.last()?.stale).toBe(false);
		await pass(1_000);
		expect(match.last()?.stale).toBe(true);
		await pass(20_000);
		expect(FakeSocket.opened.length).toBe(2);
	});

	test("forward: nothing is silent that spoke just now", async () => {
		const { match, lobby } = await start();
		vi.setSystemTime(Date.now() + HOUR_MS);
		await pass(3_000);
		expect([match, lobby].map(({ updates }) => updates.at(-1)?.stale)).toEqual([false, false]);
		expect(FakeSocket.opened.length).toBe(1);
	});
});

describe("[FRM-6] a device that slept", () => {
	test("CLIENT.sleptMs: with its timers: stale at once, asked whether anybody is there, fresh with what comes", async () => {
		const { match, lobby, publisher } = await start();
		sleptMs = CLIENT.sleptMs;
		await pass(1_000);
		expect([match.last()?.stale, lobby.last()?.stale]).toEqual([true, true]);
		expect(FakeSocket.last.sent).toContain(PING);
		FakeSocket.last.deliver("pong");
		expect([match.last()?.stale, lobby.last()?.stale]).toEqual([true, false]);
		FakeSocket.last.deliver(publisher.beat({}, 3));
		expect([match.last()?.stale, FakeSocket.opened.length]).toEqual([false, 1]);
	});

	test("and whose connection did not survive it: given up within ten seconds", async () => {
		const { match, lobby } = await start();
		sleptMs = HOUR_MS;
		await pass(2 * CLIENT.answerMs + 2_000);
		expect([match.last()?.stale, lobby.last()?.stale, FakeSocket.opened.length]).toEqual([true, true, 2]);
	});

	test("whoever subscribes before the timers have noticed is not shown old prices as fresh", async () => {
		await start();
		sleptMs = HOUR_MS;
		expect(listenTo(made.client, M).last()?.stale).toBe(true);
	});

	test("a page held back in the background, while frames come, has not slept: its other topics are judged by them", async () => {
		const { match, lobby } = await start();
		sleptMs = CLIENT.silentMs + 1_000;
		FakeSocket.last.deliver(`["delta","${QUIET}","e1",0,1,9,{"a":1}]`);
		expect([match.last()?.stale, lobby.last()?.stale]).toEqual([true, false]);
		expect(FakeSocket.last.sent).not.toContain(PING);
	});

	test("with its monotonic clock too: the page's coming back to sight tells of it", async () => {
		const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
		vi.stubGlobal("document", page);
		const { match, lobby } = await start();
		page.dispatchEvent(new Event("visibilitychange"));
		expect(match.last()?.stale).toBe(false);
		page.visibilityState = "visible";
		page.dispatchEvent(new Event("visibilitychange"));
		expect([match.last()?.stale, lobby.last()?.stale]).toEqual([true, true]);
		FakeSocket.last.deliver("pong");
		expect([match.last()?.stale, lobby.last()?.stale]).toEqual([false, false]);
		FakeSocket.last.sent.length = 0;
		made.client.close();
		page.dispatchEvent(new Event("visibilitychange"));
		expect(FakeSocket.last.sent).toEqual([]);
	});
});
