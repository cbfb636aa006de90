/** Final scores of regular time from the goal model's outlook, cell by cell: the law of `outlook.ts` written out. */
import { poissonMasses } from "../goals/masses.ts";
import { independentGrid, type ScoreGrid, tilted } from "../goals/score-grid.ts";
import type { GoalOutlook, Rates } from "./outlook.ts";

/** The distribution of regular time's final score, given the goals that stand. */
export function finalScoreOf(outlook: GoalOutlook, regular: Rates): ScoreGrid {
	const { first, second } = outlook.segments;
	const home = poissonMasses(first.home + second.home);
	const away = poissonMasses(first.away + second.away);
	return tilted(independentGrid(home, away, regular), outlook.tilt);
}
