/** What a bench has found, as text that can stand in a document, or as data. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { decodeRpc, parseJson } from "../../shared/decode.ts";
import { type Machine, machine } from "../measure.ts";

export type Row = {
	readonly work: string;
	/** Whose figures: ours, or a peer's. */
	readonly who: string;
	/** One a column; null where it was not counted. */
	readonly figures: readonly (number | null)[];
};
export type Ratio = { readonly of: string; readonly value: number | null };
export type BenchReport = {
	readonly bench: string;
	readonly at: string;
	readonly machine: Machine;
	readonly versions: Readonly<Record<string, string>>;
	readonly repeat: string;
	readonly columns: readonly string[];
	readonly rows: readonly Row[];
	readonly ratios: readonly Ratio[];
	readonly notes: readonly string[];
};

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules");
const packageSchema = v.object({ version: v.string() });
const versionOf = (name: string): string =>
	decodeRpc(name, packageSchema, parseJson(readFileSync(join(MODULES, name, "package.json"), "utf8"))).version;

export function reported(
	bench: string,
	args: readonly string[],
	packages: readonly string[],
	found: Pick<BenchReport, "columns" | "rows" | "ratios" | "notes">,
): BenchReport {
	return {
		bench,
		at: new Date().toISOString(),
		machine: machine(),
		versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
		repeat: ["npm run bench --", bench, ...args.filter((arg) => arg !== "--json")].join(" "),
		...found,
	};
}

export const ratio = (of: string, ours: number | null | undefined, theirs: number | null | undefined): Ratio => ({
	of,
	value: typeof ours !== "number" || typeof theirs !== "number" || theirs === 0 ? null : ours / theirs,
});

export function figure(value: number | null): string {
	if (value === null) return "–";
	const size = Math.abs(value);
	return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}

export function textOf({
	bench,
	at,
	machine: on,
	versions,
	repeat,
	columns,
	rows,
	ratios,
	notes,
}: BenchReport): string {
	return [
		`${bench}, ${at}: ${on.processor}, ${on.cores} cores, ${on.memoryGiB} GiB, ${on.system}; Node ${on.node}; load ${on.load.toFixed(1)}; ${Object.entries(
			versions,
		)
			.map((entry) => entry.join(" "))
			.join(", ")}`,
		"",
		`| work | who | ${columns.join(" | ")} |`,
		`|---|---|${columns.map(() => "---:|").join("")}`,
		...rows.map(({ work, who, figures }) => `| ${work} | ${who} | ${figures.map(figure).join(" | ")} |`),
		"",
		...ratios.map(({ of, value }) => `- ${of}: ${figure(value)}`),
		...notes.map((note) => `- ${note}`),
		"",
		`Repeat: \`${repeat}\``,
	].join("\n");
}

export function print(report: BenchReport, isJson: boolean): void {
	console.log(isJson ? JSON.stringify(report, null, "\t") : textOf(report));
}

/** What is under way, beside what is printed in the end. */
export const say = (line: string): void => console.error(`  ${line}`);
