/**
 * Sums that mean the same to everybody (MON-5): said once in the base currency, and in each other currency by the stored rate,
 * rounded to a figure that people can remember.
 */
import { type Currency, perCurrency, rateOf } from "./currencies.ts";

/** Leading figures in tenths: neighbours are at most a half apart, so that none is further than a fifth from what is meant. */
const FIGURES = [10, 15, 20, 25, 30, 40, 50, 75] as const;
const POWERS = 15;

/** Every friendly amount of minor units that a safe integer can hold, ascending. */
const FRIENDLY: readonly bigint[] = Array.from({ length: POWERS }, (_, power) =>
	FIGURES.map((figure) => BigInt(figure) * 10n ** BigInt(power)),
)
	.flat()
	.flatMap((tenths) => (tenths % 10n === 0n ? [tenths / 10n] : []));

/** The friendly amount next to num / den and not below `leastMinor`; the lower one of two that are equally near. */
export function friendlyMinor(num: bigint, den: bigint, leastMinor: number): number {
	let best: bigint | null = null;
	let bestAway = 0n;
	for (const amount of FRIENDLY) {
		if (amount < BigInt(leastMinor)) continue;
		const gap = amount * den - num;
		const away = gap < 0n ? -gap : gap;
		if (best !== null && away >= bestAway) break;
		best = amount;
		bestAway = away;
	}
	if (best === null) throw new Error(`no friendly amount from ${leastMinor} on`);
	return Number(best);
}

/** So many minor units of the base currency in each currency; nowhere below `leastMinor` of its own units. */
export function inEveryCurrency(baseMinor: number, leastMinor = 1): Readonly<Record<Currency, number>> {
	return perCurrency((currency) => {
		const { num, den } = rateOf(currency);
		return friendlyMinor(BigInt(baseMinor) * BigInt(den), BigInt(num), leastMinor);
	});
}
