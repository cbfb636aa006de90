/**
 * `npm start` on a disk that fills up while players bet, with a database that is killed, and killed itself: what it says, what
 * players are told, and that all parts are there again. The tests follow one another on one platform.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bettors, newPlayer, type Player } from "../scripts/kill/bettor.ts";
import { getJson } from "../scripts/kill/world.ts";
import { processOf } from "../scripts/processes.ts";
import { until } from "./harness.ts";

/** Room for what a platform stores in some minutes, and no more. */
const DISK_MIB = 256;
const HANDS = 4;

const disk = mkdtempSync(join(tmpdir(), "touchline-full-"));
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MIB}m,mode=755`, "tmpfs", disk]);
const isMounted = mounted.status === 0;
const reason = isMounted
	? ""
	: ` (skipped: a small disk needs root: ${String(mounted.stderr ?? mounted.error).trim()})`;
if (!isMounted) rmSync(disk, { recursive: true });

type Starter = { readonly process: ChildProcess; readonly lines: readonly string[]; readonly url: string };
let starter: Starter;
let player: Player;

function freePort(): Promise<number> {
	return new Promise((found) => {
		const probe = createServer().listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}

async function start(port: number): Promise<Starter> {
	const lines: string[] = [];
	const process = spawn("node", ["scripts/start.ts", "--speed", "5"], {
		env: { ...globalThis.process.env, NODE_NO_WARNINGS: "1", PORT: String(port), TOUCHLINE_STATE: disk },
		stdio: ["ignore", "pipe", "pipe"],
	});
	for (const out of [process.stdout, process.stderr])
		out.on("data", (chunk: Buffer) =>
			lines.push(
				...chunk
					.toString()
					.split("\n")
					.filter((line) => line.trim() !== ""),
			),
		);
	await until(async () => {
		if (process.exitCode !== null) throw new Error(`it ended: ${lines.join("\n")}`);
		return lines.some((line) => line.startsWith("Touchline is up")) ? true : null;
	});
	return { process, lines, url: `http://127.0.0.1:${port}` };
}

const linesOf = ({ lines }: Starter, pattern: RegExp): readonly string[] => lines.filter((line) => pattern.test(line));
const postmaster = (): number => Number(readFileSync(join(disk, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
const kept = (): Record<string, string | number> => JSON.parse(readFileSync(join(disk, "running.json"), "utf8"));

type Leg = Readonly<
	Record<"matchId" | "marketId" | "outcomeId", string> & Record<"oddsMilli" | "marketVersion", number>
>;
type Answer = { readonly status: number; readonly code: string | null };
type Image = {
	readonly markets: readonly {
		readonly marketId: string;
		readonly status: string;
		readonly version: number;
		readonly outcomes: readonly { readonly outcomeId: string; readonly oddsMilli: number | null }[];
	}[];
};

/** Something that is on offer now. */
const onOffer = (): Promise<Leg> =>
	until(async () => {
		for (const matchId of await matchIds()) {
			const { markets } = await getJson<Image>(starter, `/v1/matches/${matchId}`);
			for (const { marketId, status, version, outcomes } of markets)
				for (const { outcomeId, oddsMilli } of outcomes)
					if (status === "open" && oddsMilli !== null)
						return { matchId, marketId, outcomeId, oddsMilli, marketVersion: version };
		}
		return null;
	});

async function matchIds(): Promise<readonly string[]> {
	const { matches } = await getJson<{ matches: readonly { matchId: string }[] }>(starter, "/v1/matches");
	return matches.map(({ matchId }) => matchId);
}

/** A bet that is taken or refused on its merits has no problem's status, whatever becomes of it. */
async function bet(id: string, leg: Leg): Promise<Answer> {
	const answer = await fetch(`${starter.url}/v1/bets`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${player.token}` },
		body: JSON.stringify({ id, legs: [leg], stakeMinor: 100, currency: "EUR", pricePolicy: "any" }),
		signal: AbortSignal.timeout(10_000),
	});
	const { code } = (await answer.json()) as { code?: string };
	return { status: answer.status, code: code ?? null };
}

/** Takes all the room there is. */
function fill(): void {
	const file = openSync(join(disk, "filler"), "a");
	try {
		for (let size = 1_048_576; size >= 4_096; size /= 2) {
			try {
				while (true) writeSync(file, Buffer.alloc(size));
			} catch {
				// So much does not fit any more.
			}
		}
	} finally {
		closeSync(file);
	}
}

/** Postgres against the ledgers, once nothing is on its way any more. */
const reconciled = (): Promise<{ readonly equal: boolean; readonly sumsZero: boolean }> =>
	until(async () => {
		const told = await getJson<{ equal: boolean; sumsZero: boolean; reportsOutboxDepth: number }>(
			starter,
			"/v1/ops/reconciliation",
			String(kept().operatorToken),
		).catch(() => null);
		return told?.equal && told.reportsOutboxDepth === 0 ? told : null;
	}, 500);

async function allParts(): Promise<readonly string[]> {
	return until(async () => {
		const answer = await fetch(`${starter.url}/readyz`, {
			headers: { authorization: `Bearer ${kept().operatorToken}` },
			signal: AbortSignal.timeout(10_000),
		}).catch(() => null);
		if (answer === null || !answer.ok) return null;
		const { dependencies } = (await answer.json()) as { dependencies: Record<string, { state: string }> };
		const states = Object.values(dependencies).map(({ state }) => state);
		return states.every((state) => state === "ok") ? states : null;
	}, 250);
}

describe.skipIf(!isMounted)(`npm start${reason}`, { timeout: 240_000 }, () => {
	beforeAll(async () => {
		starter = await start(await freePort());
		player = await newPlayer(starter as never, "weur", "EUR");
	}, 180_000);
	afterAll(async () => {
		if (starter?.process.exitCode === null && starter.process.signalCode === null) {
			const ended = new Promise((done) => starter.process.once("exit", done));
			starter.process.kill("SIGTERM");
			await ended;
		}
		spawnSync("umount", [disk]);
		rmSync(disk, { recursive: true, force: true });
	}, 60_000);

	test("[RUN-4] a full disk: bets are answered 503 with a code, and the starter says so in one line and lives", async () => {
		const [open, leg] = [await matchIds(), await onOffer()];
		const players = await Promise.all([
			player,
			newPlayer(starter as never, "weur", "EUR"),
			newPlayer(starter as never, "apac", "JPY"),
		]);
		const bettors = new Bettors(starter as never, Math.random, () => open);
		const betting = players.flatMap((one, p) =>
			Array.from({ length: HANDS }, (_, hand) => bettors.run(one, `full-${p}${hand}`)),
		);
		await until(async () => (bettors.bets.filter(({ told }) => told !== null).length > 10 ? true : null));
		const others: Answer[] = [];
		let n = 0;
		fill();
		const refused = await until(async () => {
			// What dies of the full disk may give back a little of it.
			fill();
			const answer = await bet(`at-full-disk-${++n}`, leg);
			if (![200, 202, 503].includes(answer.status)) others.push(answer);
			return answer.status === 503 ? answer : null;
		});
		expect(refused).toEqual({ status: 503, code: "unavailable" });
		await until(async () => (linesOf(starter, /The disk of .* is full/).length > 0 ? true : null));
		expect([others, starter.process.exitCode]).toEqual([[], null]);

		rmSync(join(disk, "filler"));
		expect(await allParts()).not.toContain("down");
		await until(async () => (linesOf(starter, /has room again/).length > 0 ? true : null));
		// The very bet that was not taken, under its own id.
		expect((await bet(`at-full-disk-${n}`, leg)).status).toBeLessThan(300);
		bettors.stop();
		await Promise.all(betting);
		// Nothing that was said once was said otherwise, every bet has its decision, and every sum is right.
		expect(bettors.contradictions).toEqual([]);
		expect(await reconciled()).toMatchObject({ equal: true, sumsZero: true });
		expect(linesOf(starter, /is full/)).toHaveLength(1);
		expect(starter.process.exitCode).toBeNull();
	});

	test("[RUN-3] its PostgreSQL killed: started again, said in one line, and reports catch up", async () => {
		const before = linesOf(starter, /PostgreSQL/).length;
		process.kill(postmaster(), "SIGKILL");
		await until(async () => (linesOf(starter, /PostgreSQL/).length === before + 2 ? true : null));
		expect(linesOf(starter, /PostgreSQL/).slice(before)).toEqual([
			expect.stringContaining("PostgreSQL ended (SIGKILL) and is started again"),
			expect.stringContaining("PostgreSQL is up again"),
		]);
		expect((await bet("bet-after-the-kill", await onOffer())).status).toBeLessThan(300);
		expect(await reconciled()).toMatchObject({ equal: true, sumsZero: true });
	});

	test("[RUN-3] itself killed: what it leaves is ended by the next start, and the platform goes on", async () => {
		const leader = Number(JSON.parse(readFileSync(join(disk, "wrangler.pid"), "utf8")).pid);
		const left = [postmaster(), leader, Number(kept().workerdPid)].map(processOf);
		expect(left).not.toContain(null);
		const ended = new Promise((done) => starter.process.once("exit", done));
		starter.process.kill("SIGKILL");
		await ended;
		starter = await start(Number(new URL(starter.url).port));
		expect(linesOf(starter, /what an earlier start had left running is ended/)).toHaveLength(1);
		for (const one of left) expect(processOf(one?.pid ?? 0)?.bornAt).not.toBe(one?.bornAt);
		expect(await reconciled()).toMatchObject({ equal: true, sumsZero: true });
	});
});
