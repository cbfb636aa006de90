/** What a canary is: a fault put into a copy of the source, and the rule whose judge must see it. */
import * as v from "valibot";

export type Patch = {
	readonly file: string;
	readonly find: string;
	readonly put: string;
	/** Why nothing can be counted: a test reads the file as text, or a browser runs it. */
	readonly uncounted?: "read" | "browser" | undefined;
};
export type Canary = {
	readonly name: string;
	/** Rules of docs/rules.md, one of which has to be reported as broken. */
	readonly rules: readonly string[];
	readonly patches: readonly Patch[];
	/** null: histories judge it; else the one file of tests that does, and the project it runs in. */
	readonly test: { readonly file: string; readonly project: "unit" | "platform" } | null;
	/** Its histories all begin with the last release, of which chance draws one in ten. */
	readonly deploys?: true;
	/** In its histories weeks pass after the matches, which chance does to one in fifty. */
	readonly longNight?: true;
};

/** Ids in docs/rules.md look like this; a crash, a fault or a hang is no rule. */
export const RULE_ID = /^[A-Z]{3}-\d+$/;

/** A canary that histories must catch. */
export const inHistory = (name: string, rules: string, ...patches: readonly Patch[]): Canary => ({
	name,
	rules: rules.split(" "),
	patches,
	test: null,
});

/** A canary that histories must catch which begin with the last release. */
export const inDeploys = (name: string, rules: string, ...patches: readonly Patch[]): Canary => ({
	...inHistory(name, rules, ...patches),
	deploys: true,
});

/** A canary that histories must catch in which weeks pass. */
export const inWeeks = (name: string, rules: string, ...patches: readonly Patch[]): Canary => ({
	...inHistory(name, rules, ...patches),
	longNight: true,
});

/** A canary that a test must catch: for rules whose parts the simulation does not run. */
export const inTest = (name: string, rules: string, test: string, ...patches: readonly Patch[]): Canary => ({
	name,
	rules: rules.split(" "),
	patches,
	test: { file: test, project: test.startsWith("tests/") ? "platform" : "unit" },
});

export const patch = (file: string, find: string, put: string, uncounted?: Patch["uncounted"]): Patch => ({
	file,
	find,
	put,
	uncounted,
});

const ruleId = v.pipe(v.string(), v.regex(RULE_ID));
const patchSchema = v.object({ file: v.string(), find: v.pipe(v.string(), v.minLength(1)), put: v.string() });
const entrySchema = v.union([
	v.object({
		name: v.string(),
		rules: v.pipe(v.array(ruleId), v.minLength(1)),
		patches: v.pipe(v.array(patchSchema), v.minLength(1)),
		test: v.optional(v.string()),
	}),
	v.object({ name: v.string(), rule: ruleId, ...patchSchema.entries, test: v.optional(v.string()) }),
]);

/** Canaries from outside: a list of `{name, rule, file, find, put, test?}` or `{name, rules, patches, test?}`. */
export function decodeCanaries(text: string): readonly Canary[] {
	return v.parse(v.array(entrySchema), JSON.parse(text)).map((entry) => {
		const rules = "rules" in entry ? entry.rules : [entry.rule];
		const patches = "patches" in entry ? entry.patches : [patch(entry.file, entry.find, entry.put)];
		return entry.test === undefined
			? inHistory(entry.name, rules.join(" "), ...patches)
			: inTest(entry.name, rules.join(" "), entry.test, ...patches);
	});
}
