/** Forecasts of a match after given minutes, by the code that prices bets: facts → `outlookOf` → final scores. */
import { finalScoreOf } from "../../pricing/football/final-score.ts";
import { outlookOf } from "../../pricing/football/goal-model.ts";
import type { GoalParameters } from "../../pricing/football/goal-parameters.ts";
import type { GoalFacts, GoalStrengths } from "../../pricing/football/outlook.ts";
import { resultChances, type Triple, totalChances } from "../../pricing/goals/score-grid.ts";
import type { Match, MatchEvent } from "./matches.ts";

/** The minutes after which forecasts are made; 45 is half-time. */
export const MINUTES = [0, 15, 30, 45, 60, 75, 85] as const;

/** Chances of home win, draw, away win, and of more than 2.5 goals. */
export type Forecast = { readonly result: Triple; readonly over: number };
export type Outcome = { readonly result: 0 | 1 | 2; readonly over: boolean };

export const outcomeOf = ({ score }: Match): Outcome => ({
	result: score.home > score.away ? 0 : score.home === score.away ? 1 : 2,
	over: score.home + score.away > 2,
});

function countUpTo(events: readonly MatchEvent[], minute: number): { readonly home: number; readonly away: number } {
	let home = 0;
	let away = 0;
	for (const event of events) {
		if (event.minute > minute) continue;
		if (event.side === "home") home++;
		else away++;
	}
	return { home, away };
}

/** Where a match stands after a minute: after every goal and dismissal whose base minute is not later. */
export function factsAt(match: Match, minute: number): GoalFacts {
	return {
		phase: minute === 0 ? "scheduled" : minute < 45 ? "first_half" : minute === 45 ? "half_time" : "second_half",
		elapsedSec: minute * 60,
		addedMin: null,
		regular: countUpTo(match.goals, minute),
		extra: { home: 0, away: 0 },
		reds: countUpTo(match.dismissals, minute),
	};
}

export function forecastOf(strengths: GoalStrengths, facts: GoalFacts, parameters: GoalParameters): Forecast {
	const grid = finalScoreOf(outlookOf(strengths, facts, parameters), facts.regular);
	return { result: resultChances(grid), over: totalChances(grid, 2.5)[0] };
}
