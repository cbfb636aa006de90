/**
 * OFF-1: whether a market can be sold. It closes as soon as an outcome is so nearly certain that it may have no price, since
 * what is left would be a stump: one side at odds that nobody can compare. Judged by the fair odds alone, against a bound that
 * holds under the heaviest load there is, so the answer is the same in every view and with every margin (MAT-5).
 *
 * With the most likely outcome below the bound, the others share at least two hundredths, so at least one more has a price.
 * Of many outcomes some may still be beyond the ladder's end: those rows are shown closed, and are worth a few thousandths.
 */
import { ON_SALE } from "../shared/limits.ts";

const CLOSES_ABOVE = 1_000 / ON_SALE.closesBelowMilli;
const OPENS_UP_TO = 1_000 / ON_SALE.opensFromMilli;

/**
 * `wasOnSale` makes the two bounds: what is on sale stays so a little longer than what is not comes on sale, so that a price
 * that wavers at the bound does not open and close its market. It is part of the match's state, so a replay says the same.
 */
export function isOnSale(fair: readonly number[], wasOnSale: boolean): boolean {
	const most = wasOnSale ? CLOSES_ABOVE : OPENS_UP_TO;
	for (let at = 0; at < fair.length; at++) if (!((fair[at] ?? 1) <= most)) return false;
	return true;
}
