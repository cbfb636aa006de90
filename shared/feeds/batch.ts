/** A push's body: one message, an array, or NDJSON. All of it fits, or none of it has an effect. */

import { decode } from "../decode.ts";
import type { FieldError } from "../errors.ts";
import { FEED } from "../limits.ts";
import { type FeedMessage, feedMessageSchema } from "./canonical.ts";

export type Batch =
	| { readonly ok: true; readonly messages: readonly FeedMessage[] }
	| {
			readonly ok: false;
			readonly code: "malformed_json" | "invalid_request";
			readonly detail: string;
			readonly errors: readonly FieldError[];
	  };

function parse(body: string, ndjson: boolean): readonly unknown[] | FieldError {
	const lines = ndjson ? body.split("\n").filter((line) => line.trim() !== "") : [body];
	const values: unknown[] = [];
	for (const [index, line] of lines.entries()) {
		try {
			values.push(JSON.parse(line));
		} catch {
			return { path: ndjson ? `[${index}]` : "", message: "not JSON" };
		}
	}
	return !ndjson && Array.isArray(values[0]) ? values[0] : values;
}

/**
 * Paths of errors begin with the message's place: `[3].clock.elapsedSec`. In NDJSON empty lines are skipped and not counted.
 */
export function parseBatch(body: string, ndjson: boolean): Batch {
	const values = parse(body, ndjson);
	if ("message" in values)
		return { ok: false, code: "malformed_json", detail: "The body is not JSON", errors: [values] };
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
					path: path === "" ? `[${index}]` : `[${index}].${path}`,
					message,
				})),
			);
		if (errors.length >= FEED.maxErrorsTold) break;
	}
	return errors.length > 0
		? refuse("A message does not fit its description; nothing was taken", errors.slice(0, FEED.maxErrorsTold))
		: { ok: true, messages };
}
