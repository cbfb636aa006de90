/** HTTP that is wrong: each gets its typed answer, and no money, ticket or journal moves. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hmacTokens } from "../../durable-objects/wallet/tokens.ts";
import { isOnLadder } from "../../shared/betting/ladder.ts";
import { BET, HTTP } from "../../shared/limits.ts";
import { OPERATOR_TOKEN, startPlatform, type TestPlatform, TOKEN_SECRET } from "../harness.ts";
import {
	type Bet,
	goodBet,
	marketsOf,
	matchFacts,
	moneyAndTickets,
	newPlayer,
	openMatch,
	type Player,
	type Problem,
	raw,
} from "./world.ts";

const matchId = "bad-input-http";
const PATIENT = { timeout: 10_000, interval: 200 };
let platform: TestPlatform;
let player: Player;
let good: Bet;
beforeAll(async () => {
	platform = await startPlatform();
	await openMatch(platform, matchId);
	player = await newPlayer(platform);
	good = await goodBet(platform, matchId, "bad-input-bet-1");
});
afterAll(() => platform.stop());

/** Answers with a problem of this code, and everything is as it was. */
async function changesNothing(code: string, send: () => Promise<Response>, path?: string): Promise<void> {
	const before = [await moneyAndTickets(platform), await matchFacts(platform, matchId)];
	const answer = await send();
	const problem = (await answer.json()) as Problem;
	expect(problem).toMatchObject({ code });
	expect(answer.headers.get("content-type")).toBe("application/problem+json");
	if (path !== undefined) expect(problem.errors.map((error) => error.path)).toContain(path);
	expect([await moneyAndTickets(platform), await matchFacts(platform, matchId)]).toEqual(before);
}
const bet = (body: unknown, token = player.token, headers: Record<string, string> = {}): Promise<Response> =>
	platform.post("/v1/bets", body, { token, headers: { prefer: "wait=20", ...headers } });
const withLeg = (over: Record<string, unknown>): unknown => ({ ...good, legs: [{ ...good.legs[0], ...over }] });

describe("a bet that is no bet", () => {
	test.each<[string, string, () => unknown]>([
		["half of one", "malformed_json", () => '{"id":'],
		["JSON with a tail", "malformed_json", () => `${JSON.stringify(good)} {}`],
		["an array", "invalid_request", () => [good]],
		["null", "invalid_request", () => "null"],
		["a number", "invalid_request", () => "7"],
		["30,000 nested arrays", "invalid_request", () => `${"[".repeat(15_000)}${"]".repeat(15_000)}`],
		["no legs", "invalid_request", () => ({ ...good, legs: [] })],
		[
			"too many legs",
			"invalid_request",
			() => ({ ...good, legs: Array.from({ length: BET.maxLegs + 1 }, () => good.legs[0]) }),
		],
		["a policy nobody knows", "invalid_request", () => ({ ...good, pricePolicy: "best" })],
		[
			"a floor with another policy",
			"invalid_request",
			() => ({ ...good, pricePolicy: { kind: "none", floorOddsMilli: 2_000 } }),
		],
	])("%s", (_name, code, body) => changesNothing(code, () => bet(body())));

	test.each<[string, string, () => unknown]>([
		["an id of another type", "id", () => ({ ...good, id: 7 })],
		["a short id", "id", () => ({ ...good, id: "short" })],
		["an id with a slash", "id", () => ({ ...good, id: "../../etc/passwd" })],
		["an id with half a character", "id", () => ({ ...good, id: "abcdefgh\ud800" })],
		["a stake of words", "stakeMinor", () => ({ ...good, stakeMinor: "500" })],
		["a negative stake", "stakeMinor", () => ({ ...good, stakeMinor: -500 })],
		["no stake", "stakeMinor", () => ({ ...good, stakeMinor: 0 })],
		["a fractional stake", "stakeMinor", () => ({ ...good, stakeMinor: 0.5 })],
		[
			"a stake above 2^53",
			"stakeMinor",
			() => `${JSON.stringify(good).replace('"stakeMinor":500', '"stakeMinor":9007199254740993')}`,
		],
		["an endless stake", "stakeMinor", () => JSON.stringify(good).replace('"stakeMinor":500', '"stakeMinor":1e999')],
		["a stake beyond all stakes", "stakeMinor", () => ({ ...good, stakeMinor: 1_000_000_000_001 })],
		["a currency of two letters", "currency", () => ({ ...good, currency: "EU" })],
		["no currency", "currency", () => ({ ...good, currency: undefined })],
		["odds off the ladder", "legs.0.oddsMilli", () => withLeg({ oddsMilli: 2_510 })],
		["odds below evens and the ladder", "legs.0.oddsMilli", () => withLeg({ oddsMilli: 1_000 })],
		["odds above the ladder", "legs.0.oddsMilli", () => withLeg({ oddsMilli: 1_010_000 })],
		["fractional odds", "legs.0.oddsMilli", () => withLeg({ oddsMilli: 2_500.5 })],
		["a negative version", "legs.0.marketVersion", () => withLeg({ marketVersion: -1 })],
		["a match id that is a path", "legs.0.matchId", () => withLeg({ matchId: "../board" })],
		["an outcome by the name of a method", "legs.0.outcomeId", () => withLeg({ outcomeId: "constructor" })],
		["a market by the name of a method", "legs.0.marketId", () => withLeg({ marketId: "toString" })],
		["a match by the name of a method", "legs.0.matchId", () => withLeg({ matchId: "constructor" })],
		["a market id with a line break", "legs.0.marketId", () => withLeg({ marketId: "1x2\n" })],
	])("%s names its path", (_name, path, body) => changesNothing("invalid_request", () => bet(body()), path));

	test.each<[string, () => unknown]>([
		["beside the bet", () => ({ ...good, playerId: "p_weur_0123456789abcdef" })],
		["within a leg", () => withLeg({ weightPpm: 1 })],
		["called __proto__", () => JSON.stringify(good).replace("{", '{"__proto__":{"stakeMinor":1},')],
	])("a field nobody knows %s", (_name, body) => changesNothing("invalid_request", () => bet(body())));

	test("prices that are shown all stand on the ladder", async () => {
		for (const { outcomes } of await marketsOf(platform, matchId))
			for (const { oddsMilli } of outcomes) if (oddsMilli !== null) expect(isOnLadder(oddsMilli)).toBe(true);
	});
});

describe("a bet on what is not there is a refused ticket, and holds nothing", () => {
	const otherPrice = (): number => ((good.legs[0]?.oddsMilli ?? 0) === 3_000 ? 3_050 : 3_000);
	test.each<[string, string, () => unknown]>([
		["an unknown match", "unknown_match", () => withLeg({ matchId: "no-such-match" })],
		["an unknown market", "unknown_market", () => withLeg({ marketId: "no-such-market" })],
		["an unknown outcome", "unknown_outcome", () => withLeg({ outcomeId: "nobody" })],
		["a price that was never so", "price_unknown", () => withLeg({ oddsMilli: otherPrice() })],
		["a version that has passed", "market_changed", () => withLeg({ marketVersion: 0 })],
		["a version that will be", "market_changed", () => withLeg({ marketVersion: 4_000_000_000 })],
		["more than anybody may stake", "stake_above_maximum", () => ({ ...good, stakeMinor: 1_000_000_000_000 })],
		["less than anybody may stake", "stake_below_minimum", () => ({ ...good, stakeMinor: 1 })],
		["more than the player has", "insufficient_funds", () => ({ ...good, stakeMinor: 200_000 })],
		["another currency", "currency_mismatch", () => ({ ...good, currency: "GBP" })],
		["one match twice", "same_match_twice", () => ({ ...good, legs: [good.legs[0], good.legs[0]] })],
	])("[BET-2] %s", async (_name, code, body) => {
		const stranger = await newPlayer(platform);
		const facts = await matchFacts(platform, matchId);
		const answer = await bet(body(), stranger.token);
		expect(answer.status).toBe(200);
		expect(await answer.json()).toMatchObject({ status: "refused", code, returnMinor: null });
		expect(await (await platform.get("/v1/me", stranger.token)).json()).toMatchObject({
			balanceMinor: 100_000,
			heldMinor: 0,
		});
		// What was asked for and refused is given back within five seconds (BET.totalsMs).
		await vi.waitFor(async () => expect(await matchFacts(platform, matchId)).toEqual(facts), PATIENT);
	});
});

describe("[BET-1] a ticket id that was used", () => {
	test("with the same content it is the same ticket; with other content a conflict; of another player another ticket", async () => {
		const mine = await newPlayer(platform);
		const other = await newPlayer(platform);
		const again = { ...good, id: "used-ticket-id" };
		const first = await (await bet(again, mine.token)).json();
		expect(first).toMatchObject({ status: "accepted" });
		const before = await moneyAndTickets(platform);
		expect(await (await bet(again, mine.token)).json()).toEqual(first);
		expect(await moneyAndTickets(platform)).toEqual(before);
		for (const over of [
			{ stakeMinor: 501 },
			{ pricePolicy: "any" },
			{ legs: [{ ...good.legs[0], outcomeId: "away" }] },
		])
			await changesNothing("idempotency_conflict", () => bet({ ...again, ...over }, mine.token));
		expect((await platform.get("/v1/bets/used-ticket-id", other.token)).status).toBe(404);
		expect(await (await bet({ ...again, stakeMinor: 700 }, other.token)).json()).toMatchObject({
			id: "used-ticket-id",
			status: "accepted",
			stakeMinor: 700,
		});
		expect(await (await platform.get("/v1/bets/used-ticket-id", mine.token)).json()).toEqual(first);
	});
});

describe("[FRM-7] a token that is not this player's", () => {
	const payload = (): { p: string; g: number; e: number } => ({ p: player.playerId, g: 1, e: Date.now() + 60_000 });
	const ours = hmacTokens(TOKEN_SECRET);
	test.each<[string, string, () => Promise<string>]>([
		["none", "unauthorized", async () => ""],
		["noise", "unauthorized", async () => "abc"],
		["one signed by nobody", "unauthorized", async () => `${player.token.split(".").slice(0, 2).join(".")}.AAAA`],
		[
			"one with another's name under our signature",
			"unauthorized",
			async () => {
				const [, , mac] = player.token.split(".");
				return `tl1.${Buffer.from(JSON.stringify({ ...payload(), p: "p_weur_0123456789abcdef" })).toString("base64url")}.${mac}`;
			},
		],
		["one of another platform", "unauthorized", () => hmacTokens("a-secret-of-somebody-else").sign(payload())],
		["one of a generation that was revoked", "unauthorized", () => ours.sign({ ...payload(), g: 0 })],
		["one that has expired", "token_expired", () => ours.sign({ ...payload(), e: Date.now() - 1 })],
		["the operator's", "unauthorized", async () => OPERATOR_TOKEN],
	])("%s", async (_name, code, token) => {
		const bearer = await token();
		const authorization: Record<string, string> = bearer === "" ? {} : { authorization: `Bearer ${bearer}` };
		for (const path of ["/v1/me", "/v1/me/bets", "/v1/bets/bad-input-bet-1"])
			await changesNothing(code, () => fetch(`${platform.url}${path}`, { headers: authorization }));
		await changesNothing(code, () => platform.post("/v1/bets", good, { headers: authorization }));
	});

	test("a player's token opens nothing of an operator's", async () => {
		for (const path of [
			"/v1/ops/matches",
			"/v1/ops/wallets",
			"/v1/ops/reconciliation",
			`/v1/ops/matches/${matchId}/exposure`,
		])
			await changesNothing("unauthorized", () => platform.get(path, player.token));
		const command = { id: "c-1", trader: "eve", command: { action: "void_market", marketId: "1x2", reason: "mine" } };
		await changesNothing("unauthorized", () =>
			platform.post(`/v1/ops/matches/${matchId}/commands`, command, { token: player.token }),
		);
	});
});

describe("a command that is none", () => {
	test.each<[string, string, unknown]>([
		["no id", "invalid_request", { trader: "ada", command: { action: "suspend" } }],
		["an action nobody knows", "invalid_request", { id: "c-1", trader: "ada", command: { action: "win" } }],
		[
			"a delay below zero",
			"invalid_request",
			{ id: "c-1", trader: "ada", command: { action: "set_delay", delayMs: -1 } },
		],
		["another field", "invalid_request", { id: "c-1", trader: "ada", command: { action: "suspend", all: true } }],
		["half a body", "malformed_json", '{"id":'],
	])("%s", (_name, code, body) =>
		changesNothing(code, () => platform.post(`/v1/ops/matches/${matchId}/commands`, body, { token: OPERATOR_TOKEN })),
	);

	test("for a match that is not", () =>
		changesNothing("not_found", () =>
			platform.post(
				"/v1/ops/matches/nothing/commands",
				{ id: "c-1", trader: "ada", command: { action: "suspend" } },
				{ token: OPERATOR_TOKEN },
			),
		));
});

describe("bytes that no client would send", () => {
	const head = (lines: readonly string[], token = player.token): string =>
		[
			`POST /v1/bets HTTP/1.1`,
			"Host: touchline",
			"Content-Type: application/json",
			`Authorization: Bearer ${token}`,
			"Connection: close",
			...lines,
			"",
			"",
		].join("\r\n");
	async function rawChangesNothing(status: number, request: string | readonly string[], code?: string): Promise<void> {
		const before = await moneyAndTickets(platform);
		const answer = await raw(platform, request);
		expect(answer.status).toBe(status);
		if (code !== undefined) expect(answer.text).toContain(`"code":"${code}"`);
		expect(await moneyAndTickets(platform)).toEqual(before);
	}

	test("two tokens are no token", async () => {
		const body = JSON.stringify({ ...good, id: "two-tokens-0001" });
		const twice = [`Authorization: Bearer ${player.token}`, `Content-Length: ${body.length}`];
		await rawChangesNothing(401, head(twice) + body, "unauthorized");
	});

	test("two lengths are no length", async () => {
		const body = JSON.stringify({ ...good, id: "two-lengths-1" });
		await rawChangesNothing(400, head([`Content-Length: ${body.length}`, "Content-Length: 5"]) + body);
	});

	test("a length that is no number", () => rawChangesNothing(400, `${head(["Content-Length: many"])}{}`));

	test("two ids of the request: neither is taken", async () => {
		const answer = await raw(
			platform,
			"GET /healthz HTTP/1.1\r\nHost: touchline\r\nX-Request-Id: request-1\r\nX-Request-Id: request-2\r\nConnection: close\r\n\r\n",
		);
		expect(answer.status).toBe(200);
		expect(answer.text).not.toContain("request-1");
	});

	test("TRACE sends nothing of a request back", async () => {
		const header = `Authorization: Bearer ${player.token}`;
		const answer = await raw(
			platform,
			`TRACE /v1/me HTTP/1.1\r\nHost: touchline\r\n${header}\r\nConnection: close\r\n\r\n`,
		);
		expect(answer.status).toBeGreaterThanOrEqual(400);
		expect(answer.text).not.toContain(player.token);
	});

	test("HTTP.maxHeaderBytes: headers beyond it", () =>
		rawChangesNothing(
			431,
			`${head([`X-Padding: ${"x".repeat(HTTP.maxHeaderBytes)}`, "Content-Length: 2"])}{}`,
			"headers_too_large",
		));

	test("BET.maxBodyBytes: a body beyond it that says so, and one that does not", async () => {
		const padded = JSON.stringify({ ...good, id: "padded-bet-0001" }) + " ".repeat(BET.maxBodyBytes);
		await rawChangesNothing(413, head([`Content-Length: ${padded.length}`]) + padded, "body_too_large");
		const chunks = Array.from({ length: 8 }, (_, at) => padded.slice(at * 5_000, (at + 1) * 5_000)).filter(
			(text) => text !== "",
		);
		const chunked = chunks.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`);
		await rawChangesNothing(413, [head(["Transfer-Encoding: chunked"]), ...chunked, "0\r\n\r\n"], "body_too_large");
	});

	test("a body that ends before its length does", async () => {
		const before = await moneyAndTickets(platform);
		const body = JSON.stringify({ ...good, id: "cut-off-bet-01" });
		await raw(platform, head([`Content-Length: ${body.length + 100}`]) + body, 500).catch(() => null);
		expect(await moneyAndTickets(platform)).toEqual(before);
	}, 30_000);

	test("another content type", async () => {
		for (const type of [
			"text/plain",
			"application/x-www-form-urlencoded",
			"multipart/form-data; boundary=x",
			"application/jsonp",
		])
			await changesNothing("unsupported_media_type", () => bet(good, player.token, { "content-type": type }));
	});
});
