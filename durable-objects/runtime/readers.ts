/** What a publisher answers to its relays' frames. Text in, texts out. */
import { decode, parseJson } from "../../shared/decode.ts";
import { type Position, type ReaderFrame, readerFrameSchema } from "../../shared/protocol/frames.ts";
import { encodeRefusal } from "../../shared/protocol/server-frame.ts";

export type ReaderAnswer = {
	readonly frames: readonly string[];
	/** Null: as before. */
	readonly listens: boolean | null;
	/** How far the reader says that it has come. */
	readonly acked?: Position;
};

/** A publisher of one topic. */
export type Published = {
	readonly topic: string;
	/** What to say of a topic that is not there. */
	readonly unknown: string;
	/** The answer, with everything that the reader missed or an image; null while there is nothing to read. */
	readonly subscribed: (position: Position | null) => readonly string[] | null;
};

export type ReadFrame =
	| { readonly ok: true; readonly frame: ReaderFrame }
	| { readonly ok: false; readonly refusal: string };

export function readFrame(message: string): ReadFrame {
	const decoded = decode(readerFrameSchema, parseJson(message));
	return decoded.ok
		? { ok: true, frame: decoded.value }
		: { ok: false, refusal: encodeRefusal(null, "bad_frame", decoded.errors[0]?.message ?? "") };
}

/** Subscribe from a position, acknowledge, leave. */
export function answerReader(message: string, { topic, unknown, subscribed }: Published): ReaderAnswer {
	const read = readFrame(message);
	if (!read.ok) return { frames: [read.refusal], listens: null };
	const { frame } = read;
	switch (frame[0]) {
		case "sub": {
			if (frame[1] !== topic) return { frames: [encodeRefusal(frame[1], "unknown_topic", unknown)], listens: null };
			const frames = subscribed(frame[2]);
			return frames === null
				? { frames: [encodeRefusal(topic, "unknown_topic", unknown)], listens: false }
				: { frames, listens: true };
		}
		case "unsub":
			return { frames: [], listens: frame[1] === topic ? false : null };
		case "ack": {
			const [, epoch, offset] = frame[1].find(([name]) => name === topic) ?? [];
			const acked = epoch === undefined || offset === undefined ? {} : { acked: { epoch, offset } };
			return { frames: [], listens: null, ...acked };
		}
	}
}
