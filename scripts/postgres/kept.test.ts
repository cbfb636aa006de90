/** The embedded PostgreSQL ends in every way there is, and is there again: on its port, with its data, said in one line. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { processOf } from "../processes.ts";
import { startPostgres } from "./embedded.ts";
import { keepPostgres } from "./kept.ts";

let stateDir = "";
let said: string[] = [];
const stops: (() => Promise<void>)[] = [];
beforeEach(() => {
	stateDir = mkdtempSync(join(tmpdir(), "touchline-kept-"));
	chmodSync(stateDir, 0o755);
	said = [];
});
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
	rmSync(stateDir, { recursive: true, force: true });
});

async function ask(connectionString: string, sql: string): Promise<string> {
	const client = new pg.Client({ connectionString });
	client.on("error", () => {});
	await client.connect();
	try {
		const { rows } = await client.query({ text: sql, rowMode: "array" });
		return String(rows[0]?.[0]);
	} finally {
		await client.end();
	}
}
const say = (line: string): void => void said.push(line);

describe("the embedded PostgreSQL", () => {
	test("[RUN-3] killed, it is started again on its port, with what was committed", async () => {
		const started: number[] = [];
		const start: typeof startPostgres = async (options) => {
			const server = await startPostgres(options);
			started.push(server.pid);
			return server;
		};
		const kept = await keepPostgres({ stateDir, say, start });
		stops.push(kept.stop);
		await ask(kept.connectionString, "CREATE TABLE kept AS SELECT 7 AS n");
		for (const kills of [1, 2]) {
			process.kill(started.at(-1) ?? 0, "SIGKILL");
			await vi.waitFor(() => expect(said).toHaveLength(2 * kills), { timeout: 20_000 });
			expect(await ask(kept.connectionString, "SELECT n FROM kept")).toBe("7");
		}
		expect(said.slice(0, 2)).toEqual([
			"PostgreSQL ended (SIGKILL) and is started again: reports wait for it, bets do not",
			"PostgreSQL is up again",
		]);
		await kept.stop();
		expect([said.length, processOf(started.at(-1) ?? 0)]).toEqual([4, null]);
	});

	test("[RUN-4] where it cannot start, as on a full disk, it is tried until it can, and said once", async () => {
		let tries = 0;
		let end: (why: string) => void = () => {};
		const start: typeof startPostgres = async () => {
			tries++;
			if (tries > 1 && tries < 5) throw new Error("No space left on device");
			const ended = new Promise<string>((done) => {
				end = done;
			});
			return { connectionString: "postgres://x", port: 1, pid: 1, ended, stop: async () => end("stopped") };
		};
		const kept = await keepPostgres({ stateDir, say, start, againMs: 1 });
		end("could not write to file: No space left on device");
		await vi.waitFor(() => expect(said).toHaveLength(2));
		expect(tries).toBe(5);
		await kept.stop();
		expect(said).toEqual([
			"PostgreSQL ended (could not write to file: No space left on device) and is started again: reports wait for it, bets do not",
			"PostgreSQL is up again",
		]);
	});

	test("[RUN-3] told to stop while it cannot start, it is not tried again", async () => {
		let tries = 0;
		let end: (why: string) => void = () => {};
		const start: typeof startPostgres = async () => {
			if (tries++ > 0) throw new Error("No space left on device");
			const ended = new Promise<string>((done) => {
				end = done;
			});
			return { connectionString: "postgres://x", port: 1, pid: 1, ended, stop: async () => end("stopped") };
		};
		const kept = await keepPostgres({ stateDir, say, start, againMs: 60_000 });
		end("1");
		await vi.waitFor(() => expect(tries).toBe(2));
		await kept.stop();
		expect(tries).toBe(2);
	});

	test.each([
		["names a process that is none of ours", `${process.pid}\n/elsewhere\n1\n1\n\n\n\n`],
		["is empty, as a full disk leaves it", ""],
	])("[RUN-3] it starts where a lock is left that %s, and that process lives", async (_name, lock) => {
		const first = await startPostgres({ stateDir });
		const data = await ask(first.connectionString, "SHOW data_directory");
		await first.stop();
		writeFileSync(join(data, "postmaster.pid"), lock);
		const second = await startPostgres({ stateDir });
		stops.push(second.stop);
		expect(await ask(second.connectionString, "SELECT 1")).toBe("1");
	});

	test("[RUN-3] one that outlived its starter is ended by the next", async () => {
		const orphan = await startPostgres({ stateDir });
		const next = await startPostgres({ stateDir });
		stops.push(next.stop);
		expect(await orphan.ended).toBe("0");
		expect(await ask(next.connectionString, "SELECT 1")).toBe("1");
	});

	test("[RUN-3] a start that fails says why in one line, and leaves no process", async () => {
		const first = await startPostgres({ stateDir });
		const data = await ask(first.connectionString, "SHOW data_directory");
		await first.stop();
		writeFileSync(join(data, "postgresql.auto.conf"), "max_connections = many\n");
		await expect(startPostgres({ stateDir })).rejects.toThrow(/^PostgreSQL ended \(.*\)$/);
	});
});
