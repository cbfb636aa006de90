/** The edge's limits, each honoured: bindings are stand-ins that count, time is the test's. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ADDRESS_HEADER, addressOfHeader, networkOf } from "../../shared/contracts/address.ts";
import {
	ADDRESS_RATE,
	BET,
	CONTRACT,
	EDGE_SHARE,
	FEED,
	HTTP,
	METRICS,
	RETRY,
	WALLET_SHARE,
} from "../../shared/limits.ts";
import { edgeApp } from "./app.ts";
import { type EdgeContext, repeatedOnReset } from "./context.ts";
import { Lockouts } from "./lockouts.ts";
import { sampledWallets } from "./metrics.ts";
import { dependencies } from "./readiness.ts";
import { cachedForASecond } from "./second-cache.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TOKEN = `Bearer tl1.${btoa(JSON.stringify({ p: "p_weur_0123456789abcdef", g: 1, e: 1 })).replace(/=+$/, "")}.AAAA`;
type Methods = Readonly<Record<string, (argument: never) => Promise<unknown>>>;
const objects = (methods: Methods) => ({ idFromName: (name: string) => name, get: () => methods });
const limiter = (success: boolean) => ({ limit: async () => ({ success }) });

function ask(
	path: string,
	init: RequestInit = {},
	bindings: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
	const env = {
		WALLET_SHARDS: "2",
		RELAYS_PER_REGION: "2",
		DEMO: "1",
		ALLOWED_ORIGINS: "",
		UNCOUNTED_ADDRESSES: "127.0.0.1",
		OPERATOR_TOKEN: "operator-token-of-the-tests",
		...bindings,
	};
	const headers = { "cf-connecting-ip": "203.0.113.1", ...(init.headers as Record<string, string> | undefined) };
	return Promise.resolve(edgeApp().request(path, { ...init, headers }, env as unknown as EdgeEnv));
}
const leg = { matchId: "m1", marketId: "1x2", outcomeId: "home", oddsMilli: 2_500 };
const bet = { id: "ticket-0001", legs: [leg], stakeMinor: 100, currency: "EUR", pricePolicy: "none" };
const posted = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
	method: "POST",
	body: JSON.stringify(body),
	headers: { "content-type": "application/json", authorization: TOKEN, ...headers },
});

describe("by address", () => {
	test("ADDRESS_RATE.bets, demoPlayers, streams, reads, failures, periodSec: the configuration counts what is written here", () => {
		const config = readFileSync("wrangler.toml", "utf8");
		const counted = [
			...config.matchAll(/name = "RATE_(\w+)"\s+namespace_id = "\d+"\s+simple = \{ limit = (\d+), period = (\d+) \}/g),
		];
		expect(
			Object.fromEntries(counted.map(([, name, limit, period]) => [name, [Number(limit), Number(period)]])),
		).toEqual({
			BETS: [ADDRESS_RATE.bets, ADDRESS_RATE.periodSec],
			DEMO_PLAYERS: [ADDRESS_RATE.demoPlayers, ADDRESS_RATE.periodSec],
			STREAMS: [ADDRESS_RATE.streams, ADDRESS_RATE.periodSec],
			READS: [ADDRESS_RATE.reads, ADDRESS_RATE.periodSec],
			FAILURES: [ADDRESS_RATE.failures, ADDRESS_RATE.periodSec],
		});
	});

	test.each<[string, string, RequestInit]>([
		["RATE_BETS", "/v1/bets", posted(bet)],
		["RATE_DEMO_PLAYERS", "/v1/demo/players", posted({})],
		["RATE_STREAMS", "/v1/stream", { headers: { upgrade: "websocket", "sec-websocket-protocol": "touchline.v1" } }],
		["RATE_STREAMS", "/v1/matches/m1/events", {}],
		["RATE_READS", "/v1/matches/limits-read", {}],
		["RATE_READS", "/v1/schemas/m1~0123456789abcdef", {}],
	])(
		"ADDRESS_RATE.periodSec: %s refuses %s with 429 and when to come again, before any object is asked",
		async (name, path, init) => {
			const answer = await ask(path, init, { [name]: limiter(false) });
			expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, String(ADDRESS_RATE.periodSec)]);
		},
	);

	test("of an IPv6 address the household's network counts, however it is written", () => {
		const network = networkOf("2001:db8:1:2::1");
		for (const same of ["2001:0DB8:0001:0002:ffff:1:2:3", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"])
			expect(networkOf(same)).toBe(network);
		for (const other of ["2001:db8:1:3::1", "2001:db8:1::2", "::1", "2001:db9:1:2::1"])
			expect(networkOf(other)).not.toBe(network);
		expect(["203.0.113.1", "::ffff:203.0.113.1"].map(networkOf)).toEqual(["203.0.113.1", "203.0.113.1"]);
	});

	test("ADDRESS_RATE.lockoutMs: who was locked out is heard again after it, and not before", async () => {
		const guess = (success: boolean) =>
			ask(
				"/v1/ops/matches",
				{ headers: { authorization: "Bearer wrong", "cf-connecting-ip": "203.0.113.2" } },
				{ RATE_FAILURES: limiter(success) },
			);
		vi.spyOn(console, "warn").mockImplementation(() => {});
		expect((await guess(false)).status).toBe(429);
		vi.setSystemTime(Date.now() + ADDRESS_RATE.lockoutMs - 1);
		expect((await guess(true)).status).toBe(429);
		vi.setSystemTime(Date.now() + 1);
		expect((await guess(true)).status).toBe(401);
	});

	test("ADDRESS_RATE.maxLockouts: so many are remembered, and the oldest is let go", () => {
		const lockouts = new Lockouts(ADDRESS_RATE.maxLockouts);
		for (let n = 0; n <= ADDRESS_RATE.maxLockouts; n++) lockouts.add(`a${n}`, 1_000);
		expect(lockouts.size).toBe(ADDRESS_RATE.maxLockouts);
		expect([lockouts.has("a0", 1), lockouts.has("a1", 1)]).toEqual([false, true]);
	});
});

describe("[SHR-1] whose socket it is", () => {
	/** The relay that a caller's socket goes to, and whose socket it is told it is. */
	async function opened(address: string, headers: Record<string, string> = {}): Promise<readonly unknown[]> {
		const asked: unknown[] = [];
		const RELAY = {
			idFromName: (name: string) => name,
			get: (name: string) => ({
				fetch: async (request: Request) => {
					asked.push(name, request.headers.get(ADDRESS_HEADER));
					return new Response();
				},
			}),
		};
		const socket = { upgrade: "websocket", "sec-websocket-protocol": "touchline.v1" };
		const bindings = { RELAY, RATE_STREAMS: limiter(true), RELAYS_PER_REGION: "64" };
		await ask("/v1/stream", { headers: { ...socket, ...headers, "cf-connecting-ip": address } }, bindings);
		return asked;
	}

	test("a relay is told the caller's address by the edge, and nothing that the caller says of it", async () => {
		expect((await opened("203.0.113.9"))[1]).toBe("203.0.113.9");
		for (const said of ["uncounted", "198.51.100.1"])
			expect((await opened("203.0.113.9", { [ADDRESS_HEADER]: said }))[1]).toBe("203.0.113.9");
		expect((await opened("127.0.0.1"))[1]).toBe("uncounted");
	});

	test("who takes many addresses of one /64 is one at one relay", async () => {
		const seen = new Set<string>();
		for (let n = 0; n < 32; n++) seen.add((await opened(`2001:db8:7:7::${n.toString(16)}`)).join(" "));
		expect([...seen]).toEqual([expect.stringMatching(/ 2001:db8:7:7$/)]);
		expect((await opened("2001:db8:7:8::1"))[1]).toBe("2001:db8:7:8");
	});

	test("CONTRACT.addressChars: what is no address counts as one that nobody knows", () => {
		expect(["uncounted", "203.0.113.9", "2001:db8:7:7"].map(addressOfHeader)).toEqual([
			null,
			"203.0.113.9",
			"2001:db8:7:7",
		]);
		const long = "1".repeat(CONTRACT.addressChars);
		expect([long, `${long}1`, null, "", "Uncounted", "a b"].map(addressOfHeader)).toEqual([
			long,
			...Array.from({ length: 5 }, () => "unknown"),
		]);
	});
});

describe("answers", () => {
	test("HTTP.maxFieldErrors: of many mistakes so many are told", async () => {
		const legs = Array.from({ length: BET.maxLegs }, () => ({ ...leg, oddsMilli: -1, marketId: "" }));
		const { errors } = (await (await ask("/v1/bets", posted({ ...bet, legs }))).json()) as { errors: unknown[] };
		expect(errors.length).toBe(HTTP.maxFieldErrors);
	});

	test("HTTP.cacheMs: within it an answer is shared, after it there is a new one", async () => {
		let loads = 0;
		const body = async (): Promise<string | undefined> =>
			(await cachedForASecond("shared", null, async () => String(++loads)))?.body;
		expect([await body(), await body()]).toEqual(["1", "1"]);
		vi.setSystemTime(Date.now() + HTTP.cacheMs);
		expect(await body()).toBe("2");
	});

	test("HTTP.maxCacheKeys: so many answers are kept, and the oldest goes", async () => {
		let loads = 0;
		const load = (key: string) => cachedForASecond(key, null, async () => String(++loads));
		await load("first");
		for (let n = 0; n < HTTP.maxCacheKeys; n++) await load(`key-${n}`);
		const before = loads;
		await load("key-1");
		expect(loads).toBe(before);
		await load("first");
		expect(loads).toBe(before + 1);
	});

	test("[SHR-1] EDGE_SHARE.cacheKeys: who walks through all matches pushes out its own answers, and nobody else's", async () => {
		let loads = 0;
		const load = (key: string, address: string) => cachedForASecond(key, address, async () => String(++loads));
		await load("shared-by-others", "203.0.113.1");
		for (let n = 0; n < 2 * HTTP.maxCacheKeys; n++) await load(`walk-${n}`, "203.0.113.66");
		const before = loads;
		await load("shared-by-others", "203.0.113.2");
		const last = 2 * HTTP.maxCacheKeys - 1;
		await load(`walk-${last - EDGE_SHARE.cacheKeys + 1}`, "203.0.113.1");
		expect(loads).toBe(before);
		await load(`walk-${last - EDGE_SHARE.cacheKeys}`, "203.0.113.66");
		expect(loads).toBe(before + 1);
	});

	test("METRICS.maxWallets: a scrape asks no more, and every region", () => {
		expect(sampledWallets(1_024).length).toBeLessThanOrEqual(METRICS.maxWallets);
		expect(sampledWallets(2).length).toBe(18);
	});

	test("[SHR-1] EDGE_SHARE.walletBusyMs: bets for a wallet that has just been busy are refused unread, and those for others are not", async () => {
		const tokenOf = (region: string): string =>
			TOKEN.replace(
				/tl1\.[^.]+/,
				`tl1.${btoa(JSON.stringify({ p: `p_${region}_0123456789abcdef`, g: 1, e: 1 })).replace(/=+$/, "")}`,
			);
		const asked: string[] = [];
		const WALLET = objects({
			place: async ({ playerId }: { readonly playerId: string }) => {
				asked.push(playerId);
				return { kind: "error", code: "busy", full: { matchId } };
			},
		});
		let matchId: string | null = null;
		const place = (region: string, body: unknown = bet) =>
			ask("/v1/bets", posted(body, { authorization: tokenOf(region) }), { WALLET, RATE_BETS: limiter(true) });
		const refused = await place("oc");
		expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
		expect(await refused.json()).toMatchObject({ code: "busy" });
		const unread = await place("oc", "no bet at all");
		expect([unread.status, unread.headers.get("retry-after"), asked.length]).toEqual([503, "1", 1]);
		await place("afr");
		expect(asked).toHaveLength(2);
		vi.advanceTimersByTime(EDGE_SHARE.walletBusyMs);
		matchId = "m1";
		await place("oc");
		expect(asked).toHaveLength(3);
		// Of one match there are too many: others are asked for.
		expect((await place("oc")).status).toBe(503);
		expect(asked).toHaveLength(3);
		await place("oc", { ...bet, legs: [{ ...leg, matchId: "m2" }] });
		expect(asked).toHaveLength(4);
		vi.advanceTimersByTime(EDGE_SHARE.walletBusyMs);
	});

	test("[SHR-1] WALLET_SHARE.maxPlacing: no more bets are on their way to a wallet from here than it takes; one that waits for its decision is none", async () => {
		const player = (region: string): string =>
			`tl1.${btoa(JSON.stringify({ p: `p_${region}_0123456789abcdef`, g: 1, e: 1 })).replace(/=+$/, "")}`;
		const authorization = (region: string): string => TOKEN.replace(/tl1\.[^.]+/, player(region));
		const answers: (() => void)[] = [];
		const ticket = { id: bet.id, status: "pending", legs: [], decideAtMs: null };
		const WALLET = objects({
			place: () => new Promise((answer) => answers.push(() => answer({ kind: "ticket", ticket, replayed: false }))),
			ticket: () => new Promise(() => {}),
		});
		const place = (region: string) =>
			ask("/v1/bets", posted(bet, { authorization: authorization(region), prefer: "wait=9" }), {
				WALLET,
				RATE_BETS: limiter(true),
			});
		const under = Array.from({ length: WALLET_SHARE.maxPlacing }, () => place("sam"));
		await vi.waitUntil(() => answers.length === WALLET_SHARE.maxPlacing);
		expect((await place("sam")).status).toBe(503);
		void place("wnam");
		await vi.waitUntil(() => answers.length === WALLET_SHARE.maxPlacing + 1);
		answers[0]?.();
		await vi.advanceTimersByTimeAsync(0);
		void place("sam");
		await vi.waitUntil(() => answers.length === WALLET_SHARE.maxPlacing + 2);
		expect((await place("sam")).status).toBe(503);
		expect(under).toHaveLength(WALLET_SHARE.maxPlacing);
	});

	test("EDGE_SHARE.maxBusyWallets: each wallet of nine regions may be known as busy", () => {
		expect(EDGE_SHARE.maxBusyWallets / 9).toBeGreaterThan(100);
	});

	test("BET.maxWaitMs: who wants to wait longer waits so long", async () => {
		const asked: number[] = [];
		const ticket = { id: bet.id, status: "pending", decideAtMs: null, legs: [] };
		const WALLET = objects({
			place: async () => ({ kind: "ticket", ticket }),
			ticket: async ({ waitMs }: { waitMs: number }) => {
				asked.push(waitMs);
				return { kind: "ok", value: ticket };
			},
		});
		const placed = await ask("/v1/bets", posted(bet, { prefer: "wait=999" }), { WALLET, RATE_BETS: limiter(true) });
		expect(await placed.text()).toContain(bet.id);
		expect(asked).toEqual([BET.maxWaitMs]);
		const tooLong = await ask(
			`/v1/bets/${bet.id}?wait=${BET.maxWaitMs / 1_000 + 1}`,
			{ headers: { authorization: TOKEN } },
			{ WALLET },
		);
		expect(tooLong.status).toBe(400);
	});

	test("RETRY.objectMinMs, objectSpreadMs: an object that was being moved is asked once more, after that time", async () => {
		vi.spyOn(Math, "random").mockReturnValue(1);
		const failed: number[] = [];
		const call = repeatedOnReset(async () => {
			failed.push(Date.now());
			if (failed.length === 1) throw Object.assign(new Error("moved"), { retryable: true });
			return "ok";
		});
		await vi.advanceTimersByTimeAsync(RETRY.objectMinMs + RETRY.objectSpreadMs - 1);
		expect(failed.length).toBe(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(await call).toBe("ok");
	});
});

describe("readiness", () => {
	const ready = async (board: Methods, match: Methods = {}) => {
		const fetcher = { fetch: async () => Response.json({ newestRowAgeMs: 1, rejected: 0, deadLetters: 0, rows: 1 }) };
		const env = {
			BOARD: objects(board),
			MATCH: objects(match),
			WALLET: objects({ measures: async () => ({ overdueTickets: 0 }) }),
			RELAY: objects({ fetch: async () => new Response(null, { status: 426 }) }),
			INGEST: { fetch: async () => new Response(null, { status: 405 }) },
			REPORTING: fetcher,
		};
		const answer = dependencies({ env } as unknown as EdgeContext);
		await vi.advanceTimersByTimeAsync(HTTP.probeMs);
		return JSON.stringify(await answer);
	};

	test("[API-3] strangers get one word, asked for once a second, and no word of a fault", async () => {
		let lists = 0;
		const list = async (): Promise<never> => {
			lists++;
			throw new Error("SQLITE_FULL");
		};
		const bindings = {
			BOARD: objects({ list }),
			WALLET: objects({ measures: list }),
			RELAY: objects({ fetch: list }),
			INGEST: { fetch: list },
			REPORTING: { fetch: list },
			RATE_READS: limiter(true),
		};
		const told = async (): Promise<unknown> => {
			const answer = await ask("/readyz", {}, bindings);
			return [answer.status, await answer.text()];
		};
		vi.setSystemTime(Date.now() + HTTP.cacheMs);
		const before = await told();
		const once = lists;
		expect([before, await told(), await told()]).toEqual(Array(3).fill([503, '{"status":"not_ready"}']));
		expect([once > 0, lists]).toEqual([true, once]);
	});

	test("operators look at as many lanes as ingest has", () => {
		const lanes = (config: string) => /^LANES_PER_GROUP = "(\d+)"$/m.exec(readFileSync(config, "utf8"))?.[1];
		expect(lanes("wrangler.toml")).toBe(lanes("workers/ingest/wrangler.toml"));
	});

	test("HTTP.probeMs: a part that does not answer in it is down", async () => {
		expect(await ready({ list: () => new Promise(() => {}) })).toMatch(/"board":\{"state":"down"/);
	});

	test("FEED.quietMs: a feed in play that is silent for longer is told", async () => {
		const board = { list: async () => [{ matchId: "m1", status: "live" }] };
		const feed = (spokeAgoMs: number) => ready(board, { ops: async () => ({ spokeAgoMs }) });
		expect(await feed(FEED.quietMs)).toMatch(/"feed":\{"state":"ok"/);
		expect(await feed(FEED.quietMs + 1)).toMatch(/"feed":\{"state":"degraded"/);
	});

	test("CONTRACT.textChars: a fault is told in so many characters", async () => {
		const said = await ready({ list: () => Promise.reject(new Error("x".repeat(10_000))) });
		expect(said).toContain("x".repeat(CONTRACT.textChars));
		expect(said).not.toContain("x".repeat(CONTRACT.textChars + 1));
	});
});
