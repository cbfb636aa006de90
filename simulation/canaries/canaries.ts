/**
 * Canaries: faults put into a copy of the source, one at a time. Each must be caught by histories or by a test that names its
 * rule; one that survives means that nobody can see that kind of fault.
 */
import { readFileSync } from "node:fs";
import { type Canary, decodeCanaries } from "./canary.ts";
import { CANARIES } from "./list/all.ts";
import { type CaughtRecord, keepRecords, recordOf } from "./records.ts";
import { Runner, type RunOptions } from "./runner.ts";
import type { Caught, Verdict } from "./verdict.ts";

export type CanaryOptions = Partial<RunOptions> & {
	/** Only those with these words in their name, or with this rule. */
	readonly named?: string;
	/** Canaries of somebody else, tried instead of ours. */
	readonly file?: string | undefined;
};

const DEFAULTS: RunOptions = { from: 1, seeds: 40, minutes: 2 };

function wordsOf({ rule, hits, by }: Caught): string {
	const found = "seed" in by ? `seed ${by.seed} (${by.tried} tried)` : by.test;
	return `[${rule}] ${found}${hits.length === 0 ? "" : `, ran ${hits.join(" and ")} times`}`;
}

/** Prints each canary's end; true when all were caught. */
export async function runCanaries(options: CanaryOptions = {}): Promise<boolean> {
	const { named = "", file, ...run } = options;
	const all = file === undefined ? CANARIES : decodeCanaries(readFileSync(file, "utf8"));
	const canaries = all.filter(({ name, rules }) => name.includes(named) || rules.includes(named));
	const ends = new Map<string, CaughtRecord | null>();
	const tell = (canary: Canary, verdict: Verdict): void => {
		const isCaught = verdict.kind === "caught";
		ends.set(canary.name, isCaught ? recordOf(canary, verdict) : null);
		const words = isCaught ? wordsOf(verdict) : verdict.why;
		console.log(`${isCaught ? "caught" : verdict.kind.toUpperCase()}  ${canary.name}: ${words}`);
		if (file === undefined) keepRecords(CANARIES, ends);
	};
	await new Runner({ ...DEFAULTS, ...run }).run(canaries, tell);
	const free = [...ends.values()].filter((end) => end === null).length;
	console.log(
		canaries.length > 0 && free === 0
			? `All ${canaries.length} canaries were caught.`
			: `${free} of ${canaries.length} canaries were not caught.`,
	);
	return canaries.length > 0 && free === 0;
}
