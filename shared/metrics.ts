/** Histograms as Prometheus knows them: cumulative counts by upper bound, kept by whoever measures, added up by who reports. */

/** Upper bounds in ms: a frame is due within one or two of them, a bet's decision within the later ones. */
export const LATENCY_BOUNDS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000] as const;

export type Histogram = { readonly counts: readonly number[]; readonly sumMs: number; readonly count: number };

export const emptyHistogram = (): Histogram => ({ counts: LATENCY_BOUNDS_MS.map(() => 0), sumMs: 0, count: 0 });

export function observe(histogram: Histogram, ms: number): Histogram {
	return {
		counts: histogram.counts.map((count, index) => (ms <= (LATENCY_BOUNDS_MS[index] ?? 0) ? count + 1 : count)),
		sumMs: histogram.sumMs + ms,
		count: histogram.count + 1,
	};
}

export function addHistograms(histograms: readonly Histogram[]): Histogram {
	return histograms.reduce(
		(sum, next) => ({
			counts: sum.counts.map((count, index) => count + (next.counts[index] ?? 0)),
			sumMs: sum.sumMs + next.sumMs,
			count: sum.count + next.count,
		}),
		emptyHistogram(),
	);
}

/** The lines of one histogram in Prometheus' text format, in seconds. */
export function histogramLines(name: string, help: string, histogram: Histogram): readonly string[] {
	return [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} histogram`,
		...LATENCY_BOUNDS_MS.map((bound, index) => `${name}_bucket{le="${bound / 1_000}"} ${histogram.counts[index] ?? 0}`),
		`${name}_bucket{le="+Inf"} ${histogram.count}`,
		`${name}_sum ${histogram.sumMs / 1_000}`,
		`${name}_count ${histogram.count}`,
	];
}
