/** The football markets: ids, names, outcomes. A line is part of an id: another line is another market (BET-4). */
import type { MarketSpec, OutcomeSpec } from "../sport.ts";

export const TOTAL_LINES = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5] as const;
/** Correct scores named one by one; everything else is `other`. */
export const CORRECT_SCORE_MAX = 4;

const outcomes = (...pairs: readonly (readonly [string, string])[]): readonly OutcomeSpec[] =>
	pairs.map(([outcomeId, name]) => ({ outcomeId, name }));
const market = (
	marketId: string,
	name: string,
	group: string,
	period: string,
	list: readonly OutcomeSpec[],
	winners = 1,
): MarketSpec => ({
	marketId,
	name,
	group,
	period,
	outcomes: list,
	winners,
});

const REGULAR = "regular";
const EXTRA = "extra";

export const ONE_X_TWO = market(
	"1x2",
	"Match result",
	"main",
	REGULAR,
	outcomes(["home", "1"], ["draw", "X"], ["away", "2"]),
);
export const DOUBLE_CHANCE = market(
	"dc",
	"Double chance",
	"main",
	REGULAR,
	outcomes(["1x", "1X"], ["12", "12"], ["x2", "X2"]),
	2,
);
export const BOTH_SCORE = market(
	"btts",
	"Both teams to score",
	"main",
	REGULAR,
	outcomes(["yes", "Yes"], ["no", "No"]),
);
export const EXTRA_RESULT = market(
	"et:1x2",
	"Extra-time result",
	"extra",
	EXTRA,
	outcomes(["home", "1"], ["draw", "X"], ["away", "2"]),
);
export const TROPHY = market("trophy", "To lift the trophy", "trophy", "whole", outcomes(["home", "1"], ["away", "2"]));

export const totalMarket = (line: number): MarketSpec =>
	market(`ou:${line}`, `Total goals ${line}`, "totals", REGULAR, outcomes(["over", "Over"], ["under", "Under"]));

const NEXT = outcomes(["home", "1"], ["none", "No goal"], ["away", "2"]);
export const nextGoalMarket = (n: number): MarketSpec => market(`ng:${n}`, `Goal ${n}`, "next_goal", REGULAR, NEXT);
export const extraNextGoalMarket = (n: number): MarketSpec =>
	market(`et:ng:${n}`, `Extra time: goal ${n}`, "extra", EXTRA, NEXT);
export const kickMarket = (n: number): MarketSpec =>
	market(
		`so:kick:${n}`,
		`Shoot-out: kick ${n}`,
		"shootout",
		"shootout",
		outcomes(["scored", "Scored"], ["missed", "Missed"]),
	);

const scores = Array.from({ length: (CORRECT_SCORE_MAX + 1) ** 2 }, (_, index) => {
	const label = `${Math.floor(index / (CORRECT_SCORE_MAX + 1))}-${index % (CORRECT_SCORE_MAX + 1)}`;
	return { outcomeId: label, name: label };
});
export const CORRECT_SCORE = market("cs", "Correct score", "correct_score", REGULAR, [
	...scores,
	{ outcomeId: "other", name: "Any other" },
]);

export function correctScoreOutcome(home: number, away: number): string {
	return home <= CORRECT_SCORE_MAX && away <= CORRECT_SCORE_MAX ? `${home}-${away}` : "other";
}

export const resultOutcome = (home: number, away: number): "home" | "draw" | "away" =>
	home > away ? "home" : home < away ? "away" : "draw";
export const doubleChanceWinners = (home: number, away: number): readonly string[] =>
	home > away ? ["1x", "12"] : home < away ? ["12", "x2"] : ["1x", "x2"];
