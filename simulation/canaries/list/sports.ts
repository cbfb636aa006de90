/** Faults of the sports: what an incident withdraws, what a market comes to, and fixtures that change. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const SPORTS: readonly Canary[] = [
	inHistory(
		"an older fixture replaces a newer one",
		"MAT-10",
		patch(
			"durable-objects/match/fixture-change.ts",
			'if (input.sentAtMs < before.fixture.sentAtMs) return refuse("outdated", "a later fixture has been applied");',
			"HIT();",
		),
	),
	inHistory(
		"the loser's points are the winner's",
		"SET-1",
		patch(
			"shared/pricing/tennis/results.ts",
			'winner === "home" ? away : home)',
			'HIT() && winner === "home" ? home : away)',
		),
	),
	inHistory(
		"the end of a game withdraws what is near only",
		"MAT-1",
		patch(
			"shared/pricing/tennis/tennis.ts",
			"=== null ? NEAR_AT_ONCE : ALL_AT_ONCE",
			"=== null ? NEAR_AT_ONCE : HIT() && NEAR_AT_ONCE",
		),
	),
	inHistory(
		"a point withdraws nothing",
		"MAT-1",
		patch(
			"shared/pricing/tennis/tennis.ts",
			"=== null ? NEAR_AT_ONCE : ALL_AT_ONCE",
			"=== null ? (HIT() && NONE) : ALL_AT_ONCE",
		),
	),
	inHistory(
		"the last in a race has won it",
		"SET-1",
		patch("shared/pricing/basketball/results.ts", "if (first.has(target)) continue;", "HIT();"),
	),
];
