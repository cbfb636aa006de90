/** Latencies as what of them is told: they cross from the load's process as these few numbers. */
import * as v from "valibot";

export const latenciesSchema = v.object({
	count: v.number(),
	p50Ms: v.nullable(v.number()),
	p99Ms: v.nullable(v.number()),
	maxMs: v.nullable(v.number()),
});
export type Latencies = Readonly<v.InferOutput<typeof latenciesSchema>>;

/** The smallest value that so many of all do not exceed. */
export function quantile(sorted: readonly number[], share: number): number | null {
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

export function latenciesOf(takenMs: readonly number[]): Latencies {
	const sorted = takenMs.toSorted((a, b) => a - b);
	return {
		count: sorted.length,
		p50Ms: quantile(sorted, 0.5),
		p99Ms: quantile(sorted, 0.99),
		maxMs: sorted.at(-1) ?? null,
	};
}
