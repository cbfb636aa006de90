/** One market's prices from its fair probabilities: the slow, obvious way, which the fast one must agree with. */
import { toOddsMilli } from "./ladder.ts";
import { applyMargin } from "./margin.ts";
import type { MarginRule } from "./margin-profile.ts";

/** Odds in thousandths, on the ladder; null where an outcome is not offered. */
export type OfferedOdds = readonly (number | null)[];

/**
 * Margin by the rule's method, then down to the ladder between its limits (MAT-5). A market whose outcomes cannot carry
 * the margin offers nothing: it stays listed and cannot be bet on.
 */
export function priceMarket(fair: readonly number[], rule: MarginRule, winners: number): OfferedOdds {
	const implied = applyMargin(rule.method, fair, rule.margin, winners);
	if (!implied.ok) return fair.map(() => null);
	return implied.values.map((q) => toOddsMilli(q, rule.minOddsMilli, rule.maxOddsMilli));
}
