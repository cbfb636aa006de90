import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { MatchSummary } from "../../shared/contracts/board.ts";
import { BOARD_NAME } from "../../shared/contracts/ids.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { stubOf } from "../runtime/stubs.ts";

const board = stubOf(bindings.BOARD, BOARD_NAME);

const scheduled = (matchId: string): MatchSummary => ({
	matchId,
	sport: "football",
	competition: "Test cup",
	home: { name: "Northtown", short: "NOR" },
	away: { name: "Southtown", short: "SOU" },
	scheduledAtMs: Date.now() + 3_600_000,
	status: "scheduled",
	stale: false,
	clock: { phase: "scheduled", text: "", elapsedSec: 0, running: false, rate: 1 },
	score: { home: 0, away: 0 },
	headline: null,
	openMarkets: 0,
});

test("[FRM-1] the board hibernates with its readers, keeps its list, and speaks to them in a new epoch", async () => {
	await board.upsert({ v: 1, order: 1, summary: scheduled("m1") });
	const { webSocket } = await board.fetch("https://board/v1/stream", { headers: { upgrade: "websocket" } });
	if (webSocket === null) throw new Error("no socket");
	const frames: (readonly [string, string, string, ...unknown[]])[] = [];
	webSocket.addEventListener("message", ({ data }) => {
		frames.push(JSON.parse(String(data)));
	});
	webSocket.accept();
	webSocket.send(JSON.stringify(["sub", "lobby", null, {}]));
	await vi.waitFor(() => expect(frames.map(([kind]) => kind)).toEqual(["sub", "image"]));

	await evictDurableObject(board);
	await board.upsert({ v: 1, order: 1, summary: scheduled("m2") });
	await vi.waitFor(() => expect(frames.map(([kind]) => kind)).toEqual(["sub", "image", "image", "delta"]));
	expect(frames[2]?.[2]).not.toBe(frames[1]?.[2]);
	expect(frames[3]?.[2]).toBe(frames[2]?.[2]);

	await evictDurableObject(board);
	expect((await board.list()).map((match: MatchSummary) => match.matchId)).toEqual(["m1", "m2"]);
	expect(await runDurableObjectAlarm(board)).toBe(true);
	expect(await board.list()).toHaveLength(2);
});

test("the board takes sockets only, and text only", async () => {
	expect((await board.fetch("https://board/v1/stream")).status).toBe(426);
	const { webSocket } = await board.fetch("https://board/v1/stream", { headers: { upgrade: "websocket" } });
	if (webSocket === null) throw new Error("no socket");
	let closed: number | null = null;
	webSocket.addEventListener("close", ({ code }) => {
		closed = code;
	});
	webSocket.accept();
	webSocket.send(new ArrayBuffer(4));
	await vi.waitFor(() => expect(closed).toBe(1003));
});
