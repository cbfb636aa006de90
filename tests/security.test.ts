/** What docs/security.md says of headers, pages, secrets, tokens and rates, shown on the whole platform and in a real Chromium. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { faultText } from "../durable-objects/runtime/log.ts";
import { signBody } from "../shared/feeds/signature.ts";
import { ADDRESS_RATE, DEMO_PLAYER, PLAYER_RATE, PLAYER_TOKEN } from "../shared/limits.ts";
import { CLOSE, SUBPROTOCOL } from "../shared/protocol/frames.ts";
import { storeMessages } from "../workers/reporting/consume.ts";
import { openDatabase } from "../workers/reporting/database.ts";
import { goodBet, newPlayer, openMatch, type Player, push } from "./bad-input/world.ts";
import { openChromium } from "./chromium.ts";
import {
	INGEST_SECRET,
	OPERATOR_TOKEN,
	startPlatform,
	type TestPlatform,
	TOKEN_SECRET,
	until,
	withinOneMinute,
} from "./harness.ts";

const matchId = "security-match";
let platform: TestPlatform;
let browser: Browser;
let player: Player;
beforeAll(async () => {
	[platform, browser] = await Promise.all([startPlatform(), openChromium()]);
	await openMatch(platform, matchId);
	player = await newPlayer(platform);
});
afterAll(async () => {
	await browser.close();
	await platform.stop();
});

/** A request as from another address; locally nobody stands between us and the edge. */
const from = (address: string, path: string, init: RequestInit = {}): Promise<Response> =>
	fetch(`${platform.url}${path}`, {
		...init,
		headers: { ...(init.headers as Record<string, string> | undefined), "cf-connecting-ip": address },
	});
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

describe("headers", () => {
	const PAGES = ["/", `/match/${matchId}`, "/ops", "/docs", "/app.js", "/app.css", "/favicon.svg"];
	test.each(PAGES)(
		"of the page's file %s: a strict policy, by an allow-list that begins with nothing",
		async (path) => {
			const { status, headers } = await platform.get(path);
			expect(status).toBe(200);
			const policy = new Map(
				(headers.get("content-security-policy") ?? "").split(";").map((part) => {
					const [name = "", ...sources] = part.trim().split(" ");
					return [name, sources.join(" ")] as const;
				}),
			);
			expect(Object.fromEntries(policy)).toEqual({
				"default-src": "'none'",
				"script-src": "'self'",
				"style-src": "'self'",
				"img-src": "'self'",
				"connect-src": "'self'",
				"base-uri": "'none'",
				"form-action": "'none'",
				"frame-ancestors": "'none'",
				"require-trusted-types-for": "'script'",
				"trusted-types": "'none'",
			});
			expect(Object.fromEntries(headers)).toMatchObject({
				"x-content-type-options": "nosniff",
				"x-frame-options": "DENY",
				"referrer-policy": "no-referrer",
				"cross-origin-opener-policy": "same-origin",
				"cross-origin-resource-policy": "same-origin",
			});
			expect(headers.get("permissions-policy")).toMatch(/camera=\(\), microphone=\(\), geolocation=\(\)/);
		},
	);

	test.each([
		["/v1/me", 401],
		["/v1/nothing", 404],
		["/v1/bets", 405],
		["/healthz", 200],
		["/v1/ops/matches", 401],
	])(
		"of the answer to %s (%i): nothing of it is a page, is kept, or is read by another origin",
		async (path, status) => {
			const answer = await fetch(`${platform.url}${path}`, { headers: { origin: "https://evil.example" } });
			expect(answer.status).toBe(status);
			expect(Object.fromEntries(answer.headers)).toMatchObject({
				"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
				"x-content-type-options": "nosniff",
				"cache-control": "no-store",
				"cross-origin-resource-policy": "same-origin",
			});
			expect(answer.headers.get("access-control-allow-origin")).toBeNull();
		},
	);

	test.each([
		["/", "text/html; charset=utf-8"],
		["/app.js", /^(text|application)\/javascript(; charset=utf-8)?$/],
		["/app.css", "text/css; charset=utf-8"],
		["/favicon.svg", "image/svg+xml"],
		["/v1/matches", "application/json"],
		["/v1/nothing", "application/problem+json"],
		["/openapi.json", "application/json"],
	])("the answer to %s says what it is, and a text its character set", async (path, type) => {
		const told = (await platform.get(path)).headers.get("content-type");
		if (typeof type === "string") expect(told?.toLowerCase()).toBe(type);
		else expect(told).toMatch(type);
	});

	test("what is public may be read by every origin, and by none with its credentials", async () => {
		const { headers } = await platform.get("/v1/matches");
		expect(headers.get("access-control-allow-origin")).toBe("*");
		expect(headers.get("access-control-allow-credentials")).toBeNull();
	});
});

describe("pages in Chromium under their own policy", () => {
	const violations: string[] = [];
	async function open(path: string): Promise<Page> {
		const page = await browser.newPage();
		await page.exposeFunction("violated", (words: string) => violations.push(words));
		await page.addInitScript(
			'document.addEventListener("securitypolicyviolation", (e) => violated(location.pathname + ": " + e.violatedDirective + " " + e.blockedURI));',
		);
		await page.goto(`${platform.url}${path}`);
		return page;
	}

	test("no page violates it: lobby, match with a bet, operations, docs", async () => {
		const lobby = await open("/");
		await lobby.waitForSelector(`[data-match="${matchId}"] .price b`);
		const match = await open(`/match/${matchId}`);
		const button = '[data-market="1x2"].open [data-outcome="home"]:not([disabled])';
		await match.waitForSelector(button);
		await match.click(button);
		await match.click("#place:not([disabled])");
		await match.waitForSelector(".ticket[data-status]");
		const ops = await open(`/ops#token=${OPERATOR_TOKEN}`);
		await ops.waitForSelector("#ops-matches [data-match]");
		const docs = await open("/docs");
		await docs.waitForSelector('[data-operation="post /v1/bets"]');
		for (const page of [lobby, match, ops, docs]) await page.close();
		expect(violations).toEqual([]);
	});

	test("and it holds: inline script, style, handler, foreign image and text made script are stopped and noticed", async () => {
		const page = await open("/docs");
		violations.length = 0;
		await page.evaluate(() => {
			const g = globalThis as unknown as Record<string, never> & { document: never };
			const { document: doc } = g as unknown as {
				document: Record<string, (...args: unknown[]) => Record<string, unknown>> & {
					body: Record<string, (child: unknown) => void>;
				};
			};
			const make = (tag: string, name: string, value: string): void => {
				const made = doc.createElement?.(tag) as Record<string, unknown> & {
					setAttribute: (n: string, v: string) => void;
				};
				if (name === "text") made.textContent = value;
				else made.setAttribute(name, value);
				doc.body.append?.(made);
			};
			for (const [tag, name, value] of [
				["style", "text", "body{color:red}"],
				["p", "style", "color:red"],
				["img", "src", "https://evil.example/x.png"],
			] as const)
				make(tag, name, value);
			try {
				make("script", "text", "globalThis.owned = true");
			} catch {
				// Trusted types refuse the assignment itself.
			}
			try {
				(doc.body as Record<string, unknown>).innerHTML = "<img src=x onerror='globalThis.owned = true'>";
			} catch {
				// So here.
			}
		});
		await vi.waitFor(() => {
			const seen = violations.join("\n");
			for (const what of ["style-src-elem", "style-src-attr", "img-src", "require-trusted-types-for"])
				expect(seen).toContain(what);
		});
		expect(await page.evaluate("typeof globalThis.owned")).toBe("undefined");
		await page.close();
	});

	test("the files themselves: no inline script, style or handler, nothing evaluated, nothing from elsewhere", () => {
		const dist = "dashboard/dist";
		const files = readdirSync(dist);
		expect(files).toEqual(
			expect.arrayContaining(["index.html", "match.html", "ops.html", "docs.html", "app.js", "app.css"]),
		);
		for (const file of files) {
			const text = readFileSync(join(dist, file), "utf8");
			if (file.endsWith(".html")) {
				expect(text, file).not.toMatch(
					/<style|\sstyle=|\son\w+\s*=|javascript:|<script(?![^>]*\ssrc=)|<base|<iframe|<object/i,
				);
				expect(text, file).not.toMatch(/(?:src|href)="(?:https?:)?\/\//i);
			}
			if (file.endsWith(".js"))
				expect(text, file).not.toMatch(
					/\beval\(|new Function\(|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|set(?:Timeout|Interval)\(["'`]/,
				);
			if (file.endsWith(".css")) expect(text, file).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\/|expression\(/i);
			expect(text, file).not.toContain("sourceMappingURL");
		}
	});
});

describe("tokens", () => {
	test("PLAYER_TOKEN.ttlMs, DEMO_PLAYER.openingUnits: a demo player's token ends, and so does its money", async () => {
		const before = Date.now();
		const made = (await (await platform.post("/v1/demo/players", {})).json()) as {
			expiresAtMs: number;
			balanceMinor: number;
		};
		expect(made.expiresAtMs).toBeGreaterThanOrEqual(before + PLAYER_TOKEN.ttlMs);
		expect(made.expiresAtMs).toBeLessThanOrEqual(Date.now() + PLAYER_TOKEN.ttlMs);
		expect(made.balanceMinor).toBe(DEMO_PLAYER.openingUnits * 100);
	});

	test("[FRM-7] one that is good is renewed for its player alone; one that is not is not", async () => {
		const owner = await newPlayer(platform);
		const renew = (token: string): Promise<Response> =>
			fetch(`${platform.url}/v1/me/token`, { method: "POST", headers: bearer(token) });
		const answer = await renew(owner.token);
		expect(answer.status).toBe(200);
		const fresh = (await answer.json()) as { token: string; expiresAtMs: number };
		expect(fresh.expiresAtMs).toBeLessThanOrEqual(Date.now() + PLAYER_TOKEN.ttlMs);
		for (const token of [owner.token, fresh.token])
			expect(await (await platform.get("/v1/me", token)).json()).toMatchObject({ playerId: owner.playerId });
		const forged = `${fresh.token.split(".").slice(0, 2).join(".")}.AAAA`;
		for (const token of [forged, OPERATOR_TOKEN, "abc"]) expect((await renew(token)).status).toBe(401);
	});

	test("[FRM-7] none travels in an address: a token in the query opens nothing", async () => {
		for (const name of ["token", "access_token", "authorization"])
			expect((await platform.get(`/v1/me?${name}=${player.token}`)).status).toBe(401);
		expect((await platform.get(`/v1/ops/matches?token=${OPERATOR_TOKEN}`)).status).toBe(401);
	});

	test("secrets are compared in one place each, by what takes as long whatever is compared", () => {
		const sources = ["workers", "durable-objects", "shared", "pricing"].flatMap((root) =>
			readdirSync(root, { recursive: true, encoding: "utf8" })
				.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
				.map((file) => [`${root}/${file}`, readFileSync(join(root, file), "utf8")] as const),
		);
		const users = sources.filter(([, text]) => /\boperatorToken\b/.test(text)).map(([file]) => file);
		expect(users.toSorted()).toEqual(["workers/edge/config.ts", "workers/edge/operators.ts"]);
		for (const [file, text] of sources)
			expect(text, file).not.toMatch(
				/[=!]==?\s*(?:\w+\.)*(?:operatorToken|tokenSecret|secret|signature|mac)\b(?!\s*===? (?:undefined|null))/,
			);
	});
});

describe("rates", () => {
	test("ADDRESS_RATE.demoPlayers, periodSec: an address gets so many players a minute, and is told when to come again", async () => {
		const ask = (address: string): Promise<Response> =>
			from(address, "/v1/demo/players", {
				method: "POST",
				body: "{}",
				headers: { "content-type": "application/json" },
			});
		const answers = await withinOneMinute((attempt) =>
			Promise.all(Array.from({ length: ADDRESS_RATE.demoPlayers + 5 }, () => ask(`203.0.113.${100 + attempt}`))),
		);
		expect(answers.filter(({ status }) => status === 201).length).toBe(ADDRESS_RATE.demoPlayers);
		const refused = answers.find(({ status }) => status === 429);
		expect(refused?.headers.get("retry-after")).toBe(String(ADDRESS_RATE.periodSec));
		expect(await refused?.json()).toMatchObject({ code: "too_many_requests" });
		expect((await ask("203.0.113.8")).status).toBe(201);
	});

	test("ADDRESS_RATE.failures, lockoutMs: who guesses the operator's token is not listened to, right or wrong; others are", async () => {
		const guess = (address: string, token: string): Promise<Response> =>
			from(address, "/v1/ops/matches", { headers: bearer(token) });
		const statuses: number[] = [];
		for (let n = 0; n <= ADDRESS_RATE.failures; n++)
			statuses.push((await guess("203.0.113.9", `guess-number-${n}`)).status);
		expect(statuses).toEqual([...Array.from({ length: ADDRESS_RATE.failures }, () => 401), 429]);
		expect((await guess("203.0.113.9", OPERATOR_TOKEN)).status).toBe(429);
		expect((await guess("203.0.113.10", OPERATOR_TOKEN)).status).toBe(200);
		expect((await from("203.0.113.9", "/v1/me", { headers: bearer(player.token) })).status).toBe(200);
	});

	test("[SHR-1] forged tokens on 64 sockets of one address end those, and keep neither lobby nor player from anybody", async () => {
		const open = async (address: string) => {
			const headers = { "cf-connecting-ip": address };
			const options = { protocols: [SUBPROTOCOL], headers };
			// Node's own takes headers, which the type of a browser's does not say.
			const socket = new WebSocket(`${platform.url.replace("http", "ws")}/v1/stream`, options as never);
			const reader = { socket, frames: [] as unknown[][], code: null as number | null };
			socket.addEventListener("message", ({ data }) => void reader.frames.push(JSON.parse(String(data)) as unknown[]));
			socket.addEventListener("close", ({ code }) => {
				reader.code = code;
			});
			await new Promise((opened) => socket.addEventListener("open", opened));
			return reader;
		};
		const reads = async (address: string): Promise<void> => {
			const page = await open(address);
			page.socket.send('["sub","lobby",null,{}]');
			page.socket.send(JSON.stringify(["sub", "me", null, { token: player.token }]));
			await vi.waitFor(() => {
				const images = page.frames.filter(([kind]) => kind === "image").map(([, topic]) => topic);
				expect(images.toSorted(), JSON.stringify(page.frames)).toEqual(["lobby", "me"]);
			}, 30_000);
			page.socket.close();
		};
		const attackers = await Promise.all(Array.from({ length: 64 }, () => open("203.0.113.66")));
		for (let n = 0; n < 150; n++)
			for (const [at, { socket }] of attackers.entries()) {
				const payload = { p: `p_weur_${(n * 64 + at).toString(16).padStart(16, "0")}`, g: 1, e: 9_999_999_999_999 };
				const token = `tl1.${btoa(JSON.stringify(payload)).replaceAll("=", "")}.AAAA`;
				socket.send(JSON.stringify(["sub", "me", null, { token }]));
			}
		await reads("203.0.113.67");
		await vi.waitFor(() => expect(attackers.every(({ code }) => code === CLOSE.refused)).toBe(true), 60_000);
		await reads("203.0.113.67");
		await reads("203.0.113.66");
	});

	test("PLAYER_RATE.betBurst: one player's flood of bets is answered 429 with a time, and another's is not", async () => {
		const [flood, other] = [await newPlayer(platform), await newPlayer(platform)];
		const bet = await goodBet(platform, matchId, "flood-0000");
		const place = (token: string, n: number): Promise<Response> =>
			platform.post("/v1/bets", { ...bet, id: `flood-${1_000 + n}`, stakeMinor: 1 }, { token });
		const answers = await Promise.all(
			Array.from({ length: 4 * PLAYER_RATE.betBurst }, (_, n) => place(flood.token, n)),
		);
		const refused = answers.filter(({ status }) => status === 429);
		expect(refused.length).toBeGreaterThan(0);
		expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
		expect(answers.length - refused.length).toBeGreaterThanOrEqual(PLAYER_RATE.betBurst);
		// Below the least stake: refused as a bet, which costs no desk anything, and counted all the same.
		expect(await (await place(other.token, 0)).json()).toMatchObject({ code: "stake_below_minimum" });
	});
});

describe("secrets stay where they are", () => {
	test("traffic with all of them, right and wrong, leaves none in a log or in an answer that is no success", async () => {
		const told: string[] = [];
		const keep = async (answer: Promise<Response>): Promise<void> => {
			const got = await answer;
			if (got.status >= 400) told.push(await got.text(), JSON.stringify([...got.headers]));
		};
		const [, payload = ""] = player.token.split(".");
		const forged = `${player.token.slice(0, -4)}AAAA`;
		const timestampSec = Math.floor(Date.now() / 1_000);
		const body = JSON.stringify([{ v: 1, kind: "heartbeat", id: "secret-beat", sentAtMs: 1 }]);
		const signature = await signBody(INGEST_SECRET, timestampSec, body);
		for (const token of [player.token, forged, OPERATOR_TOKEN, TOKEN_SECRET, INGEST_SECRET, `${OPERATOR_TOKEN}x`])
			for (const path of [
				"/v1/me",
				"/v1/ops/matches",
				"/v1/ops/wallets",
				"/v1/bets/none-of-mine",
				"/v1/ops/matches/nothing/exposure",
			])
				await keep(platform.get(path, token));
		await keep(platform.post("/v1/bets", { token: player.token, secret: TOKEN_SECRET }, { token: player.token }));
		await keep(platform.post("/v1/bets", `{"id": "${TOKEN_SECRET}`, { token: player.token }));
		await keep(
			platform.post(
				"/v1/ops/matches/x/commands",
				{ id: OPERATOR_TOKEN, trader: "", command: {} },
				{ token: OPERATOR_TOKEN },
			),
		);
		await keep(push(platform, { body }));
		await keep(push(platform, { body, timestampSec: 1 }));
		await keep(push(platform, { body: "{", secret: `${INGEST_SECRET}-old` }));
		await keep(push(platform, { body: JSON.stringify([{ v: 1, kind: INGEST_SECRET }]) }));
		const socket = new WebSocket(`${platform.url.replace("http", "ws")}/v1/stream`, SUBPROTOCOL);
		const frames: string[] = [];
		socket.addEventListener("message", ({ data }) => frames.push(String(data)));
		await new Promise((opened) => socket.addEventListener("open", opened));
		socket.send(JSON.stringify(["sub", "me", null, { token: forged }]));
		socket.send(JSON.stringify(["sub", "me", null, { token: player.token }]));
		await until(async () => frames.find((frame) => frame.startsWith('["image"')));
		socket.close();
		const { hostname, password } = new URL(platform.connectionString);
		const secrets = [
			OPERATOR_TOKEN,
			TOKEN_SECRET,
			INGEST_SECRET,
			player.token,
			forged,
			payload,
			signature,
			platform.connectionString,
		];
		if (password !== "") secrets.push(`:${password}@${hostname}`);
		expect(told.length).toBeGreaterThan(20);
		expect(platform.logs().length).toBeGreaterThan(0);
		for (const text of [...told, ...frames, ...platform.logs()])
			for (const secret of secrets) expect(text.includes(secret), text.slice(0, 300)).toBe(false);
	});

	test("a database out of reach is told of without its address and password", async () => {
		const database = openDatabase({
			databaseUrl: "postgres://touchline:hunter2@db.example/touchline",
			neonEndpoint: "http://127.0.0.1:9/sql",
			walletShards: 2,
		});
		const fault = await storeMessages(database, [{ id: "m", body: null }]).catch((caught: unknown) => caught);
		expect(fault).toBeInstanceOf(Error);
		expect(faultText(fault)).not.toMatch(/hunter2|postgres:/);
	});
});
