/** The file of fitted parameters, as text: generated, so that it is the same bytes for the same fit. */
import { join } from "node:path";
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";

export const PARAMETERS_FILE = join(import.meta.dirname, "../../pricing/football/fitted-parameters.ts");

const DIGITS = 5;

export type Origin = {
	readonly file: string;
	readonly source: string;
	readonly seasons: readonly string[];
	readonly matches: number;
};

/** The parameters to the digits that are stored, far below their standard errors. */
export function rounded(parameters: GoalParameters): GoalParameters {
	return JSON.parse(JSON.stringify(parameters), (_, value: unknown) =>
		typeof value === "number" ? Number(value.toFixed(DIGITS)) : value,
	);
}

/** Characters that the formatter allows in a line; a tab counts as two. */
const LINE = 120;

/** An object of numbers as source text: in one line where it holds numbers only and fits, else one line each. */
function sourceOf(value: object, indent: string, before: number): string {
	const entries = Object.entries(value);
	const line = `{ ${entries.map(([key, each]) => `${key}: ${each}`).join(", ")} }`;
	const isFlat = entries.every(([, each]) => typeof each === "number");
	if (isFlat && 2 * indent.length + before + line.length < LINE) return line;
	const lines = entries.map(([key, each]) => {
		const text = typeof each === "number" ? String(each) : sourceOf(each, `${indent}\t`, key.length + 2);
		return `${indent}\t${key}: ${text},`;
	});
	return `{\n${lines.join("\n")}\n${indent}}`;
}

export function parametersText(parameters: GoalParameters, { file, source, seasons, matches }: Origin): string {
	return `/** Written by \`npm run fit\`. */
import type { GoalParameters } from "./goal-parameters.ts";

/**
 * Fitted on all ${matches} matches of ${seasons[0]} to ${seasons[seasons.length - 1]} in ${file}.
 * Source: ${source}.
 */
export const GOAL_PARAMETERS: GoalParameters = ${sourceOf(parameters, "", LINE)};
`;
}
