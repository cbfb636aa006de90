/**
 * Frames of `touchline.v1`, spoken between players and relays, and between relays and publishers (Match, Board, Wallet).
 *
 * Every frame is a JSON array in a text message. State frames (`schema`, `image`, `delta`) of one (topic, view) form one
 * history: a reader at {epoch, from} may apply exactly the delta that starts at `from`; everything else needs an image
 * (FRM-2). A publisher encodes a frame once and the same bytes reach every reader (FRM-3).
 */
import * as v from "valibot";
import { isOwnName } from "../contracts/ids.ts";
import { epoch, sequence, tokenText } from "../contracts/primitives.ts";
import { SOCKET } from "../limits.ts";

export const SUBPROTOCOL = "touchline.v1";
/** Answered without waking the object (auto-response). */
export const PING = "ping";
export const PONG = "pong";

export const positionSchema = v.strictObject({
	epoch,
	offset: sequence,
});
/** `epoch` names a history; `offset` counts its state frames from 1. A publisher that lost its history takes a new epoch (FRM-1). */
export type Position = v.InferOutput<typeof positionSchema>;

/** `lobby`, `me`, or `match:{matchId}`. Between a relay and a wallet, `me:{playerId}`. */
export const topicSchema = v.pipe(
	v.string(),
	v.regex(/^(lobby|me|match:[a-z0-9][a-z0-9._-]{0,63}|me:p_[a-z]+_[0-9a-f]{16})$/),
	v.check((topic) => isOwnName(topic.slice(topic.indexOf(":") + 1)), "a name that every object has"),
);
export type Topic = string;

/** The reader gets a schema's name in place of its body, and has or fetches the body. Only to a relay whose `hello` says the same. */
export const BY_NAME = "by_name";

/** A relay's `hello` to a relay below it: each of its answers is followed by whether the topic is stale. Older relays do not say so. */
export const SERVES_RELAYS = "relays";

/** What a reader sends. `token` goes with `me` only (FRM-7). */
export const readerFrameSchema = v.union([
	v.strictTuple([
		v.literal("sub"),
		topicSchema,
		v.nullable(positionSchema),
		v.strictObject({ token: v.optional(tokenText), schemas: v.optional(v.literal(BY_NAME)) }),
	]),
	v.strictTuple([v.literal("unsub"), topicSchema]),
	/** FRM-4: the newest offset the reader has applied, by topic; every 5 s or 32 frames, when something new came. */
	v.strictTuple([
		v.literal("ack"),
		v.pipe(v.array(v.strictTuple([topicSchema, epoch, sequence])), v.minLength(1), v.maxLength(SOCKET.maxTopics)),
	]),
]);
export type ReaderFrame = v.InferOutput<typeof readerFrameSchema>;

export type FrameErrorCode =
	| "bad_frame"
	| "unknown_topic"
	| "too_many_topics"
	| "unauthorized"
	| "token_expired"
	| "rate_limited"
	| "unavailable";

/** Close codes. 4000–4499: connect again (and how); 4500–4999: do not, until the reason is mended. */
export const CLOSE = {
	/** Too far behind for 30 s (FRM-4): connect again, an image awaits. */
	slow: 4000,
	/** The relay restarts or moves: connect again after a random delay (FRM-6). */
	restart: 4001,
	/** Resume was impossible upstream: connect again without a position. */
	resync: 4002,
	/** The relay is full: connect again later, another relay will be chosen. */
	full: 4003,
	/** This address has its share of the relay's sockets: connect again later. */
	share: 4004,
	badFrame: 4500,
	tooManyTopics: 4501,
	flooding: 4502,
	tooLarge: 4503,
	/** The token was revoked (self-exclusion, sign-out elsewhere). */
	revoked: 4504,
	badOrigin: 4505,
	version: 4506,
	/** Asked too often for matches that are not, or with tokens that nobody gave out. */
	refused: 4507,
} as const;
