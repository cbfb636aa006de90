/** A relay's frames to a match: subscribe from a position, acknowledge, leave. Pure text in, text out. */
import { decode, parseJson } from "../../shared/decode.ts";
import { readerFrameSchema } from "../../shared/protocol/frames.ts";
import { encodeRefusal } from "../../shared/protocol/server-frame.ts";
import type { ReaderAnswer } from "../runtime/sockets.ts";
import type { MatchActor } from "./actor.ts";

export function answerReader(actor: MatchActor, topic: string, message: string): ReaderAnswer {
	const decoded = decode(readerFrameSchema, parseJson(message));
	if (!decoded.ok)
		return { frames: [encodeRefusal(null, "bad_frame", decoded.errors[0]?.message ?? "")], listens: null };
	const frame = decoded.value;
	switch (frame[0]) {
		case "sub": {
			const frames = frame[1] === topic ? actor.subscribed(frame[2]) : null;
			if (frames === null)
				return { frames: [encodeRefusal(frame[1], "unknown_topic", "no such match")], listens: false };
			return { frames, listens: true };
		}
		case "unsub":
			return { frames: [], listens: false };
		case "ack":
			return { frames: [], listens: null };
	}
}
