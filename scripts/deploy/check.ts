/**
 * `npm run check-deploy`: refuses, with one line a reason, to deploy what is open. It reads every environment of every script's
 * config, and those secrets that stand in the variables of their names (what Cloudflare keeps already cannot be read back).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_readConfig } from "wrangler";
import { stateDir } from "../running.ts";
import { CONFIGS } from "../workers.ts";
import { refusalsOf, type ScriptConfig, SECRET_NAMES } from "./refusals.ts";

const EDGE = "wrangler.toml";

/** A script's config as it stands, and once more for each environment that it names. */
export function configsOf(root: string, config: string): readonly ScriptConfig[] {
	const read = (env?: string): ScriptConfig & { readonly environments: readonly string[] } => {
		const found = unstable_readConfig({ config: join(root, config), env }, { hideWarnings: true });
		return {
			where: env === undefined ? config : `${config} [env.${env}]`,
			isEdge: config === EDGE,
			vars: found.vars,
			workersDev: found.workers_dev,
			previewUrls: found.preview_urls,
			routes: (found.routes ?? []).length + (found.route === undefined ? 0 : 1),
			keepsVars: found.keep_vars === true,
			requiredSecrets: found.secrets?.required ?? [],
			environments: found.definedEnvironments ?? [],
		};
	};
	const { environments, ...asItStands } = read();
	return [asItStands, ...environments.map(read)];
}

/** What this machine's own starts have made: nothing of it is a secret any more. */
function developmentSecrets(dir: string): readonly string[] {
	try {
		const kept: unknown = JSON.parse(readFileSync(join(dir, "secrets.json"), "utf8"));
		return typeof kept === "object" && kept !== null ? Object.values(kept).map(String) : [];
	} catch {
		return [];
	}
}

export function checkDeploy(root: string, env: Readonly<Record<string, string | undefined>>): readonly string[] {
	const given = Object.fromEntries(
		SECRET_NAMES.flatMap((name) => {
			const text = env[name];
			return text === undefined ? [] : [[name, text]];
		}),
	);
	const configs = CONFIGS.flatMap((config) => configsOf(root, config));
	return refusalsOf(configs, given, developmentSecrets(stateDir()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const refusals = checkDeploy(process.cwd(), process.env);
	for (const refusal of refusals) console.error(refusal);
	console.log(
		refusals.length === 0
			? "Nothing is open: it may be deployed. Migrate Postgres first (npm run migrate): until then reports wait."
			: `Not to be deployed: ${refusals.length} reasons.`,
	);
	process.exitCode = refusals.length === 0 ? 0 : 1;
}
