/** What a runner and its workers say to each other. */
import type { SimulationOptions } from "../simulator.ts";
import type { CoveredFile } from "./covered.ts";
import type { SeedRun } from "./run-seed.ts";

export type ToWorker = { readonly kind: "run"; readonly options: SimulationOptions } | { readonly kind: "covered" };
export type FromWorker =
	| { readonly kind: "ran"; readonly run: SeedRun }
	| { readonly kind: "covered"; readonly files: readonly CoveredFile[] };
