import { describe, expect, test } from "vitest";
import type { MatchSummary } from "../../shared/contracts/board.ts";
import { BOARD, SOCKET } from "../../shared/limits.ts";
import { type Lobby, lobbyFold } from "../../shared/protocol/lobby-view.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import { TopicReader } from "../../shared/protocol/topic-reader.ts";
import { createTestWorld } from "../../testing/world.ts";
import { migrate } from "../runtime/migrate.ts";
import { BoardActor } from "./actor.ts";
import { BOARD_MIGRATIONS } from "./migrations.ts";

type Headline = NonNullable<MatchSummary["headline"]>;

function summary(matchId: string, over: Partial<MatchSummary> = {}, headline: Partial<Headline> = {}): MatchSummary {
	return {
		matchId,
		sport: "football",
		competition: "World Cup",
		home: { name: "Argentina", short: "ARG" },
		away: { name: "France", short: "FRA" },
		scheduledAtMs: 1_781_136_000_000,
		status: "live",
		stale: false,
		clock: { phase: "first_half", text: "12'", elapsedSec: 720, running: true, rate: 1 },
		score: { home: 0, away: 0 },
		headline: {
			marketId: "1x2",
			status: "open",
			version: 1,
			outcomes: [{ outcomeId: "home", name: "Argentina", oddsMilli: 2_100 }],
			...headline,
		},
		openMarkets: 12,
		...over,
	};
}

function setUp(listening = 1) {
	const world = createTestWorld();
	const sent: string[] = [];
	const readers = { count: listening };
	const make = () =>
		new BoardActor({
			ports: world.ports("board"),
			readers: { send: (frame) => void sent.push(frame), count: () => readers.count },
		});
	let board = make();
	world.onAlarm("board", () => board.onAlarm());
	let order = 0;
	return {
		world,
		readers,
		board: () => board,
		restart: () => {
			world.crash("board");
			board = make();
		},
		put: (match: MatchSummary) => board.upsert({ v: 1, order: ++order, summary: match }),
		kinds: () => sent.splice(0).map((text) => JSON.parse(text)[0]),
		bodies: () => sent.splice(0).map((text) => JSON.parse(text).at(-1)),
		sent,
	};
}

describe("which matches the board shows", () => {
	test("rising order wins, a late upsert is dropped, and all of it outlives a restart", () => {
		const { board, restart } = setUp();
		board().upsert({ v: 1, order: 5, summary: summary("m1", { openMarkets: 5 }) });
		board().upsert({ v: 1, order: 4, summary: summary("m1", { openMarkets: 4 }) });
		board().upsert({ v: 1, order: 5, summary: summary("m1", { openMarkets: 9 }) });
		expect(
			board()
				.list()
				.map((match) => match.openMarkets),
		).toEqual([5]);
		restart();
		board().upsert({ v: 1, order: 4, summary: summary("m1", { openMarkets: 4 }) });
		expect(
			board()
				.list()
				.map((match) => match.openMarkets),
		).toEqual([5]);
	});

	test("live first, then by kick-off, then by id", () => {
		const { board, put } = setUp();
		put(summary("m4", { status: "ended" }));
		put(summary("m3", { status: "scheduled", scheduledAtMs: 3 }));
		put(summary("m2", { status: "scheduled", scheduledAtMs: 2 }));
		put(summary("m1"));
		put(summary("m0", { status: "scheduled", scheduledAtMs: 3 }));
		expect(
			board()
				.list()
				.map((match) => match.matchId),
		).toEqual(["m1", "m2", "m0", "m3", "m4"]);
	});

	test("an ended match leaves after its time, and its own late word does not bring it back", async () => {
		const { world, board, put, bodies } = setUp();
		put(summary("m1", { status: "ended" }));
		await world.advance(BOARD.keepEndedMs - 1_000);
		put(summary("m1", { status: "ended", openMarkets: 0 }));
		expect(board().list()).toHaveLength(1);
		bodies();
		await world.advance(2_000);
		expect(board().list()).toEqual([]);
		expect(bodies()).toContainEqual({ up: [], gone: ["m1"] });
		put(summary("m1", { status: "ended" }));
		expect(board().list()).toEqual([]);
		put(summary("m1", { status: "live" }));
		expect(board().list()).toHaveLength(1);
	});

	test("a match that says nothing for a day is forgotten, its order one day later", async () => {
		const { world, board, put } = setUp();
		put(summary("m1", { status: "scheduled", scheduledAtMs: world.now() + 1_000 }));
		await world.advance(BOARD.keepSilentMs + 2_000);
		expect(board().list()).toEqual([]);
		await world.advance(BOARD.keepGoneMs + 1_000);
		expect(world.alarmOf("board")).toBeNull();
	});

	test("a full board takes no new match, and goes on with those it has", () => {
		const { board, put } = setUp();
		for (let n = 0; n < BOARD.maxMatches; n++) put(summary(`m${n}`));
		put(summary("late"));
		put(summary("m1", { openMarkets: 1 }));
		expect(board().list()).toHaveLength(BOARD.maxMatches);
		expect(
			board()
				.list()
				.find((match) => match.matchId === "m1")?.openMarkets,
		).toBe(1);
	});
});

describe("the topic lobby", () => {
	test("[FRM-2] changes are conflated to one a second; a headline that is withdrawn goes at once", async () => {
		const { world, put, bodies } = setUp();
		bodies();
		put(summary("m1"));
		expect(bodies()).toHaveLength(1);
		for (let n = 0; n < 5; n++) put(summary("m1", { score: { home: n, away: 0 } }));
		put(summary("m2"));
		expect(bodies()).toEqual([]);
		await world.advance(BOARD.conflateMs);
		const [merged] = bodies().filter((body) => body.up !== undefined);
		expect(merged.up.map((match: MatchSummary) => [match.matchId, match.score.home])).toEqual([
			["m1", 4],
			["m2", 0],
		]);
		put(summary("m2", { openMarkets: 3 }));
		put(summary("m1", {}, { status: "suspended", version: 2 }));
		expect(bodies()[0]?.up).toHaveLength(2);
		put(summary("m1", {}, { version: 3 }));
		expect(bodies()).toEqual([]);
	});

	test("[FRM-2] a reader that resumes has what was held back, and ends with the board's list", async () => {
		const { world, board, put, sent } = setUp();
		const reader = new TopicReader<Lobby>(lobbyFold);
		const hear = (frames: readonly string[]) => {
			for (const text of frames) {
				const frame = decodeServerFrame(text);
				if (frame !== null) expect(reader.read(frame)).not.toBe("gap");
			}
		};
		put(summary("m1"));
		put(summary("m1", { openMarkets: 2 }));
		sent.splice(0);
		hear(board().answer('["sub","lobby",null,{}]').frames);
		sent.splice(0);
		put(summary("m2"));
		put(summary("m3"));
		await world.advance(BOARD.conflateMs);
		hear(sent.splice(0));
		expect([...(reader.state?.values() ?? [])]).toEqual(board().list());
	});

	test("[FRM-1] after a restart the board speaks in a new epoch, and tells relays that are still there at once", () => {
		const { put, restart, kinds, board } = setUp();
		put(summary("m1"));
		kinds();
		const before = JSON.parse(board().answer('["sub","lobby",null,{}]').frames[1] ?? "")[2];
		restart();
		expect(kinds()).toEqual(["image"]);
		expect(JSON.parse(board().answer('["sub","lobby",null,{}]').frames[1] ?? "")[2]).not.toBe(before);
	});

	test("[FRM-6] it beats each second while a match is live and a relay listens, and says when it stops", async () => {
		const { world, put, kinds, bodies, readers, board } = setUp(0);
		put(summary("m1", { status: "scheduled" }));
		await world.advance(5_000);
		put(summary("m1"));
		await world.advance(5_000);
		expect(kinds()).not.toContain("beat");
		readers.count = 1;
		board().readersChanged();
		await world.advance(5 * SOCKET.beatMs);
		expect(kinds()).toEqual(Array(5).fill("beat"));
		put(summary("m1", { status: "ended" }));
		expect(bodies()).toContainEqual({ last: 1 });
		await world.advance(5_000);
		expect(kinds()).not.toContain("beat");
	});

	test("other topics and nonsense are refused", () => {
		const { board } = setUp();
		expect(JSON.parse(board().answer('["sub","match:m1",null,{}]').frames[0] ?? "")[2]).toBe("unknown_topic");
		expect(JSON.parse(board().answer("nonsense").frames[0] ?? "")[2]).toBe("bad_frame");
		expect(board().answer('["unsub","lobby"]').listens).toBe(false);
		expect(board().answer('["ack",[["lobby","e",1]]]')).toEqual({
			frames: [],
			listens: null,
			acked: { epoch: "e", offset: 1 },
		});
	});
});

describe("[LAN-6] whose a match is", () => {
	const claim = (bench: ReturnType<typeof setUp>, group: string, matchId: string, opens = true) =>
		bench.board().claim({ v: 1, group, matches: [{ matchId, opens }] }).verdicts[0];

	test("the first group that opens an id has it for ever, through restarts and long after the lobby has forgotten it", async () => {
		const bench = setUp();
		expect([claim(bench, "demo", "m1", false), claim(bench, "demo", "m1")]).toEqual(["unknown", "ours"]);
		bench.put(summary("m1", { status: "ended" }));
		await bench.world.advance(BOARD.keepEndedMs + BOARD.keepGoneMs + 1);
		bench.restart();
		expect([claim(bench, "json", "m1"), claim(bench, "demo", "m1", false)]).toEqual(["foreign", "ours"]);
	});

	test("[API-2] what was opened, and nothing else, is known", () => {
		const bench = setUp();
		claim(bench, "demo", "m1");
		claim(bench, "demo", "m3", false);
		bench.put(summary("m2"));
		expect(bench.board().knows(["m1", "m2", "m3"]).known).toEqual(["m1", "m2"]);
	});

	test("a match that an older version listed is known, and given to nobody who does not know it", () => {
		const world = createTestWorld();
		migrate(world.storage("board"), BOARD_MIGRATIONS.slice(0, 1));
		world.storage("board").exec("INSERT INTO matches VALUES ('m1', 1, 1, NULL, NULL, NULL)");
		const board = new BoardActor({ ports: world.ports("board"), readers: { send: () => {}, count: () => 0 } });
		expect(board.knows(["m1"]).known).toEqual(["m1"]);
		expect(board.claim({ v: 1, group: "json", matches: [{ matchId: "m1", opens: true }] }).verdicts).toEqual([
			"foreign",
		]);
	});
});
