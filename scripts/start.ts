/**
 * `npm start`: the whole platform on embedded parts. PostgreSQL, the stand-in for Neon's endpoint, five scripts in one
 * workerd, and real matches played to it. Ctrl-C stops all of it; the state stays.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { DEVELOPMENT_SECRET, decodeEnvironment, secretText } from "../shared/contracts/environment.ts";
import { parseJson } from "../shared/decode.ts";
import { buildPages } from "./build-pages.ts";
import { watchDisk } from "./disk.ts";
import { replaceFile } from "./files.ts";
import { keepPostgres } from "./postgres/kept.ts";
import { migratePostgres } from "./postgres/migrate.ts";
import { startNeonStandIn } from "./postgres/neon-stand-in.ts";
import { processOf } from "./processes.ts";
import { playReplays } from "./replay/player.ts";
import { playsIn } from "./replay/plays.ts";
import { couldWriteRunning, findRunning, forgetRunning, stateDir } from "./running.ts";
import { endLeftover, startWorkers, type Workers } from "./workers.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const READY_TIMEOUT_MS = 90_000;
const WATCH_MS = 1_000;
const FREED_WITHIN_MS = 5_000;

/** An obstacle the user can mend: said in one line, with the cure. */
class Obstacle extends Error {}

type Part = { readonly name: string; readonly stop: () => Promise<void> };
const parts: Part[] = [];
const since = performance.now();
const say = (line: string): void =>
	console.log(`  ${((performance.now() - since) / 1_000).toFixed(1).padStart(5)} s  ${line}`);

function options(): { readonly port: number; readonly speed: number; readonly seed: number } {
	let values: { speed?: string; seed?: string };
	try {
		values = parseArgs({ options: { speed: { type: "string" }, seed: { type: "string" } } }).values;
	} catch (fault) {
		throw new Obstacle(`${fault instanceof Error ? fault.message : fault}. Use: npm start -- [--speed 10] [--seed 1]`);
	}
	const port = Number(process.env.PORT ?? 8_787);
	const speed = Number(values.speed ?? 10);
	const seed = Number(values.seed ?? 1);
	if (!Number.isInteger(port) || port < 1 || port > 65_535)
		throw new Obstacle(`PORT=${process.env.PORT} is no port: use 1 to 65535`);
	if (!(speed >= 0.1 && speed <= 120)) throw new Obstacle(`--speed ${values.speed} is no speed: use 0.1 to 120`);
	if (!Number.isInteger(seed)) throw new Obstacle(`--seed ${values.seed} is no whole number`);
	return { port, speed, seed };
}

/** What an earlier start left behind, and was just ended, may have the port for a moment longer. */
async function requireFree(port: number, patienceMs: number): Promise<void> {
	const until = performance.now() + patienceMs;
	while (!(await isFree(port))) {
		if (performance.now() >= until)
			throw new Obstacle(`Port ${port} is taken: stop what uses it, or choose another with PORT=${port + 1} npm start`);
		await new Promise((again) => setTimeout(again, 50));
	}
}

function isFree(port: number): Promise<boolean> {
	return new Promise((told) => {
		const probe = createServer();
		probe.once("error", () => told(false));
		probe.listen(port, "127.0.0.1", () => probe.close(() => told(true)));
	});
}

const keptSchema = v.object({ operatorToken: secretText, tokenSecret: secretText, ingestSecret: secretText });
type Kept = Readonly<v.InferOutput<typeof keptSchema>>;

/** Made once, kept in the state folder, readable by its owner only; named for what they are, so that none is deployed. */
function keptSecrets(dir: string): Kept {
	const path = join(dir, "secrets.json");
	if (!existsSync(path)) {
		const secret = (): string => `${DEVELOPMENT_SECRET}${randomBytes(24).toString("hex")}`;
		replaceFile(
			path,
			JSON.stringify({ operatorToken: secret(), tokenSecret: secret(), ingestSecret: secret() }),
			0o600,
		);
	}
	try {
		return decodeEnvironment(path, keptSchema, parseJson(readFileSync(path, "utf8")) ?? {});
	} catch (fault) {
		const wrong = fault instanceof Error ? fault.message : String(fault);
		throw new Obstacle(`${wrong}. Mend the file, or remove it and get new secrets`);
	}
}

async function startDatabase(dir: string): Promise<{ readonly connectionString: string; readonly endpoint: string }> {
	const given = process.env.DATABASE_URL;
	if (given !== undefined && !/^postgres(ql)?:\/\//.test(given))
		throw new Obstacle("DATABASE_URL must be a postgres:// address (or leave it unset: PostgreSQL is built in)");
	let connectionString = given;
	if (connectionString === undefined) {
		const postgres = await keepPostgres({ stateDir: dir, say });
		parts.push({ name: "PostgreSQL", stop: postgres.stop });
		connectionString = postgres.connectionString;
	}
	if (/\.neon\.tech(:\d+)?\//.test(connectionString)) return { connectionString, endpoint: "" };
	const standIn = await startNeonStandIn({ connectionString });
	parts.push({ name: "Neon stand-in", stop: standIn.stop });
	return { connectionString, endpoint: standIn.endpoint };
}

async function untilReady(workers: Workers): Promise<void> {
	const until = performance.now() + READY_TIMEOUT_MS;
	while (performance.now() < until) {
		const answer = await fetch(`${workers.url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
		if (answer?.status === 200) return;
		await new Promise((again) => setTimeout(again, 200));
	}
	throw new Obstacle(`The workers did not come up; what they said stands in ${join(stateDir(), "workers.log")}`);
}

async function start(): Promise<void> {
	const { port, speed, seed } = options();
	const dir = stateDir();
	try {
		mkdirSync(dir, { recursive: true });
	} catch (fault) {
		throw new Obstacle(
			`TOUCHLINE_STATE=${dir} is no folder that can be made: ${fault instanceof Error ? fault.message : fault}`,
		);
	}
	const other = findRunning();
	if (other !== null)
		throw new Obstacle(
			`Touchline already runs on ${dir} (${other.url}): stop it with kill ${other.pid}, or choose another TOUCHLINE_STATE`,
		);
	const hasEnded = endLeftover(dir);
	if (hasEnded) say("what an earlier start had left running is ended");
	await requireFree(port, hasEnded ? FREED_WITHIN_MS : 0);
	const kept = keptSecrets(dir);
	const stopWatch = watchDisk({ dir, say });
	parts.push({ name: "disk watch", stop: async () => stopWatch() });
	const database = await startDatabase(dir);
	say(process.env.DATABASE_URL === undefined ? "PostgreSQL is up" : "PostgreSQL is yours (DATABASE_URL)");
	await migratePostgres({ ...database, root: ROOT });
	say("the reporting database is migrated");
	await buildPages();
	say("the pages are built");
	const workers = startWorkers({
		root: ROOT,
		stateDir: dir,
		port,
		secrets: {
			OPERATOR_TOKEN: kept.operatorToken,
			TOKEN_SECRET: kept.tokenSecret,
			INGEST_SECRETS: JSON.stringify({ replay: kept.ingestSecret }),
			DATABASE_URL: database.connectionString,
			NEON_ENDPOINT: database.endpoint,
		},
		onRestart: say,
	});
	parts.push({ name: "workers", stop: workers.stop });
	await untilReady(workers);
	say("five scripts are up in one workerd");
	tellWhereWeAre(workers, kept);
	const abort = new AbortController();
	parts.push({ name: "replays", stop: async () => abort.abort() });
	const playing = playReplays({
		url: workers.url,
		secret: kept.ingestSecret,
		speed,
		seed,
		plays: playsIn(join(dir, "plays.json")),
		signal: abort.signal,
		log: say,
	});
	await untilOdds(workers.url);
	say("first odds");
	greet(workers, kept.operatorToken);
	await playing;
}

/** Writes down where the platform is, and again when workerd has been started anew. */
function tellWhereWeAre(workers: Workers, { operatorToken, ingestSecret }: Kept): void {
	let told: number | null | undefined;
	const tell = (): void => {
		const workerdPid = workers.workerdPid();
		if (workerdPid === told) return;
		const { pid } = process;
		const bornAt = processOf(pid)?.bornAt;
		const running = { url: workers.url, operatorToken, ingestSecret, pid, bornAt, workerdPid };
		if (couldWriteRunning(running)) told = workerdPid;
	};
	tell();
	const watch = setInterval(tell, WATCH_MS);
	parts.push({
		name: "running.json",
		stop: async () => {
			clearInterval(watch);
			forgetRunning();
		},
	});
}

async function untilOdds(url: string): Promise<void> {
	const until = performance.now() + READY_TIMEOUT_MS;
	while (performance.now() < until) {
		const text = await fetch(`${url}/v1/matches`, { signal: AbortSignal.timeout(5_000) }).then(
			(answer) => answer.text(),
			() => "",
		);
		if (/"oddsMilli":\d/.test(text)) return;
		await new Promise((again) => setTimeout(again, 200));
	}
	throw new Obstacle(`No odds came; what the workers said stands in ${join(stateDir(), "workers.log")}`);
}

function greet(workers: Workers, operatorToken: string): void {
	const pid = workers.workerdPid();
	console.log(`
Touchline is up: ${workers.url}

  Operations:  ${workers.url}/ops#token=${operatorToken}

Three things to try:
  1. Open a match, click a price, and watch the bet wait out its window and settle.
  2. curl ${workers.url}/v1/matches
  3. kill -9 ${pid ?? "$(pgrep -n workerd)"}   and watch your balance come back.

Ctrl-C stops everything; the state stays in ${stateDir()}.`);
}

async function stopAll(): Promise<void> {
	for (const part of parts.splice(0).toReversed())
		await part.stop().catch((fault) => console.error(`${part.name} did not stop: ${fault}`));
}

let isStopping = false;
function stopInOrder(): void {
	if (isStopping) return;
	isStopping = true;
	console.log("\nStopping …");
	void stopAll().then(() => process.exit(0));
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stopInOrder);
// Who read what we say may be gone, or the file for it on a full disk: that is no reason to stop.
for (const out of [process.stdout, process.stderr]) out.on("error", () => {});
// Whatever else goes wrong in here, nothing that we started may outlive us.
process.on("uncaughtException", (fault) => {
	if (isStopping) return;
	isStopping = true;
	console.error(`Touchline stops, because the starter failed: ${fault instanceof Error ? fault.message : fault}`);
	void stopAll().then(() => process.exit(1));
});
// Who started us may be killed without a word to us.
const starter = process.ppid;
setInterval(() => process.ppid !== starter && stopInOrder(), WATCH_MS).unref();

try {
	await start();
} catch (fault) {
	if (!isStopping) {
		console.error(
			fault instanceof Obstacle
				? fault.message
				: `Touchline could not start: ${fault instanceof Error ? fault.message : fault}`,
		);
		await stopAll();
		process.exit(1);
	}
}
