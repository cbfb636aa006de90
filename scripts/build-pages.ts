/** Bundles the pages into `dashboard/dist`, which the edge serves. Run by the start, by the tests and by `npm run pages`. */
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Writes the pages and tells what went into them; throws with esbuild's words where a source is wrong. */
export async function buildPages(): Promise<readonly Metafile[]> {
	const dist = join(ROOT, "dashboard/dist");
	mkdirSync(dist, { recursive: true });
	cpSync(join(ROOT, "dashboard/public"), dist, { recursive: true });
	const script = await build({
		entryPoints: [join(ROOT, "dashboard/src/main.ts")],
		outfile: join(dist, "app.js"),
		bundle: true,
		format: "esm",
		target: "es2022",
		minify: true,
		sourcemap: false,
		metafile: true,
		logLevel: "silent",
	});
	const style = await build({
		entryPoints: [join(ROOT, "dashboard/src/app.css")],
		outfile: join(dist, "app.css"),
		bundle: true,
		minify: true,
		metafile: true,
		logLevel: "silent",
	});
	return [script.metafile, style.metafile];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPages();
