/** How long something takes: warmed up, in many batches, so that one pause or one busy neighbour shows as what it is. */
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";

export type Timing = {
	/** Of one call, in microseconds: over all batches the median, the 99th percentile and the best. */
	readonly medianUs: number;
	readonly p99Us: number;
	readonly bestUs: number;
	readonly batches: number;
	readonly callsPerBatch: number;
};
export type Effort = {
	readonly warmUpMs: number;
	readonly batches: number;
	readonly batchUs: number;
	/** What is too slow for that many batches gets as many as fit into this time, and three at least. */
	readonly limitMs: number;
	/** Runs of which the heap's growth is measured. */
	readonly heapChunks: number;
};

export const FULL: Effort = { warmUpMs: 1_000, batches: 4_000, batchUs: 150, limitMs: 10_000, heapChunks: 200 };
/** For a look, and for the test of the bench itself. */
export const QUICK: Effort = { warmUpMs: 20, batches: 50, batchUs: 50, limitMs: 500, heapChunks: 5 };

/** What the measured code returns ends here, so that no compiler may leave the work out. */
let sink = 0;
export const sunk = (): number => sink;

/** A batch's length is set by the best of these calls: a busy neighbour must not make it so short that the clock shows. */
const CALIBRATION_CALLS = 100;
const LEAST_BATCHES = 3;

const microseconds = (): number => Number(process.hrtime.bigint()) / 1_000;

/**
 * `run` is told the number of its call, so that no two calls in a row need have the same arguments. A batch holds as many
 * calls as take about `batchUs`, which the clock (some 50 ns) measures to a thousandth; percentiles are over batches.
 */
export function measure(run: (call: number) => number, { warmUpMs, batches, batchUs, limitMs }: Effort): Timing {
	let call = 0;
	const timed = (calls: number): number => {
		const from = microseconds();
		for (let n = 0; n < calls; n++) sink += run(call++);
		return (microseconds() - from) / calls;
	};
	const warmUntil = microseconds() + warmUpMs * 1_000;
	let best = timed(1);
	while (microseconds() < warmUntil) best = Math.min(best, timed(1));
	for (let n = 0; n < CALIBRATION_CALLS && best < batchUs; n++) best = Math.min(best, timed(1));
	const callsPerBatch = Math.max(1, Math.round(batchUs / best));
	const taken: number[] = [];
	const until = microseconds() + limitMs * 1_000;
	while (taken.length < batches && (taken.length < LEAST_BATCHES || microseconds() < until))
		taken.push(timed(callsPerBatch));
	taken.sort((a, b) => a - b);
	const at = (share: number): number =>
		taken[Math.min(taken.length - 1, Math.floor(share * taken.length))] ?? Number.NaN;
	return { medianUs: at(0.5), p99Us: at(0.99), bestUs: at(0), batches: taken.length, callsPerBatch };
}

const CALLS_PER_CHUNK = 500;

/**
 * Bytes a call leaves on the heap: by how much the heap in use grows over 500 calls, the median of so many runs. Runs within
 * which the collector ran, so that the heap shrank, are left out. Call it after `measure`, when everything is compiled.
 */
export function bytesPerCall(run: (call: number) => number, chunks: number): number {
	const grown: number[] = [];
	let call = 0;
	for (let chunk = 0; chunk < chunks; chunk++) {
		const from = process.memoryUsage().heapUsed;
		for (let n = 0; n < CALLS_PER_CHUNK; n++) sink += run(call++);
		const bytes = (process.memoryUsage().heapUsed - from) / CALLS_PER_CHUNK;
		if (bytes >= 0) grown.push(bytes);
	}
	grown.sort((a, b) => a - b);
	return grown[grown.length >> 1] ?? Number.NaN;
}

export type Machine = {
	readonly processor: string;
	readonly cores: number;
	readonly memoryGiB: number;
	readonly system: string;
	readonly node: string;
	readonly v8: string;
	/** Processes that wanted a core in the last minute: above `cores`, the numbers are too high. */
	readonly load: number;
};

export const machine = (): Machine => ({
	processor: cpus()[0]?.model.trim() ?? "unknown",
	cores: availableParallelism(),
	memoryGiB: Math.round(totalmem() / 2 ** 30),
	system: `${platform()} ${release()}`,
	node: process.version,
	v8: process.versions.v8,
	load: loadavg()[0] ?? Number.NaN,
});
