/**
 * The client of `GET /v1/stream`, for browsers and Node: one socket, up to 64 topics, each resumed by itself
 * (docs/protocol.md). It has no opinion about pages; `match.ts`, `lobby.ts` and `me.ts` know the topics.
 */
import ReconnectingWebSocket from "partysocket/ws";
import { CLIENT, SOCKET } from "../shared/limits.ts";
import { BY_NAME, CLOSE, PING, PONG, SUBPROTOCOL, type Topic } from "../shared/protocol/frames.ts";
import { readServerFrame } from "../shared/protocol/server-frame.ts";
import type { Fold } from "../shared/protocol/topic-reader.ts";
import { type Bucket, take } from "../shared/token-bucket.ts";
import { Channel, type Listener, type TokenSource } from "./channel.ts";
import { guarded, type Report, reporter, wordsOf } from "./problem.ts";
import { type SchemaSource, Schemas, schemasOver } from "./schemas.ts";

/** `refused`: the server said not to come back (`closeCode` says why, docs/protocol.md). */
export type ConnectionStatus = {
	readonly state: "connecting" | "open" | "refused" | "closed";
	readonly closeCode: number | null;
};

export type ClientOptions = {
	/** `wss://host/v1/stream`. */
	readonly url: string;
	readonly onStatus?: (status: ConnectionStatus) => void;
	/** What went wrong here: without it, it goes to `reportError` or the console. */
	readonly onError?: Report;
	/** The first retry after 0.2–0.5 s instead of 1–15 s: for development, never for an audience (FRM-6). */
	readonly quickRetry?: boolean;
	/** For Node before 22, and for tests. */
	readonly WebSocket?: unknown;
	/** Where schemas are fetched by name; null: they come whole, on the socket. Over HTTP, beside `url`, unless given. */
	readonly schemas?: SchemaSource | null;
	/** Milliseconds that only ever grow: a wall clock is set back and forth. `performance.now` unless given. */
	readonly now?: () => number;
};

export type SubscribeOptions = {
	readonly token?: TokenSource;
	/** The provider's time of the event behind a delta, from its body. */
	readonly causeOf?: (body: unknown) => number | null;
};

/** What goes with a `sub` frame. */
type SubscribeTerms = { readonly token?: string; readonly schemas?: typeof BY_NAME };

/** What the client keeps of a topic whatever its state is. */
type AnyChannel = Channel<unknown>;

const TICK_MS = 1_000;
const PING_MS = 25_000;
/** No pong, or no beat in play, for so long: the connection is dead, whatever the browser thinks. Random in between (FRM-6). */
const DEAD_MIN_MS = 10_000;
const DEAD_MAX_MS = 20_000;
const TERMINAL_FROM = 4_500;

export class TouchlineClient {
	readonly #options: ClientOptions;
	readonly #report: Report;
	readonly #socket: ReconnectingWebSocket;
	readonly #channels = new Map<Topic, AnyChannel>();
	readonly #closed = new AbortController();
	readonly #schemas: Schemas | null;
	/** What this connection's relay can do; null until it has said so. */
	#hello: { readonly isByName: boolean } | null = null;
	#status: ConnectionStatus = { state: "connecting", closeCode: null };
	#timer: ReturnType<typeof setInterval> | null = null;
	#ackedAtMs = 0;
	#heardAtMs = 0;
	#tickedAtMs = 0;
	#pingedAtMs: number | null = null;
	#deadMs = DEAD_MAX_MS;
	/** Questions sent again on this connection. */
	#asked: Bucket | undefined;
	#isDoubted = false;
	#isRubbishReported = false;

	constructor(options: ClientOptions) {
		this.#options = options;
		this.#report = reporter(options.onError);
		const source = options.schemas === undefined ? schemasOver(options.url) : options.schemas;
		this.#schemas = source === null ? null : new Schemas({ source, now: () => this.#now(), report: this.#report });
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
		this.#socket.addEventListener("message", ({ data }) => this.#read(data));
		this.#watchPage();
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
			channel = new Channel({
				topic,
				fold,
				causeOf: options.causeOf ?? (() => null),
				token: options.token ?? null,
				random: Math.random,
				report: this.#report,
				schemas: this.#schemas,
				now: () => this.#now(),
				onReleased: () => this.#released(topic),
			});
			this.#channels.set(topic, channel as unknown as AnyChannel);
			this.#start();
			if (this.#mayAsk) void this.#ask(channel as unknown as AnyChannel);
		} else channel.tick(this.#now());
		const stop = channel.listen(listener);
		const joined = channel as unknown as AnyChannel;
		return () => {
			if (!stop()) this.#leave(joined);
		};
	}

	/** Ends everything; the client cannot be used again. Listeners are told that what they show is stale from now on. */
	close(): void {
		if (this.#status.state === "closed") return;
		this.#status = { state: "closed", closeCode: null };
		this.#stop();
		this.#closed.abort();
		const news = [...this.#channels.values()].map((channel) => channel.disconnected());
		this.#channels.clear();
		this.#socket.close(1000, "page closed");
		for (const tell of news) tell();
		this.#tellStatus(this.#status);
	}

	#now(): number {
		return this.#options.now?.() ?? performance.now();
	}

	#leave(channel: AnyChannel): void {
		const { topic } = channel;
		if (this.#channels.get(topic) !== channel) return;
		this.#channels.delete(topic);
		this.#send(["unsub", topic]);
		if (this.#channels.size === 0) this.#stop();
	}

	#start(): void {
		const { state } = this.#status;
		if (this.#timer !== null || state === "closed" || state === "refused") return;
		this.#tickedAtMs = this.#now();
		this.#timer = setInterval(() => this.#tick(), TICK_MS);
	}

	#stop(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
	}

	#opened(): void {
		const nowMs = this.#now();
		this.#ackedAtMs = nowMs;
		this.#heardAtMs = nowMs;
		this.#tickedAtMs = nowMs;
		this.#pingedAtMs = null;
		this.#asked = undefined;
		this.#isDoubted = false;
		this.#isRubbishReported = false;
		this.#deadMs = between(DEAD_MIN_MS, DEAD_MAX_MS);
		this.#hello = null;
		const status = { state: "open", closeCode: null } as const;
		this.#status = status;
		if (this.#mayAsk) this.#askAll();
		this.#tellStatus(status);
	}

	/** A relay of an older release would close on a term that it does not know, so it speaks first where there is one to send. */
	get #mayAsk(): boolean {
		return this.#status.state === "open" && (this.#schemas === null || this.#hello !== null);
	}

	#greeted(isByName: boolean): void {
		const isFirst = this.#hello === null;
		const couldAsk = this.#mayAsk;
		this.#hello = { isByName };
		if (isFirst && !couldAsk) this.#askAll();
	}

	#askAll(): void {
		for (const channel of [...this.#channels.values()]) void this.#ask(channel);
	}

	#lost(closeCode: number): void {
		if (this.#status.state === "closed") return;
		const isTerminal = closeCode >= TERMINAL_FROM;
		const status = { state: isTerminal ? "refused" : "connecting", closeCode } as const;
		this.#status = status;
		if (isTerminal) this.#stop();
		// All of them move before the first listener hears of it.
		const news = [...this.#channels.values()].map((channel) => {
			if (closeCode === CLOSE.resync) channel.forget();
			return channel.disconnected();
		});
		for (const tell of news) tell();
		this.#tellStatus(status);
	}

	async #ask(channel: AnyChannel): Promise<void> {
		const { topic, token } = channel;
		const question = channel.asked(this.#now());
		// While we waited for a token the page may have left, the connection may have gone, or we may have asked again.
		const isWanted = (): boolean => this.#channels.get(topic) === channel && channel.isNewest(question);
		let terms: SubscribeTerms = this.#hello?.isByName === true && channel.isByName ? { schemas: BY_NAME } : {};
		try {
			if (token !== null) terms = { ...terms, token: typeof token === "string" ? token : await token() };
		} catch (fault) {
			if (isWanted()) channel.refused({ code: "unauthorized", detail: wordsOf(fault) }, this.#now(), true);
			return;
		}
		if (isWanted()) this.#send(["sub", topic, channel.position, terms]);
	}

	/** As after a frame: what was held back is acknowledged where it was much, or asked for. */
	#released(topic: Topic): void {
		const channel = this.#channels.get(topic);
		if (channel !== undefined) this.#acknowledgeMany(channel);
		this.#askAgain(this.#now());
	}

	/** Topics that have to be asked for again, as many as a relay takes of one reader. */
	#askAgain(nowMs: number): void {
		for (const channel of [...this.#channels.values()]) {
			if (this.#status.state !== "open") return;
			if (!channel.isDue(nowMs)) continue;
			const taken = take(this.#asked, { burst: CLIENT.askBurst, perSec: CLIENT.asksPerSec }, nowMs);
			this.#asked = taken.bucket;
			if (taken.retryAfterMs !== null) return;
			void this.#ask(channel);
		}
	}

	#read(data: unknown): void {
		const nowMs = this.#now();
		this.#heardAtMs = nowMs;
		this.#pingedAtMs = null;
		if (data !== PONG) this.#frame(data, nowMs);
		if (this.#isDoubted) this.#doubt(false);
		this.#askAgain(nowMs);
		// A page in the background has its timers held back to one a minute, while frames still come.
		if (nowMs - this.#tickedAtMs >= 2 * TICK_MS) this.#tick();
	}

	#frame(data: unknown, nowMs: number): void {
		const read = typeof data === "string" ? readServerFrame(data) : NO_TEXT;
		if (read.kind === "unknown") return;
		if (read.kind === "unreadable") {
			const channel = read.topic === null ? undefined : this.#channels.get(read.topic);
			if (channel !== undefined) channel.unreadable(read.detail, nowMs);
			else this.#rubbish(read.detail);
			return;
		}
		const { frame } = read;
		if (frame[0] === "hello") {
			this.#greeted(frame[1].schemas === BY_NAME);
			return;
		}
		if (frame[1] === null) {
			if (frame[0] === "error")
				this.#report({ code: "server", topic: null, detail: `${frame[2]}: ${frame[3]}`, fault: null });
			return;
		}
		const channel = this.#channels.get(frame[1]);
		if (channel === undefined) return;
		if (frame[0] === "error") this.#refused(channel, frame[2], frame[3], nowMs);
		else {
			channel.read(frame, nowMs);
			this.#acknowledgeMany(channel);
		}
	}

	/** Once a connection: what was missed shows itself as a gap of its topic. */
	#rubbish(detail: string): void {
		if (this.#isRubbishReported) return;
		this.#isRubbishReported = true;
		this.#report({ code: "unreadable", topic: null, detail, fault: null });
	}

	/** A topic that is unavailable is asked for again after a while; an expired token once a fresh one can be had. */
	#refused(channel: AnyChannel, code: string, detail: string, nowMs: number): void {
		const canRenew = code === "token_expired" && typeof channel.token === "function";
		channel.refused({ code, detail }, nowMs, code === "unavailable" || code === "rate_limited" || canRenew);
	}

	#tick(): void {
		const nowMs = this.#now();
		const hasSlept = nowMs - Math.max(this.#tickedAtMs, this.#heardAtMs) >= CLIENT.sleptMs;
		this.#tickedAtMs = nowMs;
		if (this.#status.state !== "open") return;
		if (hasSlept) this.#woke(nowMs);
		// Whoever does not speak first is asked as relays were always asked.
		if (!this.#mayAsk) this.#greeted(false);
		const channels = [...this.#channels.values()];
		for (const channel of channels) channel.tick(nowMs);
		this.#askAgain(nowMs);
		if (nowMs - this.#ackedAtMs >= SOCKET.ackMs) {
			this.#ackedAtMs = nowMs;
			this.#acknowledge(channels);
		}
		// A listener that was told just now may have closed the client.
		if (this.#timer === null) return;
		const hasNoPong = this.#pingedAtMs !== null && nowMs - this.#pingedAtMs > this.#deadMs;
		const hasNoBeat = nowMs - this.#heardAtMs > this.#deadMs && channels.some((channel) => channel.silentMs(nowMs) > 0);
		if (hasNoPong || hasNoBeat) {
			this.#pingedAtMs = null;
			this.#socket.reconnect(4_000, "silent");
		} else if (this.#pingedAtMs === null && nowMs - this.#heardAtMs > PING_MS) this.#ping(nowMs);
	}

	#ping(nowMs: number): void {
		this.#pingedAtMs = nowMs;
		if (this.#status.state === "open") this.#socket.send(PING);
	}

	/** The device has slept: what is shown is as old as the sleep was, until the connection shows that it lives. */
	#woke(nowMs: number): void {
		this.#heardAtMs = nowMs;
		this.#deadMs = between(CLIENT.answerMs, 2 * CLIENT.answerMs);
		this.#ping(nowMs);
		this.#doubt(true);
	}

	#doubt(isDoubted: boolean): void {
		this.#isDoubted = isDoubted;
		for (const channel of [...this.#channels.values()]) channel.doubt(isDoubted);
	}

	/** Some devices stop the monotonic clock while they sleep; then only the page's coming back to sight tells of it. */
	#watchPage(): void {
		const page: unknown = Reflect.get(globalThis, "document");
		if (!(page instanceof EventTarget)) return;
		const shown = (): void => {
			if (this.#status.state === "open" && Reflect.get(page, "visibilityState") !== "hidden") this.#woke(this.#now());
		};
		for (const event of ["visibilitychange", "resume"])
			page.addEventListener(event, shown, { signal: this.#closed.signal });
	}

	#acknowledgeMany(channel: AnyChannel): void {
		if (channel.unacked >= SOCKET.ackFrames) this.#acknowledge([channel]);
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

	/** Unless a listener has closed the client meanwhile, and the page has heard of that. */
	#tellStatus(status: ConnectionStatus): void {
		if (this.#status === status) guarded(this.#report, null, () => this.#options.onStatus?.(status));
	}
}

const NO_TEXT = { kind: "unreadable", topic: null, detail: "not text" } as const;

function between(minMs: number, maxMs: number): number {
	return minMs + Math.random() * (maxMs - minMs);
}
