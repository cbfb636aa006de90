/** One reader's socket: what it may send (size, rate, shape), which topics it has, and what of that survives hibernation. */
import * as v from "valibot";
import { addressText } from "../../shared/contracts/address.ts";
import { epoch, sequence, tokenText } from "../../shared/contracts/primitives.ts";
import { decode, parseJson } from "../../shared/decode.ts";
import { SOCKET } from "../../shared/limits.ts";
import {
	CLOSE,
	type Position,
	type ReaderFrame,
	readerFrameSchema,
	type Topic,
	topicSchema,
} from "../../shared/protocol/frames.ts";
import { encodeFrame } from "../../shared/protocol/server-frame.ts";
import { Buckets } from "../../shared/token-bucket.ts";
import type { Member, ReaderLink } from "./member.ts";
import type { Asker } from "./shares.ts";
import type { RelayTopic } from "./topic.ts";

/** Whose it is, where that is counted; by topic: its name, the newest acknowledged position, and the token where it is a player's own. */
export const attachmentSchema = v.strictObject({
	v: v.literal(1),
	address: v.optional(addressText),
	relay: v.optional(v.literal(true)),
	topics: v.pipe(
		v.array(v.strictTuple([topicSchema, v.nullable(epoch), sequence, v.nullable(tokenText)])),
		v.maxLength(SOCKET.maxTopics),
	),
});
export type Attachment = v.InferOutput<typeof attachmentSchema>;

/** A reader's socket as the object gives it. */
export type ReaderSocket = ReaderLink & {
	readonly id: string;
	/** Null: not counted by address. */
	readonly address: string | null;
	readonly save: (attachment: Attachment) => void;
};

export type Incoming =
	| { readonly kind: "frame"; readonly frame: ReaderFrame }
	| { readonly kind: "violation"; readonly close: number; readonly reason: string; readonly detail: string | null };

export type Membership = { readonly topic: RelayTopic; readonly member: Member };

export class ReaderSession implements Asker {
	readonly socket: ReaderSocket;
	readonly address: string | null;
	questions = 0;
	refusals = 0;
	/** By the name the reader uses. */
	readonly memberships = new Map<Topic, Membership>();
	/** What it has asked for lately, whether it left it or not. */
	readonly #asks = new Buckets({ burst: SOCKET.topicAskBurst, perSec: SOCKET.topicAsksPerSec }, SOCKET.maxTopics);
	#credit: number = SOCKET.readerFrameBurst;
	#creditAtMs: number;

	constructor(socket: ReaderSocket, nowMs: number) {
		this.socket = socket;
		this.address = socket.address;
		this.#creditAtMs = nowMs;
	}

	/** Judges a message before anything is done with it. */
	read(data: string | ArrayBuffer | ArrayBufferView, nowMs: number): Incoming {
		if (typeof data !== "string") return violation(CLOSE.badFrame, "text only", null);
		if (isLonger(data, SOCKET.maxReaderFrameBytes)) return violation(CLOSE.tooLarge, "message too large", null);
		if (this.socket.isRelay !== true && !this.#hasCredit(nowMs))
			return violation(CLOSE.flooding, "too many messages", null);
		const decoded = decode(readerFrameSchema, parseJson(data));
		if (decoded.ok) return { kind: "frame", frame: decoded.value };
		const [error] = decoded.errors;
		return violation(CLOSE.badFrame, "bad frame", `${error?.path ?? ""}: ${error?.message ?? ""}`);
	}

	/** Whether it may ask for this topic once more; each answer may be a whole image. */
	mayAskFor(topic: Topic, nowMs: number): boolean {
		return this.#asks.take(topic, nowMs) === null;
	}

	/** The code may be one that its publisher has and this release does not. */
	error(topic: Topic | null, code: string, detail: string): void {
		this.socket.send(encodeFrame(["error", topic, code, detail]));
	}

	save(): void {
		this.socket.save({
			v: 1,
			...(this.address === null ? {} : { address: this.address }),
			...(this.socket.isRelay === true ? { relay: true } : {}),
			topics: [...this.memberships].map(([topic, { member }]) => {
				const position = member.position;
				return [topic, position?.epoch ?? null, position?.offset ?? 0, member.token];
			}),
		});
	}

	#hasCredit(nowMs: number): boolean {
		const earned = ((nowMs - this.#creditAtMs) * SOCKET.readerFramesPer10s) / 10_000;
		this.#credit = Math.min(SOCKET.readerFrameBurst, this.#credit + Math.max(0, earned)) - 1;
		this.#creditAtMs = nowMs;
		return this.#credit >= 0;
	}
}

/** Whose socket it is; the address is null where it is not counted, or this version cannot read it. */
export type Whose = { readonly address: string | null; readonly isRelay: boolean };

export function restoreWhose(stored: unknown): Whose {
	const decoded = decode(attachmentSchema, stored);
	if (!decoded.ok) return { address: null, isRelay: false };
	return { address: decoded.value.address ?? null, isRelay: decoded.value.relay === true };
}

export type Wanted = {
	readonly topic: Topic;
	readonly position: Position | null;
	readonly token: string | null;
	/** It has schemas, or fetches them, by their names. */
	readonly isByName: boolean;
};

/** What a socket had before the relay slept; null where this version cannot read it. */
export function restoreAttachment(stored: unknown): readonly Wanted[] | null {
	const decoded = decode(attachmentSchema, stored);
	if (!decoded.ok) return null;
	return decoded.value.topics.map(([topic, epochOrNull, offset, token]) => ({
		topic,
		position: epochOrNull === null ? null : { epoch: epochOrNull, offset },
		token,
		// Not kept: the whole schema is never wrong.
		isByName: false,
	}));
}

const encoder = new TextEncoder();

/** Whether text has more bytes in UTF-8: a unit of JavaScript's strings has one to three. */
function isLonger(text: string, maxBytes: number): boolean {
	if (text.length > maxBytes) return true;
	return text.length * 3 > maxBytes && encoder.encode(text).length > maxBytes;
}

function violation(close: number, reason: string, detail: string | null): Incoming {
	return { kind: "violation", close, reason, detail };
}
