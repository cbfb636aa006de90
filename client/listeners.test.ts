/** Functions of the page's own: one that throws keeps nothing from the others, and the client is ahead of all of them. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SOCKET } from "../shared/limits.ts";
import { CLOSE } from "../shared/protocol/frames.ts";
import { FakeSocket, fakeClient, listenTo } from "../testing/client.ts";
import { testFold, testTopic } from "../testing/protocol.ts";
import type { Update } from "./channel.ts";
import { TouchlineClient } from "./client.ts";

const [M, OTHER] = ["match:m1", "match:m2"];
const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);
const boom = (): never => {
	throw new Error("page");
};

beforeEach(() => void vi.useFakeTimers({ now: 1_781_136_000_000 }));
afterEach(() => {
	vi.restoreAllMocks();
	vi.useRealTimers();
});

/** Two topics, whole; the first listener of the first topic does as it is told. */
async function withBad(options: Parameters<typeof fakeClient>[0] = {}) {
	const made = fakeClient(options);
	let act: (update: Update<unknown>) => void = () => {};
	const stopBad = made.client.subscribe(M, testFold, (update) => act(update));
	const [same, other] = [listenTo(made.client, M), listenTo(made.client, OTHER)];
	await pass();
	const [one, two] = [testTopic(M), testTopic(OTHER)];
	FakeSocket.last.deliver(...one.publisher.subscribed(null, 1), ...two.publisher.subscribed(null, 1));
	FakeSocket.last.takeFrames();
	const does = (next: typeof act): void => {
		act = next;
	};
	return { ...made, same, other, one, two, stopBad, does };
}

describe("[FRM-2] a listener that throws", () => {
	test("with a change: the others hear it, the history goes on, the fault is reported", async () => {
		const { client, same, one, problems, does } = await withBad();
		does(boom);
		FakeSocket.last.deliver(one.publisher.delta(one.state.set("a", 1), 2));
		FakeSocket.last.deliver(one.publisher.delta(one.state.set("a", 2), 3));
		expect(same.last()).toMatchObject({ state: { a: 2 }, stale: false });
		expect(problems).toMatchObject([
			{ code: "callback", topic: M, fault: new Error("page") },
			{ code: "callback", topic: M },
		]);
		client.close();
	});

	test("as the connection drops: every topic is stale, the status has moved, and it connects again", async () => {
		const { client, same, other, statuses, does } = await withBad();
		let seen: unknown;
		does(() => {
			seen = client.status.state;
			boom();
		});
		FakeSocket.last.drop(CLOSE.restart);
		expect([same.last()?.stale, other.last()?.stale, client.status.state, seen]).toEqual([
			true,
			true,
			"connecting",
			"connecting",
		]);
		expect(statuses.at(-1)).toEqual({ state: "connecting", closeCode: CLOSE.restart });
		await pass(SOCKET.reconnectMaxMs + 1_000);
		const asked = FakeSocket.last.takeFrames().slice(0, 2);
		expect(asked.map(([kind, topic]) => [kind, topic])).toEqual([
			["sub", M],
			["sub", OTHER],
		]);
		client.close();
	});

	test("as it subscribes: it is subscribed all the same, and can end it", async () => {
		const { client, problems } = fakeClient();
		const stop = client.subscribe(M, testFold, boom);
		await pass();
		expect([problems.length, FakeSocket.last.takeFrames()]).toEqual([1, [["sub", M, null, {}]]]);
		stop();
		expect(FakeSocket.last.takeFrames()).toEqual([["unsub", M]]);
		client.close();
	});

	test("as the client closes: the others are told, nothing is left running", async () => {
		const { client, same, other, does, statuses } = await withBad();
		does(boom);
		client.close();
		client.close();
		expect([same.last()?.stale, other.last()?.stale]).toEqual([true, true]);
		expect(statuses.filter(({ state }) => state === "closed")).toHaveLength(1);
		expect(listenTo(client, M).last()).toMatchObject({ state: null, stale: true });
		await pass(120_000);
		expect([vi.getTimerCount(), FakeSocket.opened.length, client.status.state]).toEqual([0, 1, "closed"]);
	});

	test("for the status, for errors, for the cause of a delta: none of it stops the client", async () => {
		const reported = vi.spyOn(console, "error").mockImplementation(() => {});
		const { client } = fakeClient({ onStatus: boom, onError: boom });
		const updates: Update<unknown>[] = [];
		client.subscribe(M, testFold, (update) => updates.push(update), { causeOf: boom });
		await pass();
		const { state, publisher } = testTopic(M);
		FakeSocket.last.deliver(...publisher.subscribed(null, 1), publisher.delta(state.set("a", 1), 2));
		expect(updates.at(-1)).toMatchObject({ state: { a: 1 }, stale: false, eventAtMs: null });
		// The status' fault and the handler's own, then the cause's and the handler's.
		expect(reported).toHaveBeenCalledTimes(4);
		client.close();
	});

	test("is said to the page's error handling where there is one, else to the console", async () => {
		const said = vi.spyOn(console, "error").mockImplementation(() => {});
		const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
		const client = new TouchlineClient({ url: "wss://test/v1/stream", WebSocket: FakeSocket });
		client.subscribe(M, testFold, boom);
		expect(said).toHaveBeenCalledWith(new Error("page"));
		const faults: unknown[] = [];
		vi.stubGlobal("reportError", (fault: unknown) => faults.push(fault));
		client.subscribe(M, testFold, boom);
		vi.unstubAllGlobals();
		expect([faults, said.mock.calls.length]).toEqual([[new Error("page")], 1]);
		await pass();
		FakeSocket.last.deliver("{");
		expect(warned.mock.calls).toEqual([["touchline: unreadable (no topic): not JSON"]]);
		client.close();
	});
});

describe("[FRM-2] a listener that acts", () => {
	test("closes the client: whoever comes after it hears that it is stale, and nothing that was fresh before", async () => {
		const { client, same, other, one, does } = await withBad();
		does(() => {
			does(() => {});
			client.close();
		});
		const heard = same.updates.length;
		FakeSocket.last.deliver(one.publisher.delta(one.state.set("a", 1), 2));
		expect(same.updates.slice(heard).map(({ stale }) => stale)).toEqual([true]);
		expect(other.last()?.stale).toBe(true);
		await pass(60_000);
		expect([vi.getTimerCount(), FakeSocket.opened.length]).toEqual([0, 1]);
	});

	test.each(["drop", "silence"])("closes the client at a %s: it stays closed", async (how) => {
		const { client, one, does, statuses } = await withBad();
		FakeSocket.isPonging = false;
		FakeSocket.last.deliver(one.publisher.beat({}, 2));
		does(({ stale }) => {
			if (stale) client.close();
		});
		if (how === "drop") FakeSocket.last.drop(1006);
		await pass(120_000);
		expect([client.status.state, statuses.at(-1)?.state]).toEqual(["closed", "closed"]);
		expect([vi.getTimerCount(), FakeSocket.opened.length]).toEqual([0, 1]);
	});

	test("closes the client in the very tick that finds the connection dead: it is not opened again", async () => {
		vi.spyOn(Math, "random").mockReturnValue(0);
		const { client } = fakeClient();
		FakeSocket.isPonging = false;
		listenTo(client, M);
		await pass();
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1));
		// Pinged at 26 s and dead at 37 s, when the question of 31.5 s has gone unanswered for 5 s.
		await pass(31_500);
		client.subscribe(OTHER, testFold, ({ error }) => error !== null && client.close());
		await pass(10_000);
		expect([client.status.state, FakeSocket.opened.length]).toEqual(["closed", 1]);
	});

	test("ends another's subscription: that one is told no more", async () => {
		const { client, same, one, does } = await withBad();
		does(() => same.stop());
		const heard = same.updates.length;
		FakeSocket.last.deliver(one.publisher.delta(one.state.set("a", 1), 2));
		expect(same.updates.length).toBe(heard);
		client.close();
	});

	test("subscribes to another topic as the status opens: it is asked for once", async () => {
		const made = fakeClient({
			onStatus: ({ state }) => {
				if (state === "open") listenTo(made.client, M);
			},
		});
		await pass();
		expect(FakeSocket.last.takeFrames()).toEqual([["sub", M, null, {}]]);
		made.client.close();
	});

	test("the same function twice is two listeners: ending one leaves the other", async () => {
		const { client } = fakeClient();
		const heard: unknown[] = [];
		const listener = (update: unknown) => void heard.push(update);
		const stops = [client.subscribe(M, testFold, listener), client.subscribe(M, testFold, listener)];
		await pass();
		stops[0]?.();
		stops[0]?.();
		heard.length = 0;
		FakeSocket.last.deliver(...testTopic(M).publisher.subscribed(null, 1));
		expect(heard.length).toBe(2);
		expect(FakeSocket.last.takeFrames().map(([kind]) => kind)).toEqual(["sub"]);
		stops[1]?.();
		expect(FakeSocket.last.takeFrames()).toEqual([["unsub", M]]);
		client.close();
	});
});

test("a client that was refused keeps no timer for who subscribes later", async () => {
	const { client } = fakeClient();
	listenTo(client, M);
	await pass();
	FakeSocket.last.drop(CLOSE.revoked);
	const late = listenTo(client, OTHER);
	await pass(60_000);
	expect([vi.getTimerCount(), late.last()?.stale, client.status.state]).toEqual([0, true, "refused"]);
	client.close();
});
