/**
 * The client of `GET /v1/stream`, for browsers and Node: one socket, up to 64 topics, each resumed by itself
 * (docs/protocol.md). It has no opinion about pages; `match.ts`, `lobby.ts` and `me.ts` know the topics.
 */
import ReconnectingWebSocket from "partysocket/ws";
import { SOCKET } from "../shared/limits.ts";
import { CLOSE, PING, PONG, SUBPROTOCOL, type Topic } from "../shared/protocol/frames.ts";
import { decodeServerFrame } from "../shared/protocol/server-frame.ts";
import type { Fold } from "../shared/protocol/topic-reader.ts";
import { Channel, type Listener, type TokenSource } from "./channel.ts";

/** `refused`: the server said not to come back (`closeCode` says why, docs/protocol.md). */
export type ConnectionStatus = {
	readonly state: "connecting" | "open" | "refused" | "closed";
	readonly closeCode: number | null;
};

export type ClientOptions = {
	/** `wss://host/v1/stream`. */
	readonly url: string;
	readonly onStatus?: (status: ConnectionStatus) => void;
	/** The first retry after 0.2–0.5 s instead of 1–15 s: for development, never for an audience (FRM-6). */
	readonly quickRetry?: boolean;
	/** For Node before 22, and for tests. */
	readonly WebSocket?: unknown;
};

export type SubscribeOptions = {
	readonly token?: TokenSource;
	/** The provider's time of the event behind a delta, from its body. */
	readonly causeOf?: (body: unknown) => number | null;
};

/** What the client keeps of a topic whatever its state is. */
type AnyChannel = Channel<unknown>;

const TICK_MS = 1_000;
const PING_MS = 25_000;
/** No pong, or no beat in play, for so long: the connection is dead, whatever the browser thinks. Random in between (FRM-6). */
const DEAD_MIN_MS = 10_000;
const DEAD_MAX_MS = 20_000;
const RETRY_TOPIC_MIN_MS = 5_000;
const TERMINAL_FROM = 4_500;

export class TouchlineClient {
	readonly #options: ClientOptions;
	readonly #socket: ReconnectingWebSocket;
	readonly #channels = new Map<Topic, AnyChannel>();
	#status: ConnectionStatus = { state: "connecting", closeCode: null };
	#timer: ReturnType<typeof setInterval> | null = null;
	#ackedAtMs = 0;
	#heardAtMs = 0;
	#pingedAtMs: number | null = null;
	#deadMs = DEAD_MAX_MS;

	constructor(options: ClientOptions) {
		this.#options = options;
		this.#socket = new ReconnectingWebSocket(options.url, SUBPROTOCOL, {
			// Read anew before every try, so that no two tries of an audience fall together (FRM-6).
			get minReconnectionDelay() {
				return options.quickRetry === true ? between(200, 500) : between(SOCKET.reconnectMinMs, SOCKET.reconnectMaxMs);
			},
			maxReconnectionDelay: 2 * SOCKET.reconnectMaxMs,
			reconnectionDelayGrowFactor: 1.3,
			// What could not be sent is not sent late: a subscription is made anew at each connect.
			maxEnqueuedMessages: 0,
			shouldReconnectOnClose: ({ code }) => code < TERMINAL_FROM,
			...(options.WebSocket === undefined ? {} : { WebSocket: options.WebSocket }),
		});
		this.#socket.addEventListener("open", () => this.#opened());
		this.#socket.addEventListener("close", ({ code }) => this.#lost(code));
		this.#socket.addEventListener("message", ({ data }) => {
			if (typeof data === "string") this.#read(data);
		});
	}

	get status(): ConnectionStatus {
		return this.#status;
	}

	/**
	 * Listens to a topic. Listeners of the same topic share it; a newcomer is told at once what is known. The returned
	 * function ends it. Throws where the page asks for more than 64 topics.
	 */
	subscribe<State>(
		topic: Topic,
		fold: Fold<State>,
		listener: Listener<State>,
		options: SubscribeOptions = {},
	): () => void {
		let channel = this.#channels.get(topic) as Channel<State> | undefined;
		if (channel === undefined) {
			if (this.#channels.size >= SOCKET.maxTopics) throw new RangeError(`at most ${SOCKET.maxTopics} topics`);
			channel = new Channel(topic, fold, options.causeOf ?? (() => null), options.token ?? null);
			this.#channels.set(topic, channel as unknown as AnyChannel);
			this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
			if (this.#status.state === "open") void this.#ask(channel as unknown as AnyChannel);
		}
		channel.listeners.add(listener);
		listener(channel.update);
		return () => this.#unsubscribe(topic, listener as Listener<unknown>);
	}

	/** Ends everything; the client cannot be used again. */
	close(): void {
		this.#socket.close(1000, "page closed");
		this.#stop();
		this.#setStatus({ state: "closed", closeCode: null });
	}

	#unsubscribe(topic: Topic, listener: Listener<unknown>): void {
		const channel = this.#channels.get(topic);
		if (channel?.listeners.delete(listener) !== true || channel.listeners.size > 0) return;
		this.#channels.delete(topic);
		this.#send(["unsub", topic]);
		if (this.#channels.size === 0) this.#stop();
	}

	#stop(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
	}

	#opened(): void {
		const nowMs = Date.now();
		this.#ackedAtMs = nowMs;
		this.#heardAtMs = nowMs;
		this.#pingedAtMs = null;
		this.#deadMs = between(DEAD_MIN_MS, DEAD_MAX_MS);
		this.#setStatus({ state: "open", closeCode: null });
		for (const channel of this.#channels.values()) void this.#ask(channel);
	}

	#lost(code: number): void {
		if (this.#status.state === "closed") return;
		for (const channel of this.#channels.values()) {
			if (code === CLOSE.resync) channel.forget();
			channel.disconnected();
		}
		this.#setStatus(
			code >= TERMINAL_FROM ? { state: "refused", closeCode: code } : { state: "connecting", closeCode: code },
		);
		if (code >= TERMINAL_FROM) this.#stop();
	}

	async #ask(channel: AnyChannel): Promise<void> {
		const { topic, token } = channel;
		let options = {};
		try {
			if (token !== null) options = { token: typeof token === "string" ? token : await token() };
		} catch (fault) {
			channel.refused({ code: "unauthorized", detail: String(fault) });
			return;
		}
		// While we waited for a token the page may have left, or the connection may have gone.
		if (this.#channels.get(topic) === channel) this.#send(["sub", topic, channel.position, options]);
	}

	#read(text: string): void {
		const nowMs = Date.now();
		this.#heardAtMs = nowMs;
		this.#pingedAtMs = null;
		if (text === PONG) return;
		const frame = decodeServerFrame(text);
		if (frame === null || frame[0] === "hello" || frame[1] === null) return;
		const channel = this.#channels.get(frame[1]);
		if (channel === undefined) return;
		if (frame[0] === "error") this.#refused(channel, frame[2], frame[3]);
		else if (channel.read(frame, nowMs) === "gap") void this.#ask(channel);
		else if (channel.unacked >= SOCKET.ackFrames) this.#acknowledge([channel]);
	}

	/** A topic that is unavailable is asked for again after a while; an expired token once a fresh one can be had. */
	#refused(channel: AnyChannel, code: string, detail: string): void {
		channel.refused({ code, detail });
		const canRenew = code === "token_expired" && typeof channel.token === "function";
		if (code !== "unavailable" && code !== "rate_limited" && !canRenew) return;
		const delayMs = between(RETRY_TOPIC_MIN_MS, 2 * RETRY_TOPIC_MIN_MS);
		setTimeout(() => {
			if (this.#channels.get(channel.topic) === channel && this.#status.state === "open") void this.#ask(channel);
		}, delayMs);
	}

	#tick(): void {
		const nowMs = Date.now();
		if (this.#status.state !== "open") return;
		const channels = [...this.#channels.values()];
		for (const channel of channels) channel.tick(nowMs);
		if (nowMs - this.#ackedAtMs >= SOCKET.ackMs) {
			this.#ackedAtMs = nowMs;
			this.#acknowledge(channels);
		}
		const hasNoPong = this.#pingedAtMs !== null && nowMs - this.#pingedAtMs > this.#deadMs;
		const hasNoBeat = nowMs - this.#heardAtMs > this.#deadMs && channels.some((channel) => channel.silentMs(nowMs) > 0);
		if (hasNoPong || hasNoBeat) {
			this.#pingedAtMs = null;
			this.#socket.reconnect(4_000, "silent");
		} else if (this.#pingedAtMs === null && nowMs - this.#heardAtMs > PING_MS) {
			this.#pingedAtMs = nowMs;
			this.#socket.send(PING);
		}
	}

	#acknowledge(channels: readonly AnyChannel[]): void {
		const acks = channels.flatMap((channel) => {
			const ack = channel.takeAck();
			return ack === null ? [] : [ack];
		});
		if (acks.length > 0) this.#send(["ack", acks]);
	}

	#send(frame: unknown): void {
		if (this.#status.state === "open") this.#socket.send(JSON.stringify(frame));
	}

	#setStatus(status: ConnectionStatus): void {
		this.#status = status;
		this.#options.onStatus?.(status);
	}
}

function between(minMs: number, maxMs: number): number {
	return minMs + Math.random() * (maxMs - minMs);
}
