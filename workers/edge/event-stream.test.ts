import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SOCKET } from "../../shared/limits.ts";
import { testTopic } from "../../testing/protocol.ts";
import { eventStream } from "./event-stream.ts";

const M = "match:m1";

class FakeSocket extends EventTarget {
	readonly sent: unknown[] = [];
	closed: number | null = null;
	accept(): void {}
	send(text: string): void {
		this.sent.push(JSON.parse(text));
	}
	close(code: number): void {
		this.closed = code;
	}
	deliver(...texts: readonly string[]): void {
		for (const data of texts) this.dispatchEvent(new MessageEvent("message", { data }));
	}
}

function open(lastEventId: string | null = null) {
	const socket = new FakeSocket();
	const response = eventStream(socket as unknown as WebSocket, M, lastEventId);
	const reader = response.body?.getReader();
	if (reader === undefined) throw new Error("no body");
	const read = async () => new TextDecoder().decode((await reader.read()).value);
	return { socket, reader, read };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("frames become events whose ids resume the stream", async () => {
	const { socket, read } = open("e1/7");
	expect(socket.sent).toEqual([["sub", M, { epoch: "e1", offset: 7 }, {}]]);
	const { state, publisher } = testTopic(M);
	const frame = publisher.delta(state.set("a", 1), 5);
	socket.deliver(frame);
	expect(await read()).toBe(`id: e1/1\nevent: delta\ndata: ${frame}\n\n`);
	expect(open("nonsense").socket.sent).toEqual([["sub", M, null, {}]]);
});

test("[FRM-4] what the reader has taken is acknowledged, in time even where little comes", async () => {
	const { socket, read, reader } = open();
	const { state, publisher } = testTopic(M);
	socket.sent.length = 0;
	socket.deliver(...publisher.subscribed(null, 1), publisher.delta(state.set("a", 1), 2));
	for (let n = 0; n < 3; n++) await read();
	await vi.advanceTimersByTimeAsync(SOCKET.ackMs);
	await vi.advanceTimersByTimeAsync(3 * SOCKET.ackMs);
	expect(socket.sent).toEqual([["ack", [[M, "e1", 1]]]]);
	await reader.cancel();
	expect([socket.closed, vi.getTimerCount()]).toEqual([1000, 0]);
});

test("[FRM-4] a reader that does not read is not acknowledged for, and cut off in the end", async () => {
	const { socket } = open();
	const { state, publisher } = testTopic(M);
	socket.sent.length = 0;
	for (let n = 0; n < 100 && socket.closed === null; n++) {
		socket.deliver(publisher.delta({ ...state.set("a", n), text: "x".repeat(70_000) }, n));
		await vi.advanceTimersByTimeAsync(SOCKET.ackMs);
	}
	expect([socket.sent, socket.closed]).toEqual([[], 1000]);
	expect(vi.getTimerCount()).toBe(0);
});
