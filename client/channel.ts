/** One topic at the client: its state, who listens, and what the page must be told. Pure: the socket stays outside. */
import type { Position, Topic } from "../shared/protocol/frames.ts";
import type { DecodedFrame } from "../shared/protocol/server-frame.ts";
import { type Fold, TopicReader } from "../shared/protocol/topic-reader.ts";

export type TopicError = { readonly code: string; readonly detail: string };

/** What a listener gets with every change. */
export type Update<State> = {
	/** The newest state known; null before the first image. */
	readonly state: State | null;
	/** True: do not trust prices now. The connection is lost, or the publisher is silent. */
	readonly stale: boolean;
	/** Why the topic gives nothing, until it does again. */
	readonly error: TopicError | null;
	/** When it happened by the provider's clock, where this change was caused by an event; else null. */
	readonly eventAtMs: number | null;
	/** When the publisher sent it, by its own clock; null where nothing was sent. */
	readonly sentAtMs: number | null;
};
export type Listener<State> = (update: Update<State>) => void;

/** A player's token, or whoever can give a fresh one: it is asked at each connect, and again when a token has expired. */
export type TokenSource = string | (() => string | Promise<string>);

/** In play a publisher speaks each second; the relay says so after 3 s, and this is for when the relay is gone too. */
const SILENT_MS = 5_000;

export class Channel<State> {
	readonly topic: Topic;
	readonly token: TokenSource | null;
	readonly listeners = new Set<Listener<State>>();
	readonly #reader: TopicReader<State>;
	readonly #causeOf: (body: unknown) => number | null;
	#error: TopicError | null = null;
	#isConnected = false;
	#isBeating = false;
	#isSilent = false;
	#heardAtMs = 0;

	constructor(topic: Topic, fold: Fold<State>, causeOf: (body: unknown) => number | null, token: TokenSource | null) {
		this.topic = topic;
		this.token = token;
		this.#reader = new TopicReader(fold);
		this.#causeOf = causeOf;
	}

	get position(): Position | null {
		return this.#reader.position;
	}

	get unacked(): number {
		return this.#reader.unacked;
	}

	get update(): Update<State> {
		return this.#update(null, null);
	}

	/** For how long a topic in play has been silent; 0 where silence means nothing. */
	silentMs(nowMs: number): number {
		return this.#isConnected && this.#isBeating ? nowMs - this.#heardAtMs : 0;
	}

	/** The acknowledgement that is due, if any: nothing is acknowledged twice. */
	takeAck(): readonly [Topic, string, number] | null {
		const position = this.#reader.position;
		if (position === null || this.#reader.unacked === 0) return null;
		this.#reader.acknowledged();
		return [this.topic, position.epoch, position.offset];
	}

	/** A frame of this topic. `gap`: subscribe again. */
	read(frame: DecodedFrame, nowMs: number): "ok" | "gap" {
		this.#heardAtMs = nowMs;
		if (frame[0] === "sub") {
			this.#isBeating = false;
			this.#error = null;
			// With `image` the old state is shown as stale until the image is here.
			this.#isConnected = frame[2] === "recovered";
			this.#tell(null, null);
		}
		if (frame[0] === "image") this.#isConnected = true;
		if (frame[0] === "beat") this.#isBeating = !isLast(frame[5]);
		const wasSilent = this.#isSilent;
		this.#isSilent = false;
		const result = this.#reader.read(frame);
		if (result === "gap") {
			this.#reader.forgetPosition();
			return "gap";
		}
		if (result === "changed" || wasSilent) {
			const isDelta = frame[0] === "delta";
			const sentAtMs = isDelta || frame[0] === "image" ? Number(frame[isDelta ? 5 : 4]) : null;
			this.#tell(isDelta ? this.#causeOf(frame[6]) : null, sentAtMs);
		}
		return "ok";
	}

	refused(error: TopicError): void {
		this.#error = error;
		this.#isConnected = false;
		this.#tell(null, null);
	}

	disconnected(): void {
		if (!this.#isConnected) return;
		this.#isConnected = false;
		this.#isBeating = false;
		this.#tell(null, null);
	}

	/** The server cannot resume us: an image will come. */
	forget(): void {
		this.#reader.forgetPosition();
	}

	tick(nowMs: number): void {
		if (this.#isSilent || this.silentMs(nowMs) <= SILENT_MS) return;
		this.#isSilent = true;
		this.#tell(null, null);
	}

	#tell(eventAtMs: number | null, sentAtMs: number | null): void {
		const update = this.#update(eventAtMs, sentAtMs);
		for (const listener of [...this.listeners]) listener(update);
	}

	#update(eventAtMs: number | null, sentAtMs: number | null): Update<State> {
		return {
			state: this.#reader.state,
			stale: !this.#isConnected || this.#isSilent || this.#reader.stale,
			error: this.#error,
			eventAtMs,
			sentAtMs,
		};
	}
}

function isLast(body: unknown): boolean {
	return typeof body === "object" && body !== null && "last" in body && body.last === 1;
}
