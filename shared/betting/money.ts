/**
 * Money (MON-1): integer minor units, odds in integer thousandths, exact rationals in between, rounded once.
 *
 * The published rounding rule: a return is rounded down to the minor unit, once, at the end. What a page shows as the
 * return of a bet is computed by the same function that pays it.
 */
import { type Currency, decimalsOf } from "../catalogue/currencies.ts";
import type { LegOutcome } from "../contracts/results.ts";
import { BET } from "../limits.ts";
import type { Rate } from "../ticket/terms.ts";

/** An exact, non-negative ratio. */
export type Ratio = { readonly num: bigint; readonly den: bigint };

const ODDS_UNIT = 1000n;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Result of `a / b` rounded down; both non-negative. */
function floorDiv(a: bigint, b: bigint): bigint {
	return a / b;
}

/** Result of `a / b` rounded up; both non-negative. */
export function ceilDiv(a: bigint, b: bigint): bigint {
	return (a + b - 1n) / b;
}

function toSafe(value: bigint): number {
	const number = Number(value);
	if (!Number.isSafeInteger(number)) throw new Error(`amount ${value} is beyond exact numbers`);
	return number;
}

/** Product of decimal odds as an exact ratio. */
export function oddsRatio(oddsMilli: readonly number[]): Ratio {
	let num = 1n;
	let den = 1n;
	for (const odds of oddsMilli) {
		num *= BigInt(odds);
		den *= ODDS_UNIT;
	}
	return { num, den };
}

/** What a winning ticket returns, stake included: floor(stake × Π odds), at most `capMinor`. */
export function payoutMinor(stakeMinor: number, oddsMilli: readonly number[], capMinor?: number): number {
	return returnMinor(stakeMinor, oddsRatio(oddsMilli), capMinor);
}

/** floor(stake × ratio), at most `capMinor`. */
export function returnMinor(stakeMinor: number, ratio: Ratio, capMinor?: number): number {
	const exact = floorDiv(BigInt(stakeMinor) * ratio.num, ratio.den);
	const cap = capMinor === undefined ? exact : BigInt(capMinor);
	return toSafe(exact < cap ? exact : cap);
}

/**
 * The label of combined odds in thousandths, rounded down, so that it never promises more than is paid. What no number can say
 * exactly is said as the largest that one can: a label never breaks the view it stands in.
 */
export function combinedOddsMilli(oddsMilli: readonly number[]): number {
	const { num, den } = oddsRatio(oddsMilli);
	const exact = floorDiv(num * ODDS_UNIT, den);
	return exact > MAX_EXACT ? Number.MAX_SAFE_INTEGER : Number(exact);
}

/**
 * BET-6: the largest stake whose return at these prices stays within the cap; nothing where the prices together are beyond what
 * any ticket may carry.
 */
export function largestStakeWithin(oddsMilli: readonly number[], capMinor: number): number {
	if (combinedOddsMilli(oddsMilli) > BET.maxCombinedOddsMilli) return 0;
	const { num, den } = oddsRatio(oddsMilli);
	// floor(stake × num / den) ≤ cap means stake × num < (cap + 1) × den.
	const largest = ceilDiv((BigInt(capMinor) + 1n) * den, num) - 1n;
	return largest > MAX_EXACT ? Number.MAX_SAFE_INTEGER : Number(largest);
}

/** The smallest stake that wins at least one minor unit at these odds, whatever the currency's exponent. */
export function leastWinningStakeMinor(oddsMilli: number): number {
	return Number(ceilDiv(ODDS_UNIT, BigInt(oddsMilli) - ODDS_UNIT));
}

/**
 * What one leg multiplies the stake by (MON-4). Win o; void 1; lose 0; half win (o + 1) / 2; half lose 1/2; a dead heat
 * pays stake × places / tied at full odds.
 */
export function legFactor(outcome: LegOutcome, oddsMilli: number): Ratio {
	const odds = BigInt(oddsMilli);
	switch (outcome.kind) {
		case "win":
			return { num: odds, den: ODDS_UNIT };
		case "lose":
			return { num: 0n, den: 1n };
		case "void":
			return { num: 1n, den: 1n };
		case "half_win":
			return { num: odds + ODDS_UNIT, den: 2n * ODDS_UNIT };
		case "half_lose":
			return { num: 1n, den: 2n };
		case "dead_heat":
			return { num: odds * BigInt(outcome.places), den: ODDS_UNIT * BigInt(outcome.tied) };
	}
}

export function multiply(ratios: readonly Ratio[]): Ratio {
	let num = 1n;
	let den = 1n;
	for (const ratio of ratios) {
		num *= ratio.num;
		den *= ratio.den;
	}
	return { num, den };
}

/** Minor units of a currency in minor units of the base currency, rounded up: a cap is never passed by rounding (MON-5). */
export function toBaseMinor(minor: number, rate: Rate): number {
	return toSafe(ceilDiv(BigInt(minor) * BigInt(rate.num), BigInt(rate.den)));
}

/** An amount as a page shows it, all digits of its currency and no symbol: 1234 EUR is "12.34", 1234 JPY is "1234". */
export function formatMinor(minor: number, currency: Currency): string {
	const exponent = decimalsOf(currency);
	const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
	const sign = minor < 0 ? "-" : "";
	if (exponent === 0) return `${sign}${digits}`;
	return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
