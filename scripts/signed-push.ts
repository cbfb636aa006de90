/** Pushes to ingest, made the way every provider makes them: signed, and answered with what became of each message. */
import * as v from "valibot";
import { decode, parseJson } from "../shared/decode.ts";
import type { FeedMessage } from "../shared/feeds/canonical.ts";
import { signedHeaders } from "../shared/feeds/signature.ts";

/** Ingest asks for a second; whoever asks for more than an hour is not ingest, or is out of order. */
const MAX_RETRY_AFTER_MS = 3_600_000;

const retryAfterMsSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_RETRY_AFTER_MS));
const pushedSchema = v.object({
	refused: v.array(v.object({ id: v.string(), code: v.string() })),
	retryAfterMs: v.optional(retryAfterMsSchema),
});

/**
 * `again`: all of it may be sent again under the same ids, since what is stored already is known by them; null where the
 * answer does not say when. `refused`: to send it again would not make it better.
 */
export type PushOutcome =
	| { readonly kind: "taken"; readonly refused: readonly { readonly id: string; readonly code: string }[] }
	| { readonly kind: "again"; readonly afterMs: number | null }
	| { readonly kind: "refused"; readonly text: string };

export type PushTo = { readonly url: string; readonly provider: string; readonly secret: string };

/** Throws where nobody answers. */
export async function signedPush(
	{ url, provider, secret }: PushTo,
	messages: readonly FeedMessage[],
	signal: AbortSignal,
): Promise<PushOutcome> {
	const body = JSON.stringify(messages);
	const timestampSec = Math.floor(Date.now() / 1_000);
	const response = await fetch(new URL(`/v1/ingest/${provider}`, url), {
		method: "POST",
		headers: {
			"content-type": "application/json",
			...(await signedHeaders(secret, timestampSec, body)),
		},
		body,
		signal,
	});
	const text = await response.text();
	if (response.status >= 500 || response.status === 429)
		return { kind: "again", afterMs: retryAfterMs(response.headers.get("retry-after")) };
	if (!response.ok) return { kind: "refused", text };
	const pushed = decode(pushedSchema, parseJson(text));
	// Nobody knows what became of messages that something between us and ingest has answered for.
	if (!pushed.ok) return { kind: "again", afterMs: null };
	const { refused, retryAfterMs: afterMs = null } = pushed.value;
	return refused.some(({ code }) => code === "busy") ? { kind: "again", afterMs } : { kind: "taken", refused };
}

/** Whole seconds; ingest sends no dates. */
function retryAfterMs(header: string | null): number | null {
	if (header === null || !/^\d+$/.test(header)) return null;
	const afterMs = decode(retryAfterMsSchema, Number(header) * 1_000);
	return afterMs.ok ? afterMs.value : null;
}
