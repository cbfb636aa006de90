/** Starts the bare objects in a workerd of their own, with their storage on disk: no wrangler, no inspector, no proxy. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { freePort } from "../../scripts/free-port.ts";
import { signalGroup } from "../../scripts/processes.ts";
import { orStopped } from "../stop.ts";

export type Bare = { readonly url: string; readonly pid: number | null };
export type Sizes = { readonly imageBytes: number; readonly goalBytes: number; readonly deltaBytes: number };

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "bare/index.ts");
const COMPATIBILITY_DATE = "2026-10-15";
const CLASSES = ["Wallet", "Desk", "Match"] as const;
const READY_MS = 20_000;
const POLL_MS = 50;
const NO_SIZES: Sizes = { imageBytes: 0, goalBytes: 0, deltaBytes: 0 };

/** The configuration that workerd reads, in Cap'n Proto's text. */
function configOf(port: number, secret: string, { imageBytes, goalBytes, deltaBytes }: Sizes): string {
	const texts = {
		SECRET: secret,
		IMAGE_BYTES: String(imageBytes),
		GOAL_BYTES: String(goalBytes),
		DELTA_BYTES: String(deltaBytes),
	};
	const bindings = [
		...CLASSES.map((name) => `(name = "${name.toUpperCase()}", durableObjectNamespace = "${name}")`),
		...Object.entries(texts).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`),
	];
	const classes = CLASSES.map((name) => `(className = "${name}", uniqueKey = "bare-${name}", enableSql = true)`);
	return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "index.js", esModule = embed "index.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      durableObjectNamespaces = [${classes.join(", ")}],
      durableObjectStorage = (localDisk = "disk"),
      bindings = [${bindings.join(", ")}],
    )),
    (name = "disk", disk = (path = "objects", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}

async function bundle(folder: string): Promise<void> {
	await build({
		entryPoints: [SOURCE],
		outfile: join(folder, "index.js"),
		bundle: true,
		format: "esm",
		target: "es2022",
		external: ["cloudflare:workers"],
		logLevel: "silent",
	});
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
	const untilMs = performance.now() + READY_MS;
	let fault: Error | null = null;
	child.on("error", (told) => {
		fault = told;
	});
	while (performance.now() < untilMs && child.exitCode === null && child.signalCode === null && fault === null) {
		if ((await fetch(url, { signal: AbortSignal.timeout(READY_MS) }).catch(() => null))?.ok) return;
		await orStopped(new Promise((again) => setTimeout(again, POLL_MS)));
	}
	throw new Error("the bare objects did not come up", { cause: fault ?? undefined });
}

export async function withBare<T>(
	{
		secret,
		sizes = NO_SIZES,
		command = "workerd",
	}: { readonly secret: string; readonly sizes?: Sizes; readonly command?: string },
	run: (bare: Bare) => Promise<T>,
): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), "touchline-bare-"));
	mkdirSync(join(folder, "objects"));
	let child: ChildProcess | null = null;
	try {
		const port = await freePort();
		writeFileSync(join(folder, "config.capnp"), configOf(port, secret, sizes));
		await bundle(folder);
		child = spawn(command, ["serve", "config.capnp"], {
			cwd: folder,
			stdio: ["ignore", "ignore", "inherit"],
			detached: true,
		});
		const url = `http://127.0.0.1:${port}`;
		await untilReady(url, child);
		return await run({ url, pid: child.pid ?? null });
	} finally {
		if (child?.pid !== undefined) {
			const gone = new Promise<void>((over) => child?.once("exit", () => over()));
			const isRunning = child.exitCode === null && child.signalCode === null;
			// A group of its own: where npm brings workerd behind a script, both end.
			signalGroup(child.pid, "SIGKILL");
			if (isRunning) await gone;
		}
		rmSync(folder, { recursive: true, force: true });
	}
}
