/** The sources whose branches a report counts: cores and stores of what is simulated, and what they share. */
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const ACTORS = ["lane", "match", "desk", "wallet", "relay"].map((name) => `durable-objects/${name}`);
const FOLDERS = [...ACTORS, "shared/betting", "shared/protocol"];
/** What only workerd runs, how a script is set up, what the world has another of (signed tokens), and what only tests use. */
const OUTSIDE = /(?:^|\/)(?:object|index|config|tokens|testing)\.ts$|\.test\.ts$|\.d\.ts$/;

export function isReported(path: string): boolean {
	const name = relative(ROOT, path);
	return FOLDERS.includes(dirname(name)) && name.endsWith(".ts") && !OUTSIDE.test(name);
}

export function reportedPaths(): readonly { readonly path: string; readonly name: string }[] {
	const paths = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder)).map((file) => join(ROOT, folder, file)));
	return paths.filter(isReported).map((path) => ({ path, name: relative(ROOT, path) }));
}
