/** What was caught when the canaries were last run: `caught.json`, written by the run itself. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { Canary } from "./canary.ts";
import type { Caught } from "./verdict.ts";

const FILE = join(dirname(fileURLToPath(import.meta.url)), "caught.json");

const recordSchema = v.object({
	name: v.string(),
	/** Of the patches and rules: a canary that was changed since counts as never run. */
	digest: v.string(),
	rule: v.string(),
	by: v.union([v.object({ seed: v.number(), tried: v.number() }), v.object({ test: v.string() })]),
});
export type CaughtRecord = v.InferOutput<typeof recordSchema>;

export const digestOf = ({ rules, patches, test, deploys, longNight }: Canary): string =>
	createHash("sha256")
		.update(
			JSON.stringify([rules, patches, test, ...(deploys ? ["deploys"] : []), ...(longNight ? ["long night"] : [])]),
		)
		.digest("hex")
		.slice(0, 12);

export const recordOf = (canary: Canary, { rule, by }: Caught): CaughtRecord => ({
	name: canary.name,
	digest: digestOf(canary),
	rule,
	by,
});

export function readRecords(): readonly CaughtRecord[] {
	return existsSync(FILE) ? v.parse(v.array(recordSchema), JSON.parse(readFileSync(FILE, "utf8"))) : [];
}

/** Records of canaries that are there, in the list's order; those run now replace what was known of them. */
export function keepRecords(canaries: readonly Canary[], ran: ReadonlyMap<string, CaughtRecord | null>): void {
	const known = new Map(readRecords().map((record) => [record.name, record]));
	const kept = canaries.flatMap((canary) => {
		const record = ran.has(canary.name) ? ran.get(canary.name) : known.get(canary.name);
		return record === null || record === undefined || record.digest !== digestOf(canary) ? [] : [record];
	});
	writeFileSync(FILE, `${JSON.stringify(kept, null, "\t")}\n`);
}
