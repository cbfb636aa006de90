/** Feeds that speak our own form: a body of JSON is one message or an array of them, a body of NDJSON one message a line. */

import { COMPRESSED, isCompressed, utf8 } from "../body.ts";
import { decode } from "../decode.ts";
import type { FieldError } from "../errors.ts";
import { FEED } from "../limits.ts";
import { type JsonRead, readJson } from "../strict-json.ts";
import { type Adapter, type FeedRead, type FeedRefusal, refuseFeed } from "./adapter.ts";
import { type FeedMessage, feedMessageSchema } from "./canonical.ts";

type Values = { readonly ok: true; readonly values: readonly unknown[] } | FeedRefusal;

export const readCanonicalJson: Adapter = (bytes) => messagesIn(bytes, valuesIn);
export const readCanonicalLines: Adapter = (bytes) => messagesIn(bytes, valuesByLine);

function messagesIn(bytes: Uint8Array, read: (text: string) => Values): FeedRead {
	if (isCompressed(bytes)) return refuseFeed("unsupported_media_type", COMPRESSED);
	const text = utf8(bytes);
	if (text === null) return refuseFeed("malformed_json", "The body is not UTF-8");
	const values = read(text);
	return values.ok ? decodeAll(values.values) : values;
}

function valuesIn(text: string): Values {
	const read = readJson(text);
	if (!read.ok) {
		const { path } = read.error;
		// An array names the place itself.
		return unreadable(read, read.kind === "malformed" || path.startsWith("[") ? path : placeOf(0, path));
	}
	return { ok: true, values: Array.isArray(read.value) ? read.value : [read.value] };
}

/** Empty lines are skipped and not counted. */
function valuesByLine(text: string): Values {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const values: unknown[] = [];
	for (const [index, line] of lines.entries()) {
		const read = readJson(line);
		if (!read.ok) return unreadable(read, placeOf(index, read.error.path));
		values.push(read.value);
	}
	return { ok: true, values };
}

function unreadable({ kind, error }: Extract<JsonRead, { ok: false }>, path: string): FeedRefusal {
	const errors = [{ path, message: error.message }];
	return kind === "malformed"
		? refuseFeed("malformed_json", "The body is not JSON", errors)
		: refuseFeed("invalid_request", "The body does not say one thing only; nothing was taken", errors);
}

/** Paths of errors begin with the message's place: `[3].clock.elapsedSec`. */
function decodeAll(values: readonly unknown[]): FeedRead {
	if (values.length === 0) return refuseFeed("invalid_request", "The body holds no message");
	if (values.length > FEED.maxInputsPerRequest)
		return refuseFeed("invalid_request", `At most ${FEED.maxInputsPerRequest} messages a request`);
	const messages: FeedMessage[] = [];
	const errors: FieldError[] = [];
	for (const [index, value] of values.entries()) {
		const decoded = decode(feedMessageSchema, value);
		if (decoded.ok) messages.push(decoded.value);
		else errors.push(...decoded.errors.map(({ path, message }) => ({ path: placeOf(index, path), message })));
		if (errors.length >= FEED.maxErrorsTold) break;
	}
	return errors.length > 0
		? refuseFeed(
				"invalid_request",
				"A message does not fit its description; nothing was taken",
				errors.slice(0, FEED.maxErrorsTold),
			)
		: { ok: true, messages };
}

/** The place of a message, and what was wrong within it. */
function placeOf(index: number, path: string): string {
	return path === "" || path.startsWith("[") ? `[${index}]${path}` : `[${index}].${path}`;
}
