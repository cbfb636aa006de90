/**
 * Removing a bookmaker's margin from prices, and putting ours onto fair probabilities. With q = 1/odds, B = Σq, n outcomes
 * of which w win together (PRI-2):
 *
 * | method | fair probability |
 * |---|---|
 * | multiplicative | q·w / B |
 * | additive | q − (B − w) / n |
 * | balanced-book | (q − z) / (1 − z), z = (B − w) / (n − w) |
 * | power | q^k with Σ = w |
 * | odds-ratio | q / (c + q − c·q) with Σ = w |
 * | shin | (√(z² + 4(1 − z)q²/B) − z) / (2(1 − z)) with Σ = 1; for one winner only |
 * | goto | q − s√(1 − q), s = (B − w) / Σ√(1 − q) |
 *
 * Additive, balanced book and goto can give negative probabilities on late in-play prices; the others never do. Putting a
 * margin on is each method's inverse with Σq = w·(1 + margin). Sources: Clarke, Kovalchik and Ingram 2017 (power, odds
 * ratio), Shin 1993 and Jullien and Salanié 1994 (Shin), the package goto_conversion (goto).
 */

import type { MarginMethod } from "../shared/catalogue/margin-methods.ts";
import { QUOTED_BOOK } from "../shared/limits.ts";
import { applicationOf, type MarginResult } from "./margin-application.ts";
import { removalOf } from "./margin-removal.ts";

export const MAX_MARGIN = 0.5;
/** Probabilities may miss their sum by the digits somebody typed, not by an outcome. */
const SUM_TOLERANCE = 2e-3;
/** Implied probabilities beyond these shares of `winners` are no book of these outcomes: one is missing, or too many. */
const BOOK_SHARE = { least: 0.9, most: 2 } as const;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const refuse = (message: string): MarginResult => ({ ok: false, message });
const shown = (value: number): string => String(Number(value.toPrecision(6)));

/**
 * The formula's numbers as they are: they sum to `winners`, but additive, balanced book and goto may make some of them
 * negative. For study; what prices a bet is `removeMargin`. Refused where the odds are no book of that many winners.
 */
export function removeMarginSigned(method: MarginMethod, odds: readonly number[], winners = 1): MarginResult {
	if (odds.length < 2) return refuse("a market has at least two outcomes");
	if (!(Number.isInteger(winners) && winners >= 1 && winners < odds.length))
		return refuse("at least one outcome wins, and at least one loses");
	if (odds.some((price) => !Number.isFinite(price) || price <= 1)) return refuse("decimal odds are finite and above 1");
	const implied = odds.map((price) => 1 / price);
	const share = sum(implied) / winners;
	if (!(share >= BOOK_SHARE.least && share <= BOOK_SHARE.most)) {
		const of = winners === 1 ? "" : ` of ${winners} winners`;
		return refuse(`these odds sum to ${shown(share * 100)} %${of}, which is no book`);
	}
	return removalOf(method, implied, winners);
}

/** Fair probabilities (each within 0 and 1, summing to `winners`) from decimal odds, or why there are none. */
export function removeMargin(method: MarginMethod, odds: readonly number[], winners = 1): MarginResult {
	const result = removeMarginSigned(method, odds, winners);
	return result.ok && result.values.some((p) => !(p > 0 && p < 1))
		? refuse(`${method} gives no probabilities for these odds`)
		: result;
}

/**
 * What a bookmaker thinks by the prices it states, which it may mistype: of few outcomes a sum that no margin makes is refused, for
 * nobody knows which of them is wrong.
 */
export function quotedFair(method: MarginMethod, odds: readonly number[], winners = 1): MarginResult {
	const share = sum(odds.map((price) => 1 / price)) / winners;
	const isFew = odds.length <= QUOTED_BOOK.mostOutcomes;
	return isFew && !(share >= QUOTED_BOOK.least && share <= QUOTED_BOOK.most)
		? refuse(`a book of ${(100 * share).toFixed(0)} % is none`)
		: removeMargin(method, odds, winners);
}

/**
 * Implied probabilities (1/odds, summing to `winners` × (1 + margin)) from fair ones (summing to `winners`, the number of
 * outcomes that win together). Outcomes that cannot happen keep zero and carry none of it. `margin` lies in 0–0.5; without
 * one the fair probabilities come back as they are. Refused where a method would price an outcome as more than certain,
 * and where the outcomes left are too few to carry the margin.
 */
export function applyMargin(method: MarginMethod, fair: readonly number[], margin: number, winners = 1): MarginResult {
	if (fair.some((p) => !Number.isFinite(p) || p < 0 || p > 1 + 1e-9))
		return refuse("probabilities lie between 0 and 1");
	if (!Number.isFinite(margin) || margin < 0 || margin > MAX_MARGIN) return refuse("a margin lies between 0 and 0.5");
	const total = sum(fair);
	if (Math.abs(total - winners) > SUM_TOLERANCE * winners)
		return refuse(`these probabilities sum to ${shown(total)}, not to ${winners}`);
	if (margin === 0) return { ok: true, values: fair };
	const possible = fair.filter((p) => p > 0).map((p) => Math.min(1, p));
	const result = applicationOf(method, possible, winners * (1 + margin), winners);
	if (!result.ok) return result;
	if (result.values.some((q) => !(q > 0 && q < 1 + 1e-9))) return refuse(`${method} gives no prices at this margin`);
	const implied = result.values.values();
	return { ok: true, values: fair.map((p) => (p > 0 ? (implied.next().value ?? 0) : 0)) };
}
