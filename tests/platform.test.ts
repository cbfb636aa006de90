/** Five scripts together on a real PostgreSQL, spoken to from outside like anybody would. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayOf } from "../replays/all.ts";
import { timelineOf } from "../scripts/replay/timelines.ts";
import type { FeedMessage } from "../shared/feeds/canonical.ts";
import { OPERATOR_TOKEN, startPlatform, type TestPlatform, until } from "./harness.ts";

let platform: TestPlatform;
beforeAll(async () => {
	platform = await startPlatform();
});
afterAll(() => platform.stop());

type Match = {
	matchId: string;
	epoch: string;
	offset: number;
	markets: {
		marketId: string;
		status: string;
		version: number;
		outcomes: { outcomeId: string; oddsMilli: number | null }[];
	}[];
};
type Ticket = {
	id: string;
	status: string;
	code: string | null;
	returnMinor: number | null;
	potentialReturnMinor: number;
	legs: { takenOddsMilli: number | null }[];
};

/** The replay's messages in order; `upTo` phases from the start. */
function replayMessages(matchId: string): readonly FeedMessage[] {
	const replay = replayOf("wc2022-final");
	if (replay === null) throw new Error("no replay");
	const { events } = timelineOf({ replay, matchId, seed: 1, speed: 10, fromMinute: 0, startMs: Date.now() + 600_000 });
	return events.map(({ message }) => message);
}

async function player(): Promise<{ token: string; playerId: string }> {
	return (await platform.post("/v1/demo/players", {})).json() as Promise<{ token: string; playerId: string }>;
}

async function image(matchId: string): Promise<Match> {
	return (await platform.get(`/v1/matches/${matchId}`)).json() as Promise<Match>;
}

async function bet(
	token: string,
	matchId: string,
	marketId: string,
	outcomeId: string,
	id: string,
	headers: Record<string, string> = {},
): Promise<Response> {
	const market = (await image(matchId)).markets.find((candidate) => candidate.marketId === marketId);
	const oddsMilli = market?.outcomes.find((outcome) => outcome.outcomeId === outcomeId)?.oddsMilli;
	const legs = [{ matchId, marketId, outcomeId, oddsMilli, marketVersion: market?.version }];
	return platform.post(
		"/v1/bets",
		{ id, legs, stakeMinor: 500, currency: "EUR", pricePolicy: "any" },
		{ token, headers: { prefer: "wait=20", ...headers } },
	);
}

describe("the 2022 final through all five scripts", () => {
	const matchId = "wc2022-final-test";
	let token = "";
	const ids = { draw: "final-draw-0001", over: "final-over-0001", more: "final-more-0001", trophy: "final-cup-00001" };

	test("pre-match bets are taken at once, in two regions", async () => {
		const messages = replayMessages(matchId);
		const fixture = messages[0];
		if (fixture === undefined) throw new Error("empty replay");
		expect((await platform.push([fixture])).status).toBe(202);
		token = (await player()).token;
		await until(async () => ((await platform.get(`/v1/matches/${matchId}`)).status === 200 ? true : null));
		const answers = [
			await bet(token, matchId, "1x2", "draw", ids.draw),
			await bet(token, matchId, "ou:3.5", "over", ids.over, { "x-touchline-region": "apac" }),
			await bet(token, matchId, "ou:4.5", "over", ids.more),
			await bet(token, matchId, "trophy", "home", ids.trophy, { "x-touchline-region": "apac" }),
		];
		for (const answer of answers) {
			expect(answer.status).toBe(200);
			expect(await answer.json()).toMatchObject({ status: "accepted" });
		}
	});

	test("[SET-0] it settles 1X2 draw 2-2, over 3.5 won, over 4.5 lost, trophy Argentina, and the balance says so", async () => {
		const rest = replayMessages(matchId).slice(1);
		for (let at = 0; at < rest.length; at += 50)
			expect((await platform.push(rest.slice(at, at + 50))).status).toBe(202);
		const settled = async (id: string): Promise<Ticket> =>
			until(async () => {
				const ticket = (await (await platform.get(`/v1/bets/${id}`, token)).json()) as Ticket;
				return ticket.status === "settled" ? ticket : null;
			});
		const [draw, over, more, trophy] = await Promise.all(Object.values(ids).map(settled));
		for (const won of [draw, over, trophy]) expect(won?.returnMinor).toBe(won?.potentialReturnMinor);
		expect(more?.returnMinor).toBe(0);
		const me = (await (await platform.get("/v1/me", token)).json()) as { balanceMinor: number };
		expect(me.balanceMinor).toBe(
			100_000 - 2_000 + (draw?.returnMinor ?? 0) + (over?.returnMinor ?? 0) + (trophy?.returnMinor ?? 0),
		);
	});

	test("[REP-1] [REP-3] Postgres has every ticket version once, and equals the ledgers", async () => {
		const check = await until(async () => {
			const told = (await (await platform.get("/v1/ops/reconciliation", OPERATOR_TOKEN)).json()) as {
				equal: boolean;
				sumsZero: boolean;
				reportsOutboxDepth: number;
				walletsAsked: number;
			};
			return told.equal && told.reportsOutboxDepth === 0 && told.walletsAsked > 0 ? told : null;
		}, 500);
		expect(check).toMatchObject({ equal: true, sumsZero: true });
		const client = new pg.Client({ connectionString: platform.connectionString });
		await client.connect();
		const tickets = await client.query(
			"SELECT ticket_id, array_agg(ticket_version ORDER BY ticket_version) AS versions FROM tickets GROUP BY ticket_id",
		);
		const results = await client.query(
			"SELECT market_id, state FROM results WHERE market_id IN ('1x2', 'trophy') ORDER BY market_id",
		);
		await client.end();
		for (const { versions } of tickets.rows) expect(versions).toEqual([1, 2, 3]);
		expect(results.rows.map((row) => row.state.outcomes)).toMatchObject([
			{ draw: { kind: "win" } },
			{ home: { kind: "win" } },
		]);
		const summary = (await (await platform.get("/v1/ops/reports/summary", OPERATOR_TOKEN)).json()) as {
			totals: { currency: string; turnoverMinor: number }[];
		};
		expect(summary.totals).toMatchObject([{ currency: "EUR", turnoverMinor: 2_000 }]);
	});
});

describe("objects that go and come back", () => {
	test("[MAT-3] [BET-1] match, desk and wallet evicted: prices, versions, tickets and money are as they were", async () => {
		const matchId = "evicted-match";
		const fixture = replayMessages(matchId)[0];
		if (fixture === undefined) throw new Error("empty replay");
		await platform.push([fixture]);
		const { token, playerId } = await player();
		await until(async () => ((await platform.get(`/v1/matches/${matchId}`)).status === 200 ? true : null));
		const first = (await (await bet(token, matchId, "1x2", "home", "evicted-bet-1")).json()) as Ticket;
		expect(first.status).toBe("accepted");
		const before = await image(matchId);
		const [, region] = playerId.split("_");
		await platform.evict("Match", `match:${matchId}`);
		await platform.evict("Desk", `desk:${matchId}:${region}`);
		await new Promise((second) => setTimeout(second, 1_100));
		const after = await image(matchId);
		expect(after.markets).toEqual(before.markets);
		expect(after.epoch).not.toBe(before.epoch);
		expect(await (await platform.get("/v1/bets/evicted-bet-1", token)).json()).toMatchObject({ status: "accepted" });
		expect(await (await bet(token, matchId, "1x2", "away", "evicted-bet-2")).json()).toMatchObject({
			status: "accepted",
		});
	});
});

describe("the socket and the events", () => {
	test("[FRM-1] [FRM-2] one socket carries lobby and match; server-sent events carry the same frames", async () => {
		const socket = new WebSocket(`${platform.url.replace("http", "ws")}/v1/stream`, "touchline.v1");
		const frames: unknown[][] = [];
		socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data)) as unknown[]));
		await new Promise((open) => socket.addEventListener("open", open));
		socket.send(JSON.stringify(["sub", "lobby", null, {}]));
		socket.send(JSON.stringify(["sub", "match:evicted-match", null, {}]));
		const of = (kind: string, topic: string): Promise<unknown[]> =>
			until(async () => frames.find((frame) => frame[0] === kind && frame[1] === topic));
		await of("image", "lobby");
		const seen = await of("image", "match:evicted-match");
		expect(frames[0]?.[0]).toBe("hello");
		socket.close();
		const response = await fetch(`${platform.url}/v1/matches/evicted-match/events`, {
			signal: AbortSignal.timeout(10_000),
		});
		expect(response.headers.get("content-type")).toBe("text/event-stream");
		let text = "";
		for await (const chunk of response.body ?? []) {
			text += new TextDecoder().decode(chunk);
			if (text.includes("event: image")) break;
		}
		expect(text).toContain(JSON.stringify(seen));
	});
});

describe("the HTTP face", () => {
	test("health, readiness, metrics and the document", async () => {
		expect(await (await platform.get("/healthz")).json()).toEqual({ status: "ok" });
		const ready = await platform.get("/readyz", OPERATOR_TOKEN);
		expect(ready.status).toBe(200);
		expect(Object.keys(((await ready.json()) as { dependencies: object }).dependencies)).toEqual([
			"board",
			"wallet",
			"ingest",
			"relay",
			"feed",
			"postgres",
		]);
		const metrics = await (await platform.get("/metrics", OPERATOR_TOKEN)).text();
		expect(metrics).toContain("touchline_event_to_frame_seconds_bucket");
		expect(metrics).toContain("touchline_bet_to_decision_seconds_count");
		const doc = (await (await platform.get("/openapi.json")).json()) as { openapi: string; paths: object };
		expect(doc.openapi).toBe("3.1.0");
		expect(Object.keys(doc.paths)).toEqual(
			expect.arrayContaining([
				"/v1/matches",
				"/v1/matches/{matchId}",
				"/v1/bets",
				"/v1/bets/{ticketId}",
				"/v1/me",
				"/v1/me/bets",
				"/v1/ops/matches",
			]),
		);
	});

	test("an image that has not changed is not sent again", async () => {
		const first = await platform.get("/v1/matches/evicted-match");
		const etag = first.headers.get("etag") ?? "";
		expect(etag).toMatch(/^"[0-9a-f]{24}"$/);
		expect(first.headers.get("cache-control")).toBe("public, max-age=1");
		const again = await fetch(`${platform.url}/v1/matches/evicted-match`, { headers: { "if-none-match": etag } });
		expect(again.status).toBe(304);
	});

	test.each([
		["no token", "/v1/me", undefined, 401, "unauthorized"],
		[
			"a forged token",
			"/v1/me",
			"tl1.eyJwIjoicF93ZXVyXzAwMDAwMDAwMDAwMDAwMDAiLCJnIjoxLCJlIjo5OTk5OTk5OTk5OTk5fQ.AAAA",
			401,
			"unauthorized",
		],
		["a player's token for an operator's page", "/v1/ops/matches", "tl1.x.y", 401, "unauthorized"],
		["a match that is not", "/v1/matches/nothing", undefined, 404, "not_found"],
		["an id that is none", "/v1/matches/NOT%20AN%20ID", undefined, 400, "invalid_request"],
		["a path that is not", "/v1/nothing", undefined, 404, "not_found"],
	])("%s is a problem with a code", async (_name, path, token, status, code) => {
		const answer = await platform.get(path, token);
		expect(answer.status).toBe(status);
		expect(answer.headers.get("content-type")).toBe("application/problem+json");
		expect(await answer.json()).toMatchObject({ code, requestId: expect.any(String), errors: expect.any(Array) });
	});

	test.each([
		["malformed JSON", "{", 400, "malformed_json"],
		[
			"an unknown field",
			{ id: "abcdefgh", legs: [], stakeMinor: 1, currency: "EUR", pricePolicy: "any", extra: 1 },
			400,
			"invalid_request",
		],
		[
			"a fractional stake",
			{
				id: "abcdefgh",
				legs: [{ matchId: "m", marketId: "1x2", outcomeId: "home", oddsMilli: 2_000 }],
				stakeMinor: 1.5,
				currency: "EUR",
				pricePolicy: "any",
			},
			400,
			"invalid_request",
		],
	])("a bet with %s is refused and has no effect", async (_name, body, status, code) => {
		const { token } = await player();
		const answer = await platform.post("/v1/bets", body, { token });
		expect(answer.status).toBe(status);
		expect(await answer.json()).toMatchObject({ code });
		expect(await (await platform.get("/v1/me", token)).json()).toMatchObject({ balanceMinor: 100_000, heldMinor: 0 });
	});

	test("[BET-1] the same id with the same content gets the same answer, with other content a conflict", async () => {
		const { token } = await player();
		const first = (await (await bet(token, "evicted-match", "1x2", "draw", "twice-the-same")).json()) as Ticket;
		const again = (await (await bet(token, "evicted-match", "1x2", "draw", "twice-the-same")).json()) as Ticket;
		expect(again).toEqual(first);
		const other = await bet(token, "evicted-match", "1x2", "away", "twice-the-same");
		expect(other.status).toBe(409);
		expect(await (await platform.get("/v1/me", token)).json()).toMatchObject({ balanceMinor: 99_500 });
	});
});
