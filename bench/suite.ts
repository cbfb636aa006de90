/** What a suite measures, row by row. */
import type { Effort, Timing } from "./measure.ts";

export type Row = {
	readonly name: string;
	readonly of: string;
	readonly timing: Timing;
	/** What a call leaves on the heap, where it was asked for. */
	readonly bytes?: number;
	/** The row that this one is a slower way of. */
	readonly against: string | null;
};
export type Suite = { readonly name: string; readonly run: (effort: Effort) => readonly Row[] };
