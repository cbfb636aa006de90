/** Decoding what a server sent: relays read publishers with it, clients read relays. Bodies are decoded by their topic. */
import * as v from "valibot";
import { epoch, epochMs, sequence } from "../contracts/primitives.ts";
import { topicSchema } from "./frames.ts";

export const serverFrameSchema = v.union([
	v.tuple([v.literal("delta"), topicSchema, epoch, sequence, sequence, epochMs, v.unknown()]),
	v.tuple([v.literal("beat"), topicSchema, epoch, sequence, epochMs, v.unknown()]),
	v.tuple([v.literal("image"), topicSchema, epoch, sequence, epochMs, v.unknown()]),
	v.tuple([v.literal("schema"), topicSchema, epoch, sequence, v.unknown()]),
	v.tuple([v.literal("sub"), topicSchema, v.picklist(["recovered", "image"])]),
	v.tuple([v.literal("stale"), topicSchema, v.boolean()]),
	v.tuple([v.literal("error"), v.nullable(topicSchema), v.string(), v.string()]),
	v.tuple([
		v.literal("hello"),
		v.looseObject({ v: v.literal(1), relay: v.string(), ackFrames: sequence, ackMs: sequence }),
	]),
]);
export type DecodedFrame = v.InferOutput<typeof serverFrameSchema>;

/** Null for anything that is no frame of this version: a reader ignores what it does not know, so that frames can grow. */
export function decodeServerFrame(text: string): DecodedFrame | null {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return null;
	}
	const result = v.safeParse(serverFrameSchema, value);
	return result.success ? result.output : null;
}
