/** The whole ingest script in front of real lanes; only the matches behind them are small. */
import { deflateSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { LaneActor } from "../../durable-objects/lane/actor.ts";
import { laneName, laneNamesOf } from "../../shared/contracts/ids.ts";
import { appendRequestSchema, heartbeatRequestSchema, refusalsRequestSchema } from "../../shared/contracts/lane.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { signBody, signedHeaders } from "../../shared/feeds/signature.ts";
import { FEED } from "../../shared/limits.ts";
import { ContractMatch, fixture, goal } from "../../testing/lane.ts";
import { createTestWorld, type TestWorld } from "../../testing/world.ts";
import { Admission } from "./admission.ts";
import { ingestApp } from "./app.ts";
import { ingestConfig } from "./config.ts";
import { type PushDeps, push } from "./push.ts";
import type { RefusalsDeps } from "./refusals.ts";

const SECRET = "a-secret-of-the-tests";
const ENV = { INGEST_SECRETS: JSON.stringify({ replay: SECRET }), LANES_PER_GROUP: "4" };
const BEAT = { v: 1, kind: "heartbeat", id: "b1", sentAtMs: 1 };

class Bench {
	readonly world: TestWorld = createTestWorld();
	readonly logs: unknown[] = [];
	/** Calls in the order the lanes got them. */
	readonly calls: string[] = [];
	readonly down = new Set<string>();
	#overloaded = false;
	/** Lanes say that too much waits. */
	isBehind = false;
	readonly #lanes = new Map<string, LaneActor>();
	readonly #matches = new Map<string, ContractMatch>();
	readonly #app = ingestApp({
		lane: (_, name) => this.#client(name),
		now: this.world.now,
		newId: () => "made-here-0001",
		log: (line) => void this.logs.push(line),
	});

	overload(): void {
		this.#overloaded = true;
	}

	match(matchId: string): ContractMatch {
		const match = this.#matches.get(matchId) ?? new ContractMatch(this.world, matchId);
		this.#matches.set(matchId, match);
		return match;
	}

	lane(name: string): LaneActor {
		let lane = this.#lanes.get(name);
		if (lane === undefined) {
			lane = new LaneActor({ ports: this.world.ports(name), name, matchClient: (id) => this.match(id) });
			this.#lanes.set(name, lane);
		}
		return lane;
	}

	async push(
		body: unknown,
		over: { type?: string; headers?: Record<string, string>; path?: string; env?: object; raw?: BodyInit } = {},
	): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
		const raw = over.raw ?? (typeof body === "string" ? body : JSON.stringify(body));
		const timestampSec = Math.floor(this.world.now() / 1_000);
		const signed = raw instanceof Uint8Array ? raw : String(raw);
		const response = await this.#app.fetch(
			new Request(`https://ingest${over.path ?? "/v1/ingest/replay"}`, {
				method: "POST",
				headers: {
					"content-type": over.type ?? "application/json",
					...(await signedHeaders(SECRET, timestampSec, signed)),
					...over.headers,
				},
				body: raw,
			}),
			{ ...ENV, ...over.env } as unknown as IngestEnv,
		);
		await this.world.settle();
		return { status: response.status, headers: response.headers, body: await response.json() };
	}

	get(path: string, method = "GET"): Response | Promise<Response> {
		return this.#app.request(path, { method }, ENV as unknown as IngestEnv);
	}

	/** A signed question, or one signed for another. */
	async ask(path: string, signed = `GET ${path}`): Promise<{ status: number; body: Record<string, unknown> }> {
		const timestampSec = Math.floor(this.world.now() / 1_000);
		const headers = await signedHeaders(SECRET, timestampSec, signed);
		const response = await this.#app.request(path, { headers }, ENV as unknown as IngestEnv);
		return { status: response.status, body: await response.json() };
	}

	#client(name: string): ReturnType<PushDeps["lane"]> & ReturnType<RefusalsDeps["lane"]> {
		const arrive = (what: string): void => {
			this.calls.push(`${what} ${name}`);
			if (this.#overloaded) throw Object.assign(new Error("too many requests"), { overloaded: true });
			if (this.down.has(name)) throw new Error("no such object now");
		};
		return {
			append: async (request) => {
				arrive("append");
				const answer = await this.lane(name).append(decodeRpc("append", appendRequestSchema, structuredClone(request)));
				return this.isBehind ? { ...answer, waiting: FEED.maxWaiting + 1 } : answer;
			},
			heartbeat: async (request) => {
				arrive("heartbeat");
				const { provider, heldMs, signedAtMs } = decodeRpc("beat", heartbeatRequestSchema, structuredClone(request));
				return this.lane(name).heartbeat(provider, heldMs, signedAtMs);
			},
			refusals: async (request) => this.lane(name).refusals(decodeRpc("refusals", refusalsRequestSchema, request)),
		};
	}
}

let bench: Bench;
beforeEach(() => {
	bench = new Bench();
});
const ids = (matchId: string): readonly string[] => bench.match(matchId).applied.map(({ input }) => input.id);

describe("a signed push", () => {
	test("[LAN-1] is stored by its lanes, in order, and every input's fate is told", async () => {
		const answer = await bench.push([
			fixture("m1"),
			goal("m1", "g1"),
			fixture("m2"),
			goal("m9", "x"),
			goal("m1", "g2"),
		]);
		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({
			accepted: 4,
			duplicates: 0,
			heartbeats: 0,
			refused: [{ index: 3, id: "x", code: "unknown_match" }],
		});
		expect(ids("m1")).toEqual(["fixture", "g1", "g2"]);
		const again = await bench.push([goal("m1", "g1", "away"), goal("m1", "g2")]);
		expect(again.body).toMatchObject({
			accepted: 0,
			duplicates: 1,
			refused: [{ index: 0, id: "g1", code: "conflict" }],
		});
		expect(ids("m1")).toEqual(["fixture", "g1", "g2"]);
	});

	test("[LAN-1] may be one message, or NDJSON", async () => {
		expect((await bench.push(fixture("m1"))).body).toMatchObject({ accepted: 1 });
		const lines = [goal("m1", "g1"), goal("m1", "g2")].map((line) => `${JSON.stringify(line)}\n`).join("");
		const answer = await bench.push(lines, { type: "application/x-ndjson; charset=utf-8" });
		expect(answer.body).toMatchObject({ accepted: 2 });
		expect(ids("m1")).toEqual(["fixture", "g1", "g2"]);
	});

	test("[LAN-1] has no effect at all when one message does not fit", async () => {
		const answer = await bench.push([fixture("m1"), { ...goal("m1", "g1"), clockSec: "late" }]);
		expect(answer.status).toBe(400);
		expect(answer.headers.get("content-type")).toBe("application/problem+json");
		expect(answer.body).toMatchObject({ code: "invalid_request", errors: [{ path: "[1].clockSec" }] });
		expect(bench.calls).toEqual([]);
	});

	test("[LAN-2] its heartbeat goes to every lane of the group, after all its inputs", async () => {
		const answer = await bench.push([BEAT, fixture("m1"), fixture("m2"), BEAT]);
		expect(answer.body).toMatchObject({ accepted: 2, heartbeats: 2 });
		const lanes = laneNamesOf("demo", 4);
		expect(bench.calls.slice(-4)).toEqual(lanes.map((lane) => `heartbeat ${lane}`));
		const appends = new Set(["m1", "m2"].map((matchId) => `append ${laneName("demo", matchId, 4)}`));
		expect(new Set(bench.calls.slice(0, -4))).toEqual(appends);
	});

	test("[LAN-2] is heard by no lane when one of its lanes did not store", async () => {
		bench.down.add(laneName("demo", "m1", 4));
		const answer = await bench.push([fixture("m1"), BEAT]);
		expect(answer.status).toBe(503);
		expect(answer.body).toMatchObject({ code: "unavailable", requestId: "made-here-0001" });
		expect(bench.calls.some((call) => call.startsWith("heartbeat"))).toBe(false);
		expect(bench.logs).toMatchObject([{ event: "push_failed", requestId: "made-here-0001" }]);
		bench.down.clear();
		expect((await bench.push([fixture("m1"), BEAT])).body).toMatchObject({ accepted: 1, heartbeats: 1 });
	});

	test("is told when to send again what a match that is down has no room for", async () => {
		bench.match("m1").mode = "down";
		await bench.push(fixture("m1"));
		for (let n = 0; n < FEED.maxBacklog; n += FEED.maxInputsPerRequest)
			await bench.push(Array.from({ length: FEED.maxInputsPerRequest }, (_, at) => goal("m1", `g${n + at}`)));
		const answer = await bench.push([goal("m1", "one-too-many"), fixture("m2")]);
		expect(answer).toMatchObject({ status: 202, body: { accepted: 1, retryAfterMs: FEED.busyRetryMs } });
		expect(answer.body.refused).toEqual([{ index: 0, id: "one-too-many", code: "busy" }]);
	});

	test("is told to wait when a lane is overloaded", async () => {
		bench.overload();
		const answer = await bench.push(fixture("m1"));
		expect(answer).toMatchObject({ status: 503, body: { code: "busy" } });
		expect(answer.headers.get("retry-after")).toBe(String(FEED.busyRetryMs / 1_000));
	});
});

describe("what a match refuses", () => {
	const PATH = "/v1/ingest/replay/refusals";
	const early = { code: "no_goal", message: "the goal is not known" };
	const idsOf = (told: unknown): readonly string[] => (told as readonly { id: string }[]).map(({ id }) => id);

	test("[LAN-5] is told by the next answer, a heartbeat's too, once", async () => {
		await bench.push([fixture("m1"), fixture("m2")]);
		bench.match("m1").refuses.set("g1", early);
		bench.match("m2").refuses.set("g2", early);
		expect(await bench.push([goal("m1", "g1"), goal("m2", "g2")])).toMatchObject({
			status: 202,
			body: { accepted: 2 },
		});
		const { body } = await bench.push(BEAT);
		expect(idsOf(body.rejected).toSorted()).toEqual(["g1", "g2"]);
		expect(body.rejected).toContainEqual({
			matchId: "m1",
			id: "g1",
			seq: 2,
			...early,
			refusedAtMs: bench.world.now(),
		});
		expect((await bench.push(BEAT)).body).not.toHaveProperty("rejected");
	});

	test("[LAN-5] can be asked for, again and again, from where the last answer ended", async () => {
		await bench.push([fixture("m1"), fixture("m2")]);
		bench.match("m1").refuses.set("g1", early);
		bench.match("m2").refuses.set("g2", early);
		await bench.push([goal("m1", "g1")]);
		await bench.world.advance(1_000);
		await bench.push([goal("m2", "g2")]);
		const all = await bench.ask(PATH);
		expect(all).toMatchObject({ status: 200, body: { more: false } });
		expect(idsOf(all.body.refusals)).toEqual(["g1", "g2"]);
		expect((await bench.ask(PATH)).body).toEqual(all.body);
		const rest = await bench.ask(`${PATH}?after=${all.body.after}`);
		expect(rest.body).toEqual({ refusals: [], after: all.body.after, more: false });
	});

	test("FEED.refusalsTold, refusalsPerPage: [LAN-5] so many at a time, and the rest after them", async () => {
		await bench.push(fixture("m1"));
		const ids = Array.from({ length: FEED.refusalsPerPage + 10 }, (_, n) => `g${n}`);
		for (const id of ids) bench.match("m1").refuses.set(id, early);
		await bench.push(ids.map((id) => goal("m1", id)));
		expect(idsOf((await bench.push(BEAT)).body.rejected)).toEqual(ids.slice(0, FEED.refusalsTold));
		expect(idsOf((await bench.push(BEAT)).body.rejected)).toEqual(ids.slice(FEED.refusalsTold, 2 * FEED.refusalsTold));
		const page = (await bench.ask(PATH)).body;
		expect([page.more, idsOf(page.refusals)]).toEqual([true, ids.slice(0, FEED.refusalsPerPage)]);
		const rest = (await bench.ask(`${PATH}?after=${page.after}`)).body;
		expect([rest.more, idsOf(rest.refusals)]).toEqual([false, ids.slice(FEED.refusalsPerPage)]);
	});

	test("[LAN-5] is told to nobody who has not signed this very question", async () => {
		const refused = { status: 401, body: { code: "bad_signature" } };
		expect(await bench.ask(PATH, "")).toMatchObject(refused);
		expect(await bench.ask(`${PATH}?after=0-0-0-0`, `GET ${PATH}`)).toMatchObject(refused);
		expect(await bench.ask("/v1/ingest/uof/refusals")).toMatchObject({ status: 404 });
		for (const after of ["", "1", "0-0-0", "0-0-0-x", "-1-0-0-0", "0-0-0-1e3", "0-0-0-0-0"])
			expect(await bench.ask(`${PATH}?after=${after}`)).toMatchObject({
				status: 400,
				body: { code: "invalid_request" },
			});
		const answer = await bench.get(PATH, "POST");
		expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
	});

	test("[LAN-5] may be sent again and is tried again; what was applied stays a duplicate", async () => {
		await bench.push(fixture("m1"));
		bench.match("m1").refuses.set("g1", early);
		await bench.push(goal("m1", "g1"));
		bench.match("m1").refuses.delete("g1");
		expect((await bench.push(goal("m1", "g1"))).body).toMatchObject({ accepted: 1, duplicates: 0 });
		expect((await bench.push(goal("m1", "g1"))).body).toMatchObject({ accepted: 0, duplicates: 1 });
		expect(ids("m1")).toEqual(["fixture", "g1", "g1"]);
	});
});

describe("when a push was signed", () => {
	/** A push signed so long ago, in whole seconds; negative: by a clock that is ahead. */
	async function signedAgo(body: unknown, agoSec: number): Promise<Record<string, unknown>> {
		const timestampSec = Math.floor(bench.world.now() / 1_000) - agoSec;
		const headers = await signedHeaders(SECRET, timestampSec, JSON.stringify(body));
		return (await bench.push(body, { headers })).body;
	}
	const spokeAgoMs = (): number | null | undefined =>
		bench.lane(laneName("demo", "m1", 4)).ops().matches[0]?.spokeAgoMs;

	test("[LAN-4] is how old its speech is, and the same push again speaks no more", async () => {
		await bench.push(fixture("m1"));
		const timestampSec = Math.floor(bench.world.now() / 1_000);
		const headers = await signedHeaders(SECRET, timestampSec, JSON.stringify(BEAT));
		await bench.push(BEAT, { headers });
		await bench.world.advance(240_000);
		expect((await bench.push(BEAT, { headers })).status).toBe(202);
		expect(spokeAgoMs()).toBe(240_000);
		await signedAgo(BEAT, 200);
		expect(spokeAgoMs()).toBe(200_000);
		await signedAgo(BEAT, 290);
		expect(spokeAgoMs()).toBe(200_000);
	});

	test("[LAN-4] is told to the millisecond by a message stamped within that second, and by no other", async () => {
		await bench.push(fixture("m1"));
		await bench.world.advance(10_900);
		await bench.push({ ...BEAT, sentAtMs: bench.world.now() - 100 });
		expect(spokeAgoMs()).toBe(100);
		await bench.world.advance(1_000);
		await bench.push({ ...BEAT, sentAtMs: bench.world.now() + 60_000 });
		expect(spokeAgoMs()).toBe(900);
	});

	test("FEED.clockOffMs: [LAN-4] a clock that is further off is told so, ahead or behind", async () => {
		const limitSec = FEED.clockOffMs / 1_000;
		expect(await signedAgo(BEAT, limitSec)).not.toHaveProperty("clock");
		expect(await signedAgo(BEAT, -limitSec)).not.toHaveProperty("clock");
		expect(await signedAgo(BEAT, limitSec + 1)).toMatchObject({ clock: { offMs: -FEED.clockOffMs - 1_000 } });
		expect(await signedAgo(BEAT, -60)).toMatchObject({ heartbeats: 1, clock: { offMs: 60_000 } });
	});

	test("[LAN-4] ahead of us, it speaks when it comes and never again", async () => {
		await bench.push(fixture("m1"));
		await bench.world.advance(10_000);
		await signedAgo(BEAT, -100);
		expect(spokeAgoMs()).toBe(0);
		await bench.world.advance(60_000);
		await signedAgo(BEAT, -40);
		expect(spokeAgoMs()).toBe(60_000);
		await signedAgo({ ...BEAT, id: "b2" }, -99);
		expect(spokeAgoMs()).toBe(1_000);
	});

	test("[LAN-4] a lane that cannot judge by differences is told the greatest age there may be", async () => {
		const ages: unknown[] = [];
		const lane = { append: async () => ({ v: 1 as const, results: [] }) };
		const heartbeat = async ({ heldMs }: { heldMs?: number }) => {
			ages.push(heldMs);
			return { v: 1 as const };
		};
		for (const agoSec of [30, -30]) {
			const timestampSec = Math.floor(bench.world.now() / 1_000) - agoSec;
			const signature = await signBody(SECRET, timestampSec, JSON.stringify(BEAT));
			const headers = {
				"content-type": "application/json",
				"touchline-timestamp": String(timestampSec),
				"touchline-signature": signature,
			};
			const request = new Request("https://ingest/x", { method: "POST", headers, body: JSON.stringify(BEAT) });
			const config = { secrets: new Map([["replay", [SECRET]]]), lanesPerGroup: 1 };
			const admission = new Admission(bench.world.now);
			await push(request, "replay", { config, admission, lane: () => ({ ...lane, heartbeat }), now: bench.world.now });
		}
		expect(ages).toEqual([30_000, FEED.clockMemoryMs]);
	});
});

describe("what is refused", () => {
	test("a signature of other bytes, of another secret, or too old", async () => {
		const wrong = { "touchline-signature": await signBody("another-secret-here", 1, "{}") };
		expect(await bench.push(fixture("m1"), { headers: wrong })).toMatchObject({
			status: 401,
			body: { code: "bad_signature" },
		});
		const body = JSON.stringify(fixture("m1"));
		const at = Math.floor(bench.world.now() / 1_000) - 301;
		expect(await bench.push(body, { headers: await signedHeaders(SECRET, at, body) })).toMatchObject({
			status: 401,
			body: { code: "stale_signature" },
		});
		expect(bench.calls).toEqual([]);
	});

	test("while a secret is rotated both sign", async () => {
		const env = { INGEST_SECRETS: JSON.stringify({ replay: `the-next-secret-there-is, ${SECRET}` }) };
		expect((await bench.push(fixture("m1"), { env })).status).toBe(202);
	});

	test("a provider that is not known or has no secret, another path, another method", async () => {
		for (const path of ["/v1/ingest/nobody", "/v1/ingest/uof", "/v1/ingest", "/"])
			expect(await bench.push(fixture("m1"), { path })).toMatchObject({ status: 404, body: { code: "not_found" } });
		const answer = await bench.get("/v1/ingest/replay");
		expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
		expect((await bench.get("/elsewhere")).status).toBe(404);
	});

	test("another content type, and bytes that are no UTF-8 or no JSON", async () => {
		expect(await bench.push("x=1", { type: "text/plain" })).toMatchObject({
			status: 415,
			body: { code: "unsupported_media_type" },
		});
		const raw = Uint8Array.from([0x22, 0xff, 0x22]);
		expect(await bench.push(null, { raw })).toMatchObject({ status: 400, body: { code: "malformed_json" } });
		expect(await bench.push("{")).toMatchObject({ status: 400, body: { code: "malformed_json" } });
	});

	test("[API-1] what does not say one thing only, with its place, and nothing of the push has an effect", async () => {
		const twice = JSON.stringify(goal("m1", "g1")).replace("{", '{"side":"away",');
		const refusal = { status: 400, body: { code: "invalid_request" } };
		for (const [body, type, path] of [
			[twice, "application/json", "[0].side"],
			[`[${JSON.stringify(fixture("m1"))},${twice}]`, "application/json", "[1].side"],
			[`${JSON.stringify(fixture("m1"))}\n${twice}\n`, "application/x-ndjson", "[1].side"],
			[JSON.stringify(BEAT).replace('"sentAtMs":1', '"sentAtMs":9007199254740993'), "application/json", "[0].sentAtMs"],
			[JSON.stringify(BEAT).replace("{", '{"__proto__":{},'), "application/json", "[0].__proto__"],
		] as const) {
			const answer = await bench.push(body, { type });
			expect(answer).toMatchObject(refusal);
			expect(answer.body.errors).toMatchObject([{ path }]);
		}
		expect(bench.calls).toEqual([]);
	});

	test("[API-1] a compressed body, whether it says so or not", async () => {
		const packed = Uint8Array.from(gzipSync(JSON.stringify(BEAT)));
		const told = { status: 415, body: { code: "unsupported_media_type" } };
		for (const encoding of ["gzip", "br", "deflate", "zstd", "identity, gzip"])
			expect(await bench.push(BEAT, { headers: { "content-encoding": encoding } })).toMatchObject(told);
		const answer = await bench.push(null, { raw: packed });
		expect(answer).toMatchObject(told);
		expect(answer.body.detail).toContain("compressed");
		expect(await bench.push(null, { raw: Uint8Array.from(deflateSync("[]")) })).toMatchObject(told);
		expect((await bench.push(BEAT, { headers: { "content-encoding": "identity" } })).status).toBe(202);
	});

	test("more bytes than allowed, whatever the length says", async () => {
		const big = "x".repeat(FEED.maxBodyBytes + 1);
		expect(await bench.push(big)).toMatchObject({ status: 413, body: { code: "body_too_large" } });
		const announced = { "content-length": String(FEED.maxBodyBytes + 1) };
		expect(await bench.push("[]", { headers: announced })).toMatchObject({ status: 413 });
		const umlauts = JSON.stringify("ü".repeat(FEED.maxBodyBytes / 2));
		expect(await bench.push(umlauts)).toMatchObject({ status: 413 });
	});

	test("a caller's request id is kept when it is one, and never echoed otherwise", async () => {
		const kept = await bench.push(fixture("m1"), { headers: { "x-request-id": "abcdef-123456" } });
		expect(kept.headers.get("x-request-id")).toBe("abcdef-123456");
		const odd = await bench.push("{", { headers: { "x-request-id": "<script>alert(1)</script>" } });
		expect(odd.body.requestId).toBe("made-here-0001");
	});
});

describe("configuration", () => {
	test("what is missing or wrong is named in one line, without what it holds", () => {
		expect(() => ingestConfig({})).toThrow(
			/^ingest is not configured: INGEST_SECRETS: missing; LANES_PER_GROUP: missing$/,
		);
		const of = (secrets: unknown, lanes = "4") => ({
			INGEST_SECRETS: typeof secrets === "string" ? secrets : JSON.stringify(secrets),
			LANES_PER_GROUP: lanes,
		});
		expect(() => ingestConfig(of("{"))).toThrow("INGEST_SECRETS: not JSON");
		expect(() => ingestConfig(of(`{"replay":"${SECRET}","replay":"${SECRET}2"}`))).toThrow("replay: given twice");
		expect(() => ingestConfig(of({ nobody: SECRET }))).toThrow("no such provider");
		expect(() => ingestConfig(of({ replay: "short" }))).toThrow("INGEST_SECRETS.replay");
		expect(() => ingestConfig(of({ replay: `${SECRET},` }))).toThrow("at least 16 characters");
		expect(() => ingestConfig(of({ replay: SECRET }, "0"))).toThrow("LANES_PER_GROUP");
		for (const secret of ["hunter2", 1234567]) {
			const said = (() => {
				try {
					return String(ingestConfig(of({ replay: secret })));
				} catch (fault) {
					return String(fault);
				}
			})();
			expect(said).toContain("INGEST_SECRETS.replay");
			expect(said).not.toContain(String(secret));
		}
		expect(ingestConfig(of({ replay: SECRET }))).toEqual({
			secrets: new Map([["replay", [SECRET]]]),
			lanesPerGroup: 4,
		});
	});

	test("an unconfigured script answers `unavailable` and says why in its log", async () => {
		const answer = await bench.push(fixture("m1"), { env: { INGEST_SECRETS: undefined } });
		expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
		expect(JSON.stringify(bench.logs)).toContain("INGEST_SECRETS: missing");
	});
});

test("[SHR-1] FEED.behindMs: while its lanes are behind a provider is answered 429 with when to come again, and no lane is asked", async () => {
	const bench = new Bench();
	bench.isBehind = true;
	expect((await bench.push([fixture("m1")])).status).toBe(202);
	const asked = bench.calls.length;
	const refused = await bench.push([goal("m1", "g1")]);
	expect([refused.status, refused.headers.get("retry-after"), refused.body.code]).toEqual([
		429,
		"1",
		"too_many_requests",
	]);
	expect(bench.calls).toHaveLength(asked);
	// Who has not signed is told that, and learns nothing of how busy we are.
	expect((await bench.push([goal("m1", "g1")], { headers: { "touchline-signature": "v1=00" } })).status).toBe(401);
	bench.isBehind = false;
	await bench.world.advance(FEED.behindMs);
	expect((await bench.push([goal("m1", "g1")])).body).toMatchObject({ accepted: 1 });
});
