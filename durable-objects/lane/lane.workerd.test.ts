/** A real lane in front of a real match, inside workerd: storage, crashes, alarms. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { DEFAULT_VIEW, matchName } from "../../shared/contracts/ids.ts";
import type { LaneRpc } from "../../shared/contracts/lane.ts";
import type { MatchOps, MatchRpc } from "../../shared/contracts/match.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { fixture, goal, PROVIDER } from "../../testing/lane.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { rpcClient, stubOf } from "../runtime/stubs.ts";

const foreign = { kind: "refused", code: "foreign" };
const LANE = "lane:demo:0";
const laneOf = (name = LANE): LaneRpc => rpcClient<LaneRpc>(bindings.LANE, name);
const matchOf = (matchId: string): MatchRpc => rpcClient<MatchRpc>(bindings.MATCH, matchName(matchId));
const opsOf = (matchId: string): Promise<MatchOps | null> => matchOf(matchId).ops({ v: 1, matchId });
const tomorrow = Date.now() + 86_400_000;

/** Only what is stored survives. The stub dies with the object, so everybody makes their own. */
async function crash(stub: DurableObjectStub): Promise<void> {
	await runInDurableObject(stub, (_, state) => state.abort("a crash of the tests")).catch(() => {});
}
const crashLane = (): Promise<void> => crash(stubOf(bindings.LANE, LANE));
const crashMatch = (matchId: string): Promise<void> => crash(stubOf(bindings.MATCH, matchName(matchId)));

const append = (...inputs: readonly Input[]) =>
	laneOf().append({ v: 1, lane: LANE, provider: PROVIDER, inputs: [...inputs] });
const kickOff = (matchId: string): Input => ({
	v: 1,
	kind: "state",
	id: "kick-off",
	matchId,
	sentAtMs: Date.now(),
	phase: "first_half",
	clock: { elapsedSec: 0, running: true },
});

test("[LAN-1] what a lane has stored reaches the match, once, across crashes of either", async () => {
	const first = await append(fixture("w1", { scheduledAtMs: tomorrow }), kickOff("w1"));
	expect(first.results.map(({ kind }) => kind)).toEqual(["stored", "stored"]);
	await vi.waitFor(async () => expect(await opsOf("w1")).toMatchObject({ lastSeq: 2, inPlay: true, lane: LANE }));
	await crashLane();
	await crashMatch("w1");
	const again = await append(kickOff("w1"), goal("w1", "g1"));
	expect(again.results.map(({ kind }) => kind)).toEqual(["duplicate", "stored"]);
	await vi.waitFor(async () => expect(await opsOf("w1")).toMatchObject({ lastSeq: 3, score: "1-0" }));
});

test("[LAN-2] after a crash the feed has not spoken; the alarm resumes the marks, and the next heartbeat is speech", async () => {
	await append(fixture("w2", { scheduledAtMs: tomorrow }), kickOff("w2"));
	await vi.waitFor(async () => expect((await opsOf("w2"))?.spokeAgoMs).not.toBeNull(), 5_000);
	await crashLane();
	await crashMatch("w2");
	expect(await runDurableObjectAlarm(stubOf(bindings.LANE, LANE))).toBe(true);
	await vi.waitFor(async () => expect((await opsOf("w2"))?.holds.map(({ reason }) => reason)).toContain("restart"));
	expect((await opsOf("w2"))?.spokeAgoMs).toBeNull();
	await laneOf().heartbeat({ v: 1, lane: LANE, provider: PROVIDER });
	await vi.waitFor(async () => {
		const ops = await opsOf("w2");
		expect(ops?.spokeAgoMs).not.toBeNull();
		expect(ops?.holds.map(({ reason }) => reason)).not.toContain("restart");
	}, 5_000);
	expect((await laneOf().ops({ v: 1, lane: LANE })).matches.find(({ matchId }) => matchId === "w2")).toMatchObject({
		inPlay: true,
		backlog: 0,
		failures: 0,
	});
});

test("[LAN-1] a trader's command is answered when the match has acted on it, or refused it", async () => {
	await append(fixture("w3", { scheduledAtMs: tomorrow }));
	const command = (id: string, marketId: string) =>
		laneOf().command({
			v: 1,
			lane: LANE,
			matchId: "w3",
			id,
			trader: "ada",
			command: { action: "void_market", marketId, reason: "test" },
		});
	expect(await command("c1", "nothing")).toMatchObject({ kind: "refused", code: "unknown_market" });
	expect(await command("c2", "1x2")).toEqual({ kind: "applied", seq: 3 });
	await crashLane();
	expect(await command("c1", "nothing")).toMatchObject({ kind: "refused", code: "unknown_market" });
	const asks = [{ market: "1x2", view: DEFAULT_VIEW }];
	const quote = await matchOf("w3").quote({ v: 1, matchId: "w3", asks });
	expect(quote.markets[0]?.status).toBe("settled");
});

test("[LAN-6] a match belongs to one provider group: another's fixture and inputs are foreign at the push", async () => {
	await append(fixture("w4", { scheduledAtMs: tomorrow }));
	const other = laneOf("lane:json:0");
	const request = { v: 1 as const, lane: "lane:json:0", provider: "json" };
	const { results } = await other.append({ ...request, inputs: [fixture("w4"), goal("w4", "g1")] });
	expect(results).toEqual([foreign, foreign]);
	expect((await other.ops({ v: 1, lane: "lane:json:0" })).matches).toEqual([]);
	expect(await opsOf("w4")).toMatchObject({ lastSeq: 1, score: "0-0", lane: LANE });
});

test("[LAN-6] a log that another lane's match does not take is parked, and its provider told at the next push", async () => {
	await append(fixture("w5", { scheduledAtMs: tomorrow }));
	const other = laneOf("lane:json:1");
	const request = { v: 1 as const, lane: "lane:json:1", provider: "json" };
	// As an older version left it: stored before anybody asked whose the match is.
	await other.append({ ...request, inputs: [fixture("json-w6", { scheduledAtMs: tomorrow })] });
	await runInDurableObject(stubOf(bindings.LANE, "lane:json:1"), (_lane, { storage }) => {
		storage.sql.exec("UPDATE inputs SET match_id = 'w5', body = replace(body, 'json-w6', 'w5')");
		storage.sql.exec("UPDATE matches SET match_id = 'w5', acked_seq = 0");
	});
	await crash(stubOf(bindings.LANE, "lane:json:1"));
	const parked = async () => (await laneOf("lane:json:1").ops({ v: 1, lane: "lane:json:1" })).matches[0]?.parked;
	await vi.waitFor(async () => expect(await parked()).toMatchObject({ code: "foreign" }));
	expect((await laneOf("lane:json:1").append({ ...request, inputs: [goal("w5", "g1")] })).results).toEqual([foreign]);
});
