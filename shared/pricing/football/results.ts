/** Markets that are decided, on the facts the feed stands by (SET-0). A market taken back is simply not among them. */
import type { LegOutcome } from "../../contracts/results.ts";
import type { MarketSpec, SettledMarket } from "../sport.ts";
import { book } from "./book.ts";
import * as markets from "./markets.ts";
import { shootOutAfter, shootOutWinner } from "./shootout.ts";
import { extraIsOver, extraWasReached, type FootballState, goalsOf, kicksOf, regularIsOver, tally } from "./state.ts";

const win: LegOutcome = { kind: "win" };
const lose: LegOutcome = { kind: "lose" };

function settled(spec: MarketSpec, ...winners: readonly string[]): SettledMarket {
	const outcomes = Object.fromEntries(
		spec.outcomes.map(({ outcomeId }) => [outcomeId, winners.includes(outcomeId) ? win : lose]),
	);
	return { spec, state: { kind: "settled", outcomes } };
}

export function results(state: FootballState): readonly SettledMarket[] {
	const decided = [...regularResults(state), ...extraResults(state), ...trophyResult(state), ...kickResults(state)];
	if (state.phase !== "abandoned") return decided;
	// HOU-1: decided markets stand, all others that were ever offered are void.
	const known = new Set(decided.map(({ spec }) => spec.marketId));
	const before: FootballState = { ...state, phase: state.furthest };
	const open = book(before, { home: 1, away: 1 }, state.clock.atMs).filter(({ spec }) => !known.has(spec.marketId));
	return [
		...decided,
		...open.map(({ spec }): SettledMarket => ({ spec, state: { kind: "void", reason: "abandoned" } })),
	];
}

function nextGoals(
	spec: (n: number) => MarketSpec,
	goals: readonly { readonly side: string | null }[],
	isOver: boolean,
): readonly SettledMarket[] {
	const scored = goals.map((goal, index) => settled(spec(index + 1), goal.side ?? ""));
	return isOver ? [...scored, settled(spec(goals.length + 1), "none")] : scored;
}

function regularResults(state: FootballState): readonly SettledMarket[] {
	const goals = goalsOf(state, "regular", true);
	const { home, away } = tally(goals);
	const isOver = regularIsOver(state);
	const passed = markets.TOTAL_LINES.filter((line) => isOver || home + away > line);
	const totals = passed.map((line) => settled(markets.totalMarket(line), home + away > line ? "over" : "under"));
	const both = home > 0 && away > 0;
	return [
		...totals,
		...(both || isOver ? [settled(markets.BOTH_SCORE, both ? "yes" : "no")] : []),
		...nextGoals(markets.nextGoalMarket, goals, isOver),
		...(isOver
			? [
					settled(markets.ONE_X_TWO, markets.resultOutcome(home, away)),
					settled(markets.DOUBLE_CHANCE, ...markets.doubleChanceWinners(home, away)),
					settled(markets.CORRECT_SCORE, markets.correctScoreOutcome(home, away)),
				]
			: []),
	];
}

function extraResults(state: FootballState): readonly SettledMarket[] {
	if (!extraWasReached(state)) return [];
	const goals = goalsOf(state, "extra", true);
	const { home, away } = tally(goals);
	const isOver = extraIsOver(state);
	return [
		...nextGoals(markets.extraNextGoalMarket, goals, isOver),
		...(isOver ? [settled(markets.EXTRA_RESULT, markets.resultOutcome(home, away))] : []),
	];
}

function trophyResult(state: FootballState): readonly SettledMarket[] {
	if (state.phase !== "ended" || (!state.extraTime && !state.shootOut)) return [];
	const { home, away } = tally([...goalsOf(state, "regular"), ...goalsOf(state, "extra")]);
	const winner = home !== away ? markets.resultOutcome(home, away) : shootOutWinner(shootOutAfter(kicksOf(state)));
	return winner === null || winner === "draw" ? [] : [settled(markets.TROPHY, winner)];
}

function kickResults(state: FootballState): readonly SettledMarket[] {
	const kicks = kicksOf(state).map((kick, index) => settled(markets.kickMarket(index + 1), kick.detail ?? ""));
	const wasOffered = state.furthest === "shootout_break" || state.furthest === "shootout";
	if (state.phase !== "ended" || !wasOffered || shootOutWinner(shootOutAfter(kicksOf(state))) !== null) return kicks;
	// The kick that was offered and never taken.
	return [...kicks, { spec: markets.kickMarket(kicks.length + 1), state: { kind: "void", reason: "not taken" } }];
}
