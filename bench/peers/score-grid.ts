/** What public packages do of the same work. No npm package prices these markets: a grid of scores is the most there is. */
import jStat from "jstat";
import { type Effort, measure } from "../measure.ts";
import type { Row } from "../suite.ts";

const SIDE = 11;
const MEANS = { home: 1.5, away: 1.1 } as const;

/** Two rows of Poisson probabilities and their products: scores from 0-0 to 10-10 at the means of a moment. */
export function jstatGrid(effort: Effort): Row {
	const grid = new Float64Array(SIDE * SIDE);
	const run = (call: number): number => {
		const share = 1 - (call % 5_400) / 5_400;
		for (let home = 0; home < SIDE; home++) {
			const p = jStat.poisson.pdf(home, MEANS.home * share);
			for (let away = 0; away < SIDE; away++) grid[home * SIDE + away] = p;
		}
		for (let away = 0; away < SIDE; away++) {
			const p = jStat.poisson.pdf(away, MEANS.away * share);
			for (let home = 0; home < SIDE; home++) grid[home * SIDE + away]! *= p;
		}
		return grid[call % grid.length]!;
	};
	return {
		name: "jstat 1.9.6: a grid of scores",
		of: `${SIDE} × ${SIDE} independent Poisson, no markets, no margin`,
		timing: measure(run, effort),
		against: null,
	};
}
