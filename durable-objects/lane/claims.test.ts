/** A match belongs to one provider group: who may open an id, who has, and what becomes of everybody else's inputs. */
import { beforeEach, describe, expect, test } from "vitest";
import type { ClaimRequest } from "../../shared/contracts/board.ts";
import { FEED } from "../../shared/limits.ts";
import { fixture, goal, LaneBench, standing } from "../../testing/lane.ts";

/** The board's owners, small: `theirs` are another group's. */
class SmallBoard {
	readonly theirs = new Set<string>();
	readonly ours = new Set<string>();
	readonly asked: ClaimRequest[] = [];
	isDown = false;
	claim = async (request: ClaimRequest) => {
		this.asked.push(request);
		if (this.isDown) throw new Error("no such object now");
		const verdicts = request.matches.map(({ matchId, opens }) => {
			if (this.theirs.has(matchId)) return "foreign" as const;
			if (opens) this.ours.add(matchId);
			return this.ours.has(matchId) ? ("ours" as const) : ("unknown" as const);
		});
		return { v: 1 as const, verdicts };
	};
}

let board: SmallBoard;
let bench: LaneBench;
beforeEach(() => {
	board = new SmallBoard();
	bench = new LaneBench({ board: () => board, mayOpen: (matchId) => !matchId.startsWith("cup-") });
});
const FOREIGN = { kind: "refused", code: "foreign" };

describe("[LAN-6] a match belongs to one provider group", () => {
	test("whatever comes for another group's match is foreign, a fixture too, and nothing of it is stored or delivered", async () => {
		board.theirs.add("m1");
		const results = await bench.append([fixture("m1"), goal("m1", "g1"), fixture("m2")]);
		expect(results).toEqual([FOREIGN, FOREIGN, { kind: "stored", seq: 1 }]);
		expect(await bench.append([goal("m1", "g2")])).toEqual([FOREIGN]);
		await bench.world.advance(60_000);
		expect(bench.match("m1").calls).toEqual([]);
		expect(bench.actor.ops().matches.map(({ matchId }) => matchId)).toEqual(["m2"]);
	});

	test("an id that configuration gives to another group is never claimed, first or not", async () => {
		expect(await bench.append([fixture("cup-1")])).toEqual([FOREIGN]);
		expect(await bench.append([goal("cup-1", "g1")])).toEqual([{ kind: "refused", code: "unknown_match" }]);
		expect(board.ours).toEqual(new Set());
	});

	test("the board is asked once a match, and never again for one that is known", async () => {
		await bench.append([fixture("m1"), goal("m1", "g1")]);
		await bench.append([goal("m1", "g2")]);
		bench.restart();
		await bench.append([goal("m1", "g3")]);
		expect(board.asked).toEqual([{ v: 1, group: "demo", matches: [{ matchId: "m1", opens: true }] }]);
		expect(bench.match("m1").applied.length).toBe(4);
	});

	test("a push behind a fixture that still waits for its answer keeps its place", async () => {
		const first = bench.send(fixture("m1"));
		const second = bench.actor.append({ v: 1, lane: "lane:demo:0", provider: "replay", inputs: [goal("m1", "g1")] });
		await Promise.all([first, bench.world.settle()]);
		expect((await second).results).toEqual([{ kind: "stored", seq: 2 }]);
	});

	test("without an answer of the board nothing is stored, and the same push may come again; known matches go on", async () => {
		await bench.append([fixture("m1")]);
		board.isDown = true;
		await expect(bench.append([fixture("m2")])).rejects.toThrow("no such object now");
		expect(await bench.append([goal("m1", "g1")])).toEqual([{ kind: "stored", seq: 2 }]);
		board.isDown = false;
		expect(await bench.append([fixture("m2")])).toEqual([{ kind: "stored", seq: 1 }]);
	});
});

describe("[LAN-6] a match that refuses the calls themselves", () => {
	test("is parked with its reason and never called again by itself; others go on", async () => {
		bench.match("m1").mode = "foreign";
		await bench.append([fixture("m1"), fixture("m2")]);
		await bench.world.advance(3_600_000);
		expect(bench.match("m1").calls.length).toBe(1);
		expect(bench.match("m2").applied.length).toBe(1);
		const [parked, other] = bench.actor.ops().matches;
		expect(parked?.parked).toMatchObject({ code: "foreign", reason: expect.stringContaining("lane: not this") });
		expect(other?.parked).toBeNull();
		expect(bench.world.logs.filter(({ event }) => event === "delivery_parked").length).toBe(1);
		expect(bench.world.alarmOf("lane:demo:0")).toBeNull();
	});

	test("another lane's: what its provider pushes from then on is foreign at the push, also after a restart", async () => {
		bench.match("m1").mode = "foreign";
		await bench.append([fixture("m1")]);
		expect(await bench.append([goal("m1", "g1")])).toEqual([FOREIGN]);
		bench.restart();
		await bench.world.settle();
		expect(await bench.append([standing("m1", "s1")])).toEqual([FOREIGN]);
		expect(bench.match("m1").calls.length).toBe(2);
	});

	test("[RUN-5] of another version: tried again by itself as well, since its last input may have come", async () => {
		const match = bench.match("m1");
		match.mode = "contract";
		await bench.append([fixture("m1")]);
		await bench.world.advance(FEED.retryMaxMs - 1);
		expect(match.calls.length).toBe(1);
		match.mode = "up";
		await bench.world.advance(FEED.netMs);
		expect(match.applied.map(({ input }) => input.id)).toEqual(["fixture"]);
		expect(bench.actor.ops().matches[0]?.parked).toBeNull();
	});

	test("of another version: tried again with an input that comes later, and delivered whole once it is taken", async () => {
		const match = bench.match("m1");
		match.mode = "contract";
		await bench.append([fixture("m1")]);
		await bench.append([goal("m1", "g1")]);
		expect(match.calls.length).toBe(1);
		match.mode = "up";
		await bench.world.advance(FEED.retryMaxMs);
		await bench.append([goal("m1", "g2")]);
		expect(match.applied.map(({ input }) => input.id)).toEqual(["fixture", "g1", "g2"]);
		expect(bench.actor.ops().matches[0]?.parked).toBeNull();
	});
});
