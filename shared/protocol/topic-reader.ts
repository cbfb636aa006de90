/**
 * A reader's side of one topic: follows the history, notices every gap, knows from where to resume and what to
 * acknowledge. Pure: sockets and time stay outside.
 */
import { CONTRACT } from "../limits.ts";
import type { Position } from "./frames.ts";
import type { ServerFrame } from "./server-frame.ts";

/** How the bodies of a topic become a state. Each throws where the body is not what its schema says. */
export type Fold<State> = {
	readonly schema: (state: State | null, body: unknown, schemaNo: number) => State | null;
	readonly image: (state: State | null, body: unknown) => State;
	readonly delta: (state: State, body: unknown) => State;
};

/**
 * `changed`: show the state. `gap`: something was missed. `unreadable`: the body is not what its schema says (`fault` has the
 * words). After both the position is gone: ask again without one.
 */
export type ReadResult = "changed" | "same" | "gap" | "unreadable";

export class TopicReader<State> {
	readonly #fold: Fold<State>;
	#state: State | null = null;
	/** What a schema made of the state; it counts from the image that follows, so that nothing is ever shown half changed. */
	#next: { readonly epoch: string; readonly state: State | null } | null = null;
	#position: Position | null = null;
	#epoch: string | null = null;
	#acked = 0;
	#fault = "";

	constructor(fold: Fold<State>) {
		this.#fold = fold;
	}

	/** The newest state known; null before the first image. After a gap it is the last good one until an image comes. */
	get state(): State | null {
		return this.#state;
	}

	/** From where to resume; null before the first image and after a gap. */
	get position(): Position | null {
		return this.#position;
	}

	/** Why the newest unreadable body was none. */
	get fault(): string {
		return this.#fault;
	}

	/** Steps of the history applied and not yet acknowledged. */
	get unacked(): number {
		return this.#position === null ? 0 : Math.max(0, this.#position.offset - this.#acked);
	}

	acknowledged(): void {
		this.#acked = this.#position?.offset ?? 0;
	}

	/** Never throws, whatever the body: a fold that does has changed nothing. */
	read(frame: ServerFrame): ReadResult {
		try {
			const result = this.#read(frame);
			if (result === "gap") this.forgetPosition();
			return result;
		} catch (fault) {
			this.#fault = (fault instanceof Error ? fault.message : String(fault)).slice(0, CONTRACT.textChars);
			this.forgetPosition();
			return "unreadable";
		}
	}

	#read(frame: ServerFrame): ReadResult {
		switch (frame[0]) {
			case "schema":
				this.#next = { epoch: frame[2], state: this.#fold.schema(this.#state, frame[4], frame[3]) };
				return "same";
			case "image":
				this.#image(frame[2], frame[3], frame[5]);
				return "changed";
			case "delta":
				return this.#delta(frame[2], frame[3], frame[4], frame[6]);
			case "beat":
				return this.#position !== null && (frame[2] !== this.#position.epoch || frame[3] > this.#position.offset)
					? "gap"
					: "same";
			case "stale":
			case "sub":
			case "error":
			case "hello":
				return "same";
		}
	}

	#image(epoch: string, offset: number, body: unknown): void {
		const before = this.#next ?? { epoch: this.#epoch, state: this.#state };
		// Numbers of another history's schemas say nothing about this one.
		this.#state = this.#fold.image(before.epoch === epoch ? before.state : null, body);
		this.#next = null;
		// Offsets of another history neither; and every image is acknowledged, or its reader would seem slow.
		this.#acked = epoch === this.#epoch ? Math.max(0, Math.min(this.#acked, offset - 1)) : 0;
		this.#epoch = epoch;
		this.#position = { epoch, offset };
	}

	#delta(epoch: string, from: number, to: number, body: unknown): ReadResult {
		// An image has been asked for and contains this.
		if (this.#position === null || this.#state === null) return "same";
		if (epoch !== this.#position.epoch) return "gap";
		// Seen already: a resume may overlap with what was on its way.
		if (to <= this.#position.offset) return "same";
		if (from !== this.#position.offset) return "gap";
		this.#state = this.#fold.delta(this.#state, body);
		this.#position = { epoch, offset: to };
		return "changed";
	}

	/** What is shown stays, but nothing is applied until an image comes. */
	forgetPosition(): void {
		this.#position = null;
		this.#next = null;
		// The server starts to count anew with the image; without an acknowledgement of it we would seem slow.
		this.#acked = 0;
	}
}
