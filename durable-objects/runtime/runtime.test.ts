import { describe, expect, test } from "vitest";
import type { ReportBody, ReportMessage } from "../../shared/contracts/reports.ts";
import { CROWD, REPORTS, SQL_TEXT_CHARS } from "../../shared/limits.ts";
import { nodeSql } from "../../testing/node-sql.ts";
import { createTestWorld } from "../../testing/world.ts";
import { createDeadlines } from "./deadlines.ts";
import { gathering, groupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import { createReportOutbox } from "./report-outbox.ts";
import { regionOfName } from "./stubs.ts";

const marketRow = (n: number): ReportBody => ({
	kind: "market",
	matchId: "m1",
	marketId: `ou:${n}.5`,
	name: "Over/under",
	group: "totals",
	period: "90",
});

describe("migrations", () => {
	test("run once, in order, and refuse a changed history", () => {
		const sql = nodeSql();
		migrate(sql, [{ id: 1, sql: "CREATE TABLE a (x INTEGER);\nCREATE TABLE b (y INTEGER)" }]);
		migrate(sql, [
			{ id: 1, sql: "CREATE TABLE a (x INTEGER);\nCREATE TABLE b (y INTEGER)" },
			{ id: 2, sql: "ALTER TABLE a ADD COLUMN z INTEGER" },
		]);
		expect(sql.exec("SELECT count(*) AS n FROM _migrations")[0]?.n).toBe(2);
		expect(() => migrate(sql, [{ id: 1, sql: "CREATE TABLE other (x INTEGER)" }])).toThrow(/changed/);
		expect(() => migrate(sql, [{ id: 2, sql: "" }])).toThrow(/place/);
	});

	test("a failing migration leaves nothing behind", () => {
		const sql = nodeSql();
		expect(() => migrate(sql, [{ id: 1, sql: "CREATE TABLE a (x INTEGER);\nnonsense" }])).toThrow();
		expect(sql.exec("SELECT count(*) AS n FROM sqlite_master WHERE name = 'a'")[0]?.n).toBe(0);
	});
});

describe("group commit", () => {
	test("commits at once when idle and together while a sync is pending", async () => {
		const batches: number[] = [];
		let release: () => void = () => {};
		const commit = groupCommit<number, number>({
			ports: { sync: () => new Promise((resolve) => (release = resolve)) },
			maxBatch: 10,
			run: (batch) => {
				batches.push(batch.length);
				return batch.map((n) => n * 2);
			},
		});
		const first = commit(1);
		const others = [commit(2), commit(3), commit(4)];
		release();
		expect(await first).toBe(2);
		await Promise.resolve();
		release();
		expect(await Promise.all(others)).toEqual([4, 6, 8]);
		expect(batches).toEqual([1, 3]);
	});

	test("CROWD: behind a crowd it waits for others, behind few it commits at once", async () => {
		const world = createTestWorld();
		const batches: number[] = [];
		const ports = world.ports("wallet");
		const commit = groupCommit<number, number>({
			ports,
			maxBatch: 100,
			gather: gathering(ports),
			run: (batch) => {
				batches.push(batch.length);
				return [...batch];
			},
		});
		const many = (count: number) => Array.from({ length: count }, (_, n) => commit(n));
		many(CROWD.from);
		await world.settle();
		expect(batches).toEqual([1, CROWD.from - 1]);
		many(CROWD.from + 1);
		await world.settle();
		expect(batches.slice(2)).toEqual([1, CROWD.from]);
		const late = commit(1);
		await world.advance(CROWD.gatherMs - 1);
		many(1);
		expect(batches).toHaveLength(4);
		await world.advance(1);
		expect([await late, batches.slice(4)]).toEqual([1, [2]]);
		many(1);
		expect(batches.slice(5)).toEqual([1]);
	});

	test("a failing batch rejects its callers and the next batch goes on", async () => {
		let fail = true;
		const commit = groupCommit<number, number>({
			ports: { sync: async () => {} },
			maxBatch: 1,
			run: (batch) => {
				if (fail) throw new Error("disk");
				return [...batch];
			},
		});
		await expect(commit(1)).rejects.toThrow("disk");
		fail = false;
		expect(await commit(2)).toBe(2);
	});
});

describe("deadlines", () => {
	test("many names share one alarm and outlive a crash", async () => {
		const world = createTestWorld();
		const ports = world.ports("a");
		const deadlines = createDeadlines(ports);
		deadlines.set("late", world.now() + 5_000);
		deadlines.set("soon", world.now() + 1_000);
		expect(world.alarmOf("a")).toBe(world.now() + 1_000);
		world.crash("a");
		const again = createDeadlines(world.ports("a"));
		const fired: string[] = [];
		world.onAlarm("a", () => void fired.push(...again.takeDue(world.now())));
		await world.advance(10_000);
		expect(fired).toEqual(["soon", "late"]);
		expect(again.next()).toBeNull();
	});
});

describe("[REP-2] report outbox", () => {
	test("resends from the confirmed mark until the mark comes back, and not after", async () => {
		const world = createTestWorld();
		const ports = world.ports("wallet");
		const sent: ReportMessage[][] = [];
		const wake: { at: number | null } = { at: null };
		const make = () =>
			createReportOutbox({
				ports,
				source: "wallet:weur:0",
				send: async (messages) => void sent.push([...messages]),
				wakeAt: (atMs) => {
					wake.at = atMs;
				},
			});
		const outbox = make();
		ports.sql.transaction(() => {
			outbox.append([marketRow(0)]);
			outbox.append([marketRow(1)]);
		});
		outbox.kick();
		await world.advance(REPORTS.gatherMs);
		expect(sent).toHaveLength(1);
		expect(sent[0]?.[0]?.rows.map((row) => row.seq)).toEqual([1, 2]);

		await world.advance(REPORTS.resendMinMs * 2);
		outbox.resendDue(world.now());
		await world.settle();
		expect(sent).toHaveLength(2);

		outbox.confirm(1);
		expect(outbox.depth()).toBe(1);
		const restarted = make();
		expect(restarted.depth()).toBe(1);
		await world.advance(REPORTS.resendMaxMs);
		restarted.resendDue(world.now());
		await world.settle();
		expect(sent.at(-1)?.[0]?.rows.map((row) => row.seq)).toEqual([2]);
		restarted.confirm(2);
		expect(restarted.resendDue(world.now() + REPORTS.resendMaxMs)).toBeNull();
	});

	test("SQL_TEXT_CHARS: rows of more than a statement may read go into several, numbered on", () => {
		const { ports, outbox } = (() => {
			const ports = createTestWorld().ports("wallet");
			const source = "wallet:weur:0";
			return { ports, outbox: createReportOutbox({ ports, source, send: async () => {}, wakeAt: () => {} }) };
		})();
		const rows = Math.ceil((2.5 * SQL_TEXT_CHARS) / JSON.stringify([1, marketRow(0)]).length);
		ports.sql.transaction(() => outbox.append(Array.from({ length: rows }, (_, n) => marketRow(n))));
		outbox.append([marketRow(rows)]);
		expect(outbox.lastSeq()).toBe(rows + 1);
		expect(ports.sql.exec("SELECT min(seq) AS first, max(seq) AS last, count(*) AS n FROM _reports")).toEqual([
			{ first: 1, last: rows + 1, n: rows + 1 },
		]);
		expect(JSON.parse(String(ports.sql.exec("SELECT body FROM _reports WHERE seq = ?", rows)[0]?.body))).toEqual(
			marketRow(rows - 1),
		);
	});

	test("numbers go on from what is stored: a transaction that came to nothing leaves no gap, and is told to nobody", async () => {
		const world = createTestWorld();
		const ports = world.ports("wallet");
		const sent: number[] = [];
		const outbox = createReportOutbox({
			ports,
			source: "wallet:weur:0",
			send: async (messages) => void sent.push(...messages.flatMap(({ rows }) => rows.map(({ seq }) => seq))),
			wakeAt: () => {},
		});
		ports.sql.transaction(() => outbox.append([marketRow(0)]));
		const failing = (): void =>
			ports.sql.transaction(() => {
				outbox.append([1, 2, 3].map(marketRow));
				throw new Error("no");
			});
		expect(failing).toThrow("no");
		ports.sql.transaction(() => outbox.append([marketRow(1)]));
		expect(failing).toThrow("no");
		outbox.confirm(5);
		expect([outbox.confirmedSeq(), outbox.lastSeq(), outbox.depth()]).toEqual([2, 2, 0]);
		ports.sql.transaction(() => outbox.append([marketRow(2)]));
		outbox.kick();
		await world.advance(REPORTS.gatherMs);
		expect([outbox.lastSeq(), outbox.depth(), sent]).toEqual([3, 1, [3]]);
	});

	test("what Postgres has goes with the next rows, or by the alarm where none come; a transaction that comes to nothing takes none", async () => {
		const world = createTestWorld();
		const ports = world.ports("wallet");
		const outbox = createReportOutbox({ ports, source: "wallet:weur:0", send: async () => {}, wakeAt: () => {} });
		const stored = () => ports.sql.exec("SELECT seq FROM _reports").map(({ seq }) => seq);
		const mark = () => ports.sql.exec("SELECT last_seq, confirmed_seq FROM _report_mark");
		ports.sql.transaction(() => outbox.append([0, 1, 2].map(marketRow)));
		outbox.confirm(1);
		expect([stored(), outbox.depth()]).toEqual([[1, 2, 3], 2]);
		expect(() =>
			ports.sql.transaction(() => {
				outbox.append([marketRow(3)]);
				throw new Error("no");
			}),
		).toThrow("no");
		expect(stored()).toEqual([1, 2, 3]);
		ports.sql.transaction(() => outbox.append([marketRow(3)]));
		expect([stored(), mark()]).toEqual([[2, 3, 4], [{ last_seq: 4, confirmed_seq: 1 }]]);
		outbox.confirm(4);
		expect(stored()).toEqual([2, 3, 4]);
		expect(outbox.resendDue(world.now() + REPORTS.resendMinMs)).toBeNull();
		expect([stored(), mark()]).toEqual([[], [{ last_seq: 4, confirmed_seq: 4 }]]);
	});

	test("rows of a moment go in one message, each once and in order, also those that were too many to keep at hand", async () => {
		const world = createTestWorld();
		const ports = world.ports("wallet");
		const sent: ReportMessage[] = [];
		const outbox = createReportOutbox({
			ports,
			source: "wallet:weur:0",
			send: async (messages) => void sent.push(...messages),
			wakeAt: () => {},
		});
		const append = (count: number): void => {
			ports.sql.transaction(() => outbox.append(Array.from({ length: count }, (_, n) => marketRow(n))));
			outbox.kick();
		};
		append(1);
		await world.advance(REPORTS.gatherMs / 2);
		append(2);
		await world.advance(REPORTS.gatherMs / 2);
		expect(sent.map(({ rows }) => rows.map(({ seq }) => seq))).toEqual([[1, 2, 3]]);
		sent.length = 0;
		append(3);
		append(REPORTS.resendRows);
		append(3);
		await world.advance(3 * REPORTS.gatherMs);
		const seqs = sent.flatMap(({ rows }) => rows.map(({ seq }) => seq));
		expect(seqs).toEqual(Array.from({ length: REPORTS.resendRows + 6 }, (_, n) => n + 4));
	});

	test("says how long its oldest row has waited, also in a table of the first version", async () => {
		const world = createTestWorld();
		const ports = world.ports("wallet");
		ports.sql.exec("CREATE TABLE _reports (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
		const outbox = createReportOutbox({
			ports,
			source: "wallet:weur:0",
			send: async () => {},
			wakeAt: () => {},
		});
		expect(outbox.oldestAgeMs()).toBeNull();
		for (let n = 0; n < 2; n++) {
			ports.sql.transaction(() => outbox.append([marketRow(n)]));
			await world.advance(1_000);
		}
		expect(outbox.oldestAgeMs()).toBe(2_000);
		outbox.confirm(1);
		expect(outbox.oldestAgeMs()).toBe(1_000);
		outbox.confirm(2);
		expect(outbox.oldestAgeMs()).toBeNull();
	});

	test("an alarm that its former instance had set does not leave it without one", async () => {
		const world = createTestWorld();
		const make = () => {
			const ports = world.ports("wallet");
			const deadlines = createDeadlines(ports);
			const outbox = createReportOutbox({
				ports,
				source: "wallet:weur:0",
				send: async (messages) => void sent.push(...messages),
				wakeAt: (atMs) => deadlines.setIfSooner("reports", atMs),
			});
			world.onAlarm("wallet", () => {
				deadlines.takeDue(world.now());
				outbox.resendDue(world.now());
			});
			return { ports, outbox };
		};
		const sent: ReportMessage[] = [];
		const first = make();
		first.ports.sql.transaction(() => first.outbox.append([marketRow(0)]));
		first.outbox.kick();
		await world.advance(REPORTS.resendMinMs / 2);
		world.crash("wallet");
		make();
		sent.length = 0;
		await world.advance(REPORTS.resendMinMs * 3);
		expect(sent.map(({ rows }) => rows.map(({ seq }) => seq))).toEqual([[1]]);
	});

	test("messages keep the order, and each sending is one that the queue takes", async () => {
		const world = createTestWorld();
		const ports = world.ports("match");
		const sent: (readonly ReportMessage[])[] = [];
		const outbox = createReportOutbox({
			ports,
			source: "match:m1",
			send: async (messages) => void sent.push(messages),
			wakeAt: () => {},
		});
		const rows = Array.from({ length: 200 }, (_, index) => ({ ...marketRow(index % 6), name: "x".repeat(3_000) }));
		ports.sql.transaction(() => outbox.append(rows));
		outbox.kick();
		await world.advance(REPORTS.gatherMs * 4);
		expect(sent.length).toBeGreaterThan(1);
		expect(sent.flatMap((batch) => batch.flatMap((message) => message.rows.map(({ seq }) => seq)))).toEqual(
			rows.map((_, index) => index + 1),
		);
		for (const batch of sent) expect(JSON.stringify(batch).length).toBeLessThan(256_000);
	});
});

test("the placement hint follows from the name", () => {
	expect(regionOfName("desk:m1:apac")).toBe("apac");
	expect(regionOfName("wallet:enam:7")).toBe("enam");
	expect(regionOfName("match:desk")).toBe("weur");
});
