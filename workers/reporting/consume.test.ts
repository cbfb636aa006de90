/** The consumer on a real PostgreSQL, with a gate between them that fails as networks and databases do. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Gate, startGate } from "../../scripts/kill/gate.ts";
import { startPostgres } from "../../scripts/postgres/embedded.ts";
import { migratePostgres } from "../../scripts/postgres/migrate.ts";
import { startNeonStandIn } from "../../scripts/postgres/neon-stand-in.ts";
import type { ReportMessage } from "../../shared/contracts/reports.ts";
import { REPORTS } from "../../shared/limits.ts";
import { answerQueue, type Incoming, storeDeadLetters, storeMessages } from "./consume.ts";
import { type Database, openDatabase, type Rows } from "./database.ts";
import { forLog, type Reconciliation } from "./reconcile.ts";
import { health } from "./summary.ts";

let database: Database;
let gate: Gate;
let stop: () => Promise<void>;

beforeAll(async () => {
	const stateDir = mkdtempSync(join(tmpdir(), "touchline-consume-"));
	chmodSync(stateDir, 0o755);
	const postgres = await startPostgres({ stateDir });
	const { connectionString } = postgres;
	const standIn = await startNeonStandIn({ connectionString });
	gate = await startGate(standIn.endpoint);
	await migratePostgres({ connectionString, endpoint: standIn.endpoint, root: process.cwd() });
	database = openDatabase({ databaseUrl: connectionString, neonEndpoint: gate.endpoint, walletShards: 1 });
	stop = async () => {
		await gate.stop();
		await standIn.stop();
		await postgres.stop();
		rmSync(stateDir, { recursive: true, force: true });
	};
});
afterAll(() => stop());
beforeEach(async () => {
	gate.set({ kind: "open" });
	await database.query(sql`TRUNCATE report_rows, report_marks, rejected, dead_letters, markets`);
});

const market = (marketId: string, name = "Result") => ({
	kind: "market",
	matchId: "m1",
	marketId,
	name,
	group: "main",
	period: "match",
});

function message(source: string, fromSeq: number, bodies: readonly unknown[]): Incoming {
	const rows = bodies.map((body, index) => ({ seq: fromSeq + index, body }));
	return { id: `${source} ${fromSeq}`, body: { v: 1, source, rows } satisfies ReportMessage };
}

const marketsStored = async (): Promise<readonly unknown[]> =>
	(await database.query(sql`SELECT market_id FROM markets ORDER BY market_id`)).map((row) => row.market_id);
const rejectedStored = (): Promise<Rows> =>
	database.query(sql`SELECT source, seq::int AS seq, reason, body FROM rejected`);

/** An internal error of the database on every insert of a market of this name; all else goes through. */
const poison = (name: string): void =>
	gate.set({ kind: "poisoned", isPoison: (body) => /INSERT INTO \W*markets/.test(body) && body.includes(name) });

test("[MAT-10] a match that got another start and another name is one row with both", async () => {
	const match = { kind: "match", matchId: "moved", sport: "football", competition: "Cup", home: "A", away: "B" };
	const first = { ...match, scheduledAtMs: 1_781_136_000_000, status: "scheduled", score: "0-0" };
	const second = { ...first, competition: "Trophy", home: "A U23", away: "C", scheduledAtMs: 1_781_222_400_000 };
	await storeMessages(database, [message("match:moved", 1, [first])]);
	await storeMessages(database, [message("match:moved", 2, [second])]);
	const rows = await database.query(
		sql`SELECT competition, home, away, extract(epoch FROM scheduled_at)::int AS at FROM matches WHERE match_id = 'moved'`,
	);
	expect(rows).toEqual([{ competition: "Trophy", home: "A U23", away: "C", at: 1_781_222_400 }]);
});

test("[REP-1] each version of a ticket is there once, however often it came", async () => {
	const ticket = { kind: "ticket", partnerId: "demo", licence: "generic", playerId: "p_weur_0123456789abcdef" };
	const terms = { ticketId: "once-0001", code: null, currency: "EUR", stakeMinor: 500, returnMinor: 0 };
	const rest = { potentialReturnMinor: 1_000, houseRulesVersion: "1", placedAtMs: 1_781_136_000_000 };
	const at = (ticketVersion: number, status: string) => ({
		...{ ...ticket, ...terms, ...rest, ticketVersion, status, decidedAtMs: null, settledAtMs: null, legs: [] },
	});
	const told = message("wallet:weur:0", 1, [at(1, "pending"), { ...at(2, "accepted"), region: "weur" }]);
	for (let times = 0; times < 2; times++) await storeMessages(database, [told]);
	const rows = await database.query(
		sql`SELECT ticket_version::int AS version, status, region FROM tickets WHERE ticket_id = 'once-0001' ORDER BY 1`,
	);
	expect(rows).toEqual([
		{ version: 1, status: "pending", region: null },
		{ version: 2, status: "accepted", region: "weur" },
	]);
});

test("[REP-1] what only a later row of a batch says is stored with it", async () => {
	const result = { kind: "result", matchId: "m1", settlementVersion: 1, state: { kind: "void", reason: "" }, atMs: 1 };
	const voids = [{ fromMs: 1, toMs: 2, licences: ["generic"] }];
	const rows = [
		{ ...result, marketId: "plain" },
		{ ...result, marketId: "spans", voids },
	];
	await storeMessages(database, [message("match:m1", 1, rows)]);
	expect(await database.query(sql`SELECT market_id, voids FROM results ORDER BY market_id`)).toEqual([
		{ market_id: "plain", voids: null },
		{ market_id: "spans", voids },
	]);
});

test("[REP-2] REPORTS.rowsAtATime: a full batch is stored in parts, each in a transaction, and every mark moves over all of it", async () => {
	const size = 200;
	const messages = Array.from({ length: 5 }, (_, no) =>
		message(
			no < 3 ? "match:m1" : "match:m2",
			(no % 3) * size + 1,
			Array.from({ length: size }, (_row, at) => market(`${no}-${at}`)),
		),
	);
	const batches: number[] = [];
	const counted: Database = {
		...database,
		batch: (statements) => {
			batches.push(statements.length);
			return database.batch(statements);
		},
	};
	const { marks, stuck } = await storeMessages(counted, messages);
	expect([batches.length, stuck.size]).toEqual([3, 0]);
	expect(marks.toSorted((x, y) => x.source.localeCompare(y.source))).toEqual([
		{ source: "match:m1", mark: 3 * size },
		{ source: "match:m2", mark: 2 * size },
	]);
	expect(await marketsStored()).toHaveLength(5 * size);
	expect(REPORTS.rowsAtATime).toBeGreaterThanOrEqual(REPORTS.resendRows);
});

describe("[REP-2] what cannot be stored", () => {
	test("a row that does not fit is a named difference, and the mark moves over it", async () => {
		const { marks, stuck } = await storeMessages(database, [
			message("match:m1", 1, [market("a"), { kind: "nonsense" }, market("c")]),
		]);
		expect([marks, stuck.size]).toEqual([[{ source: "match:m1", mark: 3 }], 0]);
		expect(await marketsStored()).toEqual(["a", "c"]);
		expect(await rejectedStored()).toMatchObject([{ source: "match:m1", seq: 2, body: { kind: "nonsense" } }]);
	});

	test("a text that Postgres cannot hold is kept with U+FFFD in its place, and holds up nothing", async () => {
		const { marks, stuck } = await storeMessages(database, [
			message("match:m1", 1, [market("a"), market("b", "nul\0"), { kind: "nul\0" }]),
			message("match:m2", 1, [market("c")]),
		]);
		expect(stuck.size).toBe(0);
		expect(marks.toSorted((x, y) => x.source.localeCompare(y.source))).toEqual([
			{ source: "match:m1", mark: 3 },
			{ source: "match:m2", mark: 1 },
		]);
		expect(await marketsStored()).toEqual(["a", "c"]);
		expect((await rejectedStored()).map(({ seq, body }) => [seq, body])).toEqual([
			[2, market("b", "nul\ufffd")],
			[3, { kind: "nul\ufffd" }],
		]);
	});

	test("a message that is none is a dead letter at once, whatever it contains; the others are stored", async () => {
		const { stuck } = await storeMessages(database, [
			{ id: "rubbish", body: { hello: "wor\0ld" } },
			message("match:m1", 1, [market("a")]),
		]);
		expect(stuck.size).toBe(0);
		expect(await marketsStored()).toEqual(["a"]);
		const letters = await database.query(sql`SELECT id, body FROM dead_letters`);
		expect(letters.map(({ id, body }) => [id, body])).toEqual([["rubbish", { hello: "wor\ufffdld" }]]);
		expect(await health(database)).toMatchObject({ deadLetters: 1, rejected: 0 });
	});
});

describe("[REP-2] a row that Postgres fails on although it answers", () => {
	const messages = [
		message("match:m1", 1, [market("a"), market("b", "poison"), market("c")]),
		message("match:m2", 1, [market("d")]),
	];

	test("is stuck by itself: all others are stored, and the mark waits before it", async () => {
		poison("poison");
		const { marks, stuck } = await storeMessages(database, messages);
		expect([...stuck.keys()]).toEqual(["match:m1 1"]);
		expect(marks.toSorted((x, y) => x.source.localeCompare(y.source))).toEqual([
			{ source: "match:m1", mark: 1 },
			{ source: "match:m2", mark: 1 },
		]);
		expect(await marketsStored()).toEqual(["a", "c", "d"]);
		gate.set({ kind: "open" });
		const again = await storeMessages(database, messages.slice(0, 1));
		expect([again.marks, again.stuck.size]).toEqual([[{ source: "match:m1", mark: 3 }], 0]);
		expect(await rejectedStored()).toEqual([]);
	});

	test("is a named difference once its message is a dead letter, and holds up its source no longer", async () => {
		poison("poison");
		await storeDeadLetters(database, [{ id: "dead", reason: "given up on", body: messages[0]?.body }]);
		const { marks, stuck } = await storeMessages(database, messages.slice(0, 1), true);
		expect([marks, stuck.size]).toEqual([[{ source: "match:m1", mark: 3 }], 0]);
		expect(await rejectedStored()).toMatchObject([{ seq: 2, body: { name: "poison" } }]);
		expect(await health(database)).toMatchObject({ deadLetters: 1, rejected: 1 });
	});
});

describe("[REP-2] Postgres before its migration", () => {
	test.each([
		[
			"a column",
			["ALTER TABLE markets RENAME COLUMN period TO later", "ALTER TABLE markets RENAME COLUMN later TO period"],
		],
		["a table", ["ALTER TABLE markets RENAME TO later", "ALTER TABLE later RENAME TO markets"]],
		[
			"the table of dead letters",
			["ALTER TABLE dead_letters RENAME TO later", "ALTER TABLE later RENAME TO dead_letters"],
		],
	])("that lacks %s is no row's fault: all of it waits, a dead letter too", async (_what, [away = "", back = ""]) => {
		const messages = [message("match:m1", 1, [market("a"), { kind: "nonsense" }]), { id: "rubbish", body: 1 }];
		await database.query(sql.raw(away));
		try {
			await expect(storeMessages(database, messages)).rejects.toThrow();
			await expect(storeMessages(database, messages, true)).rejects.toThrow();
		} finally {
			await database.query(sql.raw(back));
		}
		const { marks, stuck } = await storeMessages(database, messages);
		expect([marks, stuck.size]).toEqual([[{ source: "match:m1", mark: 2 }], 0]);
		expect(await rejectedStored()).toMatchObject([{ seq: 2, body: { kind: "nonsense" } }]);
	});
});

describe("[REP-2] Postgres out of reach", () => {
	test.each([500, 503])(
		"answering %i: nothing is stored, nothing is judged, and all of it comes again",
		async (status) => {
			gate.set({ kind: "failing", status });
			const messages = [message("match:m1", 1, [market("a"), { kind: "nonsense" }]), { id: "rubbish", body: 1 }];
			await expect(storeMessages(database, messages)).rejects.toThrow();
			await expect(storeMessages(database, messages, true)).rejects.toThrow();
			// With nothing in it that could be stored: no message is given up on for a database that is away.
			await expect(storeMessages(database, messages.slice(1))).rejects.toThrow();
			gate.set({ kind: "open" });
			expect([await marketsStored(), await rejectedStored()]).toEqual([[], []]);
			const { marks } = await storeMessages(database, messages);
			expect(marks).toEqual([{ source: "match:m1", mark: 2 }]);
		},
	);

	test("REPORTS.databaseTimeoutMs: silent for so long is out of reach, and its request is given up", async () => {
		const given = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
			expect(ms).toBe(REPORTS.databaseTimeoutMs);
			// The machine's own clock, which no test moves: the time is over as soon as the request hangs.
			const controller = new AbortController();
			setTimeout(() => controller.abort(), 50);
			return controller.signal;
		});
		gate.set({ kind: "hanging" });
		await expect(storeMessages(database, [message("match:m1", 1, [market("a")])])).rejects.toThrow();
		expect(given).toHaveBeenCalled();
		given.mockRestore();
		gate.set({ kind: "open" });
		expect(await marketsStored()).toEqual([]);
		expect(REPORTS.databaseTimeoutMs).toBe(15_000);
	});
});

test("[REP-2] REPORTS.stuckRetrySec: a stuck message comes again after it, and the others are done with", () => {
	const answers: unknown[] = [];
	const queued = ["a", "b", "c"].map((id) => ({
		id,
		ack: () => void answers.push([id, "ack"]),
		retry: (options?: { delaySeconds?: number }) => void answers.push([id, options?.delaySeconds]),
	}));
	answerQueue(queued, new Map([["b", new Error("the database failed on this")]]));
	expect(answers).toEqual([
		["a", "ack"],
		["b", REPORTS.stuckRetrySec],
		["c", "ack"],
	]);
	// The queue tries twenty times: over within a minute.
	expect(20 * REPORTS.stuckRetrySec).toBeLessThan(30);
});

test("REPORTS.maxDifferencesLogged: so many differences stand in a line of the log, the first ones", () => {
	const found = (count: number): Reconciliation => ({
		checkedAtMs: 0,
		equal: false,
		sumsZero: true,
		sources: 1,
		walletsAsked: 1,
		reportsOutboxDepth: 0,
		differences: Array.from({ length: count }, (_, n) => ({ name: "refused", source: "match:m1", detail: `row ${n}` })),
	});
	const logged = (count: number) => forLog(found(count)).differences;
	expect(logged(20)).toEqual(found(20).differences);
	expect(logged(21)).toEqual(found(20).differences);
	expect(REPORTS.maxDifferencesLogged).toBe(20);
});
