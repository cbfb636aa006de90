import { describe, expect, test } from "vitest";
import { keyOf, WALLET } from "../../testing/desk.ts";
import { nodeSql } from "../../testing/node-sql.ts";
import { migrate } from "../runtime/migrate.ts";
import type { Reservation } from "./decide-batch.ts";
import { DESK_MIGRATIONS } from "./migrations.ts";
import { DeskStore } from "./store.ts";

const reservation = (n: number, legNo: number): Reservation => ({
	wallet: WALLET,
	licence: "generic",
	marketId: "1x2",
	outcomeId: "home",
	riskBaseMinor: 100,
	stakeBaseMinor: 100,
	settlementVersion: 0,
	vote: {
		ticketKey: keyOf(n),
		legNo,
		vote: "yes",
		oddsMilli: 2_000,
		marketVersion: 1,
		matchState: "",
		epoch: "e",
		seq: 1,
		tick: 0,
		delayMs: 5_000,
		fairPpm: 500_000,
	},
});

const createStore = (): DeskStore => createLives()();

/** A store on the same storage each time: the desk of after a crash. */
function createLives(): () => DeskStore {
	const sql = nodeSql();
	migrate(sql, DESK_MIGRATIONS);
	return () => new DeskStore(sql);
}

describe("[BET-8] P3's transaction", () => {
	test("reserves no leg of a ticket of which one is tombstoned", () => {
		const store = createStore();
		store.storeTombstone({ ticketKey: keyOf(1), legNo: 1 }, 0);
		const tickets = [[reservation(1, 0), reservation(1, 1)], [reservation(2, 0)]];
		expect(store.reserve(tickets)).toEqual({ reserved: [false, true], hasResult: false });
		expect(store.counts()).toEqual({ reserved: 1, outbox: 1 });
	});

	test("[SET-2] a result that is newer than what any leg of the batch had found is told", () => {
		const store = createStore();
		store.saveResult({ marketId: "1x2", settlementVersion: 2, state: { kind: "void", reason: "abandoned" } }, 0);
		expect(store.untoldWallets()).toEqual([]);
		const found = (n: number, settlementVersion: number) => [{ ...reservation(n, 0), settlementVersion }];
		expect(store.reserve([found(1, 2), found(2, 3)]).hasResult).toBe(false);
		expect(store.reserve([found(3, 3), found(4, 1)]).hasResult).toBe(true);
		expect(store.untoldWallets()).toEqual([WALLET]);
	});

	test("[BET-8] a stored vote that cannot be read stops no other", () => {
		const sql = nodeSql();
		migrate(sql, DESK_MIGRATIONS);
		new DeskStore(sql).reserve([[reservation(1, 0)], [reservation(2, 0)]]);
		sql.exec("UPDATE legs SET vote = '{}' WHERE ticket_key = ?", keyOf(1));
		const votes = new DeskStore(sql).unansweredVotes(WALLET, 10);
		expect(votes.map(({ ticketKey }) => ticketKey)).toEqual([keyOf(2)]);
	});

	test("a release that comes first, comes again, and comes for what was never here", () => {
		const store = createStore();
		expect(store.release({ ticketKey: keyOf(1), legNo: 0 }, 0)).toBeNull();
		expect(store.reserve([[reservation(1, 0)]]).reserved).toEqual([false]);
		store.reserve([[reservation(2, 0)]]);
		expect(store.release({ ticketKey: keyOf(2), legNo: 0 }, 0)).toMatchObject({
			outcomeId: "home",
			riskBaseMinor: 100,
		});
		expect(store.release({ ticketKey: keyOf(2), legNo: 0 }, 0)).toBeNull();
		expect(store.totals()).toEqual([]);
	});
});

describe("[BET-8] votes that wait for their answer", () => {
	const said = (store: DeskStore) => store.unansweredVotes(WALLET, 10).map(({ ticketKey }) => ticketKey);
	const answer = (store: DeskStore, n: number) => store.votesAnswered([{ ticketKey: keyOf(n), legNo: 0 }]);

	test("one that was answered is said no more, and by the next life only where nothing was written since", () => {
		const live = createLives();
		const first = live();
		first.reserve([[reservation(1, 0)], [reservation(2, 0)]]);
		answer(first, 1);
		expect(said(first)).toEqual([keyOf(2)]);
		expect(said(live())).toEqual([keyOf(1), keyOf(2)]);
		first.reserve([[reservation(3, 0)]]);
		expect(said(live())).toEqual([keyOf(2), keyOf(3)]);
		answer(first, 2);
		answer(first, 3);
		first.noteAnswered();
		expect([first.owesAnything(), said(live())]).toEqual([false, []]);
	});

	test("what a transaction that came to nothing has reserved or released is as it was before", () => {
		const store = createStore();
		store.reserve([[reservation(1, 0)]]);
		expect(() =>
			store.transaction(() => {
				store.release({ ticketKey: keyOf(1), legNo: 0 }, 0);
				store.reserve([[reservation(2, 0)]]);
				throw new Error("disk");
			}),
		).toThrow("disk");
		expect(said(store)).toEqual([keyOf(1)]);
		expect(store.counts()).toEqual({ reserved: 1, outbox: 1 });
	});

	test("a leg that was released before its answer was noted is said by no later life", () => {
		const live = createLives();
		const store = live();
		store.reserve([[reservation(1, 0)], [reservation(2, 0)]]);
		answer(store, 1);
		store.release({ ticketKey: keyOf(1), legNo: 0 }, 0);
		store.release({ ticketKey: keyOf(2), legNo: 0 }, 0);
		expect([said(store), said(live()), store.owesAnything()]).toEqual([[], [], false]);
	});
});

describe("[SET-2] the cursor", () => {
	test("an answer to an older version does not take off the newer one", () => {
		const store = createStore();
		store.reserve([[reservation(1, 0)]]);
		const leg = { ticketKey: keyOf(1), legNo: 0 };
		const result = (settlementVersion: number) => ({
			marketId: "1x2",
			settlementVersion,
			state: { kind: "void", reason: "abandoned" } as const,
		});
		expect(store.saveResult(result(1), 0)).toBe(true);
		expect(store.untoldResults(WALLET, 10)).toMatchObject([{ settlementVersion: 1, outcome: { kind: "void" } }]);
		expect(store.saveResult(result(3), 0)).toBe(true);
		expect(store.saveResult(result(2), 0)).toBe(false);
		store.resultsAnswered([{ ...leg, settlementVersion: 1 }]);
		expect(store.untoldResults(WALLET, 10)).toMatchObject([{ settlementVersion: 3 }]);
		store.resultsAnswered([{ ...leg, settlementVersion: 3 }]);
		expect(store.untoldWallets()).toEqual([]);
		expect(store.owesAnything()).toBe(true);
		store.votesAnswered([leg]);
		expect(store.owesAnything()).toBe(false);
	});
});
