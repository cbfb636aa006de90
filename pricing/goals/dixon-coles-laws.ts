/**
 * Difference and total of the final score in Dixon and Coles' model, without its grid: solving strengths asks for them some
 * fifty times a book. The total of independent Poisson numbers is Poisson, their difference a convolution, and the four tilted
 * scores are corrected one by one.
 */
import { poissonMasses } from "./masses.ts";
import { dixonColesTilt, type GoalLaw } from "./score-grid.ts";

/** Masses cut here move no price by more than 1e-12, and no strength by more than 1e-10. */
const NEGLIGIBLE = 1e-13;

export type ScoreLaws = { readonly difference: GoalLaw; readonly total: GoalLaw };

/** At means (home, away) and dependence ρ; equal to the sums over `dixonColesGrid` within 1e-12. */
export function dixonColesLaws(means: { readonly home: number; readonly away: number }, rho: number): ScoreLaws {
	const home = Float64Array.from(poissonMasses(means.home, 2, NEGLIGIBLE));
	const away = Float64Array.from(poissonMasses(means.away, 2, NEGLIGIBLE));
	const total = Float64Array.from(poissonMasses(means.home + means.away, 3, NEGLIGIBLE));
	const difference = new Float64Array(home.length + away.length - 1);
	const zero = away.length - 1;
	for (let h = 0; h < home.length; h++) {
		const mass = home[h] as number;
		for (let a = 0; a < away.length; a++) {
			difference[zero + h - a] = (difference[zero + h - a] as number) + mass * (away[a] as number);
		}
	}
	const tilt = dixonColesTilt(means, rho);
	let all = 1;
	for (let h = 0; h < tilt.size; h++) {
		for (let a = 0; a < tilt.size; a++) {
			const weight = tilt.values[h * tilt.size + a] as number;
			const more = (weight - 1) * (home[h] as number) * (away[a] as number);
			difference[zero + h - a] = (difference[zero + h - a] as number) + more;
			total[h + a] = (total[h + a] as number) + more;
			all += more;
		}
	}
	for (const law of [difference, total]) for (let i = 0; i < law.length; i++) law[i] = (law[i] as number) / all;
	return { difference: { from: -zero, masses: difference }, total: { from: 0, masses: total } };
}
