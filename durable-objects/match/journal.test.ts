import { describe, expect, test } from "vitest";
import { AT } from "../../testing/football-inputs.ts";
import { nodeSql } from "../../testing/node-sql.ts";
import { migrate } from "../runtime/migrate.ts";
import { type JournalEvent, journalEntryOf, journalRow } from "./journal.ts";
import { MATCH_MIGRATIONS } from "./migrations.ts";
import { MatchStore } from "./store.ts";

const EVENTS: readonly JournalEvent[] = [
	{ kind: "restart" },
	{ kind: "restart_over" },
	{ kind: "kickoff_due" },
	{ kind: "feed_lost" },
	{ kind: "clock" },
	{ kind: "deviation_alarm", markets: [{ marketId: "1x2", distancePpm: 91_000 }] },
	{ kind: "deviation_over", marketIds: ["1x2", "ou:2.5"] },
	{ kind: "liability", shifts: [{ marketId: "1x2", shiftsMilli: { home: 40, away: -20 } }] },
];

describe("[MAT-3] the journal", () => {
	test("gives back every kind of entry as it was stored, in order", () => {
		const sql = nodeSql();
		migrate(sql, MATCH_MIGRATIONS);
		const store = new MatchStore(sql);
		const entries = EVENTS.map((event, index) => ({ ...event, afterSeq: index, atMs: AT + index }));
		for (const entry of entries) store.addJournal(entry);
		expect(store.history().journal).toEqual(entries);
	});

	test("reads what was stored before entries carried data", () => {
		const sql = nodeSql();
		migrate(sql, MATCH_MIGRATIONS.slice(0, 1));
		sql.exec("INSERT INTO journal (after_seq, at_ms, kind) VALUES (?, ?, ?)", 3, AT, "restart");
		migrate(sql, MATCH_MIGRATIONS);
		expect(new MatchStore(sql).history().journal).toEqual([{ afterSeq: 3, atMs: AT, kind: "restart" }]);
	});

	test.each([
		["a kind nobody knows", { kind: "moved", data: null }],
		["an alarm without its markets", { kind: "deviation_alarm", data: null }],
		["a clock that says more than it knows", { kind: "clock", data: '{"marketIds":[]}' }],
		[
			"a shift that is no whole number",
			{ kind: "liability", data: '{"shifts":[{"marketId":"1x2","shiftsMilli":{"home":0.5}}]}' },
		],
	])("does not replay %s", (_name, row) => {
		expect(() => journalEntryOf({ after_seq: 1, at_ms: AT, ...row })).toThrow("stored journal entry");
	});

	test("keeps nothing beside the kind where there is nothing to keep", () => {
		expect(journalRow({ kind: "clock", afterSeq: 1, atMs: AT }).data).toBeNull();
	});
});
