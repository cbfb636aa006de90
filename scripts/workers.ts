/** All five scripts in one local workerd, under wrangler; started again where wrangler itself dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandOf, holderBelow, signalGroup } from "./processes.ts";

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
	/** Wrangler has died and is being started again. */
	readonly onRestart?: (words: string) => void;
};

export type Workers = {
	readonly url: string;
	/** The process that runs all objects and scripts (wrangler has another one, which only forwards); changes on a restart. */
	readonly workerdPid: () => number | null;
	readonly stop: () => Promise<void>;
};

const RESTART_MS = 500;
const STOP_TIMEOUT_MS = 8_000;

const persistDir = (stateDir: string): string => join(stateDir, "workers");
const pidFile = (stateDir: string): string => join(stateDir, "wrangler.pid");

/** Workers of this state folder that outlived their starter (SIGKILL) are ended, where they still are what they were. */
export function endLeftover(stateDir: string): void {
	if (!existsSync(pidFile(stateDir))) return;
	const pid = Number(readFileSync(pidFile(stateDir), "utf8"));
	if (pid > 1 && commandOf(pid).includes(`--persist-to ${persistDir(stateDir)}`)) signalGroup(pid, "SIGKILL");
	rmSync(pidFile(stateDir), { force: true });
}

export function startWorkers(options: WorkersOptions): Workers {
	endLeftover(options.stateDir);
	const log = createWriteStream(join(options.stateDir, "workers.log"), { flags: "w" });
	let stopping = false;
	let child = launch(options, log);
	const watch = (running: ChildProcess): void => {
		running.once("exit", (code, signal) => {
			if (stopping) return;
			// What it started may have outlived it, and still has the port and the files.
			if (running.pid !== undefined) signalGroup(running.pid, "SIGKILL");
			options.onRestart?.(
				`wrangler ended (${signal ?? code}) and is started again; see ${join(options.stateDir, "workers.log")}`,
			);
			setTimeout(() => {
				if (stopping) return;
				child = launch(options, log);
				watch(child);
			}, RESTART_MS);
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
				log.end();
			});
		},
	};
}

function launch({ root, stateDir, port, secrets }: WorkersOptions, log: NodeJS.WritableStream): ChildProcess {
	const configs = CONFIGS.flatMap((config) => ["-c", config]);
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
	const child = spawn("wrangler", ["dev", ...configs, ...flags], {
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
	if (child.pid !== undefined) writeFileSync(pidFile(stateDir), String(child.pid));
	child.stdout?.pipe(log, { end: false });
	child.stderr?.pipe(log, { end: false });
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
