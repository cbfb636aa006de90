/** What is refused a deployment, reason by reason, and that the configs as they stand are closed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DEVELOPMENT_SECRET } from "../../shared/contracts/environment.ts";
import { CONFIGS } from "../workers.ts";
import { checkDeploy, configsOf } from "./check.ts";
import { refusalsOf, type ScriptConfig } from "./refusals.ts";

const edge: ScriptConfig = {
	where: "edge",
	isEdge: true,
	vars: { DEMO: "0", ALLOWED_ORIGINS: "https://bets.acme.com", UNCOUNTED_ADDRESSES: "" },
	workersDev: undefined,
	previewUrls: false,
	routes: 1,
	keepsVars: false,
	requiredSecrets: ["OPERATOR_TOKEN"],
};
const inner: ScriptConfig = {
	where: "live",
	isEdge: false,
	vars: { WALLET_SHARDS: "2" },
	workersDev: false,
	previewUrls: false,
	routes: 0,
	keepsVars: false,
	requiredSecrets: ["TOKEN_SECRET"],
};
const random = (n: number): string => `${n}f3c9a1be77d2405c8e6a`;
const secrets = {
	OPERATOR_TOKEN: random(1),
	TOKEN_SECRET: random(2),
	INGEST_SECRETS: JSON.stringify({ uof: `${random(3)},${random(4)}` }),
	DATABASE_URL: "postgres://u:p@ep-cool-1.eu-central-1.aws.neon.tech/touchline",
	NEON_ENDPOINT: "",
};
const withVars = (vars: Readonly<Record<string, unknown>>): ScriptConfig => ({
	...edge,
	vars: { ...edge.vars, ...vars },
});

describe("a deployment", () => {
	test("[RUN-1] that is closed is refused for nothing", () => {
		expect(refusalsOf([edge, inner], secrets, [random(9)])).toEqual([]);
	});

	test.each<[string, ScriptConfig, RegExp]>([
		["a demo", withVars({ DEMO: "1" }), /^edge: DEMO must be 0/],
		["a demo of another spelling", withVars({ DEMO: "true" }), /^edge: DEMO must be 0/],
		[
			"a demo that nobody decided on",
			{ ...edge, vars: { ALLOWED_ORIGINS: "https://a.com" } },
			/^edge: DEMO is not set/,
		],
		["a demo behind the edge", { ...inner, vars: { DEMO: "1" } }, /^live: DEMO must be 0/],
		["an unset allow-list", withVars({ ALLOWED_ORIGINS: "" }), /^edge: ALLOWED_ORIGINS is not set/],
		["an allow-list of commas", withVars({ ALLOWED_ORIGINS: " , " }), /^edge: ALLOWED_ORIGINS is not set/],
		["every origin", withVars({ ALLOWED_ORIGINS: "*" }), /ALLOWED_ORIGINS names \*/],
		["every host below one", withVars({ ALLOWED_ORIGINS: "https://*.acme.com" }), /ALLOWED_ORIGINS names/],
		["an origin without TLS", withVars({ ALLOWED_ORIGINS: "http://acme.com" }), /ALLOWED_ORIGINS names/],
		["a developer's origin", withVars({ ALLOWED_ORIGINS: "https://localhost:8787" }), /ALLOWED_ORIGINS names/],
		["every port of a machine", withVars({ ALLOWED_ORIGINS: "http://127.0.0.1:*" }), /ALLOWED_ORIGINS names/],
		["no origin at all", withVars({ ALLOWED_ORIGINS: "https://a.com,null" }), /ALLOWED_ORIGINS names null/],
		["uncounted loopback", withVars({ UNCOUNTED_ADDRESSES: "127.0.0.1,::1" }), /UNCOUNTED_ADDRESSES must be empty/],
		["any uncounted address", withVars({ UNCOUNTED_ADDRESSES: "203.0.113.9" }), /UNCOUNTED_ADDRESSES must be empty/],
		["a secret in a config", { ...inner, vars: { TOKEN_SECRET: random(2) } }, /^live: TOKEN_SECRET is a secret/],
		[
			"a secret of a new name in a config",
			withVars({ PARTNER_API_KEY: random(2) }),
			/^edge: PARTNER_API_KEY is a secret/,
		],
		[
			"a secret that nobody judges",
			{ ...inner, requiredSecrets: ["NEW_PIN"] },
			/^live: NEW_PIN is a secret that this check/,
		],
		["vars that no config shows", { ...edge, keepsVars: true }, /^edge: keep_vars/],
		["addresses of uploaded versions", { ...edge, previewUrls: undefined }, /^edge: preview_urls must be false/],
		["a second door", { ...inner, workersDev: undefined }, /^live: workers_dev must be false/],
		["a route past the edge", { ...inner, routes: 1 }, /^live: a route leads past the edge/],
	])("[RUN-1] with %s is refused", (_name, config, why) => {
		const refusals = refusalsOf([config], secrets, []);
		expect(refusals).toHaveLength(1);
		expect(refusals[0]).toMatch(why);
	});

	test.each<[string, Readonly<Record<string, string>>, RegExp]>([
		[
			"made by a start",
			{ OPERATOR_TOKEN: `${DEVELOPMENT_SECRET}${random(1)}` },
			/^OPERATOR_TOKEN: a development secret/,
		],
		["kept by an older start", { TOKEN_SECRET: random(9) }, /^TOKEN_SECRET: a development secret/],
		[
			"of a feed, made by a start",
			{ INGEST_SECRETS: JSON.stringify({ uof: `${random(3)},${DEVELOPMENT_SECRET}1` }) },
			/^INGEST_SECRETS: a development secret/,
		],
		["of a feed, that is short", { INGEST_SECRETS: '{"uof":"short"}' }, /^INGEST_SECRETS: has fewer than/],
		[
			"of the replays",
			{ INGEST_SECRETS: JSON.stringify({ replay: random(3) }) },
			/^INGEST_SECRETS: the provider of replays/,
		],
		[
			"of a partner, of the tests",
			{ PARTNER_SECRETS: '{"acme":"secret-of-the-tests"}' },
			/^PARTNER_SECRETS: an example/,
		],
		[
			"of a partner and of a feed",
			{ PARTNER_SECRETS: JSON.stringify({ acme: random(3) }) },
			/^INGEST_SECRETS: the same secret/,
		],
		["of the tests", { TOKEN_SECRET: "token-secret-of-the-tests" }, /^TOKEN_SECRET: an example/],
		["that is short", { OPERATOR_TOKEN: "a7f3" }, /^OPERATOR_TOKEN: has fewer than/],
		["for two purposes", { OPERATOR_TOKEN: random(2) }, /^OPERATOR_TOKEN: the same secret serves two purposes/],
		[
			"of a database here",
			{ DATABASE_URL: "postgres://u:p@127.0.0.1:5432/d" },
			/^DATABASE_URL: no database of a public host/,
		],
		["of a stand-in", { NEON_ENDPOINT: "http://127.0.0.1:9/sql" }, /^NEON_ENDPOINT: no https address/],
	])("[RUN-1] with a secret %s is refused, and it is not said", (_name, given, why) => {
		const refusals = refusalsOf([edge, inner], { ...secrets, ...given }, [random(9)]);
		expect(refusals).toHaveLength(1);
		expect(refusals[0]).toMatch(why);
		for (const text of Object.values(given)) expect(refusals[0]).not.toContain(text);
	});
});

test("[RUN-5] every script is deployed once, reporting before whoever writes reports, and the edge last", () => {
	const commands = readFileSync("scripts/run.mjs", "utf8");
	const deployed = [...commands.matchAll(/"deploy", "-c", "([^"]+)"/g)].map(([, config = ""]) => config);
	expect(deployed.toSorted()).toEqual(CONFIGS.toSorted());
	expect(deployed.slice(0, 2)).toEqual(["workers/reporting/wrangler.toml", "durable-objects/wrangler.toml"]);
	expect(deployed.at(-1)).toBe("wrangler.toml");
});

describe("the configs", () => {
	const folder = mkdtempSync(join(tmpdir(), "touchline-deploy-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	test("[RUN-1] as they stand, all are read, and only the allow-list is missing", () => {
		expect(CONFIGS.flatMap((config) => configsOf(process.cwd(), config)).map(({ where }) => where)).toEqual(CONFIGS);
		expect(checkDeploy(process.cwd(), {})).toEqual([
			"wrangler.toml: ALLOWED_ORIGINS is not set: no page could open a socket, its own neither",
		]);
	});

	test("[RUN-1] an environment of its own is read as well: what it opens is refused by its name", () => {
		writeFileSync(
			join(folder, "wrangler.toml"),
			'name = "e"\ncompatibility_date = "2026-10-15"\npreview_urls = false\n[vars]\nDEMO = "0"\nALLOWED_ORIGINS = "https://a.com"\n[env.stage.vars]\nDEMO = "1"\nALLOWED_ORIGINS = "https://a.com"\n',
		);
		const configs = configsOf(folder, "wrangler.toml");
		expect(refusalsOf(configs, {}, [])).toEqual([
			"wrangler.toml [env.stage]: DEMO must be 0: a demo gives away players",
		]);
	});
});
