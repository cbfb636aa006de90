/** Faults of the lane: its log, whose inputs it takes, speech. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const LANE: readonly Canary[] = [
	inHistory(
		"an input sent twice is stored twice",
		"LAN-1",
		patch(
			"durable-objects/lane/store.ts",
			"if (before !== null && !this.#isTriedAgain(provider, matchId, before.seq))",
			"if (before !== null && !HIT() && !this.#isTriedAgain(provider, matchId, before.seq))",
		),
	),
	inHistory(
		"what a match refused is never tried again",
		"LAN-5",
		patch(
			"durable-objects/lane/store.ts",
			'return provider !== TRADER && this.#refusals.verdict(matchId, seq).kind === "refused";',
			'return !HIT() && provider !== TRADER && this.#refusals.verdict(matchId, seq).kind === "refused";',
		),
	),
	inHistory(
		"a match of another group is taken in",
		"LAN-6",
		patch(
			"durable-objects/lane/commits.ts",
			"return isForeign && provider !== TRADER",
			"return isForeign && !HIT() && provider !== TRADER",
		),
	),
];
