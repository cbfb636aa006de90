/** What every signed request is refused for, in one place. */
import type { FieldError, ProblemCode } from "../../shared/errors.ts";
import { verifyBody } from "../../shared/feeds/signature.ts";
import { CONTRACT, FEED } from "../../shared/limits.ts";

export type Refusal = {
	readonly ok: false;
	readonly code: ProblemCode;
	readonly detail: string;
	readonly errors: readonly FieldError[];
};

export const refuse = (code: ProblemCode, detail: string, errors: readonly FieldError[] = []): Refusal => ({
	ok: false,
	code,
	detail,
	errors,
});

export const unknownProvider = (name: string): Refusal =>
	refuse("not_found", `There is no provider ${name.slice(0, CONTRACT.wordChars)}`);

/** Null where one of the secrets has signed this content at a time that is not too far from ours. */
export async function wrongSignature(
	request: Request,
	secrets: readonly string[],
	content: string | Uint8Array,
	nowMs: number,
): Promise<Refusal | null> {
	const headers = {
		timestamp: request.headers.get("touchline-timestamp"),
		signature: request.headers.get("touchline-signature"),
	};
	const verdict = await verifyBody(secrets, headers, content, nowMs, FEED.signatureToleranceMs);
	if (verdict === "bad_signature")
		return refuse("bad_signature", "touchline-signature does not match touchline-timestamp and what was signed");
	if (verdict === "stale_signature")
		return refuse("stale_signature", "touchline-timestamp is more than five minutes away from our clock");
	return null;
}
