import { expect, test } from "vitest";
import type { MatchSummary, UpsertRequest } from "../../shared/contracts/board.ts";
import { RETRY } from "../../shared/limits.ts";
import { createTestWorld } from "../runtime/testing.ts";
import { BoardLine } from "./board-line.ts";

test("[RUN-5] a board that refuses a match's line as none of its contract has it when a deploy has reached it", async () => {
	const world = createTestWorld();
	const told: UpsertRequest[] = [];
	let isOld = true;
	let calls = 0;
	const line = new BoardLine(world.ports("match"), 1, () => ({
		upsert: async (request) => {
			calls++;
			if (isOld) throw Object.assign(new Error("upsert: summary"), { code: "contract_fault", errors: [] });
			told.push(request);
			return { v: 1 };
		},
	}));
	const summary = { matchId: "m1", status: "ended", headline: null } as MatchSummary;
	line.show(summary);
	await world.advance(RETRY.refusedMs - 1);
	expect(calls).toBe(1);
	isOld = false;
	await world.advance(1);
	expect(told.map((request) => request.summary)).toEqual([summary]);
});
