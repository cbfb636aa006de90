/**
 * The history of one (topic, view) at its publisher: numbers frames, encodes each once, keeps enough of them to resume a
 * reader completely, and gives an image to everybody else (FRM-1 to FRM-3).
 *
 * How an object uses it:
 * 1. one `Publication` a (topic, view), made when the object starts, with a fresh epoch (`ports.newId()`);
 * 2. after each change of state `delta(body, now)` once, and the returned text goes to every subscribed socket;
 * 3. where the schema changes, `restart(now)` instead, and all its texts go, in order;
 * 4. on a reader's `sub` frame `subscribed(position, now)`: all its texts go to that socket, which is subscribed from then
 *    on. A `sub` of a topic that the socket already has is answered in the same way: a relay asks again for an image, and
 *    once for every token (FRM-7);
 * 5. each second in play, with somebody listening, `beat(body, now)`; when play ends `lastBeat(body, now)` once, or readers
 *    would take the silence for a fault;
 * 6. an object that wakes from hibernation has lost its history: it makes a new publication and sends `restart(now)` to the
 *    sockets that were subscribed.
 */
import { SOCKET } from "../limits.ts";
import type { Position, Topic } from "./frames.ts";
import { schemaNameOf } from "./schema-name.ts";
import { encodeFrame } from "./server-frame.ts";

/** What a topic's frames carry; `schema` is null for topics that need none. */
export type TopicBodies = {
	readonly schema: unknown;
	readonly image: unknown;
	readonly delta: unknown;
	readonly beat: Readonly<Record<string, unknown>>;
};

/** The whole state as readers get it. */
export type ImageSource<Bodies extends TopicBodies> = () => {
	/** Another number with another schema: under one number it is encoded once. */
	readonly schemaNo: number;
	readonly schema: Bodies["schema"];
	readonly body: Bodies["image"];
};

export type Resumed = { readonly how: "recovered" | "image"; readonly frames: readonly string[] };

export type PublicationOptions<Bodies extends TopicBodies> = {
	readonly topic: Topic;
	/** New for every instance that does not have the old history in memory (FRM-1): else its offsets would name other frames. */
	readonly epoch: string;
	/** Called at most once an offset; what it gives must contain every change already published. */
	readonly image: ImageSource<Bodies>;
	/** How much history is kept; the platform's values unless a test says otherwise. */
	readonly ringDeltas?: number;
	readonly ringMs?: number;
};

type Entry = { readonly offset: number; readonly atMs: number; readonly frames: readonly string[] };

export class Publication<Bodies extends TopicBodies> {
	readonly topic: Topic;
	readonly epoch: string;
	readonly #image: ImageSource<Bodies>;
	readonly #ringDeltas: number;
	readonly #ringMs: number;
	readonly #ring: Entry[] = [];
	/** The newest, by name: what a reader was told of is fetched a moment later. */
	readonly #schemas = new Map<string, string>();
	#offset = 0;
	#encodedImage: Entry | null = null;
	#encodedSchema: { readonly schemaNo: number; readonly frame: string } | null = null;

	constructor(options: PublicationOptions<Bodies>) {
		this.topic = options.topic;
		this.epoch = options.epoch;
		this.#image = options.image;
		this.#ringDeltas = options.ringDeltas ?? SOCKET.ringDeltas;
		this.#ringMs = options.ringMs ?? SOCKET.ringMs;
	}

	get position(): Position {
		return { epoch: this.epoch, offset: this.#offset };
	}

	/** The state has changed by `body`: the next frame, encoded. Call it after the change, so that an image taken now has it. */
	delta(body: Bodies["delta"], nowMs: number): string {
		const from = this.#offset;
		this.#offset++;
		const frame = encodeFrame(["delta", this.topic, this.epoch, from, this.#offset, nowMs, body]);
		this.#push([frame], nowMs);
		return frame;
	}

	/** The schema has changed: schema and image together are the next step of the history. */
	restart(nowMs: number): readonly string[] {
		this.#offset++;
		const frames = this.#encodeImage(nowMs);
		this.#push(frames, nowMs);
		return frames;
	}

	/** Says that the publisher lives and where its head is; uses no offset. */
	beat(body: Bodies["beat"], nowMs: number): string {
		return encodeFrame(["beat", this.topic, this.epoch, this.#offset, nowMs, body]);
	}

	/** The topic is no longer in play: from now on silence means nothing. */
	lastBeat(body: Bodies["beat"], nowMs: number): string {
		return this.beat({ ...body, last: 1 }, nowMs);
	}

	/** The whole answer to a `sub` frame, to be sent to that reader in this order. It names the head, where its frames lead to. */
	subscribed(position: Position | null, nowMs: number): readonly string[] {
		const { how, frames } = this.resume(position, nowMs);
		return [encodeFrame(["sub", this.topic, how, this.position]), ...frames];
	}

	/** The body of a schema, as it was sent; null for one that is not, or no more, of this topic. */
	schema(name: string, nowMs: number): string | null {
		const known = this.#schemas.get(name);
		if (known !== undefined) return known;
		// What it would tell a reader now counts as told: that reader may come from before this one began anew.
		this.#encodeImage(nowMs);
		return this.#schemas.get(name) ?? null;
	}

	/** Everything after the reader's position, or an image: complete either way, never with a gap (FRM-2). */
	resume(position: Position | null, nowMs: number): Resumed {
		this.#trim(nowMs);
		if (position !== null && position.epoch === this.epoch && position.offset <= this.#offset) {
			const missed = this.#ring.filter((entry) => entry.offset > position.offset);
			if (missed.length === this.#offset - position.offset) {
				return { how: "recovered", frames: missed.flatMap((entry) => entry.frames) };
			}
		}
		return { how: "image", frames: this.#encodeImage(nowMs) };
	}

	#encodeImage(nowMs: number): readonly string[] {
		if (this.#encodedImage?.offset === this.#offset) return this.#encodedImage.frames;
		const { schemaNo, schema, body } = this.#image();
		const image = encodeFrame(["image", this.topic, this.epoch, this.#offset, nowMs, body]);
		const frames = schema === null ? [image] : [this.#encodeSchema(schemaNo, schema), image];
		this.#encodedImage = { offset: this.#offset, atMs: nowMs, frames };
		return frames;
	}

	#encodeSchema(schemaNo: number, schema: unknown): string {
		if (this.#encodedSchema?.schemaNo === schemaNo) return this.#encodedSchema.frame;
		const frame = this.#namedSchema(schemaNo, schema);
		this.#encodedSchema = { schemaNo, frame };
		return frame;
	}

	#namedSchema(schemaNo: number, schema: unknown): string {
		const text = JSON.stringify(schema);
		const name = schemaNameOf(this.topic, text);
		if (name === null) return encodeFrame(["schema", this.topic, this.epoch, schemaNo, schema]);
		this.#schemas.delete(name);
		this.#schemas.set(name, text);
		const [oldest] = this.#schemas.keys();
		if (oldest !== undefined && this.#schemas.size > SOCKET.schemasKept) this.#schemas.delete(oldest);
		return encodeFrame(["schema", this.topic, this.epoch, schemaNo, schema, name]);
	}

	#push(frames: readonly string[], nowMs: number): void {
		this.#ring.push({ offset: this.#offset, atMs: nowMs, frames });
		this.#trim(nowMs);
	}

	#trim(nowMs: number): void {
		const oldest = nowMs - this.#ringMs;
		while (this.#ring.length > this.#ringDeltas || (this.#ring[0] !== undefined && this.#ring[0].atMs < oldest))
			this.#ring.shift();
	}
}
