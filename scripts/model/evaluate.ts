/**
 * `npm run evaluate -- --data FILE.csv`: how well the production model forecasts real matches, by minute. With `--json` the
 * bare numbers; with `--compare` beside the yardstick; with `--holdout SEASONS` both are fitted on the other seasons first; with
 * `--forward` every season is forecast by what the seasons before it say, choices included.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { GOAL_PARAMETERS } from "../../pricing/football/fitted-parameters.ts";
import type { CalibrationBin } from "../../pricing/goals/forecast-scores.ts";
import { type Evaluation, evaluate, type Fold, type Judged } from "./evaluation.ts";
import { flagsOf, listOf, loadMatches, Refused, runCommand } from "./files.ts";
import { fitParameters } from "./fit-parameters.ts";
import { MINUTES } from "./forecasts.ts";
import { forward } from "./forward.ts";
import { forwardLines } from "./forward-report.ts";
import type { Match } from "./matches.ts";
import { calibrationPicture } from "./picture.ts";
import { fitReference, LEAGUES_2009_2014 } from "./reference.ts";
import { MEASURES } from "./scores.ts";

const USAGE =
	"npm run evaluate -- --data FILE.csv [--json | --svg FILE] [--compare] [--holdout SEASON,SEASON | each | --forward]";
const DEFAULT_PICTURE = ".touchline/calibration.svg";
const PER_POINT = 1e5;

/**
 * The shipped parameters for all matches; or, for seasons held out, parameters of the others. `each` holds out every season
 * in turn, so that each match is forecast by models that have not seen its season.
 */
function foldsFor(matches: readonly Match[], holdout: string | boolean | undefined): readonly Fold[] {
	if (holdout === undefined) return [{ matches, parameters: GOAL_PARAMETERS, reference: LEAGUES_2009_2014 }];
	const known = [...new Set(matches.map((match) => match.season))];
	const seasons = String(holdout) === "each" ? known.map((season) => [season]) : [listOf(String(holdout))];
	return seasons.map((held) => {
		const scored = matches.filter((match) => held.includes(match.season));
		const past = matches.filter((match) => !held.includes(match.season));
		if (scored.length === 0 || past.length === 0)
			throw new Refused(`--holdout names some of the seasons, not none or all, or is "each": ${known.join(", ")}.`);
		return { matches: scored, parameters: fitParameters(past).parameters, reference: fitReference(past) };
	});
}

/** Exactly the numbers, in one line. */
function jsonOf({ judged }: Evaluation): string {
	return JSON.stringify({ minutes: Object.fromEntries(judged.map(({ minute, row }) => [String(minute), row])) });
}

const nameOf = (minute: number): string => (minute === 45 ? "half-time" : String(minute));

function tableOf({ judged }: Evaluation): readonly string[] {
	return [
		`${"after".padEnd(10)}${"n".padStart(7)}${"rps".padStart(10)}${"log-loss".padStart(10)}${"ece".padStart(8)}${"over 2.5".padStart(10)}`,
		...judged.map(
			({ minute, row }) =>
				`${nameOf(minute).padEnd(10)}${String(row.n).padStart(7)}${row.rps.toFixed(5).padStart(10)}` +
				`${row.logloss.toFixed(5).padStart(10)}${row.ece.toFixed(4).padStart(8)}${row.over25_logloss.toFixed(5).padStart(10)}`,
		),
	];
}

/** The yardstick's scores, and how much lower ours are in hundred-thousandths, with the standard error of the paired mean. */
function comparisonOf(judged: readonly Judged[]): readonly string[] {
	const lines = judged.flatMap(({ minute, reference }) => {
		if (reference === null) return [];
		const cells = MEASURES.map((measure) => {
			const { mean, error } = reference.gains[measure];
			const gain = `${(mean * PER_POINT).toFixed(1)} ± ${(error * PER_POINT).toFixed(1)}`;
			return `${reference.row[measure].toFixed(5).padStart(10)}${gain.padStart(17)}`;
		});
		return [`${nameOf(minute).padEnd(10)}${cells.join("")}${reference.row.ece.toFixed(4).padStart(8)}`];
	});
	const head = ["rps", "log-loss", "over 2.5"].map((name) => `${name.padStart(10)}${"gain, 1e-5".padStart(17)}`);
	return [
		"",
		"The reference, and what is gained on it:",
		`${"after".padEnd(10)}${head.join("")}${"ece".padStart(8)}`,
		...lines,
	];
}

function printForward(matches: readonly Match[], isJson: boolean, svg: string | boolean | undefined): void {
	if (new Set(matches.map(({ season }) => season)).size < 2)
		throw new Refused("--forward needs matches of two seasons.");
	const found = forward(matches);
	const { additions } = fitParameters(matches);
	if (isJson) {
		console.log(JSON.stringify({ ...found, steps: found.steps.map(({ season }) => season), chain: additions }));
		return;
	}
	for (const line of forwardLines(found, additions)) console.log(line);
	writePicture(
		svg,
		found.calibration.map(({ bins }) => bins),
	);
}

/** One panel a minute, at the path asked for or the usual one. */
function writePicture(svg: string | boolean | undefined, bins: readonly (readonly CalibrationBin[])[]): void {
	const picture = typeof svg === "string" ? svg : DEFAULT_PICTURE;
	const panels = MINUTES.map((minute, i) => ({
		title: minute === 0 ? "before the match" : minute === 45 ? "half-time" : `after ${minute} minutes`,
		bins: bins[i] ?? [],
	}));
	try {
		mkdirSync(dirname(picture), { recursive: true });
		writeFileSync(picture, calibrationPicture(panels));
	} catch (error) {
		throw new Refused(
			`The picture cannot be written to ${picture}: ${error instanceof Error ? error.message : error}.`,
		);
	}
	console.log(`Calibration: ${picture}`);
}

runCommand(() => {
	const flags = flagsOf(
		{
			data: { type: "string" },
			json: { type: "boolean" },
			svg: { type: "string" },
			compare: { type: "boolean" },
			holdout: { type: "string" },
			forward: { type: "boolean" },
		},
		USAGE,
	);
	const matches = loadMatches(flags.data, USAGE);
	if (flags.forward === true) {
		if (flags.compare !== undefined || flags.holdout !== undefined)
			throw new Refused(`--forward holds out every season and compares by itself. Usage: ${USAGE}`);
		printForward(matches, flags.json === true, flags.svg);
		return;
	}
	const folds = foldsFor(matches, flags.holdout);
	const evaluation = evaluate(flags.compare === true ? folds : folds.map((fold) => ({ ...fold, reference: null })));
	const { refused } = evaluation;
	if (refused.count > 0) console.error(`${refused.count} matches have no strengths, the first: ${refused.reason}.`);
	if (flags.json === true) {
		console.log(jsonOf(evaluation));
		return;
	}
	for (const line of tableOf(evaluation)) console.log(line);
	if (flags.compare === true) for (const line of comparisonOf(evaluation.judged)) console.log(line);
	writePicture(
		flags.svg,
		evaluation.judged.map(({ bins }) => bins),
	);
});
