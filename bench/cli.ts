/** `npm run bench -- pricing`: runs a suite or a bench and says on what machine, with what, and how to repeat it. */
import { fileURLToPath } from "node:url";
import { bets } from "./bets/bets.ts";
import { capacity } from "./capacity/capacity.ts";
import { crossings } from "./crossings/crossings.ts";
import { fanout } from "./fanout/fanout.ts";
import { frames } from "./frames.ts";
import { ingest } from "./ingest/ingest.ts";
import { type Effort, FULL, type Machine, machine, QUICK, sunk } from "./measure.ts";
import { UsageFault } from "./options.ts";
import { overload } from "./overload/overload.ts";
import { pricing } from "./pricing.ts";
import { settle } from "./settle/settle.ts";
import { soak } from "./soak/soak.ts";
import { start } from "./start/start.ts";
import { Stopped, stopOnSignals } from "./stop.ts";
import type { Row, Suite } from "./suite.ts";

export type Report = {
	readonly suite: string;
	readonly machine: Machine;
	readonly repeat: string;
	readonly rows: readonly (Row & {
		/** How many times as long as `against`, by medians. */ readonly ratio: number | null;
	})[];
};

const SUITES: readonly Suite[] = [pricing, frames];

export function reportOf(name: string, effort: Effort): Report | null {
	const suite = SUITES.find((one) => one.name === name);
	if (suite === undefined) return null;
	const rows = suite.run(effort);
	return {
		suite: name,
		machine: machine(),
		repeat: `npm run bench -- ${name}`,
		rows: rows.map((row) => {
			const against = rows.find((other) => other.name === row.against);
			return { ...row, ratio: against === undefined ? null : row.timing.medianUs / against.timing.medianUs };
		}),
	};
}

export function textOf({ suite, machine: on, repeat, rows }: Report): string {
	const us = (value: number): string => value.toFixed(value < 100 ? 2 : 0).padStart(9);
	return [
		`Suite ${suite}: microseconds a call`,
		`${on.processor}, ${on.cores} cores, ${on.memoryGiB} GiB, ${on.system}; Node ${on.node} (V8 ${on.v8}); load ${on.load.toFixed(1)}`,
		"",
		`${"".padEnd(38)}   median       p99      best`,
		...rows.flatMap(({ name, of, timing, bytes, against, ratio }) => [
			`${name.padEnd(38)}${us(timing.medianUs)} ${us(timing.p99Us)} ${us(timing.bestUs)}${ratio === null ? "" : `   ${ratio.toFixed(1)} × ${against}`}`,
			`  ${of}; ${timing.batches} batches of ${timing.callsPerBatch}${bytes === undefined ? "" : `; ${bytes.toFixed(0)} bytes a call`}`,
		]),
		"",
		"Percentiles are over batches; bytes are by how much the heap in use grows over 500 calls, the median of some runs.",
		`Repeat: ${repeat} (--json for a machine, --quick for a look)`,
	].join("\n");
}

/** A bench says by itself what it has found, and takes options of its own. */
type Bench = (args: readonly string[]) => Promise<void>;
/** Runs in this process alone: a signal ends it at once, since nothing has to be stopped. */
const ALONE: Readonly<Record<string, Bench>> = { crossings, capacity };
const BENCHES: Readonly<Record<string, Bench>> = {
	bets,
	fanout,
	ingest,
	settle,
	overload,
	start,
	soak,
};

async function main([name = "", ...flags]: readonly string[]): Promise<void> {
	if (Object.hasOwn(ALONE, name)) return ALONE[name]?.(flags);
	const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
	if (bench !== undefined) {
		stopOnSignals();
		return bench(flags);
	}
	const unknown = flags.find((flag) => flag !== "--json" && flag !== "--quick");
	const report = unknown === undefined ? reportOf(name, flags.includes("--quick") ? QUICK : FULL) : null;
	if (report === null) {
		const names = [...SUITES.map((suite) => suite.name), ...Object.keys(ALONE), ...Object.keys(BENCHES)];
		throw new UsageFault(`npm run bench -- ${names.join("|")} [--json] [--quick]`);
	}
	console.log(flags.includes("--json") ? JSON.stringify(report, null, "\t") : textOf(report));
	// Printing what the runs returned is what keeps them from being left out.
	if (!Number.isFinite(sunk())) throw new Error("a run returned no number");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	await main(process.argv.slice(2)).catch((fault: unknown) => {
		if (!(fault instanceof UsageFault || fault instanceof Stopped)) throw fault;
		console.error(`bench: ${fault.message}`);
		process.exitCode = 2;
	});
