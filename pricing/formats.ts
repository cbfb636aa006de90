/**
 * Prices in words: the six ways in which players read odds. A label never promises more than is paid: where a format
 * cannot say a price exactly, it says a slightly lower one. All arithmetic is on integers, so that nothing rounds unseen.
 *
 * With b = oddsMilli / 1000 − 1, the profit of a stake of one:
 *
 * | format | label |
 * |---|---|
 * | decimal | 1 + b |
 * | fractional | the highest fraction in [b − 0.5 %, b] with the smallest denominator that has one |
 * | american | +100·b from evens, −100/b below |
 * | hong-kong | b |
 * | malay | b up to evens, −1/b above |
 * | indonesian | b from evens, −1/b below |
 *
 * A negative label is a stake that wins one unit (American: a hundred), so it is rounded away from zero. On the ladder
 * different prices have different labels in every format.
 */
export const ODDS_FORMATS = ["decimal", "fractional", "american", "hong-kong", "malay", "indonesian"] as const;
export type OddsFormat = (typeof ODDS_FORMATS)[number];

/** Labels stay within 1/200 of the profit, where the format has room to. */
const CLOSENESS = 200;
const MAX_MILLI = 1_000_000_000;

/**
 * `oddsMilli` is an integer from 1,000 (a bet that returns its stake) to 10⁹, on the ladder or off it; anything else
 * throws.
 */
export function oddsLabel(oddsMilli: number, format: OddsFormat): string {
	if (!Number.isSafeInteger(oddsMilli) || oddsMilli < 1_000 || oddsMilli > MAX_MILLI)
		throw new RangeError(`no odds: ${oddsMilli}`);
	const profit = oddsMilli - 1_000;
	switch (format) {
		case "decimal":
			return thousandths(oddsMilli);
		case "fractional":
			return fractionOf(profit);
		case "american":
			if (profit === 0) return "+0";
			return profit >= 1_000 ? `+${quotient(profit, 10)}` : `-${ceiling(100_000, profit)}`;
		case "hong-kong":
			return thousandths(profit);
		case "malay":
			return profit <= 1_000 ? thousandths(profit) : `-${stakeToWinOne(profit)}`;
		case "indonesian":
			return profit >= 1_000 || profit === 0 ? thousandths(profit) : `-${stakeToWinOne(profit)}`;
	}
}

const quotient = (a: number, b: number): number => (a - (a % b)) / b;
const ceiling = (a: number, b: number): number => quotient(a + b - 1, b);

/** At least two decimals, and the third where it says something. */
function thousandths(milli: number): string {
	const decimals = String(milli % 1_000).padStart(3, "0");
	return `${quotient(milli, 1_000)}.${decimals.endsWith("0") ? decimals.slice(0, 2) : decimals}`;
}

/** 1000 / profit, rounded up to as few decimals (two at least) as keep what it promises close to what is paid. */
function stakeToWinOne(profitMilli: number): string {
	for (let decimals = 2, scale = 100; ; decimals++, scale *= 10) {
		const scaled = ceiling(1_000 * scale, profitMilli);
		// The label promises scale/scaled for one; close enough when that is at least the profit less its 200th.
		if (1_000 * scale * CLOSENESS >= scaled * profitMilli * (CLOSENESS - 1))
			return `${quotient(scaled, scale)}.${String(scaled % scale).padStart(decimals, "0")}`;
	}
}

function fractionOf(profitMilli: number): string {
	if (profitMilli === 0) return "0/1";
	const denominator = simplestBetween([profitMilli * (CLOSENESS - 1), 1_000 * CLOSENESS], [profitMilli, 1_000])[1];
	return `${quotient(profitMilli * denominator, 1_000)}/${denominator}`;
}

type Fraction = readonly [numerator: number, denominator: number];

/** The fraction of smallest denominator in [low, high], both ends included, 0 < low ≤ high: by their continued fractions. */
function simplestBetween(low: Fraction, high: Fraction): Fraction {
	const whole = quotient(low[0], low[1]);
	const rest = low[0] % low[1];
	if (rest === 0) return [whole, 1];
	if (quotient(high[0], high[1]) > whole) return [whole + 1, 1];
	const [denominator, numerator] = simplestBetween([high[1], high[0] - whole * high[1]], [low[1], rest]);
	return [whole * denominator + numerator, denominator];
}
