/**
 * How much of a margin the outcomes of a market can carry. A margin is a share of the whole market, and a favourite's price
 * cannot fall below one: near certainty all of it would fall on the others, and what is worth 47.00 would be sold at 16.00. So
 * the load of a single outcome is bounded, and the margin of the whole tapers off instead.
 */

import { MAX_ODDS_MILLI } from "../shared/betting/ladder.ts";
import type { MarginMethod } from "../shared/catalogue/margin-methods.ts";
import { ON_SALE } from "../shared/limits.ts";
import { applyMargin } from "./margin.ts";
import type { MarginResult } from "./margin-application.ts";

/** Of odds ratio: how far the odds against an outcome are divided at most. */
export const MOST_RATIO = ON_SALE.mostLoad;
/** Of power, where the least likely outcome is not for sale: the one priced at the ladder's end is loaded by just that much. */
const LOG_END = Math.log(MAX_ODDS_MILLI / 1_000);
const LOG_LOAD = Math.log(ON_SALE.mostLoad);
const LEAST_POWER = LOG_END / (LOG_END + LOG_LOAD);
/** Of power, where even the least likely outcome is likely: at it a favourite of 1.02 still has 1.01, sold bets included. */
const FAVOURITES_POWER = 0.6;

/** Of power: the least exponent, by the logarithm of the least likely outcome that can happen; it is loaded most. */
export const leastPowerOf = (logLeast: number): number =>
	Math.min(LEAST_POWER, Math.max(FAVOURITES_POWER, 1 + LOG_LOAD / logLeast));

/** Implied probabilities under the heaviest load; null for methods that views do not use, and that have no bound. */
function heaviest(method: MarginMethod, fair: readonly number[]): readonly number[] | null {
	const possible = fair.map((p) => Math.min(1, p));
	switch (method) {
		case "odds-ratio":
			return possible.map((p) => (MOST_RATIO * p) / (1 - p + MOST_RATIO * p));
		case "power":
			return heaviestPower(possible);
		case "multiplicative":
		case "additive":
		case "shin":
		case "goto":
		case "balanced-book":
			return null;
	}
}

function heaviestPower(fair: readonly number[]): readonly number[] {
	const logs = fair.map((p) => (p > 0 ? Math.log(p) : null));
	const power = leastPowerOf(Math.min(...logs.filter((log) => log !== null)));
	return logs.map((log) => (log === null ? 0 : Math.exp(power * log)));
}

/** `applyMargin`, of as much of the margin as the outcomes can carry. */
export function applyTapered(
	method: MarginMethod,
	fair: readonly number[],
	margin: number,
	winners: number,
): MarginResult {
	const judged = applyMargin(method, fair, 0, winners);
	const most = judged.ok ? heaviest(method, fair) : null;
	const carried = most === null ? Number.POSITIVE_INFINITY : most.reduce((total, q) => total + q, 0);
	return most !== null && carried < winners * (1 + margin)
		? { ok: true, values: most }
		: applyMargin(method, fair, margin, winners);
}
