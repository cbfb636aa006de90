/**
 * What a schema is called: the match that has it, and a digest of its bytes. The same name is the same body for ever, so whoever
 * has it once needs it never again, and the edge finds it without being told where.
 */
import * as v from "valibot";
import { matchIdSchema } from "../contracts/ids.ts";

/** No match id has it. */
const BETWEEN = "~";
const MATCH = "match:";
const DIGEST = /^[0-9a-f]{16}$/;

export const schemaNameSchema = v.pipe(
	v.string(),
	v.regex(/^[a-z0-9][a-z0-9._-]{0,63}~[0-9a-f]{16}$/),
	v.check((name) => matchOfSchema(name) !== null, "a match id, `~` and a digest"),
);

/** `text`: the body as it is sent. Null where it is no match's. */
export function schemaNameOf(topic: string, text: string): string | null {
	return topic.startsWith(MATCH) ? `${topic.slice(MATCH.length)}${BETWEEN}${digestOf(text)}` : null;
}

/** Whom to ask for it; null for what is no name. */
export function matchOfSchema(name: string): string | null {
	const [matchId, digest = "", ...rest] = name.split(BETWEEN);
	return rest.length === 0 && DIGEST.test(digest) && v.is(matchIdSchema, matchId) ? matchId : null;
}

/**
 * 64 bits, as two sums of which each sees every character at its place: a match has some hundred schemas in its life, all of them
 * its publisher's own, so that nobody gains by making two alike. The platform's digests answer later, and a frame cannot wait.
 */
function digestOf(text: string): string {
	let one = 0x811c9dc5;
	let other = 0x9747b28c;
	for (let at = 0; at < text.length; at++) {
		const unit = text.charCodeAt(at);
		one = Math.imul(one ^ unit, 0x01000193);
		other = Math.imul(((other << 5) | (other >>> 27)) ^ unit, 0x9e3779b1);
	}
	return [one, other].map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
}
