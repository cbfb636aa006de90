/**
 * The history of one (topic, view) at its publisher: numbers frames, encodes each once, keeps enough of them to resume a
 * reader completely, and gives an image to everybody else (FRM-1 to FRM-3).
 */
import { SOCKET } from "../limits.ts";
import type { Position, Topic } from "./frames.ts";

/** The whole state as readers get it; the schema is null for topics that need none. */
export type ImageSource = () => { readonly schemaNo: number; readonly schema: unknown; readonly body: unknown };

export type Resumed = { readonly how: "recovered" | "image"; readonly frames: readonly string[] };

type Entry = { readonly offset: number; readonly atMs: number; readonly frames: readonly string[] };

export class Publisher {
	readonly topic: Topic;
	readonly epoch: string;
	readonly #image: ImageSource;
	readonly #ring: Entry[] = [];
	#offset = 0;
	#encodedImage: Entry | null = null;

	/** `epoch` must be new for every instance that does not have the old history in memory. */
	constructor(options: { readonly topic: Topic; readonly epoch: string; readonly image: ImageSource }) {
		this.topic = options.topic;
		this.epoch = options.epoch;
		this.#image = options.image;
	}

	get position(): Position {
		return { epoch: this.epoch, offset: this.#offset };
	}

	/** The state has changed by `body`: the next frame, encoded. Call it after the change, so that an image taken now has it. */
	delta(body: unknown, nowMs: number): string {
		const from = this.#offset;
		this.#offset++;
		const frame = JSON.stringify(["delta", this.topic, this.epoch, from, this.#offset, nowMs, body]);
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
	beat(body: unknown, nowMs: number): string {
		return JSON.stringify(["beat", this.topic, this.epoch, this.#offset, nowMs, body]);
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
		const image = JSON.stringify(["image", this.topic, this.epoch, this.#offset, nowMs, body]);
		const frames =
			schema === null ? [image] : [JSON.stringify(["schema", this.topic, this.epoch, schemaNo, schema]), image];
		this.#encodedImage = { offset: this.#offset, atMs: nowMs, frames };
		return frames;
	}

	#push(frames: readonly string[], nowMs: number): void {
		this.#ring.push({ offset: this.#offset, atMs: nowMs, frames });
		this.#trim(nowMs);
	}

	#trim(nowMs: number): void {
		const oldest = nowMs - SOCKET.ringMs;
		while (this.#ring.length > SOCKET.ringDeltas || (this.#ring[0] !== undefined && this.#ring[0].atMs < oldest))
			this.#ring.shift();
	}
}
