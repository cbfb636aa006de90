/**
 * The way into every npm script, in plain JavaScript for any Node from 20 on: installs what is locked where it is missing,
 * then runs the command on the Node that comes with the packages (tools need 22 or newer).
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const NEEDED_NODE = 22;
const PARENT_CHECK_MS = 500;

const COMMANDS = {
	start: [["node", "scripts/start.ts"]],
	test: [
		["node", "scripts/build-pages.ts"],
		["vitest", "run"],
	],
	replay: [["node", "scripts/replay/cli.ts"]],
	reconcile: [["node", "scripts/reconcile.ts"]],
	types: [["node", "scripts/types.ts"]],
	pages: [["node", "scripts/build-pages.ts"]],
	check: [
		["biome", "check", "."],
		["tsc", "-p", "."],
		["tsc", "-p", "dashboard"],
	],
	"check-deploy": [["node", "scripts/deploy/check.ts"]],
	migrate: [["node", "scripts/postgres/cli.ts"]],
	// In this order: who reads reports knows their fields before anybody writes them, and a script is bound to objects of live.
	deploy: [
		["node", "scripts/deploy/check.ts"],
		["wrangler", "deploy", "-c", "workers/reporting/wrangler.toml"],
		["wrangler", "deploy", "-c", "durable-objects/wrangler.toml"],
		["wrangler", "deploy", "-c", "durable-objects/relay/wrangler.toml"],
		["wrangler", "deploy", "-c", "workers/ingest/wrangler.toml"],
		["wrangler", "deploy", "-c", "wrangler.toml"],
	],
	simulate: [["node", "simulation/cli.ts"]],
	rules: [["node", "simulation/reports/cli.ts"]],
	kill: [["node", "scripts/kill/cli.ts"]],
	soak: [["node", "scripts/soak.ts"]],
	evaluate: [["node", "scripts/model/evaluate.ts"]],
	fit: [["node", "scripts/model/fit.ts"]],
	migrations: [["drizzle-kit", "generate"]],
	margin: [["node", "scripts/pricing/margin.ts"]],
	price: [["node", "scripts/pricing/price.ts"]],
	bench: [["node", "bench/cli.ts"]],
	bom: [["node", "scripts/bom/cli.ts"]],
};

function isInstalled() {
	const marker = join(ROOT, "node_modules/.package-lock.json");
	return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs;
}

function install() {
	// Not on standard output, which may be read by a machine.
	console.error("Installing the locked packages (once) …");
	const npm = process.platform === "win32" ? "npm.cmd" : "npm";
	const run = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
		cwd: ROOT,
		stdio: ["ignore", "ignore", "pipe"],
		encoding: "utf8",
	});
	if (run.status === 0) return;
	console.error(
		`The packages could not be installed: ${(run.stderr ?? String(run.error)).trim().split("\n").slice(-3).join(" ")}`,
	);
	process.exit(1);
}

const [name = "", ...rest] = process.argv.slice(2);
const steps = COMMANDS[name];
if (steps === undefined) {
	console.error(`There is no command ${name}: ${Object.keys(COMMANDS).join(", ")}`);
	process.exit(2);
}
if (!isInstalled()) install();

const bin = join(ROOT, "node_modules/.bin");
const PATH = `${bin}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`;
const version = spawnSync("node", ["-p", "process.versions.node.split('.')[0]"], {
	env: { ...process.env, PATH },
	encoding: "utf8",
}).stdout?.trim();
if (Number(version) < NEEDED_NODE) {
	console.error(
		`Node ${NEEDED_NODE} or newer is needed, and the packages bring none for ${process.platform}-${process.arch}: install Node ${NEEDED_NODE}.`,
	);
	process.exit(1);
}

for (const [index, [command, ...args]] of steps.entries()) {
	const isLast = index === steps.length - 1;
	// Options are the last step's; an environment to deploy to is every deploy's, or half of it would go elsewhere.
	const child = spawn(command, isLast || args[0] === "deploy" ? [...args, ...rest] : args, {
		cwd: ROOT,
		stdio: "inherit",
		env: { ...process.env, PATH, NODE_NO_WARNINGS: "1" },
	});
	// The child stops in order, and we wait for it. Ctrl-C reaches it by itself as well; to be told twice does no harm.
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
	// npm runs us below a shell, which dies of a signal and passes none on.
	const shell = process.ppid;
	const watch = setInterval(() => process.ppid !== shell && child.kill("SIGTERM"), PARENT_CHECK_MS);
	const code = await new Promise((done) => child.on("exit", (status, signal) => done(signal === null ? status : 1)));
	clearInterval(watch);
	if (code !== 0) process.exit(code ?? 1);
}
