/** Queue messages that are wrong, on a real PostgreSQL: kept as what they are, counted by nobody, and stopping nothing. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres } from "../../scripts/postgres/embedded.ts";
import { migratePostgres } from "../../scripts/postgres/migrate.ts";
import { startNeonStandIn } from "../../scripts/postgres/neon-stand-in.ts";
import { REPORTS, RETRY } from "../../shared/limits.ts";
import { retryDelaySec, storeDeadLetters, storeMessages } from "../../workers/reporting/consume.ts";
import { type Database, openDatabase } from "../../workers/reporting/database.ts";

const stateDir = mkdtempSync(join(tmpdir(), "touchline-queue-"));
let database: Database;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
	chmodSync(stateDir, 0o755);
	const postgres = await startPostgres({ stateDir });
	stops.push(postgres.stop);
	const { connectionString } = postgres;
	const standIn = await startNeonStandIn({ connectionString });
	stops.push(standIn.stop);
	await migratePostgres({ connectionString, endpoint: standIn.endpoint, root: process.cwd() });
	database = openDatabase({ databaseUrl: connectionString, neonEndpoint: standIn.endpoint, walletShards: 2 });
});
afterAll(async () => {
	for (const stop of stops.toReversed()) await stop();
	rmSync(stateDir, { recursive: true, force: true });
});

const source = "wallet:weur:0";
const player = (hex: string, over: object = {}): object => ({
	kind: "player",
	partnerId: "demo",
	licence: "generic",
	playerId: `p_weur_00000000000000${hex}`,
	currency: "EUR",
	createdAtMs: 1_800_000_000_000,
	...over,
});
const match = (competition: string): object => ({
	kind: "match",
	matchId: "m1",
	sport: "football",
	competition,
	home: "A",
	away: "B",
	scheduledAtMs: 1_800_000_000_000,
	status: "scheduled",
	score: "0-0",
});
let messages = 0;
/** Marks after the message; what is stuck waits for a Postgres that answers, and here it always does. */
async function store(body: unknown) {
	const { marks, stuck } = await storeMessages(database, [{ id: `message-${++messages}`, body }]);
	expect(stuck.size).toBe(0);
	return marks;
}
const rowsOf = (seq: number, body: unknown) => ({ v: 1, source, rows: [{ seq, body }] });
/** How many rows each table has. */
async function counts(): Promise<Readonly<Record<string, number>>> {
	const tables = ["report_rows", "players", "tickets", "ledger_entries", "matches", "rejected", "dead_letters"];
	const found = await Promise.all(
		tables.map((name) => database.query(sql`SELECT count(*) AS n FROM ${sql.identifier(name)}`)),
	);
	return Object.fromEntries(tables.map((name, at) => [name, Number(found[at]?.[0]?.n)]));
}

describe("a message that is none of ours becomes a dead letter, and nothing else changes", () => {
	test.each<[string, unknown]>([
		["null", null],
		["text", "rubbish"],
		["of another version", { v: 2, source, rows: [{ seq: 1, body: player("01") }] }],
		["of no version", { source, rows: [{ seq: 1, body: player("01") }] }],
		[
			"of a source that is none",
			{ v: 1, source: "ledger'; DROP TABLE tickets; --", rows: [{ seq: 1, body: player("01") }] },
		],
		["without rows", { v: 1, source, rows: [] }],
		["without a source", { v: 1, rows: [{ seq: 1, body: player("01") }] }],
		["whose row has no number", { v: 1, source, rows: [{ body: player("01") }] }],
		["whose row has number 0", rowsOf(0, player("01"))],
		["with a field nobody knows", { ...rowsOf(1, player("01")), trusted: true }],
		["with U+0000 and half characters in it", { v: 1, source: "a\u0000\ud800", rows: [] }],
		[
			"with REPORTS.resendRows rows and one more",
			{
				v: 1,
				source,
				rows: Array.from({ length: REPORTS.resendRows + 1 }, (_, n) => ({ seq: n + 1, body: player("01") })),
			},
		],
	])("%s", async (_name, body) => {
		const before = await counts();
		expect(await store(body)).toEqual([]);
		expect(await counts()).toEqual({ ...before, dead_letters: (before.dead_letters ?? 0) + 1 });
	});

	test("a message delivered twice is one dead letter", async () => {
		const before = await counts();
		for (let time = 0; time < 2; time++) await storeMessages(database, [{ id: "twice", body: "rubbish" }]);
		expect((await counts()).dead_letters).toBe((before.dead_letters ?? 0) + 1);
	});
});

describe("[REP-2] a row that does not fit is kept as refused, and the mark goes on over it", () => {
	let seq = 0;
	test.each<[string, object]>([
		["of a kind nobody knows", player("02", { kind: "admin" })],
		["with a field missing", player("02", { currency: undefined })],
		["with a field nobody knows", player("02", { balanceMinor: 1 })],
		["with a currency that is none", player("02", { currency: "euro" })],
		["with U+0000 in a name, which Postgres does not take", match("Cup\u0000")],
		["with half a character in a name", match("Cup\ud83c")],
		["that Postgres alone refuses: a time beyond its calendar", player("02", { createdAtMs: 8_640_000_000_000_000 })],
	])("%s", async (_name, body) => {
		const before = await counts();
		expect(await store(rowsOf(++seq, body))).toEqual([{ source, mark: seq }]);
		expect(await counts()).toEqual({
			...before,
			report_rows: (before.report_rows ?? 0) + 1,
			rejected: (before.rejected ?? 0) + 1,
		});
	});

	test("what comes after it is stored, and what was stored is not stored again", async () => {
		const good = rowsOf(++seq, player("03"));
		const before = await counts();
		for (let time = 0; time < 2; time++) expect(await store(good)).toEqual([{ source, mark: seq }]);
		expect(await counts()).toEqual({
			...before,
			report_rows: (before.report_rows ?? 0) + 1,
			players: (before.players ?? 0) + 1,
		});
	});

	test("a row from beyond a gap is stored, and the mark waits for what is missing", async () => {
		expect(await store(rowsOf(seq + 5, player("04")))).toEqual([{ source, mark: seq }]);
	});

	test("a batch of good, refused and unreadable messages: each gets its own fate", async () => {
		const other = "wallet:oc:1";
		const batch = [
			{
				id: "mixed-1",
				body: {
					v: 1,
					source: other,
					rows: [
						{ seq: 1, body: player("05") },
						{ seq: 2, body: {} },
					],
				},
			},
			{ id: "mixed-2", body: [] },
			{ id: "mixed-3", body: { v: 1, source: other, rows: [{ seq: 3, body: player("06") }] } },
		];
		const before = await counts();
		expect(await storeMessages(database, batch)).toMatchObject({ marks: [{ source: other, mark: 3 }] });
		expect(await counts()).toEqual({
			...before,
			report_rows: (before.report_rows ?? 0) + 3,
			players: (before.players ?? 0) + 2,
			rejected: (before.rejected ?? 0) + 1,
			dead_letters: (before.dead_letters ?? 0) + 1,
		});
	});
});

test("dead letters are kept whatever is in them", async () => {
	const before = await counts();
	const body = { name: "\u0000\ud800", __proto__: { a: 1 }, deep: JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`) };
	await storeDeadLetters(database, [{ id: "odd-letter", reason: "given up on", body }]);
	expect((await counts()).dead_letters).toBe((before.dead_letters ?? 0) + 1);
});

test("RETRY.databaseSec, databaseMaxSec: messages for a Postgres that is away wait longer each time, and no longer than that", () => {
	expect([1, 2, 3].map(retryDelaySec)).toEqual([1, 2, 3].map((attempt) => attempt * RETRY.databaseSec));
	expect(retryDelaySec(10_000)).toBe(RETRY.databaseMaxSec);
});
