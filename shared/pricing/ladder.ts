/**
 * The odds ladder, in integer thousandths: the only prices that are ever shown. Prices are rounded down to a step, so a
 * book keeps at least its margin and a price never exceeds what the model pays for.
 */

/** Up to `below`, prices stand `step` apart. */
const RUNGS = [
	{ below: 2_000, step: 10 },
	{ below: 3_000, step: 20 },
	{ below: 4_000, step: 50 },
	{ below: 6_000, step: 100 },
	{ below: 10_000, step: 200 },
	{ below: 20_000, step: 500 },
	{ below: 30_000, step: 1_000 },
	{ below: 50_000, step: 2_000 },
	{ below: 100_000, step: 5_000 },
	{ below: 1_000_000, step: 10_000 },
] as const;

export const MIN_ODDS_MILLI = 1_010;
export const MAX_ODDS_MILLI = 1_000_000;

/** The highest rung not above 1/q; null where that is below the lowest rung (such an outcome is not offered) or q is no probability. */
export function toOddsMilli(impliedProbability: number): number | null {
	if (!(impliedProbability > 0)) return null;
	// A hair above the exact quotient, so that 1/(1/2.5) finds 2.500 and not the rung below it.
	const raw = (1_000 / impliedProbability) * (1 + 1e-12);
	if (raw < MIN_ODDS_MILLI) return null;
	if (raw >= MAX_ODDS_MILLI) return MAX_ODDS_MILLI;
	const rung = RUNGS.find(({ below }) => raw < below);
	const step = rung?.step ?? 10_000;
	return Math.floor(raw / step) * step;
}

export function isOnLadder(oddsMilli: number): boolean {
	if (!Number.isSafeInteger(oddsMilli) || oddsMilli < MIN_ODDS_MILLI || oddsMilli > MAX_ODDS_MILLI) return false;
	const rung = RUNGS.find(({ below }) => oddsMilli < below);
	return rung === undefined || oddsMilli % rung.step === 0;
}
