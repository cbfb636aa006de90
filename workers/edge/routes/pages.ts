/** The pages: files of `dashboard/dist` behind strict headers. `/`, `/match/{id}` and `/ops` are one bundle. */
import type { EdgeApp } from "../context.ts";

/**
 * No inline script or style, no foreign origin, no frame: what the pages need is their own files and the API beside
 * them. Text never becomes script: no part of the page may make any from it (trusted types, none allowed).
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
	"content-security-policy":
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	"x-content-type-options": "nosniff",
	"x-frame-options": "DENY",
	"referrer-policy": "no-referrer",
	"permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
};

async function page(env: EdgeEnv, file: string): Promise<Response> {
	const found = await env.ASSETS.fetch(`https://assets/${file}`);
	const headers = new Headers(PAGE_HEADERS);
	for (const name of ["content-type", "etag"]) {
		const value = found.headers.get(name);
		if (value !== null) headers.set(name, value);
	}
	headers.set("cache-control", "no-cache");
	return new Response(found.body, { status: found.status, headers });
}

export function registerPages(app: EdgeApp): void {
	app.get("/", (c) => page(c.env, ""));
	app.get("/match/:matchId", (c) => page(c.env, "match"));
	app.get("/ops", (c) => page(c.env, "ops"));
	app.get("/docs", (c) => page(c.env, "docs"));
	for (const file of ["app.js", "app.css", "favicon.svg"]) app.get(`/${file}`, (c) => page(c.env, file));
}
