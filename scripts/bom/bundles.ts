/** Which packages end up in what is shipped: asked of the bundler itself, for every script and for the pages. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { buildPages } from "../build-pages.ts";
import { CONFIGS } from "../workers.ts";

const metafileSchema = v.object({
	outputs: v.record(v.string(), v.object({ inputs: v.record(v.string(), v.object({ bytesInOutput: v.number() })) })),
});

/** Packages by their path in the lock, each with the names of the bundles it is in. */
export type Bundled = ReadonlyMap<string, readonly string[]>;

export async function bundledPackages(root: string): Promise<Bundled> {
	// The pages first: the edge's configuration names their folder, and wrangler refuses one that is not there.
	const pages = await buildPages();
	const bundles = [
		["pages", pages.flatMap(packagePathsIn)] as const,
		...CONFIGS.map((config) => bundleOf(root, config)),
	];
	const found = new Map<string, string[]>();
	for (const [bundle, paths] of bundles)
		for (const path of new Set(paths)) found.set(path, [...(found.get(path) ?? []), bundle]);
	return found;
}

/** Paths of packages of which at least a byte is in an output. */
export function packagePathsIn(metafile: unknown): readonly string[] {
	const { outputs } = v.parse(metafileSchema, metafile);
	const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
	return inputs.flatMap(([file, { bytesInOutput }]) => {
		const path = /(?:^|\/)(node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*)\//.exec(file)?.[1];
		return path === undefined || bytesInOutput === 0 ? [] : [path];
	});
}

function bundleOf(root: string, config: string): readonly [bundle: string, paths: readonly string[]] {
	const scratch = mkdtempSync(join(tmpdir(), "touchline-bundle-"));
	try {
		const args = ["deploy", "--dry-run", "-c", config, "--outdir", scratch, "--metafile"];
		const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: scratch };
		const run = spawnSync("wrangler", args, { cwd: root, encoding: "utf8", env });
		if (run.status !== 0) throw new Error(`${config} cannot be bundled: ${run.error ?? `${run.stdout}${run.stderr}`}`);
		const name = /^name = "(.+)"$/m.exec(readFileSync(join(root, config), "utf8"))?.[1];
		if (name === undefined) throw new Error(`${config} names no script`);
		return [name, packagePathsIn(JSON.parse(readFileSync(join(scratch, "bundle-meta.json"), "utf8")))];
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}
