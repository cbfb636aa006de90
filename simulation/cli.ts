/**
 * `npm run simulate -- --seeds N --hours H | --minutes M [--from S] [--only 1,2]`: histories from seeds. A failing one is
 * made shorter, told, and says how to repeat it. `--canaries`: faults put into a copy of the source, which must be caught.
 */
import { parseArgs } from "node:util";
import { runCanaries } from "./canaries/canaries.ts";
import { repeatCommand, shorten } from "./shorten.ts";
import { simulate } from "./simulator.ts";

const TOLD = 10;
const USAGE = "npm run simulate -- [--seeds N] [--from S] [--minutes M | --hours H] [--only 1,2|none] [--canaries]";

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
				canaries: { type: "boolean", default: false },
				canary: { type: "string", default: "" },
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

const values = readOptions();
if (values.canaries) {
	const limits = {
		...(values.minutes === undefined ? {} : { minutes: positive("minutes", values.minutes) }),
		...(values.seeds === undefined ? {} : { seeds: positive("seeds", values.seeds) }),
		...(values.from === undefined ? {} : { from: positive("from", values.from) }),
	};
	process.exit((await runCanaries({ ...limits, named: values.canary, file: values.file })) ? 0 : 1);
}
const minutes =
	values.hours === undefined ? positive("minutes", values.minutes ?? "6") : positive("hours", values.hours) * 60;
const from = positive("from", values.from ?? "1");
const seeds = positive("seeds", values.seeds ?? "20");
const numbers = (text: string): readonly number[] =>
	text === "none" ? [] : text.split(",").map((number) => positive("only", number));
const only = values.only === undefined ? undefined : numbers(values.only);

let failed = 0;
for (let seed = from; seed < from + seeds; seed++) {
	const startedAtMs = performance.now();
	const options = only === undefined ? { seed, minutes } : { seed, minutes, only };
	const result = await simulate(options);
	const words = Object.entries(result.counts).map(([name, count]) => `${count} ${name}`);
	const tookS = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
	console.log(`${result.violations.length === 0 ? "ok  " : "FAIL"} seed ${seed}: ${words.join(", ")} (${tookS} s)`);
	if (result.violations.length === 0) continue;
	failed++;
	for (const { rule, what } of result.violations.slice(0, TOLD)) console.log(`     [${rule}] ${what}`);
	const shortest = await shorten(options, result);
	console.log(`     its shortest history (of ${shortest.tries} tried), after which:`);
	for (const { rule, what } of shortest.result.violations.slice(0, TOLD)) console.log(`     [${rule}] ${what}`);
	for (const line of shortest.result.story) console.log(`       ${line}`);
	console.log(`     repeat it: ${repeatCommand(shortest.options)}`);
	console.log(`     as it was: ${repeatCommand(options)}`);
}
console.log(failed === 0 ? "All histories hold." : `${failed} histories do not hold.`);
process.exit(failed === 0 ? 0 : 1);
