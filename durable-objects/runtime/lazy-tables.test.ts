import { describe, expect, test } from "vitest";
import { createTestWorld, type TestWorld } from "../../testing/world.ts";
import { createDeadlines } from "./deadlines.ts";
import { withLazyTables } from "./lazy-tables.ts";
import { createReportOutbox } from "./report-outbox.ts";

const MIGRATIONS = [
	{ id: 1, sql: "CREATE TABLE meta (n INTEGER);\nINSERT INTO meta VALUES (7)" },
	{ id: 2, sql: "CREATE TABLE items (a TEXT)" },
];
const tables = (world: TestWorld): readonly string[] =>
	world
		.storage("a")
		.exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
		.map(({ name }) => String(name));

describe("[API-2] storage that comes with its first row", () => {
	const setUp = () => {
		const world = createTestWorld();
		const ports = withLazyTables(world.ports("a"), MIGRATIONS);
		const deadlines = createDeadlines(ports);
		const send = async (): Promise<void> => {};
		const outbox = createReportOutbox({ ports, source: "a", send, wakeAt: () => {} });
		return { world, ports, deadlines, outbox };
	};

	test("whatever is read is empty, changed or deleted, nothing, and no table is made", () => {
		const { world, ports, deadlines, outbox } = setUp();
		expect(ports.sql.exec("SELECT n FROM meta")).toEqual([]);
		expect(ports.sql.exec("UPDATE meta SET n = n + 1 RETURNING n")).toEqual([]);
		ports.sql.transaction(() => ports.sql.exec("DELETE FROM items"));
		deadlines.clear("x");
		outbox.confirm(3);
		expect([outbox.depth(), outbox.oldestAgeMs(), outbox.lastSeq(), deadlines.next()]).toEqual([0, null, 0, null]);
		expect(tables(world)).toEqual([]);
	});

	test("the first row brings all tables, with what their migrations put into them; a second start finds them", () => {
		const { world, ports } = setUp();
		ports.sql.transaction(() => ports.sql.exec("INSERT INTO items VALUES ('one')"));
		expect(ports.sql.exec("UPDATE meta SET n = n + 1 RETURNING n")).toEqual([{ n: 8 }]);
		expect(tables(world)).toEqual(["_deadlines", "_migrations", "_report_mark", "_reports", "items", "meta"]);
		world.crash("a");
		expect(withLazyTables(world.ports("a"), MIGRATIONS).sql.exec("SELECT n FROM meta")).toEqual([{ n: 8 }]);
	});

	test("a deadline is a row, and so is a report", () => {
		for (const write of ["deadline", "report"]) {
			const { world, deadlines, outbox } = setUp();
			if (write === "deadline") deadlines.set("x", 5);
			else
				outbox.append([
					{ kind: "player", partnerId: "p", licence: "l", playerId: "x", currency: "EUR", createdAtMs: 1 },
				]);
			expect(tables(world).length).toBe(6);
		}
	});

	test("a transaction that fails takes its tables with it, and the next row makes them", () => {
		const { world, ports } = setUp();
		expect(() =>
			ports.sql.transaction(() => {
				ports.sql.exec("INSERT INTO items VALUES ('one')");
				throw new Error("no");
			}),
		).toThrow("no");
		expect([tables(world), ports.sql.exec("SELECT n FROM meta")]).toEqual([[], []]);
		ports.sql.exec("INSERT INTO items VALUES ('two')");
		expect(ports.sql.exec("SELECT a FROM items")).toEqual([{ a: "two" }]);
	});
});
