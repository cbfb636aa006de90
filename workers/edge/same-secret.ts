/** The one place where a secret that came from outside is compared with ours. */

const encoder = new TextEncoder();

/**
 * Whether both are the same text, in a time that tells nothing of either: what is compared are MACs under a key of this one
 * call, so that equal beginnings or lengths do not show, and no bytes of a secret meet bytes of a guess (double HMAC).
 */
export async function sameSecret(given: string, ours: string): Promise<boolean> {
	const key = (await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, [
		"sign",
		"verify",
	])) as CryptoKey;
	const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(ours));
	return crypto.subtle.verify("HMAC", key, mac, encoder.encode(given));
}
