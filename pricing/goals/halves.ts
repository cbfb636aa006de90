/** Markets over two parts of a match with independent goals, and who scores next, in plain form. */
import { poissonMasses } from "./masses.ts";
import { differenceOf, type GoalLaw, independentGrid } from "./score-grid.ts";

type Pair = { readonly home: number; readonly away: number };
export type ResultLetter = "H" | "D" | "A";

const letterOf = (difference: number): ResultLetter => (difference > 0 ? "H" : difference < 0 ? "A" : "D");

const differenceLaw = (means: Pair): GoalLaw =>
	differenceOf(independentGrid(poissonMasses(means.home), poissonMasses(means.away)));

/** Half-time/full-time: the probability of each result at the break with each at the end, keyed `H/D` and so on. */
export function halfTimeFullTime(
	first: Pair,
	second: Pair,
): Readonly<Record<`${ResultLetter}/${ResultLetter}`, number>> {
	const chances = { "H/H": 0, "H/D": 0, "H/A": 0, "D/H": 0, "D/D": 0, "D/A": 0, "A/H": 0, "A/D": 0, "A/A": 0 };
	const inSecond = differenceLaw(second);
	const inFirst = differenceLaw(first);
	inFirst.masses.forEach((mass, i) => {
		const half = inFirst.from + i;
		inSecond.masses.forEach((other, j) => {
			chances[`${letterOf(half)}/${letterOf(half + inSecond.from + j)}`] += mass * other;
		});
	});
	return chances;
}

/** Who scores the next goal of so many expected: home, away, nobody. */
export function nextGoalChances(toCome: Pair): readonly [home: number, away: number, none: number] {
	const all = toCome.home + toCome.away;
	if (all === 0) return [0, 0, 1];
	const any = -Math.expm1(-all);
	return [(any * toCome.home) / all, (any * toCome.away) / all, Math.exp(-all)];
}
