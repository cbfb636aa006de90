/**
 * What a relay keeps of one topic: the newest image and the deltas since, as the publisher's own bytes. Enough to resume a
 * reader from any position in it, and never to resume one with a gap (FRM-2).
 */
import { RELAY, SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { Resumed } from "../../shared/protocol/publication.ts";

/** An image with what it is keyed by, as the publisher sent both; `name`: the schema frame without its body, where it has a name. */
export type KeyedImage = { readonly schema: string | null; readonly name: string | null; readonly image: string };
type Delta = { readonly from: number; readonly to: number; readonly atMs: number; readonly text: string };

export class TopicRing {
	#head: Position | null = null;
	#image: { readonly offset: number; readonly keyed: KeyedImage } | null = null;
	/** Without a gap: each starts where the one before it ends, and the last ends at the head. */
	readonly #deltas: Delta[] = [];
	#bytes = 0;

	get head(): Position | null {
		return this.#head;
	}

	/** Where the kept image stands; null where there is none. */
	get imageOffset(): number | null {
		return this.#image?.offset ?? null;
	}

	/** Deltas a new reader would get after the kept image; null where an image must be asked for. */
	get tailDeltas(): number | null {
		const at = this.#image === null ? null : this.#indexFrom(this.#image.offset);
		return at === null ? null : this.#deltas.length - at;
	}

	/** The publisher goes on from `position`: what it sends next starts there. */
	start(position: Position): void {
		if (this.#head?.epoch === position.epoch && position.offset <= this.#head.offset) return;
		this.#clear();
		this.#head = position;
	}

	/** True where the history jumps: every reader that is not exactly there needs this image. */
	image(epoch: string, offset: number, keyed: KeyedImage): boolean {
		const head = this.#head;
		if (head?.epoch === epoch && offset <= head.offset) {
			// Of two sockets during a redial the slower one may send an image from behind the head.
			if (this.#indexFrom(offset) !== null) this.#image = { offset, keyed };
			return false;
		}
		this.#clear();
		this.#head = { epoch, offset };
		this.#image = { offset, keyed };
		return true;
	}

	/** `next`: pass it on. `old`: known already. `gap`: something is missing before it. */
	delta(epoch: string, from: number, to: number, text: string, nowMs: number): "next" | "old" | "gap" {
		const head = this.#head;
		if (head === null || head.epoch !== epoch) return "gap";
		if (to <= head.offset) return "old";
		if (from !== head.offset) return "gap";
		this.#head = { epoch, offset: to };
		this.#deltas.push({ from, to, atMs: nowMs, text });
		this.#bytes += text.length;
		this.trim(nowMs);
		return "next";
	}

	/** Null where only the publisher can help. `byName`: the reader has the schema, or fetches it. */
	resume(position: Position | null, byName = false): Resumed | null {
		const head = this.#head;
		if (head === null) return null;
		if (position !== null && position.epoch === head.epoch) {
			const at = this.#indexFrom(position.offset);
			if (at !== null) return { how: "recovered", frames: this.#textsFrom(at) };
		}
		const at = this.#image === null ? null : this.#indexFrom(this.#image.offset);
		if (this.#image === null || at === null) return null;
		const { schema, name, image } = this.#image.keyed;
		const first = byName ? (name ?? schema) : schema;
		return { how: "image", frames: [...(first === null ? [] : [first]), image, ...this.#textsFrom(at)] };
	}

	trim(nowMs: number): void {
		const oldest = nowMs - SOCKET.ringMs;
		for (let first = this.#deltas[0]; first !== undefined; first = this.#deltas[0]) {
			const isTooMuch = this.#deltas.length > SOCKET.ringDeltas || this.#bytes > RELAY.ringBytes;
			if (!isTooMuch && first.atMs >= oldest) break;
			this.#deltas.shift();
			this.#bytes -= first.text.length;
		}
		if (this.#image !== null && this.#indexFrom(this.#image.offset) === null) this.#image = null;
	}

	#indexFrom(offset: number): number | null {
		if (offset === this.#head?.offset) return this.#deltas.length;
		const at = this.#deltas.findIndex((delta) => delta.from === offset);
		return at < 0 ? null : at;
	}

	#textsFrom(at: number): readonly string[] {
		return this.#deltas.slice(at).map((delta) => delta.text);
	}

	#clear(): void {
		this.#deltas.length = 0;
		this.#bytes = 0;
		this.#image = null;
	}
}
