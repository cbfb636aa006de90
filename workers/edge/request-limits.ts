/** What a request may weigh, judged before anything is read of it. */
import type { MiddlewareHandler } from "hono";
import { BET, FEED, HTTP } from "../../shared/limits.ts";
import { type EdgeBindings, ProblemError } from "./context.ts";

export const withLimits: MiddlewareHandler<EdgeBindings> = async (c, next) => {
	let bytes = 0;
	for (const [name, value] of c.req.raw.headers) bytes += name.length + value.length + 4;
	if (bytes > HTTP.maxHeaderBytes)
		throw new ProblemError("headers_too_large", `At most ${HTTP.maxHeaderBytes} bytes of headers`);
	if (c.req.method === "POST" && !c.req.path.startsWith("/v1/ingest/")) {
		if (Number(c.req.header("content-length") ?? 0) > BET.maxBodyBytes)
			throw new ProblemError("body_too_large", `At most ${BET.maxBodyBytes} bytes`);
		await requireJson(c.req.raw);
	}
	if (Number(c.req.header("content-length") ?? 0) > FEED.maxBodyBytes)
		throw new ProblemError("body_too_large", `At most ${FEED.maxBodyBytes} bytes`);
	await next();
};

/** A body is JSON, says so, and is no longer than it may be, whatever its headers claim. */
async function requireJson(request: Request): Promise<void> {
	const text = await request.clone().text();
	if (text === "") return;
	if (text.length > BET.maxBodyBytes) throw new ProblemError("body_too_large", `At most ${BET.maxBodyBytes} bytes`);
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
	if (type !== "application/json") throw new ProblemError("unsupported_media_type", "Send application/json");
	try {
		JSON.parse(text);
	} catch {
		throw new ProblemError("malformed_json", "The body is not JSON");
	}
}
