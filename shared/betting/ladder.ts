/**
 * The odds ladder, in integer thousandths: the only prices that are ever shown. Prices are rounded down to a step, so a
 * book keeps at least its margin and a price never exceeds what the model pays for.
 */

/** Up to `below`, prices stand `step` apart. Every step divides the bounds of its stretch. */
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
const LAST_STEP = 10_000;

export const MIN_ODDS_MILLI = 1_010;
export const MAX_ODDS_MILLI = 1_000_000;

/** A hair above the exact quotient, so that 1/(1/2.5) finds 2.500 and not the rung below it. */
export const LADDER_HAIR = 1e-12;

/** How far the rung above `oddsMilli` stands from the one at or below it. */
export const stepAt = (oddsMilli: number): number => RUNGS.find(({ below }) => oddsMilli < below)?.step ?? LAST_STEP;

/**
 * The highest rung not above 1/q; null (not offered) where that is below `minOddsMilli` or above `maxOddsMilli`, or where q is
 * no probability. A price is never cut to the highest: it would pay a fraction of what the outcome is worth.
 */
export function toOddsMilli(
	impliedProbability: number,
	minOddsMilli = MIN_ODDS_MILLI,
	maxOddsMilli = MAX_ODDS_MILLI,
): number | null {
	if (!(impliedProbability > 0)) return null;
	const raw = Math.floor((1_000 / impliedProbability) * (1 + LADDER_HAIR));
	if (raw < minOddsMilli) return null;
	if (raw >= maxOddsMilli + stepAt(maxOddsMilli)) return null;
	return raw - (raw % stepAt(raw));
}

export function isOnLadder(oddsMilli: number): boolean {
	if (!Number.isSafeInteger(oddsMilli) || oddsMilli < MIN_ODDS_MILLI || oddsMilli > MAX_ODDS_MILLI) return false;
	return oddsMilli % stepAt(oddsMilli) === 0;
}
