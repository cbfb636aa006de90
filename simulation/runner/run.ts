/** Runs histories and tells of them: each, or how many hold; the first that does not, made shorter; how fast it all went. */
import { repeatCommand, shorten } from "../shorten.ts";
import type { SimulationOptions } from "../simulator.ts";
import { branchesOf, type FileBranches } from "./branches.ts";
import { runSeed, type SeedRun } from "./run-seed.ts";
import { Worker, Workers } from "./workers.ts";

export type RunPlan = {
	readonly histories: Iterable<SimulationOptions>;
	readonly jobs: number;
	/** Tells how far it is instead of every history, and ends with the first that does not hold. */
	readonly untilFailure: boolean;
	/** Looks for the shortest history that fails like this one. */
	readonly isShortening: boolean;
	/** Tells which branches of cores and stores were reached. */
	readonly isReporting: boolean;
};

const TOLD = 10;
const PROGRESS_MS = 10_000;
const HOUR_MS = 3_600_000;

class Totals {
	readonly #startedAtMs = performance.now();
	histories = 0;
	failed = 0;
	#virtualMs = 0;
	#cpuMs = 0;

	add({ virtualMs, cpuMs, violations }: SeedRun): void {
		this.histories++;
		this.#virtualMs += virtualMs;
		this.#cpuMs += cpuMs;
		if (violations.length > 0) this.failed++;
	}

	get words(): string {
		const elapsedS = (performance.now() - this.#startedAtMs) / 1_000;
		const hours = this.#virtualMs / HOUR_MS;
		const perCore = this.#cpuMs === 0 ? 0 : hours / (this.#cpuMs / 1_000);
		return [
			`${this.histories} histories`,
			`${hours.toFixed(2)} virtual hours`,
			`${elapsedS.toFixed(1)} s`,
			`${(this.histories / elapsedS).toFixed(2)} histories a second`,
			`${perCore.toFixed(3)} virtual hours a core second`,
		].join(", ");
	}
}

/** True where all held. */
export async function runHistories({
	histories,
	jobs,
	untilFailure,
	isShortening,
	isReporting,
}: RunPlan): Promise<boolean> {
	const totals = new Totals();
	const workers = jobs > 1 || isReporting ? new Workers(jobs, isReporting) : null;
	/** What has been begun and not been told yet, in order. */
	const asked: SimulationOptions[] = [];
	const progress = untilFailure ? setInterval(() => showProgress(totals), PROGRESS_MS) : undefined;
	try {
		for await (const run of workers?.inOrder(noted(histories, asked)) ?? oneByOne(noted(histories, asked))) {
			totals.add(run);
			const isHeld = run.violations.length === 0;
			if (!untilFailure || !isHeld) tellRun(run);
			const options = asked.shift();
			if (!isHeld && isShortening && options !== undefined) await tellShortest(options, run);
			if (!isHeld && untilFailure) break;
		}
		if (workers !== null && isReporting) tellBranches(branchesOf(await workers.covered()));
	} finally {
		clearInterval(progress);
		workers?.close();
	}
	console.log(totals.words);
	console.log(totals.failed === 0 ? "All histories hold." : `${totals.failed} histories do not hold.`);
	return totals.failed === 0;
}

function* noted(histories: Iterable<SimulationOptions>, asked: SimulationOptions[]): Generator<SimulationOptions> {
	for (const options of histories) {
		asked.push(options);
		yield options;
	}
}

async function* oneByOne(histories: Iterable<SimulationOptions>): AsyncGenerator<SeedRun> {
	for (const options of histories) yield await runSeed(options);
}

/** One line that moves where somebody looks on, and one after the other in a file. */
function showProgress({ words }: Totals): void {
	if (process.stdout.isTTY) process.stdout.write(`\r${words} \r`);
	else console.log(words);
}

function tellRun({ seed, violations, counts, cpuMs }: SeedRun): void {
	const words = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
	const isHeld = violations.length === 0;
	console.log(`${isHeld ? "ok  " : "FAIL"} seed ${seed}: ${words.join(", ")} (${(cpuMs / 1_000).toFixed(2)} s)`);
	tellViolations(violations);
}

function tellViolations(violations: SeedRun["violations"]): void {
	for (const { rule, what } of violations.slice(0, TOLD)) console.log(`     [${rule}] ${what}`);
}

async function tellShortest(options: SimulationOptions, run: SeedRun): Promise<void> {
	const worker = new Worker(false);
	const shortest = await shorten(options, run, (shorter) => worker.run(shorter)).finally(() => worker.close());
	console.log(`     its shortest history (of ${shortest.tries} tried), after which:`);
	tellViolations(shortest.result.violations);
	for (const line of shortest.result.story) console.log(`       ${line}`);
	console.log(`     repeat it: ${repeatCommand(shortest.options)}`);
	console.log(`     as it was: ${repeatCommand(options)}`);
}

function tellBranches(files: readonly FileBranches[]): void {
	for (const { path, total, reached, missing } of files) {
		if (total === 0) continue;
		const lines = missing.length === 0 ? "" : ` not line ${[...new Set(missing)].join(", ")}`;
		console.log(`${percent(reached, total).padStart(8)} ${path} (${reached} of ${total})${lines}`);
	}
	const sum = (of: (file: FileBranches) => number): number => files.reduce((total, file) => total + of(file), 0);
	const [reached, total] = [sum((file) => file.reached), sum((file) => file.total)];
	console.log(`Branches of cores and stores: ${percent(reached, total)} (${reached} of ${total})`);
}

const percent = (part: number, whole: number): string => `${whole === 0 ? 100 : ((100 * part) / whole).toFixed(1)} %`;
