/** What a server sends: one schema says it, and every such frame is encoded and decoded here. Bodies are judged by their topic. */
import * as v from "valibot";
import { epoch, epochMs, sequence } from "../contracts/primitives.ts";
import { SOCKET } from "../limits.ts";
import { type FrameErrorCode, positionSchema, type Topic, topicSchema } from "./frames.ts";
import { schemaNameSchema } from "./schema-name.ts";

/** Sent times are the publisher's clock. */
export const serverFrameSchema = v.union([
	/** Moves a reader of the epoch from `from` to `to`; more than one step means conflated. */
	v.tuple([v.literal("delta"), topicSchema, epoch, sequence, sequence, epochMs, v.unknown()]),
	/**
	 * The publisher lives and this is its head; uses no offset. In-play topics only, each second. A body with `last: 1` is the
	 * last one: the topic is no longer in play, and its silence means nothing from now on.
	 */
	v.tuple([v.literal("beat"), topicSchema, epoch, sequence, epochMs, v.unknown()]),
	v.tuple([v.literal("image"), topicSchema, epoch, sequence, epochMs, v.unknown()]),
	/**
	 * Its number, the body that images of this number are keyed by, and the name under which HTTP has the same body for ever. The
	 * body is null for a reader that asked for names alone. Publishers of older releases give no name.
	 */
	v.tuple([v.literal("schema"), topicSchema, epoch, sequence, v.unknown(), schemaNameSchema]),
	v.tuple([v.literal("schema"), topicSchema, epoch, sequence, v.unknown()]),
	/** Answers a `sub`: `recovered`: all missed frames follow; `image`: (schema and) image follow. A publisher names its head. */
	v.tuple([v.literal("sub"), topicSchema, v.picklist(["recovered", "image"]), positionSchema]),
	v.tuple([v.literal("sub"), topicSchema, v.picklist(["recovered", "image"])]),
	/** From the relay: nothing has come from the publisher for 3 s (true), or it speaks again (false). */
	v.tuple([v.literal("stale"), topicSchema, v.boolean()]),
	/** The code is a text to who reads it: a later release may have more of them. */
	v.tuple([v.literal("error"), v.nullable(topicSchema), v.string(), v.string()]),
	v.tuple([
		v.literal("hello"),
		v.looseObject({
			v: v.literal(1),
			relay: v.string(),
			ackFrames: sequence,
			ackMs: sequence,
			/** Readers may ask for schemas by their names. */
			schemas: v.optional(v.string()),
			/** Relays may hang on this one (`SERVES_RELAYS`). */
			serves: v.optional(v.string()),
		}),
	]),
]);
export type ServerFrame = Readonly<v.InferOutput<typeof serverFrameSchema>>;

/** The text of a frame: the same one gives the same bytes. */
export function encodeFrame(frame: ServerFrame): string {
	return JSON.stringify(frame);
}

/** The schema frame of a text without its body, for readers that ask for names; null where its publisher gave no name. */
export function nameOnly(text: string): string | null {
	const frame = decodeServerFrame(text);
	if (frame?.[0] !== "schema" || frame.length !== 6) return null;
	const [kind, topic, ofEpoch, schemaNo, , name] = frame;
	return encodeFrame([kind, topic, ofEpoch, schemaNo, null, name]);
}

/** The text that refuses what a reader asked; `topic` is null where it said none that can be told. */
export function encodeRefusal(topic: Topic | null, code: FrameErrorCode, detail: string): string {
	return encodeFrame(["error", topic, code, detail]);
}

/**
 * `unknown`: a kind of this protocol's future, ignored so that frames can grow. `unreadable`: it was meant as a frame of ours and
 * is none; `topic` is whose it was, as far as that can be told, since that topic has missed something.
 */
export type ReadFrame =
	| { readonly kind: "frame"; readonly frame: ServerFrame }
	| { readonly kind: "unknown" }
	| { readonly kind: "unreadable"; readonly topic: Topic | null; readonly detail: string };

/** The kind stands first: nothing is tried as every other kind before it is read as its own. */
const FORMS = serverFrameSchema.options;
const BY_KIND = new Map(
	FORMS.map(({ items: [{ literal }] }): [unknown, v.GenericSchema<unknown, ServerFrame>] => [
		literal,
		v.union(FORMS.filter(({ items }) => items[0].literal === literal)),
	]),
);
/** The kind and the topic stand first, so that they can be read of a text that is cut off or too large. */
const HEAD = /^\s*\[\s*"(?:delta|beat|image|schema|sub|stale)"\s*,\s*"([^"\\]{1,100})"/;

/** Reads a text as a frame; whatever the text is, nothing is thrown. */
export function readServerFrame(text: string): ReadFrame {
	if (text.length > SOCKET.maxServerFrameChars) return unreadable(HEAD.exec(text.slice(0, 200))?.[1], "too large");
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return unreadable(HEAD.exec(text.slice(0, 200))?.[1], "not JSON");
	}
	if (!Array.isArray(value) || typeof value[0] !== "string") return unreadable(null, "not a frame");
	const schema = BY_KIND.get(value[0]);
	if (schema === undefined) return { kind: "unknown" };
	const result = v.safeParse(schema, value);
	if (result.success) return { kind: "frame", frame: result.output };
	return unreadable(value[1], `not a frame of kind ${value[0]}`);
}

function unreadable(topic: unknown, detail: string): ReadFrame {
	return { kind: "unreadable", topic: v.is(topicSchema, topic) ? topic : null, detail };
}

/** Null for anything that is no frame of this version. */
export function decodeServerFrame(text: string): ServerFrame | null {
	const read = readServerFrame(text);
	return read.kind === "frame" ? read.frame : null;
}
