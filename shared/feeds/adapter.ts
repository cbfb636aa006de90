/** What a feed's adapter is: it makes our messages out of a provider's bytes, and does nothing else. */

import type { FieldError } from "../errors.ts";
import type { FeedMessage } from "./canonical.ts";

/** Why nothing of it was taken, and where it is wrong: `[3].clock.elapsedSec` is a place in what the provider sent. */
export type FeedRefusal = {
	readonly ok: false;
	readonly code: "malformed_json" | "invalid_request" | "unsupported_media_type";
	readonly detail: string;
	readonly errors: readonly FieldError[];
};

export type FeedRead = { readonly ok: true; readonly messages: readonly FeedMessage[] } | FeedRefusal;

/** Pure: the same bytes give the same messages, in the order in which the provider said them. All of it fits, or none is taken. */
export type Adapter = (bytes: Uint8Array) => FeedRead;

export const refuseFeed = (
	code: FeedRefusal["code"],
	detail: string,
	errors: readonly FieldError[] = [],
): FeedRefusal => ({ ok: false, code, detail, errors });
