/** State and strengths → fair probabilities of every market that is not decided. */
import type { FairMarket, MarketSpec } from "../sport.ts";
import * as markets from "./markets.ts";
import {
	extraShareToCome,
	type Grid,
	gridOf,
	probabilityOf,
	type Rates,
	ratesNow,
	regularShareToCome,
} from "./model.ts";
import { homeWins, KICK_SCORED, shootOutAfter, shootOutWinner } from "./shootout.ts";
import {
	extraIsOver,
	extraWasReached,
	type FootballState,
	goalsOf,
	kicksOf,
	regularIsOver,
	scoreOf,
	shootOutWasReached,
} from "./state.ts";

const times = (rates: Rates, share: number): Rates => ({ home: rates.home * share, away: rates.away * share });
const priced = (spec: MarketSpec, fair: readonly number[]): FairMarket => ({
	spec,
	fair,
	alive: fair.map((p) => p > 0),
});

export function book(state: FootballState, params: Rates, tickMs: number): readonly FairMarket[] {
	if (state.phase === "ended" || state.phase === "abandoned") return [];
	const rates = ratesNow(state, params);
	const regular = gridOf(scoreOf(state, "regular"), times(rates, regularShareToCome(state, tickMs)));
	const extra = gridOf(scoreOf(state, "extra"), times(rates, extraShareToCome(state, tickMs)));
	return [
		...(regularIsOver(state) ? [] : regularBook(state, regular)),
		...(extraWasReached(state) && !extraIsOver(state) ? extraBook(state, extra) : []),
		...trophyBook(state, regular, extra),
		...kickBook(state),
	];
}

function threeWay(grid: Grid): readonly [number, number, number] {
	const home = probabilityOf(grid, (h, a) => h > a);
	const away = probabilityOf(grid, (h, a) => h < a);
	return [home, Math.max(0, 1 - home - away), away];
}

function regularBook(state: FootballState, grid: Grid): readonly FairMarket[] {
	const [home, draw, away] = threeWay(grid);
	const { start } = grid;
	const goals = start.home + start.away;
	const both = start.home > 0 && start.away > 0 ? 1 : probabilityOf(grid, (h, a) => h > 0 && a > 0);
	const totals = markets.TOTAL_LINES.filter((line) => line > goals).map((line) => {
		const over = probabilityOf(grid, (h, a) => h + a > line);
		return priced(markets.totalMarket(line), [over, 1 - over]);
	});
	return [
		priced(markets.ONE_X_TWO, [home, draw, away]),
		priced(markets.DOUBLE_CHANCE, [home + draw, home + away, draw + away]),
		...totals,
		...(both >= 1 ? [] : [priced(markets.BOTH_SCORE, [both, 1 - both])]),
		priced(markets.nextGoalMarket(goalsOf(state, "regular").length + 1), nextGoal(grid)),
		correctScore(grid),
	];
}

/** Who scores next, of two Poisson streams that run out together. */
function nextGoal({ means }: Grid): readonly number[] {
	const total = means.home + means.away;
	if (total <= 0) return [0, 1, 0];
	const any = 1 - Math.exp(-total);
	return [(any * means.home) / total, 1 - any, (any * means.away) / total];
}

function correctScore(grid: Grid): FairMarket {
	const size = markets.CORRECT_SCORE_MAX + 1;
	const named = Array.from({ length: size * size }, (_, index) => {
		const home = Math.floor(index / size) - grid.start.home;
		const away = (index % size) - grid.start.away;
		return home < 0 || away < 0 ? 0 : (grid.home[home] ?? 0) * (grid.away[away] ?? 0);
	});
	const other = Math.max(0, 1 - named.reduce((sum, p) => sum + p, 0));
	return priced(markets.CORRECT_SCORE, [...named, other]);
}

function extraBook(state: FootballState, grid: Grid): readonly FairMarket[] {
	const next = goalsOf(state, "extra").length + 1;
	return [priced(markets.EXTRA_RESULT, threeWay(grid)), priced(markets.extraNextGoalMarket(next), nextGoal(grid))];
}

/** Who wins in the end: after 90 minutes, after extra time, or after kicks. */
function trophyBook(state: FootballState, regular: Grid, extra: Grid): readonly FairMarket[] {
	if (!state.extraTime && !state.shootOut) return [];
	const [home, draw] = threeWay(regular);
	const byKicks = homeWins(shootOutAfter(kicksOf(state)));
	let fromDraw = byKicks;
	if (state.extraTime) {
		const [extraHome, extraDraw] = threeWay(extra);
		fromDraw = extraHome + extraDraw * byKicks;
	}
	const wins = Math.min(1, home + draw * fromDraw);
	return wins <= 0 || wins >= 1 ? [] : [priced(markets.TROPHY, [wins, 1 - wins])];
}

function kickBook(state: FootballState): readonly FairMarket[] {
	const kicks = kicksOf(state);
	if (!shootOutWasReached(state) || shootOutWinner(shootOutAfter(kicks)) !== null) return [];
	return [priced(markets.kickMarket(kicks.length + 1), [KICK_SCORED, 1 - KICK_SCORED])];
}
