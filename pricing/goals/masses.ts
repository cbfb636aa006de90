/** Distributions of a side's goals: lists of masses of 0, 1, 2 … goals, long enough that what is cut does not matter. */

/** A mass below this, past the mode, ends a list: what is cut is then less than 1e-15 in all at means met in football. */
const NEGLIGIBLE = 1e-17;
const MAX_GOALS = 200;

/** Masses from the one of zero goals and the ratio of each to the one before, at least `atLeast` of them. */
function massesFrom(
	zero: number,
	ratioAt: (goals: number) => number,
	mean: number,
	atLeast: number,
	negligible = NEGLIGIBLE,
): readonly number[] {
	const masses = [zero];
	let mass = zero;
	for (let goals = 1; goals <= MAX_GOALS; goals++) {
		mass *= ratioAt(goals);
		if (mass < negligible && goals > mean && goals >= atLeast) break;
		masses.push(mass);
	}
	return masses;
}

/** Poisson masses e^−λ λ^k / k!, at least so many, and those that are not negligible. */
export function poissonMasses(mean: number, atLeast = 1, negligible = NEGLIGIBLE): readonly number[] {
	return massesFrom(Math.exp(-mean), (goals) => mean / goals, mean, atLeast, negligible);
}

/** Negative binomial masses with variance mean + dispersion · mean²; a dispersion of 0 is Poisson. */
export function negativeBinomialMasses(mean: number, dispersion: number, atLeast = 1): readonly number[] {
	if (dispersion === 0) return poissonMasses(mean, atLeast);
	const size = 1 / dispersion;
	const failing = mean / (mean + size);
	return massesFrom((1 - failing) ** size, (goals) => ((size + goals - 1) / goals) * failing, mean, atLeast);
}
