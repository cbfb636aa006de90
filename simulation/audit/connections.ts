/**
 * Each reader's connection as a whole: how many topics it has and from where each of them goes on (FRM-5), and whether it is told
 * how old they are (FRM-6).
 */
import type { Violation } from "./facts.ts";
import type { FrameHead } from "./readers.ts";

const MAX_TOPICS = 64;
const TOO_MANY_TOPICS = 4501;
/** FRM-6: three seconds of silence, the relay's tick, and one more for whoever was left out by it. */
const QUIET_MS = 3_000 + 2_000;

type Position = { readonly epoch: string; readonly offset: number };
type Topic = {
	/** What its reader has: what it says, or what it has been sent since. Null: only an image helps it. */
	has: Position | null;
	/** The newest answer promised to go on from there, and no change has come since. */
	isResumed: boolean;
	/** Since when an answer has been without its word about staleness. */
	owesWordSinceMs: number | null;
	isBeating: boolean;
	isCalledStale: boolean;
	heardAtMs: number;
};

export class Connections {
	readonly #found: Violation[];
	readonly #lines = new Map<string, Map<string, Topic>>();
	/** Lines on which one topic too many was asked for, and when. */
	readonly #overfull = new Map<string, number>();

	constructor(found: Violation[]) {
		this.#found = found;
	}

	/** A relay hears that a reader wants a topic. */
	asked(atMs: number, line: string, topic: string, position: Position | null): void {
		const topics = this.#lines.get(line) ?? new Map<string, Topic>();
		this.#lines.set(line, topics);
		const known = topics.get(topic);
		const isFurther = position !== null && known?.has?.epoch === position.epoch && known.has.offset > position.offset;
		topics.set(topic, {
			has: isFurther ? known.has : position,
			isResumed: false,
			owesWordSinceMs: null,
			isBeating: false,
			isCalledStale: known?.isCalledStale ?? false,
			heardAtMs: atMs,
		});
		if (topics.size > MAX_TOPICS) this.#overfull.set(line, atMs);
	}

	/** What a reader has of a topic, and whether it has been told that it may be old. */
	of(line: string, topic: string): { readonly has: Position | null; readonly isCalledStale: boolean } {
		return this.#lines.get(line)?.get(topic) ?? { has: null, isCalledStale: false };
	}

	left(line: string, topic: string): void {
		this.#lines.get(line)?.delete(topic);
	}

	/** A relay sends a reader something. */
	sent(atMs: number, line: string, head: FrameHead, text: string): void {
		const topic = this.#lines.get(line)?.get(head.topic);
		if (topic === undefined) return;
		const who = `${line} ${head.topic}`;
		if (head.kind !== "stale") this.#judgeWord(atMs, who, topic);
		switch (head.kind) {
			case "sub":
				topic.isResumed = text.includes('"recovered"');
				topic.owesWordSinceMs = atMs;
				topic.isBeating = false;
				break;
			case "stale":
				topic.owesWordSinceMs = null;
				topic.isCalledStale = text.endsWith("true]");
				// Its last beat may go by meanwhile.
				topic.isBeating &&= !topic.isCalledStale;
				return;
			case "beat":
				topic.isBeating = !text.includes('"last"');
				break;
			case "delta":
				this.#change(who, topic, head);
				break;
			case "image":
				topic.has = { epoch: head.epoch, offset: head.to };
				topic.isResumed = false;
				break;
			case "error":
				// Asked for too often: what it had goes on.
				if (!text.includes('"rate_limited"')) this.left(line, head.topic);
		}
		topic.heardAtMs = atMs;
	}

	#change(who: string, topic: Topic, { epoch, from, to }: FrameHead): void {
		const { has, isResumed } = topic;
		if (has === null || (has.epoch === epoch && to <= has.offset)) return;
		if (isResumed && (has.epoch !== epoch || has.offset !== from))
			this.#say("FRM-5", `${who} stood at ${has.epoch} ${has.offset} and was resumed at ${epoch} ${from}`);
		topic.isResumed = false;
		topic.has = { epoch, offset: to };
	}

	/** Its relay was evicted: what it told of its topics ends there. */
	forgotten(line: string): void {
		for (const topic of this.#lines.get(line)?.values() ?? []) {
			topic.isBeating = false;
			topic.owesWordSinceMs = null;
		}
	}

	closed(line: string, code: number | null): void {
		if (code === TOO_MANY_TOPICS && !this.#overfull.has(line))
			this.#say("FRM-5", `${line} was closed for too many topics with ${this.#lines.get(line)?.size}`);
		this.#overfull.delete(line);
		this.#lines.delete(line);
	}

	/** Somebody looks at all of them. */
	look(atMs: number): void {
		for (const [line, sinceMs] of this.#overfull) {
			if (sinceMs >= atMs) continue;
			this.#say("FRM-5", `${line} has more than ${MAX_TOPICS} topics and is not closed`);
			this.#overfull.delete(line);
		}
		for (const [line, topics] of this.#lines)
			for (const [name, topic] of topics) {
				this.#judgeWord(atMs, `${line} ${name}`, topic);
				const quietMs = atMs - topic.heardAtMs;
				if (!topic.isBeating || topic.isCalledStale || quietMs <= QUIET_MS) continue;
				this.#say("FRM-6", `${line} ${name} is in play, has heard nothing for ${quietMs} ms and is not called stale`);
				topic.isBeating = false;
			}
	}

	#judgeWord(atMs: number, who: string, topic: Topic): void {
		if (topic.owesWordSinceMs === null || topic.owesWordSinceMs >= atMs) return;
		topic.owesWordSinceMs = null;
		this.#say("FRM-6", `${who} was answered without a word on whether it is stale`);
	}

	#say(rule: string, what: string): void {
		this.#found.push({ rule, what });
	}
}
