/** What a death takes with it, and what is therefore not said before it is durable. */
import { describe, expect, test } from "vitest";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import { REPORTS, RETRY } from "../../shared/limits.ts";
import { createTestWorld, Superseded } from "../../testing/world.ts";
import { Courier, doublingMs, someOf } from "./courier.ts";
import { createReportOutbox } from "./report-outbox.ts";

const SYNC_MS = 10;
const OWNER = "wallet";

/** A disk that keeps nothing that nobody waited for. */
function forgetful(outlive: (turns: number) => number = () => 0) {
	const world = createTestWorld(1, undefined, {
		syncMs: () => SYNC_MS,
		disk: { lazyMs: () => 1_000, outlive: (_, turns) => outlive(turns) },
	});
	const ports = world.ports(OWNER);
	ports.sql.exec("CREATE TABLE words (word TEXT NOT NULL)");
	const write = (word: string): void => void ports.sql.exec("INSERT INTO words (word) VALUES (?)", word);
	const words = (): readonly string[] =>
		world
			.storage(OWNER)
			.exec("SELECT word FROM words ORDER BY rowid")
			.map(({ word }) => String(word));
	const durable = async (): Promise<void> => {
		const synced = ports.sync();
		await world.advance(SYNC_MS);
		await synced;
	};
	return { world, ports, write, words, durable };
}

describe("[MAT-3] a disk that loses what was not durable", () => {
	test("keeps what was written before a wait that has ended, and nothing later", async () => {
		const { world, write, words, durable } = forgetful();
		await durable();
		write("before");
		const synced = durable();
		write("after the wait began");
		await synced;
		expect(world.crash(OWNER)).toBe(1);
		expect(words()).toEqual(["before"]);
	});

	test("keeps it by itself after a while, and loses it where the wait has not ended", async () => {
		const { world, ports, write, words, durable } = forgetful();
		await durable();
		write("lost");
		ports.sync().catch(() => {});
		await world.advance(SYNC_MS - 1);
		world.crash(OWNER);
		expect(words()).toEqual([]);
		world.ports(OWNER).sql.exec("INSERT INTO words (word) VALUES ('kept')");
		await world.advance(1_000);
		world.crash(OWNER);
		expect(words()).toEqual(["kept"]);
	});

	test("tears between turns and never within one; what is kept has all before it", async () => {
		const { world, ports, write, words, durable } = forgetful(() => 1);
		await durable();
		write("first");
		write("first too");
		await world.settle();
		ports.sql.transaction(() => {
			write("second");
			write("second too");
		});
		await world.settle();
		expect(world.crash(OWNER)).toBe(1);
		expect(words()).toEqual(["first", "first too"]);
	});

	test("loses an alarm with the turn that set it, and gives back one that had fired in it", async () => {
		const { world, ports, durable } = forgetful();
		ports.setAlarm(world.now() + 500);
		await durable();
		ports.setAlarm(world.now() + 100);
		world.crash(OWNER);
		const alarmAtMs = world.alarmOf(OWNER);
		expect(alarmAtMs).toBe(world.now() + 500 - SYNC_MS);
		world.onAlarm(OWNER, () => {});
		await world.advance(500);
		expect(world.alarmOf(OWNER)).toBeNull();
		world.crash(OWNER);
		expect(world.alarmOf(OWNER)).toBe(alarmAtMs);
	});

	test("gives nothing of a transaction in which its object died", async () => {
		let isDoomed = false;
		const world = createTestWorld(1, undefined, {
			disk: { lazyMs: () => 1_000, outlive: (_, turns) => turns },
			starting: (owner) => (isDoomed ? { atStatement: 3, die: () => void world.crash(owner) } : null),
		});
		world.ports(OWNER).sql.exec("CREATE TABLE words (word TEXT NOT NULL)");
		isDoomed = true;
		const { sql } = world.ports(OWNER);
		const writeTwo = (): void => {
			sql.exec("INSERT INTO words (word) VALUES ('half')");
			sql.exec("INSERT INTO words (word) VALUES ('whole')");
		};
		expect(() => sql.transaction(writeTwo)).toThrow(Superseded);
		expect(world.storage(OWNER).exec("SELECT word FROM words")).toEqual([]);
	});
});

describe("what is not durable is not said", () => {
	test("[BET-8] a peer is not told what was stored while the call before it waited, until that is durable too", async () => {
		const { world, ports, write, words, durable } = forgetful();
		await durable();
		const told: string[] = [];
		const courier = new Courier<readonly string[], unknown>({
			ports,
			what: "words",
			peers: () => (words().length > told.length ? ["desk"] : []),
			gather: ports.sync,
			batch: () => someOf(words().slice(told.length)),
			send: async (_, batch) => told.push(...batch),
			decode: (answer) => answer,
			answered: () => {},
			retryMs: doublingMs(RETRY.peerMinMs, RETRY.peerMaxMs),
			refused: null,
			failed: () => {},
		});
		write("one");
		courier.kick();
		await world.advance(SYNC_MS / 2);
		write("two");
		for (let ms = 0; ms < 5 * SYNC_MS && told.length < 2; ms++) await world.advance(1);
		world.crash(OWNER);
		expect(told).toEqual(["one", "two"]);
		expect(words()).toEqual(told);
	});

	test("[REP-2] a row is handed to the queue when it is durable: one that comes while others wait, waits itself", async () => {
		const { world, ports, durable } = forgetful();
		const handed: number[] = [];
		const outbox = createReportOutbox({
			ports,
			source: "wallet:weur:0",
			send: async (messages) => void handed.push(...messages.flatMap(({ rows }) => rows.map(({ seq }) => seq))),
			wakeAt: () => {},
		});
		await durable();
		const append = (): void => {
			outbox.append([ROW]);
			outbox.kick();
		};
		append();
		await world.advance(REPORTS.gatherMs + SYNC_MS / 2);
		append();
		for (let ms = 0; ms < 5 * SYNC_MS && handed.length < 1; ms++) await world.advance(1);
		world.crash(OWNER);
		expect(handed).toEqual([1]);
		expect(world.storage(OWNER).exec("SELECT seq FROM _reports")).toEqual([{ seq: 1 }]);
	});
});

const ROW: ReportBody = {
	kind: "market",
	matchId: "m1",
	marketId: "1x2",
	name: "Result",
	group: "main",
	period: "regular",
};
