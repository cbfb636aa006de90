/** Doors of the whole platform: what asking makes, who is metered, whose a match is, and what a revocation ends. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signedHeaders } from "../shared/feeds/signature.ts";
import { ADDRESS_RATE, RELAY_SHARE } from "../shared/limits.ts";
import { CLOSE, SUBPROTOCOL } from "../shared/protocol/frames.ts";
import { goodBet, newPlayer, openMatch } from "./bad-input/world.ts";
import { OPERATOR_TOKEN, startPlatform, type TestPlatform, until, withinOneMinute } from "./harness.ts";

const matchId = "doors-match";
const JSON_SECRET = "json-secret-of-the-tests";
const PARTNER_SECRET = "partner-secret-of-the-tests";
let platform: TestPlatform;
beforeAll(async () => {
	platform = await startPlatform({ ingestSecrets: { json: JSON_SECRET }, partnerSecrets: { demo: PARTNER_SECRET } });
	await openMatch(platform, matchId);
});
afterAll(() => platform.stop());

const from = (address: string, path: string, init: RequestInit = {}): Promise<Response> =>
	fetch(`${platform.url}${path}`, {
		...init,
		headers: { ...(init.headers as Record<string, string> | undefined), "cf-connecting-ip": address },
	});
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const inBatches = async <T>(count: number, ask: (n: number) => Promise<T>): Promise<readonly T[]> => {
	const all: T[] = [];
	for (let n = 0; n < count; n += 50)
		all.push(...(await Promise.all(Array.from({ length: Math.min(50, count - n) }, (_, at) => ask(n + at)))));
	return all;
};

describe("[API-2] asking makes nothing", () => {
	test("1,000 reads of made-up matches, event streams, operators' questions and bets leave no object and no file", async () => {
		const player = await newPlayer(platform);
		const bet = await goodBet(platform, matchId, "made-up-0000");
		await platform.get(`/v1/ops/wallets`, OPERATOR_TOKEN);
		await from("127.0.0.1", "/v1/matches/nobody/events");
		const before = await platform.objects();
		expect(before).toBeGreaterThan(0);
		const reads = await inBatches(1_000, (n) => platform.get(`/v1/matches/nobody-${n}`).then(({ status }) => status));
		expect(new Set(reads)).toEqual(new Set([404]));
		for (let n = 0; n < 20; n++) {
			expect((await platform.get(`/v1/matches/nobody-${n}/events`)).status).toBe(404);
			expect((await platform.get(`/v1/ops/matches/nobody-${n}/exposure`, OPERATOR_TOKEN)).status).toBe(404);
			const command = { id: `c-${n}`, trader: "ada", command: { action: "suspend" } };
			const path = `/v1/ops/matches/nobody-${n}/commands`;
			expect((await platform.post(path, command, { token: OPERATOR_TOKEN })).status).toBe(404);
			const legs = [{ matchId: `nobody-${n}`, marketId: "1x2", outcomeId: "home", oddsMilli: 2_000 }];
			const placed = await platform.post(
				"/v1/bets",
				{ ...bet, id: `made-up-${1_000 + n}`, legs },
				{ token: player.token },
			);
			expect(await placed.json()).toMatchObject({ status: "refused", code: "unknown_match" });
		}
		expect(await platform.objects()).toBe(before);
	});

	test("a socket's topics of made-up matches neither", async () => {
		const socket = new WebSocket(`${platform.url.replace("http", "ws")}/v1/stream`, SUBPROTOCOL);
		const told: string[] = [];
		socket.addEventListener("message", ({ data }) => told.push(String(data)));
		await new Promise((open) => socket.addEventListener("open", open));
		const before = await platform.objects();
		const asked = RELAY_SHARE.socketRefusals;
		for (let n = 0; n < asked; n++) socket.send(JSON.stringify(["sub", `match:unopened-${n}`, null, {}]));
		await until(async () => (told.filter((text) => text.startsWith('["error"')).length === asked ? true : null));
		socket.close();
		expect(told.filter((text) => text.includes("unknown_topic")).length).toBe(asked);
		expect(await platform.objects()).toBe(before);
	});
});

describe("[API-3] failures and what asks every part are metered", () => {
	test("forged tokens with a fresh id each: counted by address together, and whoever was good there goes on", async () => {
		const { token } = await newPlayer(platform);
		const forged = (n: number): string => {
			const payload = btoa(
				JSON.stringify({ p: `p_weur_${n.toString(16).padStart(16, "0")}`, g: 1, e: Date.now() + 60_000 }),
			);
			return `tl1.${payload.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}.AAAA`;
		};
		const me = (address: string, word: string): Promise<number> =>
			from(address, "/v1/me", { headers: bearer(word) }).then(({ status }) => status);
		const { first, statuses, last } = await withinOneMinute(async (attempt) => {
			const address = `203.0.113.${70 + attempt}`;
			return {
				first: await me(address, token),
				statuses: await inBatches(ADDRESS_RATE.failures + 40, (n) => me(address, forged(n))),
				last: [await me(address, "no token"), await me(address, token)],
			};
		});
		expect(statuses.filter((status) => status === 401).length).toBe(ADDRESS_RATE.failures);
		expect(statuses.filter((status) => status === 429).length).toBe(40);
		expect([first, ...last]).toEqual([200, 429, 200]);
		expect(await me("203.0.113.78", forged(1))).toBe(401);
	});

	test("readiness is a word for strangers, and the parts with their details for operators; metrics are operators'", async () => {
		const told = await platform.get("/readyz");
		expect([told.status, await told.json()]).toEqual([200, { status: "ready" }]);
		expect((await platform.get("/readyz", "a-guess-of-the-tests")).status).toBe(401);
		expect(await (await platform.get("/readyz", OPERATOR_TOKEN)).json()).toMatchObject({ dependencies: { board: {} } });
		expect((await platform.get("/metrics")).status).toBe(401);
		expect((await platform.get("/metrics", OPERATOR_TOKEN)).status).toBe(200);
	});
});

describe("[LAN-6] whose a match is", () => {
	const fixture = (id: string, home: string) => ({
		v: 1,
		kind: "fixture",
		id: `fixture-${home}`,
		matchId: id,
		sentAtMs: Date.now(),
		sport: "football",
		competition: "Cup",
		home: { name: home, short: "HOM" },
		away: { name: "Away", short: "AWY" },
		scheduledAtMs: Date.now() + 86_400_000,
		format: {},
		prices: { oneXTwo: [2_000, 3_400, 3_900] },
	});
	const push = async (provider: string, secret: string, messages: readonly object[]): Promise<unknown> => {
		const body = JSON.stringify(messages);
		const timestamp = Math.floor(Date.now() / 1_000);
		const headers = {
			"content-type": "application/json",
			...(await signedHeaders(secret, timestamp, body)),
		};
		return (await fetch(`${platform.url}/v1/ingest/${provider}`, { method: "POST", headers, body })).json();
	};

	test("another provider's fixture that comes first takes nothing; the owner's applies; nobody takes it back", async () => {
		expect(await push("json", JSON_SECRET, [fixture("owned-1", "Theirs")])).toMatchObject({
			accepted: 0,
			refused: [{ code: "foreign" }],
		});
		expect(await push("replay", platform.ingestSecret, [fixture("owned-1", "Ours")])).toMatchObject({ accepted: 1 });
		const shown = await until(async () => {
			const answer = await platform.get("/v1/ops/matches/owned-1/exposure", OPERATOR_TOKEN);
			return answer.status === 200 ? true : null;
		});
		expect(shown).toBe(true);
		expect(await push("json", JSON_SECRET, [fixture("owned-1", "Again")])).toMatchObject({
			refused: [{ code: "foreign" }],
		});
		expect(await push("json", JSON_SECRET, [fixture("json-1", "Theirs")])).toMatchObject({ accepted: 1 });
		const { lanes } = (await (await platform.get("/v1/ops/lanes", OPERATOR_TOKEN)).json()) as {
			lanes: { lane: string; matches: { matchId: string; parked: unknown }[] }[];
		};
		const known = lanes.flatMap(({ lane, matches }) =>
			matches.map((entry) => [lane.split(":")[1], entry.matchId, entry.parked]),
		);
		expect(known).toEqual(
			expect.arrayContaining([
				["demo", "owned-1", null],
				["json", "json-1", null],
			]),
		);
		expect(known.filter(([group, id]) => group === "json" && id === "owned-1")).toEqual([]);
	});
});

describe("[FRM-7] revocation", () => {
	test("by a partner for its own, and by an operator: tokens refused, sockets closed with 4504, wrong secrets counted", async () => {
		const mine = await newPlayer(platform);
		const path = `/v1/partners/demo/players/${mine.playerId}/revoke`;
		const socket = new WebSocket(`${platform.url.replace("http", "ws")}/v1/stream`, SUBPROTOCOL);
		const told: string[] = [];
		socket.addEventListener("message", ({ data }) => told.push(String(data)));
		const closed = new Promise<number>((gone) => socket.addEventListener("close", ({ code }) => gone(code)));
		await new Promise((open) => socket.addEventListener("open", open));
		socket.send(JSON.stringify(["sub", "me", null, { token: mine.token }]));
		await until(async () => (told.some((text) => text.startsWith('["image"')) ? true : null));

		const reason = { reason: "signed out everywhere" };
		for (const token of [undefined, OPERATOR_TOKEN, mine.token])
			expect((await platform.post(path, reason, { token })).status).toBe(401);
		expect((await platform.post(path.replace("demo", "other"), reason, { token: PARTNER_SECRET })).status).toBe(401);
		const answer = await platform.post(path, reason, { token: PARTNER_SECRET });
		expect([answer.status, await answer.json()]).toEqual([200, { playerId: mine.playerId, refusedBets: 0 }]);
		expect(await closed).toBe(CLOSE.revoked);
		expect((await platform.get("/v1/me", mine.token)).status).toBe(401);

		const theirs = await newPlayer(platform);
		const byOperator = `/v1/ops/players/${theirs.playerId}/revoke`;
		expect((await platform.post(byOperator, reason, { token: PARTNER_SECRET })).status).toBe(401);
		expect((await platform.post(byOperator, reason, { token: OPERATOR_TOKEN })).status).toBe(200);
		expect((await platform.get("/v1/me", theirs.token)).status).toBe(401);
		const nobody = "/v1/ops/players/p_weur_ffffffffffffffff/revoke";
		expect((await platform.post(nobody, reason, { token: OPERATOR_TOKEN })).status).toBe(404);
	});
});
