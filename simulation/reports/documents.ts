/** The two documents that are made, and what they are made of, read from the tree. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CANARIES } from "../canaries/list/all.ts";
import { readRecords } from "../canaries/records.ts";
import { proofPage, unproven } from "./rules-proof.ts";
import { judgedRules, unjudged, withTable } from "./rules-table.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const SOURCES =
	"{simulation,tests,shared,pricing,workers,durable-objects,client,dashboard,scripts,replays,bench,testing}/**/*.{test.ts,ts}";

export type Documents = {
	/** By path from the root: what stands there, and what should. */
	readonly pages: readonly { readonly path: string; readonly is: string; readonly shouldBe: string }[];
	readonly unjudged: readonly string[];
	/** Canaries without a record, and rules that no canary was caught by. */
	readonly unproven: readonly string[];
	readonly unprovenRules: readonly string[];
};

export const pathOf = (path: string): string => join(ROOT, path);

function read(path: string): string {
	try {
		return readFileSync(pathOf(path), "utf8");
	} catch {
		// The first run makes it.
		return "";
	}
}

export function documents(): Documents {
	const files = globSync(SOURCES, { cwd: ROOT, exclude: (name) => name === "node_modules" });
	const sources = [...new Set(files)]
		.filter((file) => file.startsWith("simulation/") || file.endsWith(".test.ts"))
		.map((file) => ({ file, text: read(file) }));
	const rules = judgedRules(read("docs/rules.md"), sources);
	const records = readRecords();
	const ids = rules.map(({ id }) => id);
	const simulation = read("docs/simulation.md");
	const page = (path: string, is: string, shouldBe: string) => ({ path, is, shouldBe });
	return {
		pages: [
			page("docs/simulation.md", simulation, withTable(simulation, rules)),
			page("docs/rules-proof.md", read("docs/rules-proof.md"), proofPage(ids, CANARIES, records)),
		],
		unjudged: unjudged(rules),
		unproven: unproven(CANARIES, records),
		unprovenRules: ids.filter((id) => !records.some(({ rule }) => rule === id)),
	};
}
