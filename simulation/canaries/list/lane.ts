/** Faults of the lane: its log, whose inputs it takes, speech. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const LANE: readonly Canary[] = [
	inHistory(
		"an input sent twice is stored twice",
		"LAN-1",
		patch(
			"durable-objects/lane/store.ts",
			"if (before !== undefined && !isTriedAgain(provider, before))",
			"if (before !== undefined && !HIT() && !isTriedAgain(provider, before))",
		),
	),
	inHistory(
		"what a match refused is never tried again",
		"LAN-5",
		patch(
			"durable-objects/lane/store.ts",
			"provider !== TRADER && before.isRefused;",
			"!HIT() && provider !== TRADER && before.isRefused;",
		),
	),
	inHistory(
		"a match of another group is taken in",
		"LAN-6",
		patch(
			"durable-objects/lane/commits.ts",
			"isForeign: isForeign && provider !== TRADER",
			"isForeign: isForeign && !HIT() && provider !== TRADER",
		),
	),
];
