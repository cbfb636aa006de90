/**
 * One second's answers, kept in this isolate and shared by all its requests: however many ask, a publisher is asked once a
 * second from here. Bounded, and only ever holds what is public.
 */
import { HTTP } from "../../shared/limits.ts";

export type CachedBody = { readonly body: string; readonly etag: string };
type Entry = { readonly atMs: number; readonly answer: CachedBody | null };

const kept = new Map<string, Entry>();
const encoder = new TextEncoder();

/** A request may not wait on another request's promise in this runtime, so simultaneous misses each ask; the next second none does. */
export async function cachedForASecond(key: string, load: () => Promise<string | null>): Promise<CachedBody | null> {
	const known = kept.get(key);
	if (known !== undefined && Date.now() - known.atMs < HTTP.cacheMs) return known.answer;
	const body = await load();
	const answer = body === null ? null : { body, etag: await etagOf(body) };
	if (kept.size >= HTTP.maxCacheKeys) kept.clear();
	kept.set(key, { atMs: Date.now(), answer });
	return answer;
}

async function etagOf(body: string): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(body)));
	return `"${Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
