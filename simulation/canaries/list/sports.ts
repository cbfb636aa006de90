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
		patch("pricing/tennis/results.ts", 'winner === "home" ? away : home)', 'HIT() && winner === "home" ? home : away)'),
	),
	inHistory(
		"the end of a game withdraws what is near only",
		"MAT-1",
		patch(
			"pricing/tennis/tennis.ts",
			"=== null ? NEAR_AT_ONCE : ALL_AT_ONCE",
			"=== null ? NEAR_AT_ONCE : HIT() && NEAR_AT_ONCE",
		),
	),
	inHistory(
		"a point withdraws nothing",
		"MAT-1",
		patch(
			"pricing/tennis/tennis.ts",
			"=== null ? NEAR_AT_ONCE : ALL_AT_ONCE",
			"=== null ? (HIT() && NONE) : ALL_AT_ONCE",
		),
	),
	inHistory(
		"the last in a race has won it",
		"SET-1",
		patch("pricing/basketball/results.ts", "if (first.has(target)) continue;", "HIT();"),
	),
	inHistory(
		"points of overtime do not count",
		"SET-1",
		patch(
			"pricing/basketball/results.ts",
			"const score = pointsOf(facts.baskets);",
			"HIT();\n\tconst score = pointsOf(facts.baskets, 1, QUARTERS);",
		),
	),
	inHistory(
		"a review stops nothing",
		"MAT-1",
		patch(
			"pricing/basketball/basketball.ts",
			'case "var_review":\n\t\t\treturn ALL_UNTIL_FEED;',
			'case "var_review":\n\t\t\tHIT();\n\t\t\treturn NONE;',
		),
	),
	inHistory(
		"another start reissues nothing",
		"MAT-10",
		patch(
			"durable-objects/match/fixture-change.ts",
			'return isSame ? "none" : "all";',
			'return isSame || HIT() ? "none" : "all";',
		),
	),
	inHistory(
		"prices of a later fixture move nothing",
		"MAT-9",
		patch(
			"durable-objects/match/fixture-change.ts",
			'if (affected !== "all" && !isNews) return',
			'if (affected !== "all" && (HIT() || !isNews)) return',
		),
	),
	inHistory(
		"a price alone asks every bet anew",
		"MAT-9",
		patch(
			"durable-objects/match/fixture-change.ts",
			'return isSame ? "none" : "all";',
			'return isSame && HIT() ? "all" : "all";',
		),
	),
	inHistory(
		"a goal that is awaited stops nothing",
		"MAT-1",
		patch(
			"pricing/football/football.ts",
			'case "penalty_awarded":\n\t\tcase "var_review":\n\t\t\treturn ALL_UNTIL_FEED;',
			'case "penalty_awarded":\n\t\tcase "var_review":\n\t\t\tHIT();\n\t\t\treturn NONE;',
		),
	),
	inHistory(
		"a goal reopens by itself",
		"MAT-1",
		patch(
			"pricing/football/football.ts",
			'case "penalty_awarded":\n\t\tcase "var_review":\n\t\t\treturn ALL_UNTIL_FEED;',
			'case "penalty_awarded":\n\t\tcase "var_review":\n\t\t\tHIT();\n\t\t\treturn ALL_AT_ONCE;',
		),
	),
];
