/**
 * Players' tokens: `tl1.{payload}.{mac}`, HMAC-SHA256 by the wallet's secret over the payload. Short-lived, scoped to one
 * player, and revocable: a token carries the player's generation, and a revocation raises it (FRM-7).
 */
import * as v from "valibot";
import { playerIdSchema } from "../../shared/contracts/ids.ts";
import { epochMs, version } from "../../shared/contracts/primitives.ts";
import { decode, parseJson } from "../../shared/decode.ts";
import { WALLET_KEEPS } from "../../shared/limits.ts";

/** Player, generation, end, and when the first of the tokens that this one renews was given. */
const payloadSchema = v.strictObject({ p: playerIdSchema, g: version, e: epochMs, f: v.optional(epochMs) });
export type TokenPayload = v.InferOutput<typeof payloadSchema>;

export type Tokens = {
	readonly sign: (payload: TokenPayload) => Promise<string>;
	/** The payload of a token we signed; null for anything else. Whether it has expired or was revoked is the caller's to judge. */
	readonly verify: (token: string) => Promise<TokenPayload | null>;
};

const PREFIX = "tl1";
const encoder = new TextEncoder();

const toBase64Url = (bytes: Uint8Array): string =>
	btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replace(/=+$/, "");

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
	if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
	try {
		return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
	} catch {
		return null;
	}
}

export function hmacTokens(secret: string): Tokens {
	const key = crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
		"sign",
		"verify",
	]);
	/** That we have signed a token stays true; that it is still good is judged each time, by what it says. */
	const verified = new Map<string, TokenPayload>();
	return {
		sign: async (payload) => {
			const body = `${PREFIX}.${toBase64Url(encoder.encode(JSON.stringify(payload)))}`;
			const mac = await crypto.subtle.sign("HMAC", await key, encoder.encode(body));
			return `${body}.${toBase64Url(new Uint8Array(mac))}`;
		},
		verify: async (token) => {
			const known = verified.get(token);
			if (known !== undefined) return known;
			const [prefix, payload, mac, ...rest] = token.split(".");
			if (prefix !== PREFIX || payload === undefined || mac === undefined || rest.length > 0) return null;
			const macBytes = fromBase64Url(mac);
			const payloadBytes = fromBase64Url(payload);
			if (macBytes === null || payloadBytes === null) return null;
			// WebCrypto compares in constant time.
			const isOurs = await crypto.subtle.verify("HMAC", await key, macBytes, encoder.encode(`${prefix}.${payload}`));
			if (!isOurs) return null;
			const decoded = decode(payloadSchema, parseJson(new TextDecoder().decode(payloadBytes)));
			if (!decoded.ok) return null;
			const [oldest] = verified.keys();
			if (verified.size >= WALLET_KEEPS.tokens && oldest !== undefined) verified.delete(oldest);
			verified.set(token, decoded.value);
			return decoded.value;
		},
	};
}
