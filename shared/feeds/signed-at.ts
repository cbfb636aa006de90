/** When a push was said, by what its provider has signed. */

/**
 * The header names the second; a message stamped within that second, which is signed with it, says where in it. The start of
 * the second otherwise: an age may be told too long and never too short.
 */
export function signedAtMsOf(timestampSec: number, messages: readonly { readonly sentAtMs: number }[]): number {
	const startMs = timestampSec * 1_000;
	const within = messages.map(({ sentAtMs }) => sentAtMs).filter((atMs) => atMs >= startMs && atMs < startMs + 1_000);
	return within.reduce((latest, atMs) => Math.max(latest, atMs), startMs);
}
