/**
 * The goals model: independent Poisson goals for each side, with the measured share of goals still to come and the
 * measured effect of dismissals. Sources: league matches 2009/10–2013/14 (schochastics/football-data, ODC-By 1.0).
 */
import type { FootballState } from "./state.ts";
import { elapsedSecAt, redsOf, regularIsOver, type Score } from "./state.ts";

/** Expected goals of each side in 90 minutes plus stoppage, eleven against eleven. */
export type Rates = { readonly home: number; readonly away: number };

/** Goals beyond this number in the rest of a match have less than 1e-9 of probability at any price met. */
export const MAX_GOALS = 14;

/**
 * Share of a match's goals still to come by match clock in seconds, measured after minutes 15, 30, 45, 60, 75, 85, 89;
 * between them it is linear. 1.9 % of goals fall in first-half stoppage.
 */
const SHARE_TO_COME: readonly (readonly [sec: number, share: number])[] = [
	[0, 1],
	[900, 0.875],
	[1_800, 0.728],
	[2_700, 0.579],
];
const SECOND_HALF_SHARE: readonly (readonly [sec: number, share: number])[] = [
	[2_700, 0.56],
	[3_600, 0.396],
	[4_500, 0.224],
	[5_100, 0.11],
	[5_340, 0.056],
	[5_400, 0.05],
];
const HALF_TIME_SHARE = 0.56;
/** Mean stoppage of the halves, in minutes (46.3 and 48.7 minutes were played). */
const FIRST_STOPPAGE_MIN = 1.5;
const SECOND_STOPPAGE_MIN = 4;
/** While the whistle has not gone, a goal can still fall: the share never drops below this. */
const LAST_SHARE = 0.004;
/** Extra time scores at about the pace of the match before it: 30 of 90 minutes. Of it 6 % falls in its stoppage. */
const EXTRA_SHARE = 1 / 3;
const EXTRA_STOPPAGE_SHARE = 0.06;

/** A dismissal multiplies the goals to come: penalised .60, opponent 1.57 (forecasting values). */
const RED_PENALISED = 0.6;
const RED_OPPONENT = 1.57;
/** The third dismissal of a side changes nothing that was ever measured. */
const RED_MAX = 2;

function interpolate(table: readonly (readonly [number, number])[], at: number): number {
	let previous = table[0] ?? [0, 0];
	for (const point of table) {
		if (at <= point[0]) {
			const span = point[0] - previous[0];
			return span === 0 ? point[1] : previous[1] + ((point[1] - previous[1]) * (at - previous[0])) / span;
		}
		previous = point;
	}
	return previous[1];
}

/** Share that a stoppage still holds, falling in a line over its expected length. */
function stoppageShare(share: number, intoSec: number, lengthMin: number): number {
	const left = Math.max(0, 1 - intoSec / (lengthMin * 60));
	return Math.max(LAST_SHARE, share * left);
}

/** Share of the 90 minutes' goals still to come, from 1 before the match to 0 at its end. */
export function regularShareToCome(state: FootballState, tickMs: number): number {
	const sec = elapsedSecAt(state, tickMs);
	if (regularIsOver(state) || state.phase === "abandoned") return 0;
	switch (state.phase) {
		case "scheduled":
			return 1;
		case "first_half":
			if (sec <= 2_700) return interpolate(SHARE_TO_COME, sec);
			return HALF_TIME_SHARE + stoppageShare(0.019, sec - 2_700, Math.max(1, state.addedMin ?? FIRST_STOPPAGE_MIN));
		case "half_time":
			return HALF_TIME_SHARE;
		default:
			if (sec <= 5_400) return interpolate(SECOND_HALF_SHARE, sec);
			return stoppageShare(0.05, sec - 5_400, Math.max(1, state.addedMin ?? SECOND_STOPPAGE_MIN));
	}
}

/** Share of extra time's goals still to come, as a share of a match's. */
export function extraShareToCome(state: FootballState, tickMs: number): number {
	const sec = elapsedSecAt(state, tickMs);
	const running = EXTRA_SHARE * (1 - EXTRA_STOPPAGE_SHARE);
	const half = EXTRA_SHARE / 2;
	switch (state.phase) {
		case "extra_first":
			return (
				half + (sec <= 6_300 ? (running / 2) * (1 - (sec - 5_400) / 900) : 0) + EXTRA_SHARE * (EXTRA_STOPPAGE_SHARE / 2)
			);
		case "extra_half_time":
			return half;
		case "extra_second":
			return sec <= 7_200
				? (running / 2) * (1 - (sec - 6_300) / 900) + EXTRA_SHARE * (EXTRA_STOPPAGE_SHARE / 2)
				: stoppageShare(EXTRA_SHARE * (EXTRA_STOPPAGE_SHARE / 2), sec - 7_200, Math.max(1, state.addedMin ?? 2));
		case "shootout_break":
		case "shootout":
		case "ended":
		case "abandoned":
			return 0;
		default:
			return EXTRA_SHARE;
	}
}

/** Rates under the dismissals that stand. */
export function ratesNow(state: FootballState, rates: Rates): Rates {
	const reds = redsOf(state);
	const home = Math.min(reds.home, RED_MAX);
	const away = Math.min(reds.away, RED_MAX);
	return {
		home: rates.home * RED_PENALISED ** home * RED_OPPONENT ** away,
		away: rates.away * RED_PENALISED ** away * RED_OPPONENT ** home,
	};
}

/** Probabilities of 0 … MAX_GOALS goals; the tail is put on the last. */
export function poisson(mean: number): readonly number[] {
	const masses = [Math.exp(-mean)];
	for (let k = 1; k <= MAX_GOALS; k++) masses.push(((masses[k - 1] ?? 0) * mean) / k);
	const total = masses.reduce((sum, mass) => sum + mass, 0);
	masses[MAX_GOALS] = (masses[MAX_GOALS] ?? 0) + Math.max(0, 1 - total);
	return masses;
}

export type Grid = {
	readonly start: Score;
	readonly home: readonly number[];
	readonly away: readonly number[];
	readonly means: Rates;
};

/** Distribution of the final score of a period: what stands, and independent Poisson goals to come. */
export function gridOf(start: Score, means: Rates): Grid {
	return { start, home: poisson(means.home), away: poisson(means.away), means };
}

/** Sum of the probabilities of all final scores that satisfy the predicate. */
export function probabilityOf(grid: Grid, predicate: (home: number, away: number) => boolean): number {
	let total = 0;
	grid.home.forEach((ph, h) => {
		grid.away.forEach((pa, a) => {
			if (predicate(grid.start.home + h, grid.start.away + a)) total += ph * pa;
		});
	});
	return Math.min(1, total);
}
