/**
 * `npm run fit -- --data FILE.csv`: fits the goal model's parameters, prints them with their standard errors and how each addition
 * repeats, and writes `pricing/football/fitted-parameters.ts`. With `--check` nothing is written: exit 1 where the file says otherwise.
 */
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { GOAL_PARAMETERS } from "../../pricing/football/fitted-parameters.ts";
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import { flagsOf, listOf, loadMatches, Refused, runCommand } from "./files.ts";
import { fitParameters, type ParameterRow } from "./fit-parameters.ts";
import { additionLines } from "./forward-report.ts";
import type { Match } from "./matches.ts";
import { PARAMETERS_FILE, parametersText, rounded } from "./parameters-file.ts";

const USAGE = "npm run fit -- --data FILE.csv [--seasons SEASON,SEASON] [--source TEXT] [--check]";
const SOURCE = "schochastics/football-data at 6ba5e7e8 (ODC-By 1.0), iredchuk/soccer-bookmaker-odds at c7c3c43d (MIT)";
/** A refit on another machine may differ in the last digits. */
const TOLERANCE = 2e-4;

function chosenOf(matches: readonly Match[], wanted: string | boolean | undefined): readonly Match[] {
	if (wanted === undefined) return matches;
	const seasons = new Set(listOf(String(wanted)));
	const chosen = matches.filter((match) => seasons.has(match.season));
	if (chosen.length === 0) throw new Refused(`--seasons: no match is of ${[...seasons].join(", ")}.`);
	return chosen;
}

/** All numbers of the parameters by their path. */
function numbersOf(value: object, path = ""): readonly (readonly [path: string, value: number])[] {
	return Object.entries(value).flatMap(([key, each]) =>
		typeof each === "number" ? [[`${path}${key}`, each] as const] : numbersOf(each, `${path}${key}.`),
	);
}

function differencesOf(found: GoalParameters): readonly string[] {
	const stored = new Map(numbersOf(GOAL_PARAMETERS));
	return numbersOf(found).flatMap(([path, value]) => {
		const other = stored.get(path);
		return other !== undefined && Math.abs(other - value) <= TOLERANCE ? [] : [`${path} is ${other}, found ${value}`];
	});
}

const lineOf = ({ name, value, error }: ParameterRow): string =>
	`${name.padEnd(22)}${value.toFixed(4).padStart(9)}${error === null ? "" : `  ± ${error.toFixed(4)}`}`;

runCommand(() => {
	const flags = flagsOf(
		{
			data: { type: "string" },
			seasons: { type: "string" },
			source: { type: "string" },
			check: { type: "boolean" },
		},
		USAGE,
	);
	const matches = chosenOf(loadMatches(flags.data, USAGE), flags.seasons);
	const { parameters, rows, additions } = fitParameters(matches);
	for (const row of rows) console.log(lineOf(row));
	for (const line of additionLines(additions)) console.log(line);
	const found = rounded(parameters);
	if (flags.check === true) {
		const differences = differencesOf(found);
		for (const difference of differences) console.log(difference);
		console.log(differences.length === 0 ? "The stored parameters are these." : "The stored parameters are others.");
		process.exitCode = differences.length === 0 ? 0 : 1;
		return;
	}
	const seasons = [...new Set(matches.map((match) => match.season))].sort();
	const origin = {
		file: basename(String(flags.data)),
		source: typeof flags.source === "string" ? flags.source : SOURCE,
		seasons,
		matches: matches.length,
	};
	writeFileSync(PARAMETERS_FILE, parametersText(found, origin));
	console.log(`Written: ${PARAMETERS_FILE} (${matches.length} matches, ${seasons.length} seasons).`);
});
