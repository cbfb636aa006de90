/** What a relay needs of a delta, read from the beginning of its text: the body is for readers, and is passed on as it came. */
import * as v from "valibot";
import { epoch } from "../contracts/primitives.ts";
import { SOCKET } from "../limits.ts";
import { type Topic, topicSchema } from "./frames.ts";

/** A whole delta is one too: what stands behind is not looked at. */
export type DeltaHead = readonly [
	kind: "delta",
	topic: Topic,
	epoch: string,
	from: number,
	to: number,
	...rest: readonly unknown[],
];

/** Topic and epoch of characters that stand for themselves in JSON; numbers of at most fifteen digits, which are never rounded. */
const HEAD =
	/^\["delta","([ !#-[\]-~]+)","([ !#-[\]-~]+)",(0|[1-9][0-9]{0,14}),(0|[1-9][0-9]{0,14}),(0|[1-9][0-9]{0,14}),[^,\]]/;

/**
 * Takes only the form in which frames are encoded; null is no verdict, but leaves the text to `readServerFrame`. Where the whole
 * text is JSON both say the same; a body that is none is found by its readers, as one that does not fit its schema is.
 */
export function readDeltaHead(text: string): DeltaHead | null {
	if (text.length > SOCKET.maxServerFrameChars || !text.endsWith("]")) return null;
	const [, topic, ofEpoch, from, to] = HEAD.exec(text) ?? [];
	if (!v.is(topicSchema, topic) || !v.is(epoch, ofEpoch)) return null;
	return ["delta", topic, ofEpoch, Number(from), Number(to)];
}
