/** Quiet matches of other worlds, of which a relay knows no more than of any: publishers with a number each, which now and then rises. */
import { decode, parseJson } from "../../shared/decode.ts";
import { readerFrameSchema } from "../../shared/protocol/frames.ts";
import { Publication, type TopicBodies } from "../../shared/protocol/publication.ts";
import type { Random } from "./chance.ts";

export const QUIET_MATCH = "match:quiet-";

export class Crowd {
	readonly #random: Random;
	readonly #publishers = new Map<string, { readonly publisher: Publication<TopicBodies>; number: number }>();

	constructor(random: Random) {
		this.#random = random;
	}

	/** A relay's message to one of them. */
	hear(topic: string, text: string, nowMs: number): { readonly frames: readonly string[]; readonly listens: boolean } {
		const decoded = decode(readerFrameSchema, parseJson(text));
		if (!decoded.ok) throw new Error(`a relay sent ${text}`);
		const frame = decoded.value;
		if (frame[0] !== "sub") return { frames: [], listens: frame[0] !== "unsub" };
		return { frames: this.#of(topic).publisher.subscribed(frame[2], nowMs), listens: true };
	}

	/** One of them has news; null: nobody has asked for any of them. */
	news(nowMs: number): { readonly topic: string; readonly frame: string } | null {
		if (this.#publishers.size === 0) return null;
		const topic = [...this.#publishers.keys()][Math.floor(this.#random() * this.#publishers.size)] ?? "";
		const match = this.#of(topic);
		return { topic, frame: match.publisher.delta({ number: ++match.number }, nowMs) };
	}

	#of(topic: string): { readonly publisher: Publication<TopicBodies>; number: number } {
		let match = this.#publishers.get(topic);
		if (match === undefined) {
			const body = (): unknown => ({ number: this.#publishers.get(topic)?.number });
			const image = () => ({ schemaNo: 0, schema: null, body: body() });
			match = { publisher: new Publication({ topic, epoch: `quiet.${this.#publishers.size}`, image }), number: 0 };
			this.#publishers.set(topic, match);
		}
		return match;
	}
}
