/** One market's prices from its fair probabilities: the slow, obvious way, which the fast one must agree with. */

import { toOddsMilli } from "../shared/betting/ladder.ts";
import type { MarginRule } from "../shared/catalogue/schemas.ts";
import { applyTapered } from "./margin-taper.ts";

/** Odds in thousandths, on the ladder; null where an outcome is not offered. */
export type OfferedOdds = readonly (number | null)[];

/**
 * As much of the margin as the outcomes carry, by the rule's method, then down to the ladder between its limits (MAT-5, OFF-1).
 * What is no market of probabilities offers nothing.
 */
export function priceMarket(fair: readonly number[], rule: MarginRule, winners: number): OfferedOdds {
	const implied = applyTapered(rule.method, fair, rule.margin, winners);
	if (!implied.ok) return fair.map(() => null);
	return implied.values.map((q) => toOddsMilli(q, rule.minOddsMilli, rule.maxOddsMilli));
}
