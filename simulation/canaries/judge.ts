/**
 * Runs in a patched copy, as a process of its own: histories one after the other, each told as a line of JSON. Ends at the
 * first that breaks one of the rules asked for after every patch has run in it.
 */
import { parseArgs } from "node:util";

const { values } = parseArgs({
	options: {
		from: { type: "string", default: "1" },
		seeds: { type: "string", default: "1" },
		minutes: { type: "string", default: "2" },
		rules: { type: "string", default: "" },
		patches: { type: "string", default: "0" },
		deploys: { type: "boolean", default: false },
		"long-nights": { type: "boolean", default: false },
	},
});
const hits: number[] = Array.from({ length: Number(values.patches) }, () => 0);
Object.assign(globalThis, {
	canaryHit: (patch: number): true => {
		hits[patch] = (hits[patch] ?? 0) + 1;
		return true;
	},
});

const WORDS_CHARS = 400;
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const wordsOf = (fault: unknown): string => String(fault instanceof Error ? fault.stack : fault).slice(0, WORDS_CHARS);

let seed = Number(values.from);
let hasEnded = false;
/** The process ends when all that was told is through the pipe; nothing is told after. */
const endWith = (status: number): void => {
	hasEnded = true;
	process.stdout.write("", () => process.exit(status));
};
// What escapes from a history is no judgement of one: told as what it is, and the run is over.
const crash = (fault: unknown): void => {
	if (hasEnded) return;
	tell({ kind: "crash", seed, what: wordsOf(fault) });
	endWith(1);
};
process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);

const { simulate } = await import("../simulator.ts").catch((fault: unknown) => {
	tell({ kind: "broken", what: wordsOf(fault) });
	endWith(1);
	// There is nothing to go on with.
	return new Promise<never>(() => {});
});
/** A changed constant ran when its file was loaded: that counts in every history. */
const atLoad = [...hits];
const rules = values.rules.split(" ");
for (const end = seed + Number(values.seeds); seed < end; seed++) {
	hits.splice(0, hits.length, ...atLoad);
	const { violations } = await simulate({
		seed,
		minutes: Number(values.minutes),
		...(values.deploys ? { deploys: true } : {}),
		...(values["long-nights"] ? { longNight: true } : {}),
	});
	if (hasEnded) break;
	// One of each rule is enough: a history may break it thousands of times.
	const told = new Map(
		violations.toReversed().map(({ rule, what }) => [rule, { rule, what: what.slice(0, WORDS_CHARS) }]),
	);
	tell({ kind: "history", seed, hits, violations: [...told.values()].toReversed() });
	if (hits.every((times) => times > 0) && violations.some(({ rule }) => rules.includes(rule))) break;
}
if (!hasEnded) endWith(0);
