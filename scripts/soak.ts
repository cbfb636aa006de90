/** `npm run soak -- --times N --seed S`: every property again and again with fresh cases; a seed that fails is named and ends it. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { flagsOf, Refused, runCommand } from "./model/files.ts";

const USAGE = "npm run soak -- [--times 10] [--seed 1]";
const FOLDERS = "{shared,pricing,workers,durable-objects,client,scripts,simulation,testing}/**/*.test.ts";
/** Tests that draw cases, by themselves or through what judges schemas. */
const DRAWS = /from "fast-check"|judgeSchema/;

function wholeNumber(text: string, name: string): number {
	const value = Number(text);
	if (!(Number.isSafeInteger(value) && value >= 1))
		throw new Refused(`--${name} is a whole number from 1 on, not ${text}.`);
	return value;
}

function soak(times: number, first: number): number {
	const files = globSync(FOLDERS).filter((file) => DRAWS.test(readFileSync(file, "utf8")));
	for (let n = 0; n < times; n++) {
		const seed = first + n;
		const run = spawnSync("vitest", ["run", "--project", "unit", "--reporter", "dot", ...files], {
			env: { ...process.env, PROPERTY_SEED: String(seed) },
			encoding: "utf8",
		});
		if (run.status !== 0) {
			console.log(run.stdout + run.stderr);
			console.log(`Seed ${seed} fails: npm run soak -- --times 1 --seed ${seed}`);
			return 1;
		}
		console.log(`seed ${seed}: ${files.length} files hold (${n + 1} of ${times})`);
	}
	console.log(`All properties hold with ${times} fresh seeds.`);
	return 0;
}

runCommand(() => {
	const flags = flagsOf({ times: { type: "string" }, seed: { type: "string" } }, USAGE);
	const times = wholeNumber(String(flags.times ?? 10), "times");
	const first = wholeNumber(String(flags.seed ?? (Date.now() % 1_000_000_000) + 1), "seed");
	process.exitCode = soak(times, first);
});
