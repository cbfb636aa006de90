import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { DESK, keyOf, MATCH_ID, WALLET } from "../../testing/desk.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { doSql } from "../runtime/do-sql.ts";
import { stubOf } from "../runtime/stubs.ts";
import { DeskStore } from "./store.ts";

const desk = stubOf(bindings.DESK, DESK);
const legs = [{ ticketKey: keyOf(1), legNo: 0 }];
const result = {
	marketId: "1x2",
	settlementVersion: 1,
	state: { kind: "settled", outcomes: { home: { kind: "win" } } },
} as const;

test("[BET-8] [SET-2] tombstones and results outlive an eviction; the alarm has nothing to add, and goes to rest", async () => {
	expect((await desk.ask({ v: 1, desk: DESK, wallet: WALLET, legs })).votes).toEqual([
		{ ...legs[0], vote: "no", code: "timed_out" },
	]);
	await desk.results({ v: 1, desk: DESK, matchId: MATCH_ID, results: [result] });
	await evictDurableObject(desk);
	await runInDurableObject(desk, (_desk, state) => {
		const store = new DeskStore(doSql(state.storage, () => {}));
		expect(store.tombstoned([{ ticketKey: keyOf(1), legNo: 0 }]).size > 0).toBe(true);
		expect(state.storage.sql.exec("SELECT market, is_told FROM results").toArray()).toEqual([
			{ market: "1x2", is_told: 1 },
		]);
		expect(store.untoldWallets()).toEqual([]);
	});
	expect(await runDurableObjectAlarm(desk)).toBe(true);
	expect(await desk.ops()).toEqual({
		pendingLegs: 0,
		reservedLegs: 0,
		outboxDepth: 0,
		inc: 0,
		n: 0,
	});
	await runInDurableObject(desk, (_desk, state) => {
		const store = new DeskStore(doSql(state.storage, () => {}));
		expect(store.forget(Date.now(), Date.now())).toBe(false);
		expect(store.tombstoned([{ ticketKey: keyOf(1), legNo: 0 }]).size > 0).toBe(false);
		expect(store.oldest()).toEqual({ tombstoneMs: null, settledMs: null });
	});
});
