/** Readers while the match runs: what each socket is sent (FRM-1, FRM-3, FRM-4), and what each page shows (FRM-2, FRM-6). */

import type { Books } from "./books.ts";
import type { Violation } from "./facts.ts";

/** FRM-3: a football image. */
const IMAGE_BYTES = 4_096;
/** FRM-4: frames and time behind, and when it is closed; a second's tick and a little beside. */
const BEHIND_FRAMES = 64;
const BEHIND_MS = 10_000;
const CLOSE_MS = 30_000;
const TICK_MS = 2_500;
/** A page that is not marked as stale is no older: three seconds of silence, a tick, two sockets of 400 ms, a step. */
const FRESH_MS = 6_500;
/** And where nothing has broken for a while: the two sockets and a step. */
const CALM_MS = 1_500;
const CALM_FOR_MS = 10_000;
/** A topic that was called stale is called fresh once all is there that had left: one socket. */
const ONE_WAY_MS = 410;
/** An answer may come from a relay that does not know yet that it hears nothing: three seconds, its tick, and a socket. */
const UNAWARE_MS = 4_500;

type Followed = {
	epoch: string;
	offset: number;
	/** From where the newest answer left it. */
	base: number;
	acked: number;
	unackedSinceMs: number | null;
	answeredAtMs: number;
	isAnswered: boolean;
	/** When it acknowledged after it had been left out, which is a question for what it missed. */
	caughtUpAtMs: number;
};
export type Look = {
	readonly page: string;
	readonly topic: string;
	readonly position: { readonly epoch: string; readonly offset: number } | null;
	/** Its socket is open and nothing says that what it shows is old. */
	readonly isSure: boolean;
	/** Since when no socket between it and the publisher has broken. */
	readonly calmSinceMs: number;
	readonly markets: string;
	readonly score: string;
};

export class Readers {
	readonly #books: Books;
	readonly #found: Violation[];
	readonly #furtherMs: number;
	readonly #texts = new Map<string, string>();
	readonly #lines = new Map<string, Map<string, Followed>>();
	readonly #bytes = new TextEncoder();

	/** `levels`: of relays between a reader's own and the publisher, each of them one more socket that is late. */
	constructor(books: Books, found: Violation[], levels = 0) {
		this.#books = books;
		this.#found = found;
		this.#furtherMs = levels * ONE_WAY_MS;
	}

	/** A state frame, by its head: what every reader gets are these bytes. */
	bytes(head: FrameHead, text: string): void {
		const { kind, topic, epoch, from, to } = head;
		if (kind !== "delta" && kind !== "image") return;
		const key = `${topic} ${epoch} ${kind} ${from} ${to}`;
		const known = this.#texts.get(key);
		if (known !== undefined) {
			if (known !== text) this.#say("FRM-3", `${key} has been sent as two texts`);
			return;
		}
		this.#texts.set(key, text);
		const size = kind === "image" && topic.startsWith("match:") ? this.#bytes.encode(text).length : 0;
		if (size > IMAGE_BYTES) this.#say("FRM-3", `an image of ${topic} has ${size} bytes`);
	}

	/** A relay sends a reader something. */
	sent(atMs: number, line: string, head: FrameHead, text: string): void {
		const { kind, topic, epoch, from, to } = head;
		const followed = this.#followed(line, topic);
		if (kind === "sub") {
			followed.isAnswered = true;
			followed.answeredAtMs = atMs;
			followed.unackedSinceMs = null;
			return;
		}
		if (kind !== "delta" && kind !== "image") return;
		if (topic !== "me") this.bytes(head, text);
		const isAnswer = followed.answeredAtMs === atMs;
		const isSameEpoch = followed.epoch === epoch;
		if (kind === "image") {
			if (isSameEpoch && to < followed.offset && !followed.isAnswered)
				this.#say("FRM-1", `${line} ${topic} was set back from ${followed.offset} to ${to}`);
			followed.acked = isSameEpoch ? followed.acked : 0;
			followed.unackedSinceMs = null;
		} else if (!followed.isAnswered) {
			if (!isSameEpoch || from !== followed.offset)
				this.#say("FRM-1", `${line} ${topic} went from ${followed.epoch} ${followed.offset} on to ${epoch} ${from}`);
			if (!isAnswer) this.#judgeLag(atMs, `${line} ${topic}`, followed, to);
		}
		// What a reader had when it was answered is no lag of its own.
		if (followed.isAnswered) followed.base = from;
		Object.assign(followed, { epoch, offset: to, isAnswered: false });
		if (kind === "image" || isAnswer) followed.base = to;
		if (to > followed.acked) followed.unackedSinceMs ??= atMs;
	}

	#judgeLag(atMs: number, who: string, { acked, base, unackedSinceMs }: Followed, to: number): void {
		if (unackedSinceMs !== null && atMs - unackedSinceMs > BEHIND_MS + TICK_MS)
			this.#say("FRM-4", `${who} was sent a change ${atMs - unackedSinceMs} ms after its last acknowledgement`);
		if (to - Math.max(acked, base) > BEHIND_FRAMES + 1)
			this.#say("FRM-4", `${who} was sent a change while ${to - Math.max(acked, base)} frames behind`);
	}

	acknowledged(atMs: number, line: string, topic: string, epoch: string, offset: number): void {
		const followed = this.#followed(line, topic);
		// Its relay was evicted, and it says what it has from before.
		if (followed.epoch === "") followed.epoch = epoch;
		if (followed.epoch !== epoch || offset < followed.acked) return;
		const lagMs = followed.unackedSinceMs === null ? 0 : atMs - followed.unackedSinceMs;
		if (lagMs > BEHIND_MS || followed.offset - followed.acked >= BEHIND_FRAMES) followed.caughtUpAtMs = atMs;
		followed.acked = offset;
		followed.unackedSinceMs = offset >= followed.offset ? null : atMs;
	}

	/** Who has left a topic owes no acknowledgement of it, however long the connection lives on. */
	left(line: string, topic: string): void {
		this.#lines.get(line)?.delete(topic);
	}

	/** A line is gone, or its relay was evicted and knows no more what it was sent. */
	forgotten(line: string): void {
		this.#lines.delete(line);
	}

	/** FRM-4: whoever has been behind for too long is closed. */
	slow(atMs: number): void {
		for (const [line, topics] of this.#lines)
			for (const [topic, { unackedSinceMs }] of topics)
				if (unackedSinceMs !== null && atMs - unackedSinceMs > BEHIND_MS + CLOSE_MS + 2 * TICK_MS) {
					this.#say("FRM-4", `${line} ${topic} has been behind for ${atMs - unackedSinceMs} ms and is not closed`);
					this.#lines.delete(line);
				}
	}

	/**
	 * FRM-2: a relay says that what a reader has is no longer old (`wasStale`), or with its answer that it is not. Whoever was left
	 * out is answered too: it was called stale for itself, whatever the topic was.
	 */
	calledFresh(atMs: number, line: string, topic: string, position: Look["position"], wasStale: boolean): void {
		if (position === null || position.offset === 0) return;
		const isAnswer = !wasStale || this.#followed(line, topic).caughtUpAtMs === atMs;
		// Below another relay any word may come from its answer.
		const lateMs = isAnswer || this.#furtherMs > 0 ? UNAWARE_MS + this.#furtherMs : ONE_WAY_MS;
		const due = this.#due(topic, position, atMs - lateMs);
		if (due !== null)
			this.#say("FRM-2", `${line} ${topic} is called fresh at ${position.epoch} ${position.offset}, after ${due}`);
	}

	/** What had left by then and is not there at a position; null: nothing. */
	#due(topic: string, { epoch, offset }: NonNullable<Look["position"]>, untilMs: number): string | null {
		const due = this.#books.newestLeft(topic, untilMs);
		if (due === undefined) return null;
		const dueOffset = due.left.findLast((head) => head.atMs <= untilMs)?.offset ?? 0;
		const epochs = this.#books.epochs(topic);
		const at = epochs.findIndex((known) => known.epoch === epoch);
		const isBehind = due.epoch === epoch ? offset < dueOffset : at < epochs.indexOf(due);
		return isBehind ? `${due.epoch} ${dueOffset}` : null;
	}

	look(atMs: number, { page, topic, position, isSure, calmSinceMs, markets, score }: Look): void {
		if (position === null) return;
		const { epoch, offset } = position;
		const epochs = this.#books.epochs(topic);
		const at = epochs.findIndex((known) => known.epoch === epoch);
		const book = epochs[at]?.books.get(offset);
		// Before its first change a topic stands at 0, and has published nothing.
		if (offset === 0) return;
		if (book === undefined) {
			this.#say("FRM-1", `${page} shows ${topic} at ${epoch} ${offset}, where it never was`);
			return;
		}
		if (
			topic.startsWith("match:") &&
			(markets !== JSON.stringify(book.markets) || score !== JSON.stringify(book.score))
		)
			this.#say("FRM-2", `${page} shows another book of ${topic} than there was at ${epoch} ${offset}`);
		if (!isSure) return;
		for (const boundMs of calmSinceMs <= atMs - CALM_FOR_MS ? [CALM_MS, FRESH_MS] : [FRESH_MS]) {
			const due = this.#due(topic, position, atMs - boundMs - this.#furtherMs);
			if (due === null) continue;
			this.#say("FRM-2", `${page} shows ${topic} at ${epoch} ${offset} as fresh, ${boundMs} ms after ${due}`);
			return;
		}
	}

	#followed(line: string, topic: string): Followed {
		const topics = this.#lines.get(line) ?? new Map<string, Followed>();
		this.#lines.set(line, topics);
		let followed = topics.get(topic);
		if (followed === undefined) {
			const never = { answeredAtMs: -1, caughtUpAtMs: -1 };
			followed = { epoch: "", offset: 0, base: 0, acked: 0, unackedSinceMs: null, isAnswered: true, ...never };
			topics.set(topic, followed);
		}
		return followed;
	}

	#say(rule: string, what: string): void {
		this.#found.push({ rule, what });
	}
}

export type FrameHead = {
	readonly kind: string;
	readonly topic: string;
	readonly epoch: string;
	readonly from: number;
	readonly to: number;
};

/** What stands before a frame's body; null: a frame of another kind. */
export function headOf(text: string): FrameHead | null {
	const found = /^\["(\w+)","([^"]*)"(?:,"([^"]*)",(\d+)(?:,(\d+))?)?/.exec(text);
	if (found === null) return null;
	const [, kind = "", topic = "", epoch = "", first = "0", second = "0"] = found;
	const from = Number(first);
	return { kind, topic, epoch, from, to: kind === "delta" ? Number(second) : from };
}
