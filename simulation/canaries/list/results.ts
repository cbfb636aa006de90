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
	inHistory(
		"a trader approves what he proposed",
		"SET-7",
		patch(
			"durable-objects/match/approvals.ts",
			"return plain(one) === plain(other);",
			"return !HIT() && plain(one) === plain(other);",
		),
	),
	inHistory(
		"goals of extra time count for ninety minutes",
		"SET-0",
		patch(
			"pricing/football/path.ts",
			'const goals = all.filter(({ period }) => period === "regular");',
			"HIT();\n\tconst goals = all;",
		),
	),
	inHistory(
		"away goals decide no tie",
		"SET-6",
		patch(
			"pricing/football/tie.ts",
			"if (byGoals !== null || tie === null || !tie.awayGoals) return byGoals;",
			"if (byGoals !== null || tie === null || !tie.awayGoals || HIT()) return byGoals;",
		),
	),
];
