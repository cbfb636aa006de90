/**
 * One second's answers, kept in this isolate and shared by all its requests: however many ask, a publisher is asked once a
 * second from here. Bounded, in all and by the address that asked first (SHR-1), and only ever holds what is public.
 */
import { EDGE_SHARE, HTTP } from "../../shared/limits.ts";

export type CachedBody = { readonly body: string; readonly etag: string };
type Entry = { readonly atMs: number; readonly answer: CachedBody | null; readonly address: string | null };

/** In order of age. */
const kept = new Map<string, Entry>();
const keysOf = new Map<string, Set<string>>();
const encoder = new TextEncoder();

/** A request may not wait on another request's promise in this runtime, so simultaneous misses each ask; the next second none does. */
export async function cachedForASecond(
	key: string,
	address: string | null,
	load: () => Promise<string | null>,
): Promise<CachedBody | null> {
	const known = freshOf(key);
	if (known !== undefined) return known.answer;
	const body = await load();
	const answer = body === null ? null : { body, etag: await etagOf(body) };
	keep(key, answer, address);
	return answer;
}

/** For what is kept elsewhere, and longer, once it is there: that it is not there is kept here. */
export const isMissedThisSecond = (key: string): boolean => freshOf(key)?.answer === null;
export const keepMiss = (key: string, address: string | null): void => keep(key, null, address);

function freshOf(key: string): Entry | undefined {
	const known = kept.get(key);
	return known !== undefined && Date.now() - known.atMs < HTTP.cacheMs ? known : undefined;
}

function keep(key: string, answer: CachedBody | null, address: string | null): void {
	forget(key);
	makeRoom(address);
	kept.set(key, { atMs: Date.now(), answer, address });
	if (address !== null) keysOf.set(address, (keysOf.get(address) ?? new Set()).add(key));
}

/** Who has its share makes room with its own oldest answer; where all is full, the oldest of all goes. */
function makeRoom(address: string | null): void {
	const own = address === null ? undefined : keysOf.get(address);
	const [ownOldest] = own ?? [];
	if (own !== undefined && ownOldest !== undefined && own.size >= EDGE_SHARE.cacheKeys) forget(ownOldest);
	const [oldest] = kept.keys();
	if (oldest !== undefined && kept.size >= HTTP.maxCacheKeys) forget(oldest);
}

function forget(key: string): void {
	const address = kept.get(key)?.address ?? null;
	kept.delete(key);
	if (address === null) return;
	const own = keysOf.get(address);
	own?.delete(key);
	if (own?.size === 0) keysOf.delete(address);
}

async function etagOf(body: string): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(body)));
	return `"${Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
