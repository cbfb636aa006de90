/** All five scripts in one local workerd, under wrangler; started again where wrangler itself dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

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
	readonly workerdPid: () => number | null;
	readonly stop: () => Promise<void>;
};

const RESTART_MS = 500;
const STOP_TIMEOUT_MS = 8_000;

export function startWorkers(options: WorkersOptions): Workers {
	const log = createWriteStream(join(options.stateDir, "workers.log"), { flags: "a" });
	let stopping = false;
	let child = launch(options, log);
	const watch = (running: ChildProcess): void => {
		running.once("exit", (code, signal) => {
			if (stopping) return;
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
		workerdPid: () => (child.pid === undefined ? null : descendant(child.pid, "workerd")),
		stop: () => {
			stopping = true;
			return end(child).then(() => void log.end());
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
		join(stateDir, "workers"),
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
	child.stdout?.pipe(log, { end: false });
	child.stderr?.pipe(log, { end: false });
	return child;
}

function end(child: ChildProcess): Promise<void> {
	return new Promise((done) => {
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return done();
		const group = -child.pid;
		const timer = setTimeout(() => signalGroup(group, "SIGKILL"), STOP_TIMEOUT_MS);
		child.once("exit", () => {
			clearTimeout(timer);
			signalGroup(group, "SIGKILL");
			done();
		});
		signalGroup(group, "SIGTERM");
	});
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
	try {
		process.kill(group, signal);
	} catch {
		// Nobody is left in it.
	}
}

/** The process of this name below another, by Linux' own table; null elsewhere or while there is none. */
function descendant(pid: number, name: string): number | null {
	const parents = new Map<number, { readonly parent: number; readonly command: string }>();
	try {
		for (const entry of readdirSync("/proc")) {
			if (!/^\d+$/.test(entry)) continue;
			try {
				const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
				const [, command = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
				parents.set(Number(entry), { parent: Number(rest.split(" ")[1]), command });
			} catch {
				// It ended while we looked.
			}
		}
	} catch {
		return null;
	}
	const isBelow = (candidate: number): boolean => {
		for (let at: number | undefined = candidate; at !== undefined && at > 1; at = parents.get(at)?.parent)
			if (at === pid) return true;
		return false;
	};
	return [...parents].find(([candidate, { command }]) => command === name && isBelow(candidate))?.[0] ?? null;
}
