/** Means of independent Poisson goals from single fair prices: the textbook problems that strengths are made of. */
import { leastSquares } from "../least-squares.ts";
import { bisect } from "../solve.ts";
import { dixonColesLaws } from "./dixon-coles-laws.ts";
import { poissonMasses } from "./masses.ts";
import { aroundLine } from "./score-grid.ts";

const MAX_MEAN = 20;
const LOG_MEANS = [
	[Math.log(1e-3), Math.log(MAX_MEAN)],
	[Math.log(1e-3), Math.log(MAX_MEAN)],
] as const;

/**
 * Means whose result comes nearest, by least squares, to fair chances of home, draw and away, at Dixon and Coles' ρ (0 for
 * independent goals); null where no step leads to rest.
 */
export function meansFromResult(
	fair: readonly number[],
	rho = 0,
): { readonly home: number; readonly away: number } | null {
	const edge = (fair[0] as number) - (fair[2] as number);
	const { x, converged } = leastSquares(
		([home = 0, away = 0]) =>
			aroundLine(dixonColesLaws({ home: Math.exp(home), away: Math.exp(away) }, rho).difference, 0).map(
				(chance, i) => chance - (fair[i] as number),
			),
		[0.3 + 0.7 * edge, 0.3 - 0.7 * edge],
		LOG_MEANS,
	);
	return converged ? { home: Math.exp(x[0] as number), away: Math.exp(x[1] as number) } : null;
}

/** The mean total that stays under a half line with this probability; null where none up to 20 does. */
export function totalFromUnder(under: number, line: number): number | null {
	return bisect(
		(mean) => {
			let below = 0;
			poissonMasses(mean).forEach((mass, goals) => {
				if (goals < line) below += mass;
			});
			return below - under;
		},
		0,
		MAX_MEAN,
	);
}
