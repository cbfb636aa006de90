/**
 * `npm run kill -- [--times N] [--seed S]`: kills workerd N times under load, and says whether everything that was promised
 * is still true. Exit code 1 where it is not.
 */
import { parseArgs } from "node:util";
import { runKills } from "./run.ts";

const TOLD = 20;

function options(): { readonly times: number; readonly seed: number } {
	try {
		const { values } = parseArgs({
			options: { times: { type: "string", default: "10" }, seed: { type: "string", default: "1" } },
		});
		const [times, seed] = [Number(values.times), Number(values.seed)];
		if (Number.isInteger(times) && times >= 1 && Number.isInteger(seed) && seed >= 0) return { times, seed };
	} catch {
		// An unknown option is told like a wrong number.
	}
	console.error("Usage: npm run kill -- [--times 1…] [--seed 0…]");
	return process.exit(2);
}

const { times, seed } = options();
const startedAtMs = performance.now();
const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.abort());
const since = (): number => (performance.now() - startedAtMs) / 1_000;
const log = (line: string): void => console.log(`  ${since().toFixed(1).padStart(6)} s  ${line}`);
const { figures, violations } = await runKills({ times, seed, log, signal: stopped.signal }).catch((fault: unknown) => {
	console.error(fault instanceof Error ? fault.message : fault);
	return process.exit(1);
});
console.log("");
for (const [name, figure] of Object.entries(figures)) console.log(`${String(figure).padStart(8)}  ${name}`);
console.log("");
for (const violation of violations.slice(0, TOLD)) console.log(`VIOLATED  ${violation}`);
const tookS = Math.round(since());
console.log(
	violations.length === 0
		? `All that was promised is true after ${times} kills (seed ${seed}, ${tookS} s).`
		: `${violations.length} violations after ${times} kills: repeat with npm run kill -- --times ${times} --seed ${seed} (${tookS} s).`,
);
process.exit(violations.length === 0 ? 0 : 1);
