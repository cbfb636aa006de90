/** Feeds that are wrong: signatures, bodies, and inputs that repeat, come late, contradict or speak of nothing. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { signBody } from "../../shared/feeds/signature.ts";
import { FEED } from "../../shared/limits.ts";
import { startPlatform, type TestPlatform } from "../harness.ts";
import {
	matchFacts,
	messageOf,
	messagesOf,
	moneyAndTickets,
	openMatch,
	operatorGet,
	type Problem,
	type Push,
	push,
} from "./world.ts";

const matchId = "bad-input-feed";
let platform: TestPlatform;
beforeAll(async () => {
	platform = await startPlatform();
	await openMatch(platform, matchId);
});
afterAll(() => platform.stop());

const PATIENT = { timeout: 10_000, interval: 100 };
const nowSec = (): number => Math.floor(Date.now() / 1_000);
const heartbeat = (): string =>
	JSON.stringify([{ v: 1, kind: "heartbeat", id: `hb-${Date.now()}`, sentAtMs: Date.now() }]);
const goal = (id: string, over: Readonly<Record<string, unknown>> = {}): Input =>
	messageOf(matchId, id, { kind: "incident", incident: "goal", incidentId: id, side: "home", ...over });

async function changesNothing(code: string, wrong: Push, path?: string): Promise<void> {
	const before = [await matchFacts(platform, matchId), await moneyAndTickets(platform)];
	const answer = await push(platform, wrong);
	const problem = (await answer.json()) as Problem;
	expect(problem).toMatchObject({ code });
	if (path !== undefined) expect(problem.errors.map((error) => error.path)).toContain(path);
	expect([await matchFacts(platform, matchId), await moneyAndTickets(platform)]).toEqual(before);
}

describe("a push that nobody vouches for", () => {
	test.each<[string, string, () => Push]>([
		[
			"signed with another secret",
			"bad_signature",
			() => ({ body: heartbeat(), secret: "another-secret-of-somebody" }),
		],
		[
			"signed for another body",
			"bad_signature",
			() => ({ body: heartbeat(), headers: { "touchline-signature": `v1=${"0".repeat(64)}` } }),
		],
		[
			"signed for another time",
			"bad_signature",
			() => ({ body: heartbeat(), headers: { "touchline-timestamp": String(nowSec() - 5) } }),
		],
		["with no signature", "bad_signature", () => ({ body: heartbeat(), headers: { "touchline-signature": "" } })],
		[
			"with a signature of another version",
			"bad_signature",
			() => ({ body: heartbeat(), headers: { "touchline-signature": `v2=${"0".repeat(64)}` } }),
		],
		[
			"with a timestamp that is no number",
			"bad_signature",
			() => ({ body: heartbeat(), headers: { "touchline-timestamp": "now" } }),
		],
		[
			"signed six minutes ago",
			"stale_signature",
			() => ({ body: heartbeat(), timestampSec: nowSec() - FEED.signatureToleranceMs / 1_000 - 60 }),
		],
		[
			"signed for in six minutes",
			"stale_signature",
			() => ({ body: heartbeat(), timestampSec: nowSec() + FEED.signatureToleranceMs / 1_000 + 60 }),
		],
		["of a provider nobody knows", "not_found", () => ({ body: heartbeat(), provider: "nobody" })],
		["of a provider without a secret here", "not_found", () => ({ body: heartbeat(), provider: "uof" })],
		["of a provider by the name of a method", "not_found", () => ({ body: heartbeat(), provider: "constructor" })],
	])("%s", (_name, code, wrong) => changesNothing(code, wrong()));

	test("with two signatures: they are read as one, which is none", async () => {
		const body = heartbeat();
		const good = await signBody(platform.ingestSecret, nowSec(), body);
		await changesNothing("bad_signature", { body, headers: { "touchline-signature": `${good}, ${good}` } });
	});

	test("captured and sent again: it has no effect a second time", async () => {
		const body = JSON.stringify([messageOf(matchId, "captured-1", { kind: "danger", on: false })]);
		const timestampSec = nowSec();
		expect(await (await push(platform, { body, timestampSec })).json()).toMatchObject({ accepted: 1 });
		await vi.waitFor(async () => expect(await matchFacts(platform, matchId)).toMatchObject({ lastSeq: 2 }), PATIENT);
		const before = await matchFacts(platform, matchId);
		expect(await (await push(platform, { body, timestampSec })).json()).toMatchObject({ accepted: 0, duplicates: 1 });
		expect(await matchFacts(platform, matchId)).toEqual(before);
	});
});

describe("a signed body that is no batch", () => {
	const one = (over: Readonly<Record<string, unknown>>): string => JSON.stringify([{ ...goal("never"), ...over }]);
	test.each<[string, string, () => Push, string?]>([
		["half of one", "malformed_json", () => ({ body: '[{"v":1' })],
		["bytes that are no text", "malformed_json", () => ({ body: new Uint8Array([0x5b, 0xff, 0xfe, 0x5d]) })],
		["no message", "invalid_request", () => ({ body: "[]" })],
		["another version", "invalid_request", () => ({ body: one({ v: 2 }) }), "[0].v"],
		["a kind nobody knows", "invalid_request", () => ({ body: one({ kind: "miracle" }) }), "[0].kind"],
		["a field nobody knows", "invalid_request", () => ({ body: one({ trust: "me" }) }), "[0].trust"],
		[
			"a trader's command",
			"invalid_request",
			() => ({
				body: JSON.stringify([
					messageOf(matchId, "t-1", { kind: "trader", trader: "eve", command: { action: "suspend" } }),
				]),
			}),
			"[0].kind",
		],
		["a match id that is a path", "invalid_request", () => ({ body: one({ matchId: "../../x" }) }), "[0].matchId"],
		[
			"a clock that runs backwards",
			"invalid_request",
			() => ({
				body: JSON.stringify([
					messageOf(matchId, "s-1", { kind: "state", phase: "first_half", clock: { elapsedSec: -1, running: true } }),
				]),
			}),
			"[0].clock.elapsedSec",
		],
		[
			"a score of 401",
			"invalid_request",
			() => ({
				body: JSON.stringify([
					messageOf(matchId, "s-2", { kind: "state", phase: "first_half", score: { home: 401, away: 0 } }),
				]),
			}),
			"[0].score.home",
		],
		[
			"one good and one bad message: none is taken",
			"invalid_request",
			() => ({ body: JSON.stringify([goal("good-1"), { ...goal("bad-1"), side: "left" }]) }),
			"[1].side",
		],
		[
			"FEED.maxInputsPerRequest and one more",
			"invalid_request",
			() => ({
				body: JSON.stringify(
					Array.from({ length: FEED.maxInputsPerRequest + 1 }, (_, n) => ({
						v: 1,
						kind: "heartbeat",
						id: `h${n}`,
						sentAtMs: 1,
					})),
				),
			}),
		],
		["a side given twice", "invalid_request", () => ({ body: one({}).replace("{", '{"side":"away",') }), "[0].side"],
		[
			"a gzip body that says so",
			"unsupported_media_type",
			() => ({ body: new Uint8Array(gzipSync(heartbeat())), headers: { "content-encoding": "gzip" } }),
		],
		["a gzip body that does not", "unsupported_media_type", () => ({ body: new Uint8Array(gzipSync(heartbeat())) })],
		["FEED.maxBodyBytes and more", "body_too_large", () => ({ body: `[${" ".repeat(FEED.maxBodyBytes)}]` })],
		[
			"another content type",
			"unsupported_media_type",
			() => ({ body: heartbeat(), headers: { "content-type": "text/plain" } }),
		],
	])("%s", (_name, code, wrong, path) => changesNothing(code, wrong(), path));

	test("FEED.maxErrorsTold: a thousand mistakes are not all repeated to the sender", async () => {
		const body = JSON.stringify(Array.from({ length: FEED.maxInputsPerRequest }, () => ({ v: 9 })));
		const { errors } = (await (await push(platform, { body })).json()) as Problem;
		expect(errors.length).toBe(FEED.maxErrorsTold);
	});
});

describe("signed inputs that make no sense", () => {
	const answerOf = async (...inputs: readonly Input[]): Promise<unknown> =>
		(await push(platform, { body: JSON.stringify(inputs) })).json();
	const facts = (): Promise<{ lastSeq: number; score: string; markets: unknown }> =>
		matchFacts(platform, matchId) as Promise<{ lastSeq: number; score: string; markets: unknown }>;
	type Ops = { matchId: string; attention: { kind: string }[]; holds: { reason: string; scope: string }[] };
	const ops = async (): Promise<Ops | undefined> => {
		const { matches } = (await operatorGet(platform, "/v1/ops/matches")) as { matches: Ops[] };
		return matches.find((match) => match.matchId === matchId);
	};
	const attention = async (): Promise<readonly string[]> => (await ops())?.attention.map(({ kind }) => kind) ?? [];
	const holds = async (): Promise<unknown> => (await ops())?.holds;
	const applied = (lastSeq: number): Promise<void> =>
		vi.waitFor(async () => expect((await facts()).lastSeq).toBe(lastSeq), PATIENT);

	test("[LAN-1] of a match without a fixture", async () => {
		const before = await moneyAndTickets(platform);
		expect(
			await answerOf(
				messageOf("never-announced", "g-1", { kind: "incident", incident: "goal", incidentId: "g-1", side: "home" }),
			),
		).toMatchObject({
			accepted: 0,
			refused: [{ index: 0, id: "g-1", code: "unknown_match" }],
		});
		expect((await platform.get("/v1/matches/never-announced")).status).toBe(404);
		expect(await moneyAndTickets(platform)).toEqual(before);
	});

	test("[LAN-1] under an id that was used: the same has no effect, other content is a conflict", async () => {
		const kickOff = messageOf(matchId, "kick-off-1", {
			kind: "state",
			phase: "first_half",
			clock: { elapsedSec: 0, running: true },
			score: { home: 0, away: 0 },
		});
		expect(await answerOf(kickOff)).toMatchObject({ accepted: 1 });
		await applied(3);
		const before = await facts();
		expect(await answerOf(kickOff, { ...kickOff, sentAtMs: 1 } as Input)).toMatchObject({ accepted: 0, duplicates: 2 });
		expect(await answerOf({ ...kickOff, phase: "second_half" } as Input)).toMatchObject({
			accepted: 0,
			refused: [{ code: "conflict" }],
		});
		expect(await facts()).toMatchObject({ lastSeq: before.lastSeq, score: before.score });
	});

	test("[SET-1] a correction tells what was never told; a word that is taken back before its time has no effect when it comes", async () => {
		const before = await facts();
		const lost = { incidentId: "never-sent", incident: "goal", side: "away" };
		const takenBack = { incidentId: "never-sent-2", incident: "goal", side: "home" };
		const early = messageOf(matchId, "inc-2", { kind: "incident", ...takenBack });
		expect(
			await answerOf(
				messageOf(matchId, "cor-1", { kind: "correction", ...lost }),
				messageOf(matchId, "can-1", { kind: "cancellation", incidentId: "never-sent-2" }),
				early,
			),
		).toMatchObject({ accepted: 3 });
		await applied(before.lastSeq + 3);
		expect((await facts()).score).toBe("0-1");
	});

	test("[MAT-8] what is confirmed and was never told holds every market: an all-clear does not reopen it, a statement of the score does", async () => {
		const before = await facts();
		await answerOf(
			messageOf(matchId, "con-1", { kind: "confirmation", incidentId: "never-sent-3" }),
			messageOf(matchId, "clear-1", { kind: "bet_start" }),
		);
		await applied(before.lastSeq + 2);
		expect(await attention()).toEqual(["contradiction"]);
		expect(await holds()).toContainEqual({ reason: "contradiction", scope: "all" });
		const clock = { elapsedSec: 60, running: true };
		await answerOf(
			messageOf(matchId, "all-1", { kind: "state", phase: "first_half", clock, score: { home: 0, away: 1 } }),
		);
		await applied(before.lastSeq + 3);
		expect(await attention()).toEqual([]);
		expect(await holds()).toEqual([]);
	});

	test("[SET-1] an incident told anew under its id is one incident, as it was told last", async () => {
		const before = await facts();
		await answerOf(goal("twice-1"), { ...goal("twice-2"), incidentId: "twice-1", side: "away" } as Input);
		await applied(before.lastSeq + 2);
		expect((await facts()).score).toBe("0-2");
	});

	test("[MAT-8] a phase that no match has holds every market until the feed's words agree again", async () => {
		const before = await facts();
		await answerOf(messageOf(matchId, "odd-phase", { kind: "state", phase: "third_half" }));
		await applied(before.lastSeq + 1);
		expect((await facts()).score).toBe(before.score);
		expect(await attention()).toEqual(["contradiction"]);
		expect(await holds()).toContainEqual({ reason: "contradiction", scope: "all" });
	});

	test("[LAN-5] what the match refused is told to the provider who asks, and to nobody else", async () => {
		const path = "/v1/ingest/replay/refusals";
		const ask = async (signed: string): Promise<Response> => {
			const timestampSec = nowSec();
			const signature = await signBody(platform.ingestSecret, timestampSec, signed);
			const headers = { "touchline-timestamp": String(timestampSec), "touchline-signature": signature };
			return fetch(`${platform.url}${path}`, { headers });
		};
		const { refusals } = (await (await ask(`GET ${path}`)).json()) as { refusals: readonly { id: string }[] };
		expect(refusals.map(({ id }) => id)).toContain("odd-phase");
		expect((await ask("")).status).toBe(401);
	});

	test("a fixture of a match in play cannot move it to another day or sport", async () => {
		const before = await facts();
		const [fixture] = messagesOf(matchId);
		await answerOf({
			...fixture,
			id: "fixture-again",
			sport: "tennis",
			scheduledAtMs: Date.now() + 86_400_000,
		} as Input);
		await applied(before.lastSeq + 1);
		expect((await facts()).score).toBe(before.score);
	});

	test("a late word of the past: the match is where it was, and the money too", async () => {
		const before = await facts();
		const money = await moneyAndTickets(platform);
		await answerOf(messageOf(matchId, "late-1", { kind: "state", phase: "not_started" }));
		await applied(before.lastSeq + 1);
		expect((await facts()).score).toBe(before.score);
		expect(await moneyAndTickets(platform)).toEqual(money);
	});
});
