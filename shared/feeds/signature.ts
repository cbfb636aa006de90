/**
 * Signed pushes: `touchline-timestamp` (epoch seconds) and `touchline-signature: v1=<hex>`, HMAC-SHA256 over
 * `{timestamp}.{body}`. Verification is WebCrypto's own, which compares in constant time.
 */

const encoder = new TextEncoder();
const PREFIX = "v1=";

function key(secret: string, usage: "sign" | "verify"): Promise<CryptoKey> {
	return crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}

/** `{timestamp}.{body}`; the body as the very bytes that travel, whatever they are. */
function signedBytes(timestamp: string, body: string | Uint8Array): Uint8Array<ArrayBuffer> {
	const head = encoder.encode(`${timestamp}.`);
	const tail = typeof body === "string" ? encoder.encode(body) : body;
	const all = new Uint8Array(head.length + tail.length);
	all.set(head);
	all.set(tail, head.length);
	return all;
}

/** The value of `touchline-signature` for a body sent at `timestampSec` (epoch seconds, whole). */
export async function signBody(secret: string, timestampSec: number, body: string | Uint8Array): Promise<string> {
	const mac = await crypto.subtle.sign("HMAC", await key(secret, "sign"), signedBytes(String(timestampSec), body));
	return PREFIX + Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The two headers of a push whose body is signed at `timestampSec`. */
export const signedHeaders = async (secret: string, timestampSec: number, body: string | Uint8Array) => ({
	"touchline-timestamp": String(timestampSec),
	"touchline-signature": await signBody(secret, timestampSec, body),
});

export type SignatureVerdict = "valid" | "bad_signature" | "stale_signature";

/**
 * Judges the headers of a push. Any of the secrets may have signed it, so that they can be rotated. `stale_signature` is told
 * only to a sender who knows a secret: the timestamp is more than `toleranceMs` away from our clock.
 */
export async function verifyBody(
	secrets: readonly string[],
	headers: { readonly timestamp: string | null; readonly signature: string | null },
	body: string | Uint8Array,
	nowMs: number,
	toleranceMs: number,
): Promise<SignatureVerdict> {
	const { timestamp, signature } = headers;
	if (timestamp === null || signature === null || !/^\d{1,12}$/.test(timestamp)) return "bad_signature";
	const hex = /^v1=([0-9a-f]{64})$/.exec(signature)?.[1];
	if (hex === undefined) return "bad_signature";
	const mac = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
	const signed = signedBytes(timestamp, body);
	for (const secret of secrets) {
		if (!(await crypto.subtle.verify("HMAC", await key(secret, "verify"), mac, signed))) continue;
		return Math.abs(nowMs - Number(timestamp) * 1_000) <= toleranceMs ? "valid" : "stale_signature";
	}
	return "bad_signature";
}
