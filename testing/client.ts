/** A WebSocket that ends in a test: what the client sends lands in `sent`, what the test sends reaches the client. */

import type { TokenSource, Update } from "../client/channel.ts";
import { type ClientOptions, type ConnectionStatus, TouchlineClient } from "../client/client.ts";
import type { ClientProblem } from "../client/problem.ts";
import { PING, PONG, type Topic } from "../shared/protocol/frames.ts";
import { type TestBook, testFold } from "./protocol.ts";

export class FakeSocket extends EventTarget {
	static readonly CONNECTING = 0;
	static readonly OPEN = 1;
	static readonly CLOSING = 2;
	static readonly CLOSED = 3;
	/** Every socket the client has opened, oldest first. */
	static opened: FakeSocket[] = [];
	/** False: nobody answers. */
	static isServerUp = true;
	/** True: pings are answered, as by a relay that lives. */
	static isPonging = false;
	readonly url: string;
	readonly protocol: string;
	readonly sent: string[] = [];
	readyState = FakeSocket.CONNECTING;
	binaryType = "blob";

	constructor(url: string, protocol: string) {
		super();
		this.url = url;
		this.protocol = protocol;
		FakeSocket.opened.push(this);
		queueMicrotask(() => {
			if (!FakeSocket.isServerUp) this.drop(1006);
			else {
				this.readyState = FakeSocket.OPEN;
				this.dispatchEvent(new Event("open"));
			}
		});
	}

	static get last(): FakeSocket {
		const socket = FakeSocket.opened.at(-1);
		if (socket === undefined) throw new Error("no socket yet");
		return socket;
	}

	send(text: string): void {
		this.sent.push(text);
		if (text === PING && FakeSocket.isPonging) queueMicrotask(() => this.deliver(PONG));
	}

	close(): void {
		this.readyState = FakeSocket.CLOSED;
	}

	/** The server speaks. */
	deliver(...texts: readonly string[]): void {
		for (const data of texts) this.dispatchEvent(new MessageEvent("message", { data }));
	}

	/** The connection ends. */
	drop(code: number): void {
		this.readyState = FakeSocket.CLOSED;
		this.dispatchEvent(Object.assign(new Event("close"), { code, reason: "", wasClean: code !== 1006 }));
	}

	/** Frames the client has sent since the last call; pings are none. */
	takeFrames(): readonly (readonly [string, ...unknown[]])[] {
		return this.sent
			.splice(0)
			.filter((text) => text !== PING)
			.map((text) => JSON.parse(text));
	}
}

/** A client on fake sockets, with everything it reports. */
export function fakeClient(options: Partial<ClientOptions> = {}) {
	FakeSocket.opened = [];
	FakeSocket.isServerUp = true;
	FakeSocket.isPonging = true;
	const problems: ClientProblem[] = [];
	const statuses: ConnectionStatus[] = [];
	const client = new TouchlineClient({
		url: "wss://test/v1/stream",
		WebSocket: FakeSocket,
		schemas: null,
		onStatus: (status) => statuses.push(status),
		onError: (problem) => problems.push(problem),
		...options,
	});
	return { client, problems, statuses };
}

/** A listener that keeps what it is told. */
export function listenTo(client: TouchlineClient, topic: Topic, token?: TokenSource) {
	const updates: Update<TestBook>[] = [];
	const options = token === undefined ? {} : { token };
	const stop = client.subscribe(topic, testFold, (update) => updates.push(update), options);
	return { updates, stop, last: () => updates.at(-1) };
}
