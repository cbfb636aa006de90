/** Faults of results: versions, hold-offs, late bets, a second person, and their way to desks. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const RESULTS: readonly Canary[] = [
	inHistory(
		"another result comes under the same version",
		"SET-1 SET-2",
		patch(
			"durable-objects/match/results.ts",
			"const settlementVersion = (known?.settlementVersion ?? 0) + 1;",
			"const settlementVersion = known?.settlementVersion ?? (HIT() ? 1 : 0);",
		),
	),
];
