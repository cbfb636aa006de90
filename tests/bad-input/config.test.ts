/** A wrong or missing setting stops the start with one line that names it, and never says what it holds. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { liveStart } from "../../durable-objects/config.ts";
import { streamStart } from "../../durable-objects/relay/config.ts";
import { DEVELOPMENT_SECRET } from "../../shared/contracts/environment.ts";
import { SECRETS } from "../../shared/limits.ts";
import { edgeStart } from "../../workers/edge/config.ts";
import { ingestStart } from "../../workers/ingest/config.ts";
import { reportingStart } from "../../workers/reporting/config.ts";

const secret = "s".repeat(SECRETS.minChars);
const short = "hunter2hunter2x";
const binding = {};
type Env = Readonly<Record<string, unknown>>;
const SCRIPTS: readonly {
	readonly script: string;
	readonly read: (env: Env) => unknown;
	readonly good: Env;
	readonly wrong: Env;
}[] = [
	{
		script: "edge",
		read: edgeStart,
		good: {
			WALLET_SHARDS: "2",
			RELAYS_PER_REGION: "2",
			DEMO: "1",
			ALLOWED_ORIGINS: "https://partner.example",
			UNCOUNTED_ADDRESSES: "",
			OPERATOR_TOKEN: secret,
			...Object.fromEntries(
				[
					"ASSETS",
					"MATCH",
					"DESK",
					"WALLET",
					"BOARD",
					"RELAY",
					"LANE",
					"INGEST",
					"REPORTING",
					"RATE_BETS",
					"RATE_DEMO_PLAYERS",
					"RATE_STREAMS",
					"RATE_READS",
					"RATE_FAILURES",
				].map((name) => [name, binding]),
			),
		},
		wrong: {
			WALLET_SHARDS: "0",
			RELAYS_PER_REGION: "many",
			DEMO: "yes",
			ALLOWED_ORIGINS: "partner.example",
			UNCOUNTED_ADDRESSES: "everybody",
			OPERATOR_TOKEN: short,
			MATCH: "touchline-live",
		},
	},
	{
		script: "live",
		read: liveStart,
		good: {
			TOKEN_SECRET: secret,
			WALLET_SHARDS: "2",
			MATCH: binding,
			DESK: binding,
			WALLET: binding,
			BOARD: binding,
			REPORTS: binding,
		},
		wrong: { TOKEN_SECRET: short, WALLET_SHARDS: "0", REPORTS: "reports" },
	},
	{
		script: "stream",
		read: streamStart,
		good: { WALLET_SHARDS: "2", RELAY: binding, MATCH: binding, WALLET: binding, BOARD: binding },
		wrong: { WALLET_SHARDS: "-2", RELAY_TIERS: "1,1,1", BOARD: null },
	},
	{
		script: "ingest",
		read: ingestStart,
		good: {
			INGEST_SECRETS: JSON.stringify({ replay: secret }),
			LANES_PER_GROUP: "4",
			LANE: binding,
			MATCH: binding,
			BOARD: binding,
		},
		wrong: {
			INGEST_SECRETS: JSON.stringify({ replay: short }),
			LANES_PER_GROUP: "4.5",
			MATCH_OWNERS: "hunter2",
			LANE: 7,
		},
	},
	{
		script: "reporting",
		read: reportingStart,
		good: {
			DATABASE_URL: "postgres://u:p@h/d",
			NEON_ENDPOINT: "",
			WALLET_SHARDS: "2",
			MATCH: binding,
			WALLET: binding,
		},
		wrong: { DATABASE_URL: "mysql://u:hunter2@h/d", NEON_ENDPOINT: "h", WALLET_SHARDS: "two", MATCH: "m" },
	},
];

/** What reading the environment throws; empty where it does not. */
function words(read: (env: Env) => unknown, env: Env): string {
	try {
		read(env);
		return "";
	} catch (fault) {
		return fault instanceof Error ? fault.message : String(fault);
	}
}

describe.each(SCRIPTS)("script $script", ({ script, read, good, wrong }) => {
	test("starts with what it needs", () => expect(words(read, good)).toBe(""));

	test.each(Object.keys(good))("names %s in one line where it is missing", (name) => {
		const said = words(read, { ...good, [name]: undefined });
		expect(said).toMatch(new RegExp(`^${script} is not configured: ${name}: `));
		expect(said).not.toContain("\n");
	});

	test.each(Object.entries(wrong))("names %s where it is wrong, and not what it holds", (name, value) => {
		const said = words(read, { ...good, [name]: value });
		expect(said).toMatch(new RegExp(`^${script} is not configured: ${name}(\\.\\w+)*: `));
		expect(said).not.toContain("hunter2");
	});
});

test("[RUN-1] the edge starts with a development secret in a demo environment only", () => {
	const [edge] = SCRIPTS;
	if (edge === undefined) throw new Error("the edge is the first");
	const env = { ...edge.good, OPERATOR_TOKEN: `${DEVELOPMENT_SECRET}${secret}` };
	expect(words(edge.read, { ...env, DEMO: "1" })).toBe("");
	const said = words(edge.read, { ...env, DEMO: "0" });
	expect(said).toBe("edge is not configured: OPERATOR_TOKEN: a development secret, outside a demo environment");
});

describe("npm start", () => {
	const folder = mkdtempSync(join(tmpdir(), "touchline-config-"));
	const file = join(folder, "a-file");
	writeFileSync(file, "");
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	/** A state folder with these secrets in it. */
	function withSecrets(name: string, text: string): string {
		const state = join(folder, name);
		mkdirSync(state, { recursive: true });
		chmodSync(state, 0o755);
		writeFileSync(join(state, "secrets.json"), text);
		return state;
	}
	/** The start with these options and settings, once it has ended by itself. */
	function ended(
		args: readonly string[],
		env: Readonly<Record<string, string>>,
	): Promise<{ code: unknown; stdout: string; stderr: string }> {
		const options = { env: { ...process.env, NODE_NO_WARNINGS: "1", ...env }, timeout: 60_000 };
		return new Promise((done) => {
			execFile("node", ["scripts/start.ts", ...args], options, (fault, stdout, stderr) =>
				done({ code: fault?.code ?? 0, stdout, stderr }),
			);
		});
	}
	const kept = { operatorToken: secret, tokenSecret: secret, ingestSecret: secret };

	test.concurrent.each<[string, Readonly<Record<string, string>>, readonly string[], RegExp]>([
		["PORT is no number", { PORT: "http" }, [], /PORT=http is no port/],
		["PORT is none", { PORT: "70000" }, [], /PORT=70000 is no port/],
		[
			"DATABASE_URL is another database's",
			{ DATABASE_URL: "mysql://u:hunter2@h/d" },
			[],
			/DATABASE_URL must be a postgres:\/\/ address/,
		],
		["TOUCHLINE_STATE is a file", { TOUCHLINE_STATE: file }, [], /TOUCHLINE_STATE=.*a-file/],
		["TOUCHLINE_STATE is below a file", { TOUCHLINE_STATE: join(file, "x") }, [], /TOUCHLINE_STATE=.*a-file/],
		["the speed is none", {}, ["--speed", "fast"], /--speed fast is no speed/],
		["an option is unknown", {}, ["--fast"], /Use: npm start/],
		[
			"its secrets are no JSON",
			{ TOUCHLINE_STATE: withSecrets("json", "{") },
			[],
			/secrets\.json is not configured: operatorToken: missing/,
		],
		[
			"the operator's token is short",
			{ TOUCHLINE_STATE: withSecrets("short", JSON.stringify({ ...kept, operatorToken: short })) },
			[],
			/secrets\.json is not configured: operatorToken: has at least 16 characters/,
		],
		[
			"a secret is missing",
			{ TOUCHLINE_STATE: withSecrets("missing", JSON.stringify({ ...kept, tokenSecret: undefined })) },
			[],
			/secrets\.json is not configured: tokenSecret: missing/,
		],
	])("says in one line that %s, and ends", async (_name, env, args, line) => {
		const run = await ended(args, { PORT: "18999", TOUCHLINE_STATE: join(folder, "state"), ...env });
		expect(run.stderr.trim()).toMatch(line);
		expect(run.stderr.trim().split("\n").length).toBe(1);
		expect(`${run.stdout}${run.stderr}`).not.toContain("hunter2");
		expect(run.code).toBe(1);
	});
});
