/**
 * The platform as `npm start` runs it, for runs that kill parts of it: all five scripts under wrangler with their state on
 * disk, and a real PostgreSQL behind the Neon stand-in and a gate. Everything lives in a temporary folder and ends with it.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPages } from "../build-pages.ts";
import { freePort } from "../free-port.ts";
import { type RunningPostgres, startPostgres } from "../postgres/embedded.ts";
import { migratePostgres } from "../postgres/migrate.ts";
import { startNeonStandIn } from "../postgres/neon-stand-in.ts";
import { startWorkers } from "../workers.ts";
import { type Gate, startGate } from "./gate.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** A first start bundles five scripts; a restart takes a second or two. On two busy cores both take several times as long. */
const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 50;
const CALL_TIMEOUT_MS = 30_000;

export type World = {
	readonly url: string;
	readonly operatorToken: string;
	readonly ingestSecret: string;
	/** Of the PostgreSQL of the moment: a new one may listen elsewhere. */
	readonly connectionString: () => string;
	readonly gate: Gate;
	readonly stopPostgres: () => Promise<void>;
	/** The same data, on the same port. */
	readonly startPostgres: () => Promise<void>;
	/** Kills workerd as a machine that loses power does; resolves once the platform is ready again, with how long it took. */
	readonly kill: () => Promise<{ readonly recoveryMs: number }>;
	/** Of what runs the objects and of the database, as long as they live; null where the system does not say. */
	readonly workerdPid: () => number | null;
	readonly postgresPid: () => number | null;
	/** Where everything is that the platform keeps. */
	readonly stateDir: string;
	/** What wrangler and the scripts have said is in this file. */
	readonly logFile: string;
	readonly stop: () => Promise<void>;
};

/** `vars`: other values than the configurations have. */
export async function startWorld(vars: Readonly<Record<string, string>> = {}): Promise<World> {
	const stateDir = mkdtempSync(join(tmpdir(), "touchline-kill-"));
	chmodSync(stateDir, 0o755);
	const parts: (() => Promise<void>)[] = [async () => rmSync(stateDir, { recursive: true, force: true })];
	const stop = async (): Promise<void> => {
		for (const part of parts.splice(0).toReversed()) await part();
	};
	try {
		return await startParts(stateDir, vars, parts, stop);
	} catch (fault) {
		await stop();
		throw fault;
	}
}

async function startParts(
	stateDir: string,
	vars: Readonly<Record<string, string>>,
	parts: (() => Promise<void>)[],
	stop: () => Promise<void>,
): Promise<World> {
	let postgres: RunningPostgres | null = await startPostgres({ stateDir });
	parts.push(async () => postgres?.stop());
	const { connectionString, port: postgresPort } = postgres;
	const standIn = await startNeonStandIn({ connectionString });
	parts.push(standIn.stop);
	const gate = await startGate(standIn.endpoint);
	parts.push(gate.stop);
	await migratePostgres({ connectionString, endpoint: standIn.endpoint, root: ROOT });
	await buildPages();
	const secret = (): string => randomBytes(24).toString("hex");
	const [operatorToken, ingestSecret] = [secret(), secret()];
	const workers = startWorkers({
		root: ROOT,
		stateDir,
		port: await freePort(),
		vars,
		secrets: {
			OPERATOR_TOKEN: operatorToken,
			TOKEN_SECRET: secret(),
			INGEST_SECRETS: JSON.stringify({ replay: ingestSecret }),
			DATABASE_URL: connectionString,
			NEON_ENDPOINT: gate.endpoint,
		},
	});
	parts.push(workers.stop);
	await untilReady(workers.url);
	return {
		url: workers.url,
		operatorToken,
		ingestSecret,
		connectionString: () => connectionString,
		gate,
		stopPostgres: async () => {
			await postgres?.stop();
			postgres = null;
		},
		startPostgres: async () => {
			postgres = await startPostgres({ stateDir, port: postgresPort });
		},
		kill: async () => {
			const pid = workers.workerdPid();
			if (pid === null) throw new Error("workerd cannot be found: this needs Linux");
			const killedAtMs = performance.now();
			process.kill(pid, "SIGKILL");
			await untilReady(workers.url);
			return { recoveryMs: Math.round(performance.now() - killedAtMs) };
		},
		workerdPid: workers.workerdPid,
		postgresPid: () => postgres?.pid ?? null,
		stateDir,
		logFile: join(stateDir, "workers.log"),
		stop,
	};
}

async function untilReady(url: string): Promise<void> {
	const until = performance.now() + READY_TIMEOUT_MS;
	while (performance.now() < until) {
		const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
		if (answer?.status === 200) return;
		await new Promise((again) => setTimeout(again, POLL_MS));
	}
	throw new Error(`the platform did not come up within ${READY_TIMEOUT_MS / 1_000} s`);
}

export const sleep = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

/** Polls until the check gives something; null where the time is up before. */
export async function within<T>(ms: number, check: () => Promise<T | null>): Promise<T | null> {
	const until = performance.now() + ms;
	while (true) {
		const found = await check().catch(() => null);
		if (found !== null || performance.now() > until) return found;
		await sleep(200);
	}
}

/** A read whose answer must be there; faults and refusals throw, and whoever asks may ask again. */
export async function getJson<T>(world: Pick<World, "url">, path: string, token?: string): Promise<T> {
	const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
	const answer = await fetch(`${world.url}${path}`, { headers, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
	if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`);
	return (await answer.json()) as T;
}
