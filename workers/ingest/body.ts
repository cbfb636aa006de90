/** Reading a request's body no further than it may go. */

/** The bytes, or null where there are more than `maxBytes`: then the rest is not read. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | null> {
	if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return null;
	if (request.body === null) return new Uint8Array();
	const reader = request.body.getReader();
	const chunks: Uint8Array[] = [];
	let length = 0;
	for (let part = await reader.read(); !part.done; part = await reader.read()) {
		length += part.value.length;
		if (length > maxBytes) {
			await reader.cancel();
			return null;
		}
		chunks.push(part.value);
	}
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, at);
		at += chunk.length;
	}
	return bytes;
}
