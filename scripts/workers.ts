/** All five scripts in one local workerd, under wrangler; started again where wrangler itself dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as v from "valibot";
import { decode } from "../shared/decode.ts";
import { couldReplaceFile } from "./files.ts";
import { commandOf, groupHolds, holderBelow, isRunning, type ProcessId, processOf, signalGroup } from "./processes.ts";

export const CONFIGS = [
	"wrangler.toml",
	"durable-objects/wrangler.toml",
	"durable-objects/relay/wrangler.toml",
	"workers/ingest/wrangler.toml",
	"workers/reporting/wrangler.toml",
] as const;

export type Secrets = {
	readonly OPERATOR_TOKEN: string;
	readonly TOKEN_SECRET: string;
	readonly INGEST_SECRETS: string;
	readonly DATABASE_URL: string;
	readonly NEON_ENDPOINT: string;
};

export type WorkersOptions = {
	readonly root: string;
	readonly stateDir: string;
	readonly port: number;
	readonly secrets: Secrets;
	/** Other values than the configurations have. */
	readonly vars?: Readonly<Record<string, string>>;
	/** Wrangler has died and is being started again. */
	readonly onRestart?: (words: string) => void;
};

export type Workers = {
	readonly url: string;
	/** The process that runs all objects and scripts (wrangler has another one, which only forwards); changes on a restart. */
	readonly workerdPid: () => number | null;
	readonly stop: () => Promise<void>;
};

const RESTART_MIN_MS = 500;
const RESTART_MAX_MS = 4_000;
/** Who has run for so long has come up: its end is told, and answered at once. */
const SETTLED_MS = 10_000;
const NOTE_AGAIN_MS = 1_000;
const STOP_TIMEOUT_MS = 8_000;

/**
 * What is closed where it is deployed, opened for a platform on this machine: demo players, the pages of this very address, and
 * no rates for the machine's own addresses.
 */
export function localVars(port: number): Readonly<Record<"DEMO" | "ALLOWED_ORIGINS" | "UNCOUNTED_ADDRESSES", string>> {
	return {
		DEMO: "1",
		ALLOWED_ORIGINS: `http://127.0.0.1:${port},http://localhost:${port}`,
		UNCOUNTED_ADDRESSES: "127.0.0.1,::1",
	};
}

const persistDir = (stateDir: string): string => join(stateDir, "workers");
const pidFile = (stateDir: string): string => join(stateDir, "wrangler.pid");
const processSchema = v.object({ pid: v.number(), bornAt: v.string() });

/**
 * Workers of this state folder that outlived their starter (SIGKILL) are ended; whoever has their number by now is left alone.
 * True where there were any: their port may take a moment to be free.
 */
export function endLeftover(stateDir: string): boolean {
	const noted = notedGroup(stateDir);
	const isOurs =
		noted !== null && (noted.process === null ? isCommandOfOurs(noted.group, stateDir) : isRunning(noted.process));
	const isLeft = noted !== null && (isOurs || groupHolds(noted.group, persistDir(stateDir)));
	if (isLeft) signalGroup(noted.group, "SIGKILL");
	rmSync(pidFile(stateDir), { force: true });
	return isLeft;
}

/** An older start noted the number only. */
function notedGroup(stateDir: string): { readonly group: number; readonly process: ProcessId | null } | null {
	if (!existsSync(pidFile(stateDir))) return null;
	try {
		const noted: unknown = JSON.parse(readFileSync(pidFile(stateDir), "utf8"));
		const decoded = decode(v.union([processSchema, v.pipe(v.number(), v.integer(), v.minValue(2))]), noted);
		if (!decoded.ok) return null;
		return typeof decoded.value === "number"
			? { group: decoded.value, process: null }
			: { group: decoded.value.pid, process: decoded.value };
	} catch {
		return null;
	}
}

function isCommandOfOurs(pid: number, stateDir: string): boolean {
	const words = commandOf(pid);
	return words[words.indexOf("--persist-to") + 1] === persistDir(stateDir);
}

export function startWorkers(options: WorkersOptions): Workers {
	endLeftover(options.stateDir);
	const log = logTo(join(options.stateDir, "workers.log"));
	let stopping = false;
	let failures = 0;
	let child = launch(options, log);
	const watch = (running: ChildProcess): void => {
		const startedAtMs = performance.now();
		noteProcess(running, options.stateDir);
		running.once("exit", (code, signal) => {
			if (stopping) return;
			// What it started may have outlived it, and still has the port and the files.
			if (running.pid !== undefined) signalGroup(running.pid, "SIGKILL");
			if (performance.now() - startedAtMs > SETTLED_MS) failures = 0;
			if (failures === 0)
				options.onRestart?.(
					`wrangler ended (${signal ?? code}) and is started again; see ${join(options.stateDir, "workers.log")}`,
				);
			setTimeout(
				() => {
					if (stopping) return;
					child = launch(options, log);
					watch(child);
				},
				Math.min(RESTART_MIN_MS * 2 ** failures++, RESTART_MAX_MS),
			);
		});
	};
	watch(child);
	return {
		url: `http://127.0.0.1:${options.port}`,
		workerdPid: () =>
			child.pid === undefined ? null : holderBelow(child.pid, "workerd", persistDir(options.stateDir)),
		stop: () => {
			stopping = true;
			return end(child).then(() => {
				rmSync(pidFile(options.stateDir), { force: true });
				log.close();
			});
		},
	};
}

/** Notes who leads the group, for a start after a SIGKILL; on a full disk again and again until there is room. */
function noteProcess(child: ChildProcess, stateDir: string): void {
	const leader = child.pid === undefined ? null : processOf(child.pid);
	if (leader === null || child.exitCode !== null || child.signalCode !== null) return;
	if (!couldReplaceFile(pidFile(stateDir), JSON.stringify(leader)))
		setTimeout(() => noteProcess(child, stateDir), NOTE_AGAIN_MS).unref();
}

type LogFile = { readonly write: (chunk: Buffer) => void; readonly close: () => void };

/** What a full disk does not take is lost: a log that waited for room would hold up those who write to it. */
function logTo(path: string): LogFile {
	const file = openSync(path, "w");
	let isOpen = true;
	return {
		write: (chunk) => {
			if (!isOpen) return;
			try {
				writeSync(file, chunk);
			} catch {
				// There is no room.
			}
		},
		close: () => {
			isOpen = false;
			closeSync(file);
		},
	};
}

/** Wrangler gives `--var` to the first config alone: another one that names such a variable is copied with its value. */
function withVars(config: string, stateDir: string, vars: Readonly<Record<string, string>>): string {
	const text = readFileSync(config, "utf8");
	const changed = Object.entries(vars).reduce(
		(before, [name, value]) =>
			before.replace(new RegExp(`^${name} = .*$`, "m"), () => `${name} = ${JSON.stringify(value)}`),
		text,
	);
	if (changed === text) return config;
	const copy = join(stateDir, `${basename(dirname(config))}.toml`);
	const main = (_: string, path: string): string => `main = ${JSON.stringify(join(dirname(config), path))}`;
	writeFileSync(copy, changed.replace(/^main = "(.*)"$/m, main));
	return copy;
}

function launch({ root, stateDir, port, secrets, vars: given = {} }: WorkersOptions, log: LogFile): ChildProcess {
	const [first, ...others] = CONFIGS;
	const copied = others.map((config) => withVars(join(root, config), stateDir, given));
	const configs = [first, ...copied].flatMap((config) => ["-c", config]);
	const vars = Object.entries({ ...localVars(port), ...given }).flatMap(([name, value]) => [
		"--var",
		`${name}:${value}`,
	]);
	const flags = [
		"--port",
		String(port),
		"--ip",
		"127.0.0.1",
		"--persist-to",
		persistDir(stateDir),
		"--show-interactive-dev-session=false",
		"--inspector-port",
		"0",
	];
	const child = spawn("wrangler", ["dev", ...configs, ...vars, ...flags], {
		cwd: root,
		env: {
			...process.env,
			...secrets,
			X_LOCAL_OBSERVABILITY: "false",
			CLOUDFLARE_CF_FETCH_ENABLED: "false",
			WRANGLER_SEND_METRICS: "false",
			// Other local platforms and test runs must not find our queue and objects, nor we theirs.
			WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
			FORCE_COLOR: "0",
		},
		stdio: ["ignore", "pipe", "pipe"],
		// A group of its own: Ctrl-C is for the starter, which stops us in order.
		detached: true,
	});
	child.stdout?.on("data", log.write);
	child.stderr?.on("data", log.write);
	return child;
}

function end(child: ChildProcess): Promise<void> {
	return new Promise((done) => {
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return done();
		const group = child.pid;
		const timer = setTimeout(() => signalGroup(group, "SIGKILL"), STOP_TIMEOUT_MS);
		child.once("exit", () => {
			clearTimeout(timer);
			signalGroup(group, "SIGKILL");
			done();
		});
		signalGroup(group, "SIGTERM");
	});
}
