/** Whom a token names, unverified: enough to find the wallet that can verify it, and good for nothing else (FRM-7). */
import * as v from "valibot";
import { decode, parseJson } from "../decode.ts";
import { playerIdSchema } from "./ids.ts";

const payloadSchema = v.object({ p: playerIdSchema });

/** `tl1.{payload}.{mac}`; null for anything that is not shaped like a token. */
export function playerIdOfToken(token: string): string | null {
	const [prefix, payload, mac, ...rest] = token.split(".");
	if (prefix !== "tl1" || payload === undefined || mac === undefined || rest.length > 0) return null;
	if (!/^[A-Za-z0-9_-]+$/.test(payload)) return null;
	try {
		const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
		const decoded = decode(payloadSchema, parseJson(text));
		return decoded.ok ? decoded.value.p : null;
	} catch {
		return null;
	}
}
