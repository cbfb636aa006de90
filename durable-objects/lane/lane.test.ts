/** The lane's log and delivery, against a match that follows the contract. */
import { beforeEach, describe, expect, test } from "vitest";
import type { CommandAnswer } from "../../shared/contracts/lane.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { FEED, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { fixture, goal, LaneBench, standing } from "../../testing/lane.ts";
import { nodeSql } from "../../testing/node-sql.ts";
import { migrate } from "../runtime/migrate.ts";
import { LANE_MIGRATIONS } from "./migrations.ts";
import { Refusals } from "./refusals.ts";

let bench: LaneBench;
beforeEach(() => {
	bench = new LaneBench();
	return () => {
		expect(bench.world.faults).toEqual([]);
	};
});

const kinds = (results: readonly { kind: string; code?: string }[]): readonly string[] =>
	results.map(({ kind, code }) => code ?? kind);
const seqs = (matchId: string): readonly number[] => bench.match(matchId).applied.map(({ seq }) => seq);
const ids = (matchId: string): readonly string[] => bench.match(matchId).applied.map(({ input }) => input.id);
const opsOf = (matchId: string) => bench.actor.ops().matches.find((match) => match.matchId === matchId);

describe("what is stored", () => {
	test("[LAN-1] inputs are numbered from 1 within their match, in order of arrival", async () => {
		const results = await bench.append([fixture("m1"), goal("m1", "g1"), fixture("m2"), goal("m1", "g2")]);
		expect(results).toEqual([1, 2, 1, 3].map((seq) => ({ kind: "stored", seq })));
		expect(ids("m1")).toEqual(["fixture", "g1", "g2"]);
		expect(seqs("m2")).toEqual([1]);
	});

	test("[LAN-1] an input of a match without a fixture is refused and has no effect", async () => {
		expect(kinds(await bench.append([goal("m1", "g1"), fixture("m1")]))).toEqual(["unknown_match", "stored"]);
		expect(ids("m1")).toEqual(["fixture"]);
		expect(await bench.command("m9", "c1")).toMatchObject({ kind: "refused", code: "unknown_match" });
	});

	test("[LAN-1] the same message again is a duplicate, however it is written down and whenever it is sent", async () => {
		await bench.append([fixture("m1"), standing("m1", "s1")]);
		const again: Input = { ...standing("m1", "s1"), sentAtMs: 5, facts: { corners: 3, possession: "home" } } as Input;
		expect(await bench.append([again])).toEqual([{ kind: "duplicate", seq: 2 }]);
		expect(ids("m1")).toEqual(["fixture", "s1"]);
	});

	test("[LAN-1] the same id with other content is a conflict and has no effect", async () => {
		await bench.append([fixture("m1"), goal("m1", "g1", "home")]);
		expect(kinds(await bench.append([goal("m1", "g1", "away")]))).toEqual(["conflict"]);
		expect(ids("m1")).toEqual(["fixture", "g1"]);
		expect(bench.match("m1").applied[1]?.input).toMatchObject({ side: "home" });
	});

	test("[LAN-1] duplicates are known across a restart, and in one and the same push", async () => {
		await bench.append([fixture("m1"), goal("m1", "g1"), goal("m1", "g1")]);
		bench.restart();
		expect(await bench.append([goal("m1", "g1")])).toEqual([{ kind: "duplicate", seq: 2 }]);
		expect(seqs("m1")).toEqual([1, 2]);
	});

	test("[LAN-1] a call for another lane, or of another group's provider, is a fault and has no effect", async () => {
		await bench.append([fixture("m1")]);
		await expect(bench.append([goal("m1", "g1")], "uof")).rejects.toThrow("uof is not of lane:demo:0");
		await expect(
			bench.actor.append({ v: 1, lane: "lane:demo:1", provider: "replay", inputs: [goal("m1", "g1")] }),
		).rejects.toThrow("this is lane:demo:0");
		expect(ids("m1")).toEqual(["fixture"]);
	});

	test("[LAN-1] inputs of many callers at once keep their callers' order and are numbered once", async () => {
		bench.syncMs = 5;
		const pushes = [bench.send(fixture("m1")), ...["a", "b", "c", "d"].map((id) => bench.send(goal("m1", id)))];
		await bench.world.advance(100);
		await Promise.all(pushes);
		expect(ids("m1")).toEqual(["fixture", "a", "b", "c", "d"]);
		expect(seqs("m1")).toEqual([1, 2, 3, 4, 5]);
	});

	test("[LAN-1] a push is answered when it is durable, not before", async () => {
		bench.syncMs = 50;
		let isAnswered = false;
		const push = bench.send(fixture("m1")).then(() => {
			isAnswered = true;
		});
		await bench.world.advance(49);
		expect(isAnswered).toBe(false);
		await bench.world.advance(1);
		await push;
		expect(isAnswered).toBe(true);
	});
});

describe("what storage is asked for", () => {
	const laneRow = (): unknown => {
		const rows = bench.world.storage("lane:demo:0").exec("SELECT head_seq, acked_seq FROM matches ORDER BY match_id");
		return rows.map((row) => [row.head_seq, row.acked_seq]);
	};
	const costOf = async (inputs: readonly Input[]): Promise<readonly string[]> => {
		bench.statements.length = 0;
		await bench.append(inputs);
		return [...bench.statements];
	};
	const goals = (matchId: string, by: string, count: number): readonly Input[] =>
		Array.from({ length: count }, (_, no) => goal(matchId, `${by}${no}`));

	test("[LAN-1] a push of many inputs costs the statements of one, on its way in and out, new or known", async () => {
		await bench.append([fixture("m1"), fixture("m2")]);
		const one = await costOf(goals("m1", "a", 1));
		expect(one.length).toBe(3);
		expect(await costOf([...goals("m1", "b", 100), ...goals("m2", "b", 100)])).toEqual(one);
		// What was noted of answers goes with the first.
		await costOf(goals("m1", "b", 100));
		expect(await costOf(goals("m1", "b", 100))).toEqual(one.slice(0, 1));
		expect([seqs("m1").length, seqs("m2").length]).toEqual([102, 101]);
	});

	test("[LAN-1] a match in play that has nothing to say costs its mark, and neither a statement nor a timer of its own", async () => {
		await bench.inPlay("m0");
		const costs: unknown[] = [];
		for (const count of [1, 12]) {
			for (let no = 1; no < count; no++) await bench.inPlay(`m${no}`);
			await bench.world.advance(3 * FEED.markMs);
			const calls = bench.match(`m${count - 1}`).calls.length;
			bench.statements.length = 0;
			bench.timers = 0;
			await bench.world.advance(2 * FEED.netMs);
			expect(bench.match(`m${count - 1}`).calls.length - calls).toBe((2 * FEED.netMs) / FEED.markMs);
			expect(bench.timers).toBeLessThanOrEqual(25);
			costs.push([...bench.statements].toSorted());
		}
		expect(costs[1]).toEqual(costs[0]);
	});

	test("[LAN-1] what a match has acted on is in storage by the next alarm; a lane that dies before says it again, once", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1"), goal("m1", "g1")]);
		expect([opsOf("m1")?.ackedSeq, laneRow()]).toEqual([2, [[2, 0]]]);
		bench.restart();
		await bench.world.settle();
		expect(match.calls.map(({ request }) => request.inputs.length)).toEqual([2, 2]);
		expect(seqs("m1")).toEqual([1, 2]);
		await bench.world.advance(FEED.netMs);
		expect(laneRow()).toEqual([[2, 2]]);
		bench.restart();
		await bench.world.settle();
		expect(match.calls.length).toBe(2);
	});

	test("[LAN-1] a push that could not be stored has no effect, and is stored as itself when it comes again", async () => {
		await bench.append([fixture("m1")]);
		for (const failing of [/INTO inputs/, /INTO matches/]) {
			bench.failing = failing;
			await expect(bench.append([goal("m1", "g1"), fixture("m2")])).rejects.toThrow("storage does not take it");
			await bench.world.advance(1_000);
			expect([opsOf("m1")?.headSeq, opsOf("m2")]).toEqual([1, undefined]);
		}
		bench.failing = null;
		expect(await bench.append([goal("m1", "g1"), fixture("m2")])).toEqual([
			{ kind: "stored", seq: 2 },
			{ kind: "stored", seq: 1 },
		]);
		expect([ids("m1"), ids("m2")]).toEqual([["fixture", "g1"], ["fixture"]]);
	});

	test("[LAN-1] inputs are delivered though the alarm under them could not be stored at first", async () => {
		bench.failing = /INTO _deadlines/;
		await expect(bench.append([fixture("m1")])).rejects.toThrow("storage does not take it");
		bench.failing = null;
		bench.match("m1").mode = "down";
		await bench.append([fixture("m1")]);
		expect(bench.world.alarmOf("lane:demo:0")).toBe(bench.world.now() + FEED.netMs);
	});

	test("[LAN-5] a refusal whose answer could not be stored is told by the next", async () => {
		const match = await bench.inPlay("m1");
		match.refuses.set("g1", { code: "no_goal", message: "the goal is not known" });
		await bench.append([goal("m1", "g1")]);
		bench.failing = /INTO matches/;
		await expect(bench.actor.heartbeat("replay")).rejects.toThrow("storage does not take it");
		bench.failing = null;
		expect((await bench.actor.heartbeat("replay")).rejected).toMatchObject([{ id: "g1" }]);
		expect(await bench.actor.heartbeat("replay")).toEqual({ v: 1 });
	});
});

describe("what a match has refused", () => {
	const early = { code: "no_goal", message: "the goal is not known" };

	test("[LAN-5] is tried again when it is sent again, under a new number, across a restart of the lane", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		match.refuses.set("end", early);
		expect(await bench.append([standing("m1", "end")])).toEqual([{ kind: "stored", seq: 2 }]);
		expect(await bench.append([standing("m1", "end")])).toEqual([{ kind: "stored", seq: 3 }]);
		bench.restart();
		match.refuses.delete("end");
		expect(await bench.append([goal("m1", "g1"), standing("m1", "end"), standing("m1", "end")])).toEqual([
			{ kind: "stored", seq: 4 },
			{ kind: "stored", seq: 5 },
			{ kind: "duplicate", seq: 5 },
		]);
		expect(await bench.append([standing("m1", "end")])).toEqual([{ kind: "duplicate", seq: 5 }]);
		expect(seqs("m1")).toEqual([1, 2, 3, 4, 5]);
	});

	test("[LAN-5] is a duplicate while its match has not answered, and a conflict with other content", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		match.refuses.set("g1", early);
		match.mode = "down";
		await bench.append([goal("m1", "g1")]);
		expect(await bench.append([goal("m1", "g1")])).toEqual([{ kind: "duplicate", seq: 2 }]);
		match.mode = "up";
		await bench.world.advance(FEED.retryMaxMs);
		expect(kinds(await bench.append([goal("m1", "g1", "away")]))).toEqual(["conflict"]);
	});

	test("[LAN-5] is told its own provider by one answer, also after a restart, and a trader's is not", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		match.refuses.set("g1", early);
		match.refuses.set("c1", early);
		await bench.command("m1", "c1");
		await bench.append([goal("m1", "g1")]);
		bench.restart();
		expect((await bench.actor.heartbeat("replay")).rejected).toMatchObject([
			{ no: 2, matchId: "m1", id: "g1", ...early },
		]);
		expect(await bench.actor.heartbeat("replay")).toEqual({ v: 1 });
		expect(bench.actor.refusals({ v: 1, lane: "lane:demo:0", provider: "replay", after: 0 }).refusals).toHaveLength(1);
		expect(() => bench.actor.refusals({ v: 1, lane: "lane:demo:0", provider: "uof", after: 0 })).toThrow(
			"uof is not of",
		);
	});

	test("[LAN-5] before numbers were given is known, and told already", () => {
		const sql = nodeSql();
		migrate(sql, LANE_MIGRATIONS.slice(0, 3));
		const body = JSON.stringify(goal("m1", "g1"));
		sql.exec("INSERT INTO inputs VALUES ('m1', 2, 'replay', 'g1', 5, ?)", body);
		sql.exec("INSERT INTO rejections VALUES ('m1', 2, 'no_goal', 'the goal is not known')");
		migrate(sql, LANE_MIGRATIONS);
		const refusals = new Refusals(sql);
		expect(refusals.verdict("m1", 2)).toEqual({ kind: "refused", ...early });
		expect(refusals.tell("replay")).toEqual([]);
		expect(refusals.after("replay", 0)).toEqual([{ no: 1, matchId: "m1", id: "g1", seq: 2, ...early, refusedAtMs: 5 }]);
	});
});

describe("delivery", () => {
	test("[LAN-1] one call is in flight a match, and a slow match delays no other", async () => {
		const slow = bench.match("m1");
		slow.delayMs = 1_000;
		await bench.append([fixture("m1"), fixture("m2")]);
		for (const id of ["a", "b", "c"]) {
			await bench.append([goal("m1", id), goal("m2", id)]);
			await bench.world.advance(100);
		}
		expect(ids("m2")).toEqual(["fixture", "a", "b", "c"]);
		expect(ids("m1")).toEqual([]);
		await bench.world.advance(2_000);
		expect(ids("m1")).toEqual(["fixture", "a", "b", "c"]);
		expect(slow.calls.map(({ request }) => request.inputs.length)).toEqual([1, 3]);
		expect(slow.maxInFlight).toBe(1);
	});

	test("[LAN-1] a backlog goes in batches, without a gap", async () => {
		const match = bench.match("m1");
		match.mode = "down";
		const many = Array.from({ length: FEED.applyBatch * 2 + 10 }, (_, n) => goal("m1", `g${n}`));
		await bench.append([fixture("m1"), ...many]);
		match.mode = "up";
		await bench.world.advance(FEED.retryMaxMs);
		expect(seqs("m1")).toEqual(Array.from({ length: many.length + 1 }, (_, n) => n + 1));
		expect(match.lastCall.fromSeq).toBe(FEED.applyBatch * 2 + 1);
	});

	test("[LAN-1] after a lost answer the same inputs come again and are applied once", async () => {
		const match = bench.match("m1");
		match.lostAnswers = 1;
		await bench.append([fixture("m1"), goal("m1", "g1")]);
		expect(opsOf("m1")).toMatchObject({ headSeq: 2, ackedSeq: 0, backlog: 2, failures: 1 });
		await bench.world.advance(FEED.retryMinMs);
		expect(match.calls.map(({ request }) => request.fromSeq)).toEqual([1, 1]);
		expect(seqs("m1")).toEqual([1, 2]);
		expect(opsOf("m1")).toMatchObject({ headSeq: 2, ackedSeq: 2, backlog: 0, failures: 0 });
	});

	test("[LAN-1] a call without an answer is abandoned, and its late answer is not taken", async () => {
		const match = bench.match("m1");
		match.delayMs = RPC_TIMEOUT_MS + 1_000;
		await bench.append([fixture("m1")]);
		await bench.world.advance(RPC_TIMEOUT_MS);
		expect(opsOf("m1")).toMatchObject({ ackedSeq: 0, failures: 1 });
		match.delayMs = 0;
		await bench.world.advance(FEED.retryMinMs);
		expect(opsOf("m1")).toMatchObject({ ackedSeq: 1, failures: 0 });
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(2_000);
		expect(opsOf("m1")).toMatchObject({ headSeq: 2, ackedSeq: 2 });
		expect(seqs("m1")).toEqual([1, 2]);
	});

	test("[LAN-1] a match that lost inputs names its position and gets them again", async () => {
		const match = await bench.inPlay("m1");
		await bench.append([goal("m1", "g1"), goal("m1", "g2")]);
		match.forget(1);
		await bench.world.advance(1_500);
		expect(seqs("m1")).toEqual([1, 2, 3]);
		expect(match.calls.some(({ request }) => request.fromSeq === 2 && request.inputs.length === 2)).toBe(true);
	});

	test("[LAN-1] a match beyond this log is an error, and nothing is taken for delivered", async () => {
		await bench.append([fixture("m1"), goal("m1", "g1")]);
		const stranger = new LaneBench();
		stranger.match("m1").applied.push(...bench.match("m1").applied);
		await stranger.append([fixture("m1", { id: "another" })]);
		await stranger.world.advance(60_000);
		expect(stranger.actor.ops().matches[0]).toMatchObject({ headSeq: 1, ackedSeq: 0, backlog: 1 });
		expect(stranger.world.logs.some(({ event }) => event === "match_ahead")).toBe(true);
	});

	test("[LAN-1] a match that is down or takes nothing is asked ever less often before play, and each second in play", async () => {
		for (const mode of ["down", "stuck"] as const) {
			const lane = new LaneBench();
			lane.match("m1").mode = mode;
			await lane.append([fixture("m1")]);
			await lane.world.advance(60_000);
			expect(lane.match("m1").calls.length).toBeLessThan(25);
			await lane.append([goal("m1", "g1")]);
			await lane.world.advance(0);
			expect(lane.match("m1").calls.length).toBeLessThan(25);
		}
		const match = await bench.inPlay("m1");
		match.mode = "down";
		await bench.world.advance(60_000);
		const before = match.calls.length;
		match.mode = "up";
		await bench.world.advance(FEED.markMs);
		expect(match.calls.length).toBeGreaterThan(before);
		expect(opsOf("m1")?.failures).toBe(0);
	});

	test("[LAN-1] what was stored before a crash is delivered after it, from the alarm", async () => {
		const match = bench.match("m1");
		match.mode = "down";
		await bench.append([fixture("m1"), goal("m1", "g1")]);
		bench.world.crash("lane:demo:0");
		match.mode = "up";
		await bench.world.advance(FEED.netMs - 1);
		expect(seqs("m1")).toEqual([]);
		bench.world.onAlarm("lane:demo:0", () => {
			bench.restart();
			bench.actor.onAlarm();
		});
		await bench.world.advance(1);
		expect(ids("m1")).toEqual(["fixture", "g1"]);
		expect(bench.world.alarmOf("lane:demo:0")).not.toBeNull();
	});

	test("[LAN-1] an input that comes while the last call ends is not left lying", async () => {
		await bench.append([fixture("m1")]);
		for (let n = 0; n < 60; n++) {
			const push = bench.send(goal("m1", `a${n}`));
			for (let turn = 0; turn < n; turn++) await Promise.resolve();
			await Promise.all([push, bench.send(goal("m1", `b${n}`))]);
			await bench.world.settle();
			expect(opsOf("m1")?.backlog).toBe(0);
		}
	});
});

describe("marks", () => {
	test("[LAN-1] before play and after it nothing is sent; in play a mark with the head each second", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		await bench.world.advance(60_000);
		expect(match.calls).toHaveLength(1);
		match.inPlay = true;
		await bench.append([standing("m1", "s1")]);
		const before = match.calls.length;
		await bench.world.advance(10_000);
		expect(match.calls.length - before).toBe(10);
		expect(match.lastCall).toMatchObject({ fromSeq: 3, inputs: [], headSeq: 2 });
		match.inPlay = false;
		await bench.world.advance(2_000);
		const atEnd = match.calls.length;
		await bench.world.advance(60_000);
		expect(match.calls.length).toBe(atEnd);
		expect(bench.world.alarmOf("lane:demo:0")).toBeNull();
	});

	test("[LAN-1] a match that is being called when its mark is due has it a second after that call", async () => {
		const match = await bench.inPlay("m1");
		match.delayMs = 300;
		await bench.world.advance(2_000);
		await bench.world.advance(
			FEED.markMs - 100 - ((bench.world.now() - (match.calls.at(-1)?.atMs ?? 0)) % FEED.markMs),
		);
		const from = match.calls.length;
		const pushedAtMs = bench.world.now();
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(2_500);
		expect(match.calls.slice(from).map(({ atMs }) => atMs - pushedAtMs)).toEqual([0, 1_000, 2_000]);
	});

	test("[LAN-1] marks go on after a restart, from whatever wakes the lane", async () => {
		const match = await bench.inPlay("m1");
		bench.restart();
		await bench.world.advance(3_000);
		expect(match.calls.filter(({ atMs }) => atMs > bench.world.now() - 2_500).length).toBeGreaterThanOrEqual(2);
		await expect(bench.actor.heartbeat("uof")).rejects.toThrow("uof is not of lane:demo:0");
	});
});

describe("traders' commands", () => {
	test("[LAN-1] a command is answered when the match has acted on it, in the order of all inputs", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		match.delayMs = 300;
		let answer: CommandAnswer | null = null;
		const asked = bench.command("m1", "c1").then((given) => {
			answer = given;
		});
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(299);
		expect(answer).toBeNull();
		await bench.world.advance(1_000);
		await asked;
		expect(answer).toEqual({ kind: "applied", seq: 2 });
		expect(ids("m1")).toEqual(["fixture", "c1", "g1"]);
	});

	test("[LAN-1] what the match refuses is told with its reason, again and again, even when the answer got lost", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		match.refuses.set("c1", { code: "unknown_market", message: "no market x" });
		match.lostAnswers = 1;
		const refusal = { kind: "refused", code: "unknown_market", message: "no market x" };
		const answers = [bench.command("m1", "c1"), bench.command("m1", "c1")];
		await bench.world.advance(1_000);
		expect(await Promise.all(answers)).toEqual([refusal, refusal]);
		bench.restart();
		expect(await bench.command("m1", "c1")).toEqual(refusal);
		expect(ids("m1")).toEqual(["fixture", "c1"]);
	});

	test("[LAN-1] the same command again gets the same answer, another under its id is a conflict", async () => {
		await bench.append([fixture("m1")]);
		expect(await bench.command("m1", "c1")).toEqual({ kind: "applied", seq: 2 });
		await bench.world.advance(5_000);
		expect(await bench.command("m1", "c1")).toEqual({ kind: "applied", seq: 2 });
		expect(await bench.command("m1", "c1", { action: "reopen" })).toMatchObject({ kind: "refused", code: "conflict" });
	});

	test("[LAN-1] a command nobody answers in time is pending, and still acted on", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1")]);
		match.mode = "down";
		const asked = bench.command("m1", "c1");
		await bench.world.advance(FEED.commandWaitMs);
		expect(await asked).toEqual({ kind: "pending", seq: 2 });
		match.mode = "up";
		await bench.world.advance(FEED.retryMaxMs);
		expect(ids("m1")).toEqual(["fixture", "c1"]);
	});
});

describe("limits", () => {
	test("[LAN-1] [SHR-1] FEED.maxBacklog: a full backlog is `busy` and harms no other match", async () => {
		bench.match("m1").mode = "down";
		await fill("m1");
		expect(kinds(await bench.append([goal("m1", "late"), fixture("m2")]))).toEqual(["busy", "stored"]);
		expect(await bench.command("m1", "c1")).toMatchObject({ kind: "refused", code: "busy" });
		expect(ids("m2")).toEqual(["fixture"]);
	});

	test("[LAN-3] what was refused as `busy` is a hole: the feed counts as lost until it states the match anew", async () => {
		const match = await bench.inPlay("m1");
		match.mode = "down";
		await fill("m1");
		await bench.append([goal("m1", "swallowed")]);
		bench.restart();
		match.mode = "up";
		await bench.world.advance(5_000);
		await bench.actor.heartbeat("replay");
		await bench.world.advance(2_000);
		expect(opsOf("m1")).toMatchObject({ backlog: 0, hasHole: true });
		expect(match.lastCall.feedLost).toBe(true);
		await bench.append([goal("m1", "more")]);
		expect(match.lastCall.feedLost).toBe(true);
		await bench.append([standing("m1", "fresh")]);
		expect(match.lastCall.feedLost).toBe(false);
	});

	test("[LAN-1] the log of an ended match goes after a week, and nothing old is ever taken for new", async () => {
		const match = bench.match("m1");
		await bench.append([fixture("m1"), goal("m1", "g1")]);
		match.ended = true;
		await bench.append([goal("m1", "g2")]);
		await bench.world.advance(86_400_000);
		bench.match("m2").ended = true;
		await bench.append([fixture("m2")]);
		await bench.world.advance(FEED.keepEndedMs - 86_400_000 - 1_000);
		expect(kinds(await bench.append([goal("m1", "g1")]))).toEqual(["duplicate"]);
		await bench.world.advance(1_000);
		expect(opsOf("m1")).toBeUndefined();
		expect(kinds(await bench.append([goal("m1", "g1"), fixture("m1")]))).toEqual(["ended", "ended"]);
		expect(opsOf("m2")).toBeDefined();
		await bench.world.advance(86_400_000);
		expect(opsOf("m2")).toBeUndefined();
		expect(bench.world.alarmOf("lane:demo:0")).toBeNull();
		expect(await bench.command("m1", "c1")).toEqual({ kind: "applied", seq: 4 });
		expect(seqs("m1")).toEqual([1, 2, 3, 4]);
	});

	test("[LAN-1] old logs are looked for once an hour at most", async () => {
		const MINUTE = 60_000;
		bench.match("m1").ended = true;
		await bench.append([fixture("m1")]);
		await bench.world.advance(10 * MINUTE);
		bench.match("m2").ended = true;
		await bench.append([fixture("m2")]);
		await bench.world.advance(FEED.keepEndedMs - 10 * MINUTE);
		expect([opsOf("m1"), opsOf("m2")]).toEqual([undefined, expect.anything()]);
		await bench.world.advance(60 * MINUTE - 1_000);
		expect(opsOf("m2")).toBeDefined();
		await bench.world.advance(1_000);
		expect(opsOf("m2")).toBeUndefined();
	});

	test("[LAN-1] a match that a correction brings back is kept", async () => {
		const match = bench.match("m1");
		match.ended = true;
		await bench.append([fixture("m1")]);
		await bench.world.advance(86_400_000);
		match.ended = false;
		await bench.append([goal("m1", "g1")]);
		await bench.world.advance(FEED.keepEndedMs * 2);
		expect(kinds(await bench.append([goal("m1", "g1")]))).toEqual(["duplicate"]);
	});

	test("what the lane looks for often is found by an index", () => {
		const sql = nodeSql();
		migrate(sql, LANE_MIGRATIONS);
		const plan = (query: string): string =>
			sql
				.exec(`EXPLAIN QUERY PLAN ${query}`)
				.map((row) => String(row.detail))
				.join("; ");
		expect(plan("SELECT match_id FROM matches WHERE in_play = 1 OR acked_seq < head_seq")).toContain("matches_active");
		expect(plan("SELECT * FROM matches WHERE is_closed = 0 ORDER BY match_id")).toContain("matches_kept");
		expect(plan("SELECT * FROM refusals WHERE provider = 'a' AND no > 1 ORDER BY no")).toContain(
			"refusals_by_provider",
		);
		expect(plan("SELECT * FROM refusals WHERE provider = 'a' AND is_told = 0 ORDER BY no")).toContain(
			"refusals_untold",
		);
		const newest =
			"SELECT seq FROM inputs WHERE match_id = 'a' AND provider = 'b' AND input_id = 'c' ORDER BY seq DESC";
		expect(plan(newest)).toMatch(/^[^;]*inputs_by_id[^;]*$/);
		expect(plan("SELECT min(ended_at) AS at FROM matches WHERE is_closed = 0")).toContain("matches_ended");
	});
});

async function fill(matchId: string): Promise<void> {
	if (opsOf(matchId) === undefined) await bench.append([fixture(matchId)]);
	for (let n = opsOf(matchId)?.backlog ?? 0; n < FEED.maxBacklog; n += 1_000) {
		const count = Math.min(1_000, FEED.maxBacklog - n);
		await bench.append(Array.from({ length: count }, (_, k) => goal(matchId, `fill${n + k}`)));
	}
}
