/** What a request may weigh, judged before anything is made of it. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { BET, FEED, HTTP } from "../../shared/limits.ts";
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
	const text = await c.req.text();
	const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
	if (type === undefined && text === "") return;
	if (type !== "application/json") throw new ProblemError("unsupported_media_type", "Send application/json");
	try {
		JSON.parse(text);
	} catch {
		throw new ProblemError("malformed_json", "The body is not JSON");
	}
}
