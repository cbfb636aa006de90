/** What a run of a canary shows, from what its process told. Only one end counts as caught. */
import * as v from "valibot";
import { type Canary, RULE_ID } from "./canary.ts";

export type Caught = {
	readonly kind: "caught";
	readonly rule: string;
	/** How often each patch ran in the history, or in the test's file. */
	readonly hits: readonly number[];
	/** The seed of the history and how many were tried, or the title of the test. */
	readonly by: { readonly seed: number; readonly tried: number } | { readonly test: string };
};
export type Verdict =
	| Caught
	/** It ran, and nobody saw it. */
	| { readonly kind: "alive"; readonly why: string }
	/** A rule was broken, and not one that it should break. */
	| { readonly kind: "elsewhere"; readonly why: string }
	/** No history or test has run what it changes: nothing is known of it. */
	| { readonly kind: "never ran"; readonly why: string }
	/** The patched copy does not load: a fault of the patch, which proves nothing. */
	| { readonly kind: "broken"; readonly why: string }
	/** The process ended, hung, or reported nothing but faults of its own. */
	| { readonly kind: "crashed"; readonly why: string }
	/** The patch does not fit the source. */
	| { readonly kind: "unfit"; readonly why: string }
	/** What should catch it fails without it too. */
	| { readonly kind: "unsound"; readonly why: string };

const lineSchema = v.variant("kind", [
	v.object({
		kind: v.literal("history"),
		seed: v.number(),
		hits: v.array(v.number()),
		violations: v.array(v.object({ rule: v.string(), what: v.string() })),
	}),
	v.object({ kind: v.literal("crash"), seed: v.number(), what: v.string() }),
	v.object({ kind: v.literal("broken"), what: v.string() }),
]);
export type Told = v.InferOutput<typeof lineSchema>;
export type Ended = { readonly status: number | null; readonly errors: string };

/** Lines of a judge's process; whatever is none of its own is left out, and so is one that its end has cut off. */
export const toldBy = (output: string): readonly Told[] =>
	output
		.split("\n")
		.slice(0, -1)
		.flatMap((line) => {
			if (!line.startsWith('{"kind":')) return [];
			return [v.parse(lineSchema, JSON.parse(line))];
		});

const short = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 240);

export function historyVerdict({ rules }: Canary, told: readonly Told[], ended: Ended): Verdict {
	const seen = new Map<string, string>();
	let tried = 0;
	let ran: readonly number[] = [];
	for (const line of told) {
		if (line.kind === "broken") return { kind: "broken", why: short(line.what) };
		if (line.kind === "crash") return { kind: "crashed", why: `seed ${line.seed}: ${short(line.what)}` };
		tried++;
		ran = line.hits.map((hits, index) => Math.max(hits, ran[index] ?? 0));
		if (line.hits.some((hits) => hits === 0)) continue;
		const rule = line.violations.find((violation) => rules.includes(violation.rule))?.rule;
		if (rule !== undefined) return { kind: "caught", rule, hits: line.hits, by: { seed: line.seed, tried } };
		for (const violation of line.violations) seen.set(violation.rule, `seed ${line.seed}: ${violation.what}`);
	}
	if (ended.status !== 0) return { kind: "crashed", why: `exit ${ended.status}: ${short(ended.errors)}` };
	const idle = ran.indexOf(0);
	if (tried === 0 || idle >= 0) return { kind: "never ran", why: `patch ${idle + 1}, in ${tried} histories` };
	const named = [...seen].filter(([rule]) => RULE_ID.test(rule));
	const [other] = named.length > 0 ? named : [...seen];
	if (other === undefined) return { kind: "alive", why: `${tried} histories hold` };
	const why = short(`[${other[0]}] ${other[1]}`);
	return named.length > 0 ? { kind: "elsewhere", why } : { kind: "crashed", why };
}

/** The parts of vitest's JSON report that are used. */
const reportSchema = v.object({
	testResults: v.array(
		v.object({
			message: v.optional(v.string(), ""),
			assertionResults: v.array(
				v.object({ fullName: v.string(), status: v.string(), failureMessages: v.array(v.string()) }),
			),
		}),
	),
});
export type TestRun = { readonly report: string | null; readonly hits: readonly number[]; readonly ended: Ended };

/** `counted`: patches whose code runs where it can be counted; the others are in documents, data or a browser. */
export function testVerdict({ rules }: Canary, { report, hits, ended }: TestRun, counted: readonly boolean[]): Verdict {
	if (report === null) return { kind: "crashed", why: `exit ${ended.status}: ${short(ended.errors)}` };
	const results = v.parse(reportSchema, JSON.parse(report)).testResults;
	const cases = results.flatMap(({ assertionResults }) => assertionResults);
	if (cases.length === 0) return { kind: "broken", why: short(results.map(({ message }) => message).join(" ")) };
	const failed = cases.filter(({ status }) => status === "failed");
	const isIdle = counted.findIndex((isCounted, index) => isCounted && (hits[index] ?? 0) === 0);
	if (isIdle >= 0) return { kind: "never ran", why: `patch ${isIdle + 1}, in ${cases.length} tests` };
	for (const { fullName, failureMessages } of failed) {
		const rule = rules.find((id) => fullName.includes(`[${id}]`));
		if (rule !== undefined && failureMessages.some((message) => message.includes("AssertionError")))
			return { kind: "caught", rule, hits, by: { test: fullName } };
	}
	const [first] = failed;
	if (first === undefined) return { kind: "alive", why: `${cases.length} tests pass` };
	const isNamed = rules.some((id) => first.fullName.includes(`[${id}]`));
	const why = short(`${first.fullName}: ${first.failureMessages.join(" ")}`);
	return isNamed ? { kind: "crashed", why } : { kind: "elsewhere", why };
}
