/** What a request may weigh, judged before anything is made of it. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { COMPRESSED, isCompressed, isPlain, utf8 } from "../../shared/body.ts";
import { BET, FEED, HTTP } from "../../shared/limits.ts";
import { readJson } from "../../shared/strict-json.ts";
import { type EdgeBindings, type EdgeContext, ProblemError } from "./context.ts";

const INGEST_PATH = "/v1/ingest/";

export const withHeaderLimit: MiddlewareHandler<EdgeBindings> = async (c, next) => {
	let bytes = 0;
	for (const [name, value] of c.req.raw.headers) bytes += name.length + value.length + 4;
	if (bytes > HTTP.maxHeaderBytes)
		throw new ProblemError("headers_too_large", `At most ${HTTP.maxHeaderBytes} bytes of headers`);
	await next();
};

/** A body is JSON, says so, and is read no further than it may go. Pushes go on as a stream: ingest counts their bytes. */
export const withBodyLimit: MiddlewareHandler<EdgeBindings> = async (c, next) => {
	if (c.req.raw.body === null) return next();
	if (!isPlain(c.req.header("content-encoding"))) throw new ProblemError("unsupported_media_type", COMPRESSED);
	if (c.req.path.startsWith(INGEST_PATH)) {
		if (Number(c.req.header("content-length") ?? 0) > FEED.maxBodyBytes) throw tooLarge(FEED.maxBodyBytes);
		return next();
	}
	return limited(c, async () => {
		await requireJson(c);
		await next();
	});
};

const tooLarge = (maxBytes: number): ProblemError =>
	new ProblemError("body_too_large", `At most ${maxBytes} bytes of body`);
const limited = bodyLimit({
	maxSize: BET.maxBodyBytes,
	onError: () => {
		throw tooLarge(BET.maxBodyBytes);
	},
});

async function requireJson(c: EdgeContext): Promise<void> {
	const bytes = new Uint8Array(await c.req.arrayBuffer());
	const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
	if (type === undefined && bytes.length === 0) return;
	if (type !== "application/json") throw new ProblemError("unsupported_media_type", "Send application/json");
	if (isCompressed(bytes)) throw new ProblemError("unsupported_media_type", COMPRESSED);
	const text = utf8(bytes);
	if (text === null) throw new ProblemError("malformed_json", "The body is not UTF-8");
	const read = readJson(text);
	if (read.ok) {
		// What was judged is what is read: otherwise a body would be made of it, and decoded once more.
		Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
		return;
	}
	if (read.kind === "malformed") throw new ProblemError("malformed_json", "The body is not JSON");
	const path = read.error.path.replaceAll(/\[(\d+)\]/g, ".$1").replace(/^\./, "");
	throw new ProblemError("invalid_request", "The body does not say one thing only", [{ ...read.error, path }]);
}
