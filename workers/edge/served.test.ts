/** What the edge does not serve, and what it does not believe: paths beside its own, repeated parameters, addresses in headers. */
import { describe, expect, test } from "vitest";
import { edgeApp } from "./app.ts";

const counted: string[] = [];
const limiter = { limit: async ({ key }: { readonly key: string }) => ({ success: counted.push(key) < 0 }) };
const files: string[] = [];

/** Of the bindings there are the pages' files, which have everything, and counters, which refuse everybody. */
function ask(path: string, init: RequestInit = {}): Promise<Response> {
	const env = {
		WALLET_SHARDS: "2",
		RELAYS_PER_REGION: "2",
		DEMO: "0",
		ALLOWED_ORIGINS: "",
		UNCOUNTED_ADDRESSES: "",
		OPERATOR_TOKEN: "operator-token-of-the-tests",
		RATE_READS: limiter,
		ASSETS: {
			fetch: async (url: string) => {
				files.push(url);
				return new Response("a file");
			},
		},
	} as unknown as EdgeEnv;
	return Promise.resolve(edgeApp().request(path, init, env));
}

describe("[SUP-4] what is not served", () => {
	test.each([
		"/.git/config",
		"/.env",
		"/.dev.vars",
		"/wrangler.toml",
		"/package-lock.json",
		"/app.js.map",
		"/app.css/",
		"/index.html",
		"/assets/",
		"/..%2fwrangler.toml",
		"/%2e%2e/wrangler.toml",
		"/match/",
		"/match/m1/app.js",
	])("%s is nothing here, though the files have it", async (path) => {
		files.length = 0;
		expect((await ask(path)).status).toBe(404);
		expect(files).toEqual([]);
	});

	test("and a page of ours is, from its file", async () => {
		expect(await (await ask("/app.js")).text()).toBe("a file");
		expect(files).toEqual(["https://assets/app.js"]);
	});
});

describe("[SUP-4] what is not believed", () => {
	const token = `tl1.${btoa(JSON.stringify({ p: "p_weur_0123456789abcdef", g: 1, e: 1 })).replace(/=+$/, "")}.AAAA`;

	test.each(["/v1/me/bets?limit=1&limit=2", "/v1/me/bets?limit=1&colour=red", "/v1/bets/ticket-0001?wait=1&wait=2"])(
		"%s: a parameter given twice, or one that nobody knows, is refused",
		async (path) => {
			const answer = await ask(path, { headers: { authorization: `Bearer ${token}` } });
			expect(answer.status).toBe(400);
			expect(await answer.json()).toMatchObject({ code: "invalid_request" });
			const once = await ask(path.replace(/&.*/, ""), { headers: { authorization: `Bearer ${token}` } });
			expect(once.status).not.toBe(400);
		},
	);

	test("an address is taken from cf-connecting-ip alone, which no client can set behind Cloudflare", async () => {
		counted.length = 0;
		const claims = { "x-forwarded-for": "198.51.100.1", "x-real-ip": "198.51.100.2", forwarded: "for=198.51.100.3" };
		const answer = await ask("/v1/matches/m1", { headers: { ...claims, "cf-connecting-ip": "203.0.113.5" } });
		expect(answer.status).toBe(429);
		expect(counted).toEqual(["203.0.113.5"]);
	});
});
