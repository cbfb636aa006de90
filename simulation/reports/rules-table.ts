/** Where each rule of docs/rules.md is judged: in simulated histories, by tests, or nowhere. Pure: texts come in. */

export type Source = { readonly file: string; readonly text: string };
export type JudgedRule = { readonly id: string; readonly inSimulation: boolean; readonly byTests: boolean };

const WORDED = /^\| ([A-Z]{3}-\d+) \| /gm;
/** What a judge reports: an id as a text of its own. Canaries and reports speak of rules and judge none. */
const REPORTED = /["'`]([A-Z]{3}-\d+)["'`]/g;
/** What the title of a test or a group begins with. */
const NAMED = /\[([A-Z]{3}-\d+)\]/g;
const NO_JUDGE = /^simulation\/(?:canaries|reports)\/|\.test\.ts$/;
/** What the platform promises about inputs, prices, bets and money: none of these may go unjudged. */
const MUST_BE_JUDGED = /^(?:LAN|MAT|FRM|BET|MON|SET|REP)-/;
const BEGIN = "<!-- rules:begin -->";
const END = "<!-- rules:end -->";

const idsIn = (sources: readonly Source[], pattern: RegExp): ReadonlySet<string> =>
	new Set(sources.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, id = ""]) => id)));

/** `rules`: the text of docs/rules.md. `sources`: files of the simulation and of all tests. */
export function judgedRules(rules: string, sources: readonly Source[]): readonly JudgedRule[] {
	const judges = sources.filter(({ file }) => file.startsWith("simulation/") && !NO_JUDGE.test(file));
	const tests = sources.filter(({ file }) => file.endsWith(".test.ts"));
	const [reported, named] = [idsIn(judges, REPORTED), idsIn(tests, NAMED)];
	return [...rules.matchAll(WORDED)].map(([, id = ""]) => ({
		id,
		inSimulation: reported.has(id),
		byTests: named.has(id),
	}));
}

/** Rules that nobody judges and somebody must. */
export const unjudged = (rules: readonly JudgedRule[]): readonly string[] =>
	rules.flatMap(({ id, inSimulation, byTests }) => (MUST_BE_JUDGED.test(id) && !inSimulation && !byTests ? [id] : []));

function wordOf({ inSimulation, byTests }: JudgedRule): string {
	if (inSimulation) return byTests ? "simulation, tests" : "simulation";
	return byTests ? "tests" : "neither";
}

/** The page with its table made anew; throws where it has no place for one. */
export function withTable(page: string, rules: readonly JudgedRule[]): string {
	const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
	if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
	const rows = rules.map((rule) => `| ${rule.id} | ${wordOf(rule)} |`);
	const table = ["| rule | judged in |", "|---|---|", ...rows].join("\n");
	return `${page.slice(0, from + BEGIN.length)}\n${table}\n${page.slice(to)}`;
}
