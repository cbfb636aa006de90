/** What the edge says before it asks anybody: limits, methods, content types, origins, and the document. */
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { PROBLEMS } from "../../shared/errors.ts";
import { BET, FEED, HTTP } from "../../shared/limits.ts";
import { BET_REFUSALS } from "../../shared/ticket/refusals.ts";
import { edgeApp } from "./app.ts";

const VARS = {
	WALLET_SHARDS: "2",
	RELAYS_PER_REGION: "2",
	DEMO: "1",
	ALLOWED_ORIGINS: "https://partner.example",
	UNCOUNTED_ADDRESSES: "127.0.0.1",
};
const TOKEN = `Bearer tl1.${btoa(JSON.stringify({ p: "p_weur_0123456789abcdef", g: 1, e: 1 })).replace(/=+$/, "")}.AAAA`;

/** Bindings are absent: whoever reached for one would fail, and the answer be `internal`. */
function ask(path: string, init: RequestInit = {}, vars: Readonly<Record<string, string>> = {}): Promise<Response> {
	const env = { ...VARS, OPERATOR_TOKEN: "operator-token-of-the-tests", ...vars } as unknown as EdgeEnv;
	const headers = { "cf-connecting-ip": "127.0.0.1", ...(init.headers as Record<string, string> | undefined) };
	return Promise.resolve(edgeApp().request(path, { ...init, headers }, env));
}

const post = (
	body: BodyInit,
	headers: Record<string, string> = { "content-type": "application/json" },
): RequestInit => ({
	method: "POST",
	body,
	headers,
	// Node wants to hear that a streamed body is sent before the answer is read.
	...{ duplex: "half" },
});

async function codeOf(answer: Response): Promise<string> {
	expect(answer.headers.get("content-type")).toBe("application/problem+json");
	const problem = (await answer.json()) as { code: keyof typeof PROBLEMS; status: number; requestId: string };
	expect(answer.status).toBe(PROBLEMS[problem.code].status);
	expect(problem.status).toBe(answer.status);
	expect(answer.headers.get("x-request-id")).toBe(problem.requestId);
	return problem.code;
}

const encoded = (encoding: string): Record<string, string> => ({
	"content-type": "application/json",
	"content-encoding": encoding,
});

describe("a request that is refused at the door", () => {
	test.each([
		["an empty body that says it is JSON", "/v1/bets", post(""), "malformed_json"],
		["half a body", "/v1/bets", post('{"id":'), "malformed_json"],
		["another content type", "/v1/bets", post("id=1", { "content-type": "text/plain" }), "unsupported_media_type"],
		["no content type", "/v1/bets", post(new TextEncoder().encode("{}"), {}), "unsupported_media_type"],
		["[API-1] a stake given twice", "/v1/bets", post('{"stakeMinor":500,"stakeMinor":900}'), "invalid_request"],
		["[API-1] a trader's margin given twice", "/v1/ops/x", post('{"a":1,"\\u0061":2}'), "invalid_request"],
		["[API-1] a stake too large to be read", "/v1/bets", post('{"stakeMinor":1e400}'), "invalid_request"],
		["[API-1] bytes that are no text", "/v1/bets", post(Uint8Array.from([0x22, 0xff, 0x22])), "malformed_json"],
		["[API-1] a gzip body that says so", "/v1/bets", post("{}", encoded("gzip")), "unsupported_media_type"],
		["[API-1] a brotli body", "/v1/bets", post("{}", encoded("br")), "unsupported_media_type"],
		["[API-1] two encodings", "/v1/ingest/replay", post("{}", encoded("identity, gzip")), "unsupported_media_type"],
		[
			"[API-1] a gzip body that says nothing",
			"/v1/bets",
			post(Uint8Array.from(gzipSync("{}"))),
			"unsupported_media_type",
		],
		["a field nobody knows", "/v1/demo/players", post('{"colour":"red"}'), "invalid_request"],
		["a currency nobody knows", "/v1/demo/players", post('{"currency":"QQQ"}'), "invalid_request"],
		["a long body", "/v1/bets", post(" ".repeat(BET.maxBodyBytes + 1)), "body_too_large"],
		["a bad match id", "/v1/matches/BAD", {}, "invalid_request"],
		["a match id that is a path", "/v1/matches/..%2Fops", {}, "invalid_request"],
		["no upgrade", "/v1/stream", {}, "invalid_request"],
		["no token", "/v1/me", {}, "unauthorized"],
		["a token that is none", "/v1/me", { headers: { authorization: "Bearer abc" } }, "unauthorized"],
		["too large a page", "/v1/me/bets?limit=1000", { headers: { authorization: TOKEN } }, "invalid_request"],
		["a query nobody knows", "/v1/me/bets?sort=up", { headers: { authorization: TOKEN } }, "invalid_request"],
		["a path that is not", "/nothing", {}, "not_found"],
	])("%s", async (_name, path, init, code) => {
		expect(await codeOf(await ask(path, init))).toBe(code);
	});

	test("[LAN-5] a provider's question is handed on with the path and query that it signed", async () => {
		const asked: string[] = [];
		const ingest = {
			fetch: async ({ method, url, headers }: Request) => {
				asked.push(`${method} ${url} ${headers.get("touchline-signature")}`);
				return Response.json({});
			},
		};
		const path = "/v1/ingest/replay/refusals?after=1-0%2D2";
		const env = { ...VARS, OPERATOR_TOKEN: "operator-token-of-the-tests", INGEST: ingest } as unknown as EdgeEnv;
		const headers = { "cf-connecting-ip": "127.0.0.1", "touchline-signature": "v1=00" };
		expect((await edgeApp().request(path, { headers }, env)).status).toBe(200);
		expect(asked).toEqual([`GET https://ingest${path} v1=00`]);
	});

	test("[API-1] the place of what was given twice is told as the place of any other mistake", async () => {
		const answer = await ask("/v1/bets", post('{"legs":[{"oddsMilli":1900,"oddsMilli":9000}]}'));
		expect(await answer.json()).toMatchObject({ errors: [{ path: "legs.0.oddsMilli", message: "given twice" }] });
	});

	test("[API-1] a body that says it is the message itself is read", async () => {
		expect(await codeOf(await ask("/v1/demo/players", post('{"colour":"red"}', encoded("identity"))))).toBe(
			"invalid_request",
		);
	});

	test("a long body without a length is read no further than it may go", async () => {
		let pulled = 0;
		const endless = new ReadableStream<Uint8Array>({
			pull: (controller) => {
				pulled += 10_000;
				controller.enqueue(new Uint8Array(10_000).fill(32));
			},
		});
		expect(await codeOf(await ask("/v1/bets", post(endless)))).toBe("body_too_large");
		expect(pulled).toBeLessThan(4 * BET.maxBodyBytes);
	});

	test("a push says its length, and it is too long", async () => {
		const init = post("[]", { "content-type": "application/json", "content-length": String(FEED.maxBodyBytes + 1) });
		expect(await codeOf(await ask("/v1/ingest/replay", init))).toBe("body_too_large");
	});

	test("headers beyond their limit", async () => {
		const init = { headers: { "x-padding": "x".repeat(HTTP.maxHeaderBytes) } };
		expect(await codeOf(await ask("/healthz", init))).toBe("headers_too_large");
	});

	test("a known path by another method names those it takes", async () => {
		for (const [path, method, allow] of [
			["/v1/matches", "PUT", "GET"],
			["/v1/bets", "GET", "POST"],
			["/v1/matches/m1", "DELETE", "GET"],
			["/", "POST", "GET"],
		] as const) {
			const answer = await ask(path, { method });
			expect(answer.headers.get("allow")).toBe(allow);
			expect(await codeOf(answer)).toBe("method_not_allowed");
		}
	});

	test.each(["/v1/stream", "/v1/matches/m1/events"])(
		"[RUN-2] %s opens for no origin and for an allowed one, whatever the host is called",
		async (path) => {
			const from = (origin?: string, host = "our.example") =>
				ask(`http://${host}${path}`, origin === undefined ? {} : { headers: { origin, host } });
			for (const [origin, host] of [
				["https://evil.example"],
				["http://our.example"],
				["http://evil.example", "evil.example"],
				["http://evil.example:8787", "evil.example:8787"],
				["null"],
				[""],
				["https://partner.example.evil.example"],
				["https://partner.example:444"],
				["https://partner.example/"],
				["http://partner.example"],
				["https://partner.example, https://evil.example"],
			] as const)
				expect(await codeOf(await from(origin, host)), origin).toBe("forbidden");
			for (const origin of [undefined, "https://partner.example"])
				expect(await codeOf(await from(origin, "evil.example"))).not.toBe("forbidden");
		},
	);

	test("[RUN-2] where the list leaves a port of this machine open, any port of it opens, and nothing else", async () => {
		const vars = { ALLOWED_ORIGINS: "http://127.0.0.1:*" };
		const from = (origin: string) => ask("/v1/stream", { headers: { origin } }, vars);
		expect(await codeOf(await from("http://127.0.0.1:8787"))).toBe("invalid_request");
		for (const origin of [
			"http://127.0.0.1",
			"http://127.0.0.1:*",
			"http://127.0.0.1:8787.evil.example",
			"https://127.0.0.1:8787",
			"http://evil.example:8787",
			"http://localhost:8787",
		])
			expect(await codeOf(await from(origin)), origin).toBe("forbidden");
		const wide = await ask("/healthz", {}, { ALLOWED_ORIGINS: "https://partner.example:*" });
		expect(wide.status).toBe(500);
	});

	test.each([
		["Error: database or disk is full: SQLITE_FULL", "unavailable"],
		["Error: disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_SHMSIZE)", "unavailable"],
		["Error: internal error; reference = 0123456789abcdef", "unavailable"],
		["TypeError: undefined is not a function", "internal"],
	])("[RUN-4] a wallet that fails with %s is answered %s, and its words are not told", async (words, code) => {
		const WALLET = {
			idFromName: (name: string) => name,
			get: () => ({ me: () => Promise.reject(new Error(words)) }),
		};
		const answer = await ask("/v1/me", { headers: { authorization: TOKEN } }, { WALLET } as never);
		expect(answer.headers.get("retry-after")).toBe(code === "unavailable" ? "5" : null);
		expect(await answer.clone().text()).not.toMatch(/SQLITE|reference =|undefined is/);
		expect(await codeOf(answer)).toBe(code);
	});

	test("outside demo environments nobody is given a player", async () => {
		expect(await codeOf(await ask("/v1/demo/players", post("{}"), { DEMO: "0" }))).toBe("not_found");
	});

	test("a wrong configuration is our fault, not told to strangers", async () => {
		const answer = await ask("/healthz", {}, { WALLET_SHARDS: "many" });
		expect(await answer.text()).not.toContain("WALLET_SHARDS");
		expect(answer.status).toBe(500);
	});
});

describe("an answer", () => {
	test("carries the request's id and what keeps browsers from guessing", async () => {
		const { headers } = await ask("https://our.example/healthz", { headers: { "x-request-id": "my-request-1" } });
		expect(Object.fromEntries(headers)).toMatchObject({
			"x-request-id": "my-request-1",
			"x-content-type-options": "nosniff",
			"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
			"cache-control": "no-store",
			"strict-transport-security": "max-age=31536000; includeSubDomains",
		});
		const own = await ask("http://our.example/healthz", { headers: { "x-request-id": "no\tgood" } });
		expect(own.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
		expect(own.headers.get("strict-transport-security")).toBeNull();
	});
});

describe("the document", () => {
	type Schema = { enum?: readonly string[]; example?: unknown; properties?: Readonly<Record<string, Schema>> };
	let doc: {
		paths: Record<string, Record<string, { tags: string[]; summary: string; responses: object }>>;
		components: { schemas: Record<string, Schema> };
		tags: { name: string }[];
	};
	beforeAll(async () => {
		doc = (await (await ask("/openapi.json")).json()) as typeof doc;
	});

	test("names every operation of the API", () => {
		const operations = Object.entries(doc.paths).flatMap(([path, methods]) =>
			Object.keys(methods).map((method) => `${method} ${path}`),
		);
		expect(operations.toSorted()).toEqual(
			[
				"get /healthz",
				"get /readyz",
				"get /metrics",
				"get /v1/matches",
				"get /v1/matches/{matchId}",
				"get /v1/matches/{matchId}/events",
				"get /v1/schemas/{name}",
				"get /v1/stream",
				"post /v1/ingest/{provider}",
				"post /v1/ops/players/{playerId}/revoke",
				"post /v1/partners/{partnerId}/players/{playerId}/revoke",
				"get /v1/ops/lanes",
				"post /v1/demo/players",
				"post /v1/bets",
				"get /v1/bets/{ticketId}",
				"get /v1/ingest/{provider}/refusals",
				"get /v1/me",
				"get /v1/me/bets",
				"post /v1/me/token",
				"get /v1/ops/matches",
				"get /v1/ops/matches/{matchId}/exposure",
				"post /v1/ops/matches/{matchId}/commands",
				"get /v1/ops/reports/summary",
				"get /v1/ops/reconciliation",
				"get /v1/ops/wallets",
			].toSorted(),
		);
	});

	test("every operation stands under a known tag and says what it is for", () => {
		const known = doc.tags.map(({ name }) => name);
		for (const operation of Object.values(doc.paths).flatMap((methods) => Object.values(methods))) {
			expect(known).toContain(operation.tags[0]);
			expect(operation.summary.length).toBeGreaterThan(5);
		}
	});

	test("knows every problem's and every refusal's code", () => {
		expect(doc.components.schemas.Problem?.properties?.code?.enum).toEqual(Object.keys(PROBLEMS));
		expect(doc.components.schemas.Refusal?.enum).toEqual([...BET_REFUSALS]);
	});

	test("what players and providers send and get has an example", () => {
		for (const name of ["PlaceBet", "Ticket", "Me", "DemoPlayer", "MatchSummary", "MatchImage", "Problem", "Inputs"])
			expect(doc.components.schemas[name]?.example, name).toBeDefined();
	});
});
