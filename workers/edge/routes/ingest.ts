/** POST /v1/ingest/{provider}: handed as it is to the ingest script, which checks the signature over these very bytes. */
import type { EdgeApp } from "../context.ts";

export function registerIngest(app: EdgeApp): void {
	app.post("/v1/ingest/:provider", (c) => {
		const headers = new Headers();
		for (const name of ["content-type", "content-length", "touchline-timestamp", "touchline-signature"]) {
			const value = c.req.header(name);
			if (value !== undefined) headers.set(name, value);
		}
		headers.set("x-request-id", c.var.requestId);
		const url = new URL(c.req.path, "https://ingest");
		return c.env.INGEST.fetch(new Request(url, { method: "POST", headers, body: c.req.raw.body }));
	});
}
