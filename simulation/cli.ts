/**
 * `npm run simulate -- --seeds N --hours H | --minutes M [--from S] [--only 1,2]`: histories from seeds, a seed a core. A failing
 * one is made shorter, told, and says how to repeat it. `--until-failure`: fresh seeds until one fails. `--regressions`: those
 * that failed once. `--report`: the branches reached. `--deploys`: each begins with the last release. `--long-nights`: weeks pass after each. `--canaries`: faults put into a
 * copy of the source, which must be caught. `--small-worlds [--world NAME]`: every schedule of every small world instead, a world a core.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runCanaries } from "./canaries/canaries.ts";
import { REGRESSIONS } from "./regressions.ts";
import { runHistories } from "./runner/run.ts";
import type { SimulationOptions } from "./simulator.ts";
import { searchSmallWorlds } from "./small-worlds/small-worlds.ts";

const USAGE =
	"npm run simulate -- [--seeds N] [--from S] [--minutes M | --hours H] [--only 1,2|none] [--jobs J] [--until-failure] [--deploys] [--long-nights] [--regressions] [--report] [--canaries] [--small-worlds]";
const SEEDS = 20;
const MINUTES = "6";
/** Shorter than that a match is still going on when everybody is asked whether it decides bets again. */
const LEAST_MINUTES = 0.75;

function fail(why: string): never {
	console.error(`${why}. Usage: ${USAGE}`);
	process.exit(2);
}

function readOptions() {
	try {
		return parseArgs({
			options: {
				seeds: { type: "string" },
				from: { type: "string" },
				minutes: { type: "string" },
				hours: { type: "string" },
				only: { type: "string" },
				jobs: { type: "string" },
				"until-failure": { type: "boolean", default: false },
				regressions: { type: "boolean", default: false },
				deploys: { type: "boolean" },
				"long-nights": { type: "boolean" },
				report: { type: "boolean", default: false },
				canaries: { type: "boolean", default: false },
				canary: { type: "string", default: "" },
				"small-worlds": { type: "boolean", default: false },
				world: { type: "string", default: "" },
				file: { type: "string" },
			},
		}).values;
	} catch (fault) {
		return fail(fault instanceof Error ? fault.message : String(fault));
	}
}

function positive(name: string, text: string): number {
	const value = Number(text);
	return value > 0 && Number.isFinite(value) ? value : fail(`--${name} is no positive number: ${text}`);
}

function minutesOf(text: string): number {
	const value = positive("minutes", text);
	return value >= LEAST_MINUTES ? value : fail(`--minutes is less than ${LEAST_MINUTES}: ${text}`);
}

const values = readOptions();
if (values.canaries) {
	const limits = {
		...(values.minutes === undefined ? {} : { minutes: minutesOf(values.minutes) }),
		...(values.seeds === undefined ? {} : { seeds: positive("seeds", values.seeds) }),
		...(values.from === undefined ? {} : { from: positive("from", values.from) }),
	};
	process.exit((await runCanaries({ ...limits, named: values.canary, file: values.file })) ? 0 : 1);
}
const jobs = values.jobs === undefined ? availableParallelism() : positive("jobs", values.jobs);
if (values["small-worlds"]) process.exit((await searchSmallWorlds(values.world, jobs)) ? 0 : 1);
const minutes =
	values.hours === undefined ? minutesOf(values.minutes ?? MINUTES) : positive("hours", values.hours) * 60;
/** Whoever looks for failures looks where nobody has looked yet. */
const from = positive("from", values.from ?? (values["until-failure"] ? String(Date.now() % 1_000_000_000) : "1"));
const seeds = values.seeds === undefined ? null : positive("seeds", values.seeds);
const count = seeds ?? (values["until-failure"] ? Number.POSITIVE_INFINITY : SEEDS);
const numbers = (text: string): readonly number[] =>
	text === "none" ? [] : text.split(",").map((number) => positive("only", number));
const only = values.only === undefined ? {} : { only: numbers(values.only) };
const deploys = values.deploys === undefined ? {} : { deploys: values.deploys };
const nights = values["long-nights"] === undefined ? {} : { longNight: values["long-nights"] };

function* fresh(): Generator<SimulationOptions> {
	for (let seed = from; seed < from + count; seed++) yield { seed, minutes, ...only, ...deploys, ...nights };
}

const isHeld = await runHistories({
	histories: values.regressions ? REGRESSIONS.map(({ options }) => options) : fresh(),
	jobs: Math.ceil(Math.min(jobs, values.regressions ? REGRESSIONS.length : count)),
	untilFailure: values["until-failure"],
	isShortening: true,
	isReporting: values.report,
});
process.exit(isHeld ? 0 : 1);
