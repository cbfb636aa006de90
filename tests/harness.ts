/** All five scripts on a real PostgreSQL for tests, and the little they need to speak to them like anybody outside. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHarness } from "wrangler";
import { buildPages } from "../scripts/build-pages.ts";
import { startPostgres } from "../scripts/postgres/embedded.ts";
import { migratePostgres } from "../scripts/postgres/migrate.ts";
import { startNeonStandIn } from "../scripts/postgres/neon-stand-in.ts";
import { CONFIGS, localVars } from "../scripts/workers.ts";
import type { FeedMessage } from "../shared/feeds/canonical.ts";
import { signedHeaders } from "../shared/feeds/signature.ts";
import { ADDRESS_RATE } from "../shared/limits.ts";

export const OPERATOR_TOKEN = "operator-token-of-the-tests";
export const INGEST_SECRET = "ingest-secret-of-the-tests";
export const TOKEN_SECRET = "token-secret-of-the-tests";

export type TestPlatform = {
	readonly url: string;
	readonly ingestSecret: string;
	readonly connectionString: string;
	/** Signed, like any provider's push. */
	readonly push: (messages: readonly FeedMessage[]) => Promise<Response>;
	readonly get: (path: string, token?: string) => Promise<Response>;
	readonly post: (
		path: string,
		body: unknown,
		options?: { readonly token?: string; readonly headers?: Record<string, string> },
	) => Promise<Response>;
	readonly evict: (className: "Match" | "Desk" | "Wallet" | "Lane", name: string) => Promise<void>;
	/** How many objects there are: each has storage of its own from the moment it is woken. */
	readonly objects: () => Promise<number>;
	/** What the scripts have logged. */
	readonly logs: () => readonly string[];
	readonly stop: () => Promise<void>;
};

const SECRETS_OF: Readonly<Record<string, readonly string[]>> = {
	"wrangler.toml": ["OPERATOR_TOKEN", "PARTNER_SECRETS"],
	"durable-objects/wrangler.toml": ["TOKEN_SECRET"],
	"workers/ingest/wrangler.toml": ["INGEST_SECRETS"],
	"workers/reporting/wrangler.toml": ["DATABASE_URL", "NEON_ENDPOINT"],
};

export type PlatformOptions = {
	/** Secrets of providers beside `replay`. */
	readonly ingestSecrets?: Readonly<Record<string, string>>;
	readonly partnerSecrets?: Readonly<Record<string, string>>;
};

const CLASSES: Readonly<Record<string, readonly string[]>> = {
	"touchline-live": ["Match", "Desk", "Wallet", "Board"],
	"touchline-ingest": ["Lane"],
};

export async function startPlatform(options: PlatformOptions = {}): Promise<TestPlatform> {
	const stateDir = mkdtempSync(join(tmpdir(), "touchline-test-"));
	chmodSync(stateDir, 0o755);
	// Another file's platform runs beside this one: neither must find the other's objects.
	process.env.WRANGLER_REGISTRY_PATH = join(stateDir, "registry");
	const parts: (() => Promise<unknown>)[] = [async () => rmSync(stateDir, { recursive: true, force: true })];
	const stop = async (): Promise<void> => {
		for (const part of parts.splice(0).toReversed()) await part();
	};
	try {
		return await startParts(options, stateDir, parts, stop);
	} catch (fault) {
		// No test will stop what it was never given.
		await stop();
		throw fault;
	}
}

async function startParts(
	options: PlatformOptions,
	stateDir: string,
	parts: (() => Promise<unknown>)[],
	stop: () => Promise<void>,
): Promise<TestPlatform> {
	const postgres = await startPostgres({ stateDir });
	parts.push(postgres.stop);
	const { connectionString } = postgres;
	const standIn = await startNeonStandIn({ connectionString });
	parts.push(standIn.stop);
	await migratePostgres({ connectionString, endpoint: standIn.endpoint, root: process.cwd() });
	await buildPages();
	const secrets = secretsOf(options, connectionString, standIn.endpoint);
	// As `npm start` opens it, but for the port, which is known only once it listens.
	const vars = { ...localVars(0), ALLOWED_ORIGINS: "http://127.0.0.1:*,http://localhost:*" };
	const server = createTestHarness({
		workers: CONFIGS.map((configPath, index) => ({
			configPath,
			vars: index === 0 ? vars : {},
			secrets: Object.fromEntries((SECRETS_OF[configPath] ?? []).map((name) => [name, secrets[name] ?? ""])),
		})),
	});
	parts.push(() => server.close());
	const { url } = await server.listen();
	const address = url.href.replace(/\/$/, "");
	const call = (path: string, init: RequestInit): Promise<Response> =>
		fetch(`${address}${path}`, { signal: AbortSignal.timeout(60_000), ...init });
	return {
		url: address,
		ingestSecret: INGEST_SECRET,
		connectionString,
		push: async (messages) => {
			const body = JSON.stringify(messages);
			const timestamp = Math.floor(Date.now() / 1_000);
			const headers = {
				"content-type": "application/json",
				...(await signedHeaders(INGEST_SECRET, timestamp, body)),
			};
			return call("/v1/ingest/replay", { method: "POST", headers, body });
		},
		get: (path, token) => call(path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
		post: (path, body, { token, headers = {} } = {}) =>
			call(path, {
				method: "POST",
				headers: {
					"content-type": "application/json",
					...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
					...headers,
				},
				body: typeof body === "string" ? body : JSON.stringify(body),
			}),
		evict: (className, name) =>
			server
				.getWorker(className === "Lane" ? "touchline-ingest" : "touchline-live")
				.evictDurableObject(className, { name }),
		objects: async () => {
			const counted = Object.entries(CLASSES).flatMap(([script, classes]) =>
				classes.map((name) => server.getWorker(script).listDurableObjectIds(name)),
			);
			return (await Promise.all(counted)).flat().length;
		},
		logs: () => server.getLogs().map(({ message }) => message),
		stop,
	};
}

function secretsOf(
	options: PlatformOptions,
	connectionString: string,
	endpoint: string,
): Readonly<Record<string, string>> {
	return {
		OPERATOR_TOKEN,
		TOKEN_SECRET,
		INGEST_SECRETS: JSON.stringify({ ...options.ingestSecrets, replay: INGEST_SECRET }),
		PARTNER_SECRETS: JSON.stringify(options.partnerSecrets ?? {}),
		DATABASE_URL: connectionString,
		NEON_ENDPOINT: endpoint,
	};
}

/** Polls until the check gives something other than null or undefined; the test's own timeout is the limit. */
export async function until<T>(check: () => Promise<T | null | undefined>, everyMs = 100): Promise<T> {
	while (true) {
		const found = await check();
		if (found !== null && found !== undefined) return found;
		await new Promise((again) => setTimeout(again, everyMs));
	}
}

const ATTEMPTS = 3;

/**
 * What limits by the minute counts anew at its end: a run that crossed one has two minutes' worth. It is told again then, with
 * another number (for an address that nobody has counted yet).
 */
export async function withinOneMinute<T>(run: (attempt: number) => Promise<T>): Promise<T> {
	const minute = (): number => Math.floor(Date.now() / (ADDRESS_RATE.periodSec * 1_000));
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const began = minute();
		const result = await run(attempt);
		if (minute() === began) return result;
	}
	throw new Error(`no run of ${ATTEMPTS} stayed within a minute`);
}
