/** A push's body: one message, an array, or NDJSON. All of it fits, or none of it has an effect. */

import { decode } from "../decode.ts";
import type { FieldError } from "../errors.ts";
import { FEED } from "../limits.ts";
import { readJson } from "../strict-json.ts";
import { type FeedMessage, feedMessageSchema } from "./canonical.ts";

export type Batch =
	| { readonly ok: true; readonly messages: readonly FeedMessage[] }
	| {
			readonly ok: false;
			readonly code: "malformed_json" | "invalid_request";
			readonly detail: string;
			readonly errors: readonly FieldError[];
	  };

type Parsed =
	| { readonly ok: true; readonly values: readonly unknown[] }
	| { readonly ok: false; readonly code: "malformed_json" | "invalid_request"; readonly error: FieldError };

function parse(body: string, ndjson: boolean): Parsed {
	const lines = ndjson ? body.split("\n").filter((line) => line.trim() !== "") : [body];
	const values: unknown[] = [];
	for (const [index, line] of lines.entries()) {
		const read = readJson(line);
		if (read.ok) {
			values.push(read.value);
			continue;
		}
		const { path, message } = read.error;
		if (read.kind === "malformed")
			return { ok: false, code: "malformed_json", error: { path: ndjson ? `[${index}]` : "", message } };
		// An array names the place itself.
		const isPlaced = !ndjson && path.startsWith("[");
		return { ok: false, code: "invalid_request", error: { path: isPlaced ? path : placeOf(index, path), message } };
	}
	return { ok: true, values: !ndjson && Array.isArray(values[0]) ? values[0] : values };
}

/** The place of a message, and what was wrong within it. */
function placeOf(index: number, path: string): string {
	return path === "" || path.startsWith("[") ? `[${index}]${path}` : `[${index}].${path}`;
}

/**
 * Paths of errors begin with the message's place: `[3].clock.elapsedSec`. In NDJSON empty lines are skipped and not counted.
 */
export function parseBatch(body: string, ndjson: boolean): Batch {
	const parsed = parse(body, ndjson);
	if (!parsed.ok) {
		const detail =
			parsed.code === "malformed_json"
				? "The body is not JSON"
				: "The body does not say one thing only; nothing was taken";
		return { ok: false, code: parsed.code, detail, errors: [parsed.error] };
	}
	const { values } = parsed;
	const refuse = (detail: string, errors: readonly FieldError[]): Batch => ({
		ok: false,
		code: "invalid_request",
		detail,
		errors,
	});
	if (values.length === 0) return refuse("The body holds no message", []);
	if (values.length > FEED.maxInputsPerRequest)
		return refuse(`At most ${FEED.maxInputsPerRequest} messages a request`, []);
	const messages: FeedMessage[] = [];
	const errors: FieldError[] = [];
	for (const [index, value] of values.entries()) {
		const decoded = decode(feedMessageSchema, value);
		if (decoded.ok) messages.push(decoded.value);
		else
			errors.push(
				...decoded.errors.map(({ path, message }) => ({
					path: placeOf(index, path),
					message,
				})),
			);
		if (errors.length >= FEED.maxErrorsTold) break;
	}
	return errors.length > 0
		? refuse("A message does not fit its description; nothing was taken", errors.slice(0, FEED.maxErrorsTold))
		: { ok: true, messages };
}
