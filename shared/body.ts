/** What a request's body is before anything is made of it. */

/** Text, or null where the bytes are not UTF-8: a replaced character would be another message than the one signed. */
export function utf8(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
	} catch {
		return null;
	}
}

/** The one sentence for whoever sends something packed. */
export const COMPRESSED = "Send the body as it is, without a content-encoding: compressed bodies are not read";

/** Whether `content-encoding` says that the bytes are the message itself. */
export function isPlain(contentEncoding: string | null | undefined): boolean {
	return ["", "identity"].includes((contentEncoding ?? "").trim().toLowerCase());
}

/** How gzip, Zstandard and zlib begin; no JSON begins so. */
const PACKED: readonly (readonly number[])[] = [
	[0x1f, 0x8b],
	[0x28, 0xb5, 0x2f, 0xfd],
	[0x78, 0x01],
	[0x78, 0x5e],
	[0x78, 0x9c],
	[0x78, 0xda],
];

/** Whether bytes are packed though nothing says so. Brotli and raw deflate have no beginning of their own: they are no UTF-8. */
export function isCompressed(bytes: Uint8Array): boolean {
	return PACKED.some((start) => start.every((byte, at) => bytes[at] === byte));
}
