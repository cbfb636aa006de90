/**
 * The joint distribution of a final score, and what markets ask of it. This is the plain form, a cell for each score: the
 * fitting, the solving of strengths and the checks use it.
 */
import { poissonMasses } from "./masses.ts";

type Pair = { readonly home: number; readonly away: number };

/** `values[h * columns + a]` is the probability of the final score `start.home + h` to `start.away + a`. */
export type ScoreGrid = {
	readonly start: Pair;
	readonly rows: number;
	readonly columns: number;
	readonly values: Float64Array;
};

/** Weights of low final scores: `values[home * size + away]`, 1 for scores beyond `size`. */
export type Tilt = { readonly size: number; readonly values: readonly number[] };

/** Three exclusive chances of a bet or result that sum to one: home, draw, away; over, push, under; win, push, lose. */
export type Triple = readonly [number, number, number];

const NO_GOALS: Pair = { home: 0, away: 0 };

/** Independent goals of both sides on top of a score. */
export function independentGrid(home: readonly number[], away: readonly number[], start = NO_GOALS): ScoreGrid {
	const values = new Float64Array(home.length * away.length);
	let cell = 0;
	for (const h of home) for (const a of away) values[cell++] = h * a;
	return { start, rows: home.length, columns: away.length, values };
}

/** The grid with its low final scores weighed and the whole normalised. */
export function tilted(grid: ScoreGrid, tilt: Tilt): ScoreGrid {
	const values = grid.values.slice();
	for (let h = grid.start.home; h < tilt.size && h < grid.start.home + grid.rows; h++) {
		for (let a = grid.start.away; a < tilt.size && a < grid.start.away + grid.columns; a++) {
			const cell = (h - grid.start.home) * grid.columns + a - grid.start.away;
			values[cell] = (values[cell] as number) * (tilt.values[h * tilt.size + a] ?? 1);
		}
	}
	let mass = 0;
	for (const value of values) mass += value;
	for (let cell = 0; cell < values.length; cell++) values[cell] = (values[cell] as number) / mass;
	return { ...grid, values };
}

/**
 * The correction of Dixon and Coles (Applied Statistics 46, 1997) with dependence ρ at means λ (home) and μ (away): 0-0 weighs
 * 1 − λμρ, 0-1 weighs 1 + λρ, 1-0 weighs 1 + μρ, 1-1 weighs 1 − ρ. A weight that would fall below zero is zero.
 */
export function dixonColesTilt({ home, away }: Pair, rho: number): Tilt {
	return {
		size: 2,
		values: [
			Math.max(0, 1 - home * away * rho),
			Math.max(0, 1 + home * rho),
			Math.max(0, 1 + away * rho),
			Math.max(0, 1 - rho),
		],
	};
}

/** Final scores of Dixon and Coles' model. */
export function dixonColesGrid(means: Pair, rho: number): ScoreGrid {
	return tilted(independentGrid(poissonMasses(means.home), poissonMasses(means.away)), dixonColesTilt(means, rho));
}

/**
 * Bivariate Poisson (Karlis and Ntzoufras, The Statistician 52, 2003): both sides share a Poisson number of mean `common` on top
 * of their own of means `home` and `away`.
 */
export function bivariatePoissonGrid(own: Pair, common: number): ScoreGrid {
	const goals = Math.max(
		poissonMasses(own.home + common).length,
		poissonMasses(own.away + common).length,
		poissonMasses(common).length,
	);
	const [home, away, shared] = [own.home, own.away, common].map((mean) => poissonMasses(mean, goals));
	const values = new Float64Array(goals * goals);
	for (let h = 0; h < goals; h++) {
		for (let a = 0; a < goals; a++) {
			let mass = 0;
			for (let k = 0; k <= Math.min(h, a); k++) {
				mass += (home?.[h - k] ?? 0) * (away?.[a - k] ?? 0) * (shared?.[k] ?? 0);
			}
			values[h * goals + a] = mass;
		}
	}
	return { start: NO_GOALS, rows: goals, columns: goals, values };
}

/** Sum of the probabilities of the final scores that satisfy the predicate. */
export function chanceOf(grid: ScoreGrid, predicate: (home: number, away: number) => boolean): number {
	const { start, rows, columns, values } = grid;
	let chance = 0;
	for (let h = 0; h < rows; h++) {
		for (let a = 0; a < columns; a++) {
			if (predicate(start.home + h, start.away + a)) chance += values[h * columns + a] as number;
		}
	}
	return chance;
}

/** Distribution of a whole number of goals (a total, a difference): `masses[i]` is the probability of `from + i`. */
export type GoalLaw = { readonly from: number; readonly masses: Float64Array };

/** Home goals less away goals. */
export function differenceOf({ start, rows, columns, values }: ScoreGrid): GoalLaw {
	const masses = new Float64Array(rows + columns - 1);
	for (let h = 0; h < rows; h++) {
		for (let a = 0; a < columns; a++) {
			const at = h - a + columns - 1;
			masses[at] = (masses[at] as number) + (values[h * columns + a] as number);
		}
	}
	return { from: start.home - start.away - columns + 1, masses };
}

/** Goals of both sides. */
export function totalOf({ start, rows, columns, values }: ScoreGrid): GoalLaw {
	const masses = new Float64Array(rows + columns - 1);
	for (let h = 0; h < rows; h++) {
		for (let a = 0; a < columns; a++) {
			masses[h + a] = (masses[h + a] as number) + (values[h * columns + a] as number);
		}
	}
	return { from: start.home + start.away, masses };
}

/**
 * Chances that the goals lie above a line, on it, below it. Stakes on a quarter line go half to each neighbour, so its chances
 * are the mean of theirs: a half win counts as half a win and half a push.
 */
export function aroundLine(law: GoalLaw, line: number): Triple {
	if (!Number.isInteger(line * 2)) {
		const [above, on, below] = aroundLine(law, line - 0.25);
		const upper = aroundLine(law, line + 0.25);
		return [(above + upper[0]) / 2, (on + upper[1]) / 2, (below + upper[2]) / 2];
	}
	let above = 0;
	let on = 0;
	let below = 0;
	for (let i = 0; i < law.masses.length; i++) {
		const goals = law.from + i;
		const mass = law.masses[i] as number;
		if (goals > line) above += mass;
		else if (goals < line) below += mass;
		else on += mass;
	}
	return [above, on, below];
}

/** Home win, draw, away win. */
export const resultChances = (grid: ScoreGrid): Triple => aroundLine(differenceOf(grid), 0);

/** Over, push, under of a total of goals. */
export const totalChances = (grid: ScoreGrid, line: number): Triple => aroundLine(totalOf(grid), line);

/** Win, push, lose of the home side with `line` goals added to its score (−0.5: it must win). */
export const handicapChances = (grid: ScoreGrid, line: number): Triple => aroundLine(differenceOf(grid), -line);

/** Distribution of the home side's final goals from 0, or the away side's. */
export function marginal(grid: ScoreGrid, side: "home" | "away"): readonly number[] {
	const goals = new Array<number>(grid.start[side] + (side === "home" ? grid.rows : grid.columns)).fill(0);
	for (let cell = 0; cell < grid.values.length; cell++) {
		const scored = side === "home" ? Math.floor(cell / grid.columns) : cell % grid.columns;
		const at = grid.start[side] + scored;
		goals[at] = (goals[at] as number) + (grid.values[cell] as number);
	}
	return goals;
}
