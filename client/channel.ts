/** One topic at the client: its state, who listens, and what the page must be told. Pure: the socket stays outside. */
import { CLIENT } from "../shared/limits.ts";
import type { Position, Topic } from "../shared/protocol/frames.ts";
import type { ServerFrame } from "../shared/protocol/server-frame.ts";
import { type Fold, TopicReader } from "../shared/protocol/topic-reader.ts";
import { Asking } from "./asking.ts";
import { guarded, type Report } from "./problem.ts";
import type { Schemas } from "./schemas.ts";

/** `code` is one of the server's (docs/protocol.md), or `unreadable` or `unanswered`: then it is asked for again by itself. */
export type TopicError = { readonly code: string; readonly detail: string };

/** What a listener gets with every change. */
export type Update<State> = {
	/** The newest state known; null before the first image. */
	readonly state: State | null;
	/** True: do not trust prices now. The connection is lost, something was missed, or the publisher is silent. */
	readonly stale: boolean;
	/** Why the topic gives nothing on this connection, until it does again. */
	readonly error: TopicError | null;
	/** When it happened by the provider's clock, where this change was caused by an event; else null. */
	readonly eventAtMs: number | null;
	/** When the publisher sent it, by its own clock; null where nothing was sent. */
	readonly sentAtMs: number | null;
};
export type Listener<State> = (update: Update<State>) => void;

/** A player's token, or whoever can give a fresh one: it is asked at each connect, and again when a token has expired. */
export type TokenSource = string | (() => string | Promise<string>);

export type ChannelOptions<State> = {
	readonly topic: Topic;
	readonly fold: Fold<State>;
	readonly causeOf: (body: unknown) => number | null;
	readonly token: TokenSource | null;
	readonly random: () => number;
	readonly report: Report;
	/** Null: schemas come whole, on the socket. */
	readonly schemas: Schemas | null;
	readonly now: () => number;
	/** Nothing waits for a schema any more: it was read and can be acknowledged, or must be asked for. */
	readonly onReleased: () => void;
};

/** Everything that was learnt from one connection. It ends with it: the next one knows nothing of what this one said. */
class Link {
	/** The subscription was answered and what the answer promised is here. */
	isAnswered = false;
	isBeating = false;
	/** The relay says that the publisher is silent. */
	isToldStale = false;
	/** We have noticed the same ourselves. */
	isSilent = false;
	/** The device has slept: nothing is sure until the connection has spoken. */
	isDoubted = false;
	heardAtMs = 0;
	error: TopicError | null = null;
	/** Reported once a question, however much of it comes. */
	isReported = false;
	/** Refused for good: whatever still comes of it changes nothing. */
	isOver = false;
	/** What came behind a schema that is being fetched, in order; null: nothing waits. */
	held: ServerFrame[] | null = null;
	/** A schema could not be had by its name: on this connection they come whole. */
	isWhole = false;
	readonly asking: Asking;

	constructor(random: () => number) {
		this.asking = new Asking(random);
	}
}

type NamedSchema = Extract<ServerFrame, readonly ["schema", ...unknown[]] & { readonly length: 6 }>;
type Subscription<State> = { readonly listener: Listener<State> };

export class Channel<State> {
	readonly topic: Topic;
	readonly token: TokenSource | null;
	readonly #options: ChannelOptions<State>;
	readonly #subscriptions = new Set<Subscription<State>>();
	readonly #reader: TopicReader<State>;
	#link: Link;
	/** Counts questions: an answer of the token's source to an older one counts no more. */
	#questions = 0;
	#tellings = 0;

	constructor(options: ChannelOptions<State>) {
		this.#options = options;
		this.topic = options.topic;
		this.token = options.token;
		this.#reader = new TopicReader(options.fold);
		this.#link = new Link(options.random);
	}

	get position(): Position | null {
		return this.#reader.position;
	}

	get unacked(): number {
		return this.#reader.unacked;
	}

	/** Nothing is missing between the state and what this connection has said. */
	get #isWhole(): boolean {
		return this.#link.isAnswered && this.#reader.position !== null;
	}

	get #isStale(): boolean {
		const { isToldStale, isSilent, isDoubted } = this.#link;
		return !this.#isWhole || isToldStale || isSilent || isDoubted;
	}

	/** Adds a listener and tells it what is known; the function it gets back ends it and says whether anybody is left. */
	listen(listener: Listener<State>): () => boolean {
		const subscription = { listener };
		this.#subscriptions.add(subscription);
		this.#guard(() => listener(this.#update(null, null)));
		return () => {
			this.#subscriptions.delete(subscription);
			return this.#subscriptions.size > 0;
		};
	}

	/** For how long a topic in play has been silent; 0 where silence means nothing. */
	silentMs(nowMs: number): number {
		return this.#link.isBeating ? nowMs - this.#link.heardAtMs : 0;
	}

	/** The acknowledgement that is due, if any: nothing is acknowledged twice. */
	takeAck(): readonly [Topic, string, number] | null {
		const position = this.#reader.position;
		if (position === null || this.#reader.unacked === 0) return null;
		this.#reader.acknowledged();
		return [this.topic, position.epoch, position.offset];
	}

	/** It can be told a schema by its name. */
	get isByName(): boolean {
		return this.#options.schemas?.canFetch === true && !this.#link.isWhole;
	}

	/** True where the topic must be asked for now. */
	isDue(nowMs: number): boolean {
		return this.#link.asking.isDue(nowMs);
	}

	/** It is being asked for; the number tells this question from those before. */
	asked(nowMs: number): number {
		const link = this.#link;
		const isUnanswered = link.asking.isAwaiting;
		link.asking.asked(nowMs);
		link.isReported = false;
		const question = ++this.#questions;
		if (isUnanswered && link.error === null) {
			link.error = { code: "unanswered", detail: "no answer yet" };
			this.#options.report({ code: "unanswered", topic: this.topic, detail: "asked again", fault: null });
			this.#tell(null, null);
		}
		return question;
	}

	isNewest(question: number): boolean {
		return question === this.#questions;
	}

	/** A frame of this topic. */
	read(frame: ServerFrame, nowMs: number): void {
		const { held } = this.#link;
		if (held !== null) {
			held.push(frame);
			if (held.length > CLIENT.heldFrames) this.#cannotWait(nowMs);
		} else if (frame[0] === "schema" && frame.length === 6) this.#named(frame, nowMs);
		else this.#read(frame, nowMs);
	}

	/** A schema with a name: its body is here, or known, or fetched, and until then whatever follows waits. */
	#named(frame: NamedSchema, nowMs: number): void {
		const [kind, topic, epoch, schemaNo, body, name] = frame;
		const { schemas, now } = this.#options;
		if (body !== null) schemas?.keep(name, body);
		const known = body ?? schemas?.get(name) ?? null;
		if (schemas === null || known !== null) {
			this.#read([kind, topic, epoch, schemaNo, known], nowMs);
			return;
		}
		const link = this.#link;
		const held: ServerFrame[] = [];
		link.held = held;
		const isWaiting = (): boolean => this.#link === link && link.held === held;
		schemas.fetch(name).then(
			(fetched) => {
				if (!isWaiting()) return;
				link.held = null;
				this.#read([kind, topic, epoch, schemaNo, fetched], now());
				for (const next of held) {
					// A listener that was told of one may have ended the connection: what is left is nobody's news.
					if (this.#link !== link) return;
					this.read(next, now());
				}
				this.#options.onReleased();
			},
			() => {
				if (isWaiting()) this.#cannotWait(now());
			},
		);
	}

	/** What came without its schema is lost, and asked for whole at once: nothing of it was wrong, so the page is told of no error. */
	#cannotWait(nowMs: number): void {
		const link = this.#link;
		link.held = null;
		link.isWhole = true;
		link.asking.reworded(nowMs);
		this.#change(() => {
			this.#reader.forgetPosition();
			link.isAnswered = false;
		});
		this.#options.onReleased();
	}

	#read(frame: ServerFrame, nowMs: number): void {
		const link = this.#link;
		if (frame[0] === "sub") {
			this.#answered(frame[2], nowMs);
			return;
		}
		if (link.isOver) return;
		if (frame[0] === "stale") {
			link.isToldStale = frame[2];
			// The last beat may have gone by meanwhile: whether it is in play the next one says.
			if (frame[2]) link.isBeating = false;
			else this.#heard(nowMs);
			this.#tell(null, null);
			return;
		}
		const wasStale = this.#isStale;
		const result = this.#reader.read(frame);
		if (result === "unreadable") {
			this.unreadable(this.#reader.fault, nowMs);
			return;
		}
		if (frame[0] === "beat") link.isBeating = !isLast(frame[5]);
		if (frame[0] !== "schema") this.#heard(nowMs);
		if (result === "gap") {
			link.isAnswered = false;
			link.asking.gap(nowMs);
			this.#tell(null, null);
			return;
		}
		if (frame[0] === "image") this.#whole(nowMs);
		if (result !== "changed" && wasStale === this.#isStale) return;
		if (frame[0] === "delta") this.#tell(this.#causeOf(frame[6]), frame[5]);
		else this.#tell(null, frame[0] === "image" ? frame[4] : null);
	}

	/** Something of this topic came that cannot be read: it is missing from now on. */
	unreadable(detail: string, nowMs: number): void {
		const link = this.#link;
		if (link.isOver) return;
		// What waits for its schema is older: read after this, it would make whole what is not.
		link.held = null;
		this.#reader.forgetPosition();
		link.isAnswered = false;
		link.asking.unreadable(nowMs);
		link.error = { code: "unreadable", detail };
		if (link.isReported) return;
		link.isReported = true;
		this.#options.report({ code: "unreadable", topic: this.topic, detail, fault: null });
		this.#tell(null, null);
	}

	/** `canHelp`: it is asked for again after a while. */
	refused(error: TopicError, nowMs: number, canHelp: boolean): void {
		this.#link.error = error;
		this.#link.held = null;
		this.#link.isAnswered = false;
		this.#link.isOver = !canHelp;
		this.#link.asking.refused(nowMs, canHelp);
		this.#tell(null, null);
	}

	/** The connection is gone, and all that it told with it. The function tells the listeners, where there is news for them. */
	disconnected(): () => void {
		const isNews = !this.#isStale || this.#link.error !== null;
		this.#link = new Link(this.#options.random);
		this.#questions++;
		return () => {
			if (isNews) this.#tell(null, null);
		};
	}

	/** The server cannot resume us: an image will come. */
	forget(): void {
		this.#reader.forgetPosition();
	}

	tick(nowMs: number): void {
		if (this.#link.isSilent || this.silentMs(nowMs) <= CLIENT.silentMs) return;
		this.#change(() => {
			this.#link.isSilent = true;
		});
	}

	/** True: the device has slept. False: the connection has spoken since. */
	doubt(isDoubted: boolean): void {
		this.#change(() => {
			this.#link.isDoubted = isDoubted;
		});
	}

	#answered(how: "recovered" | "image", nowMs: number): void {
		const link = this.#link;
		// An answer begins anew: what it does not say again is no longer so.
		link.isBeating = false;
		link.isSilent = false;
		link.isToldStale = false;
		link.isAnswered = false;
		link.isOver = false;
		// With `image` the old state is shown as stale until the image is here; so it is where the answer is to a question
		// from before a gap.
		if (how === "recovered" && this.#reader.position !== null) this.#whole(nowMs);
		this.#tell(null, null);
	}

	#whole(nowMs: number): void {
		this.#link.isAnswered = true;
		this.#link.isReported = false;
		this.#link.error = null;
		this.#link.asking.answered(nowMs);
	}

	#heard(nowMs: number): void {
		this.#link.heardAtMs = nowMs;
		this.#link.isSilent = false;
	}

	#change(run: () => void): void {
		const wasStale = this.#isStale;
		run();
		if (wasStale !== this.#isStale) this.#tell(null, null);
	}

	#causeOf(body: unknown): number | null {
		let eventAtMs: number | null = null;
		this.#guard(() => {
			eventAtMs = this.#options.causeOf(body);
		});
		return eventAtMs;
	}

	#tell(eventAtMs: number | null, sentAtMs: number | null): void {
		const update = this.#update(eventAtMs, sentAtMs);
		const telling = ++this.#tellings;
		for (const subscription of [...this.#subscriptions]) {
			// A listener has caused newer news, which everybody has heard by now.
			if (telling !== this.#tellings) return;
			if (this.#subscriptions.has(subscription)) this.#guard(() => subscription.listener(update));
		}
	}

	#guard(run: () => void): void {
		guarded(this.#options.report, this.topic, run);
	}

	#update(eventAtMs: number | null, sentAtMs: number | null): Update<State> {
		return { state: this.#reader.state, stale: this.#isStale, error: this.#link.error, eventAtMs, sentAtMs };
	}
}

function isLast(body: unknown): boolean {
	return typeof body === "object" && body !== null && "last" in body && body.last === 1;
}
