/** Numbers between the page and its reader: read and written in the reader's own format. */
import { decimalsOf, isCurrency, symbolOf } from "../../shared/catalogue/currencies.ts";
import { BET } from "../../shared/limits.ts";
import {
	type NumberRefusal,
	type NumberSpec,
	type NumberStyle,
	numberStyle,
	type ReadNumber,
	readNumber,
	writeNumber,
} from "../../shared/typed-number.ts";

/** What a stake begins at: five units, or what comes near to it where the unit is small. */
const FIRST_STAKE = { units: 5, minorWithoutDecimals: 500 };

let style: NumberStyle | null = null;
export function readerStyle(): NumberStyle {
	style ??= numberStyle(navigator.language);
	return style;
}

/** Of a currency that this page does not know nothing is assumed: its amounts are written in its smallest units, and say so. */
export function exponentOf(currency: string): number {
	return isCurrency(currency) ? decimalsOf(currency) : 0;
}

const symbolText = (currency: string): string | null => (isCurrency(currency) ? symbolOf(currency) : null);

export function moneyText(minor: number, currency: string): string {
	const amount = writeNumber(Math.abs(minor), exponentOf(currency), readerStyle());
	if (!isCurrency(currency)) return `${minor < 0 ? "−" : ""}${amount} × smallest unit of ${currency}`;
	const sign = minor < 0 ? "−" : "";
	const symbol = symbolText(currency);
	return symbol === null ? `${sign}${amount} ${currency}` : `${sign}${symbol}${amount}`;
}

/** An amount as it stands in a field: no symbol, and nothing that the field would not read back. */
export function amountText(minor: number, currency: string): string {
	return writeNumber(minor, exponentOf(currency), readerStyle());
}

export function firstStakeText(currency: string): string {
	const exponent = exponentOf(currency);
	return amountText(exponent === 0 ? FIRST_STAKE.minorWithoutDecimals : FIRST_STAKE.units * 10 ** exponent, currency);
}

function stakeSpec(currency: string): NumberSpec {
	const units = [currency, symbolText(currency) ?? currency];
	return { digits: exponentOf(currency), minScaled: 0, maxScaled: BET.maxStakeMinor, units };
}

export function readStake(text: string, currency: string): ReadNumber {
	return readNumber(text, readerStyle(), stakeSpec(currency));
}

export const stakeRefusalText = (read: ReadNumber, currency: string): string =>
	numberRefusalText(read, stakeSpec(currency), firstStakeText(currency));

/** Why a text was not taken for a number, and what would be; nothing where it was. */
export function numberRefusalText(read: ReadNumber, spec: NumberSpec, example: string): string {
	if (read.ok) return "";
	if (read.readings !== undefined)
		return `This may mean ${read.readings[0]} or ${read.readings[1]}: write the one that you mean.`;
	return REFUSALS[read.code](spec, example);
}

const REFUSALS: Readonly<Record<NumberRefusal, (spec: NumberSpec, example: string) => string>> = {
	empty: (_spec, example) => `Write an amount, like ${example}.`,
	not_a_number: (_spec, example) => `This is not a number. Write it like ${example}.`,
	negative: () => "This must not be below zero.",
	too_precise: ({ digits }) =>
		digits === 0 ? "Only whole numbers are taken here." : `At most ${digits} decimals are taken here.`,
	bad_groups: (_spec, example) => `The thousands are not parted in threes. Write it like ${example}.`,
	ambiguous: (_spec, example) => `This has two meanings. Write it like ${example}.`,
	out_of_range: ({ minScaled, maxScaled, digits }) =>
		`Write a number from ${bound(minScaled, digits)} to ${bound(maxScaled, digits)}.`,
	wrong_step: ({ stepScaled = 1, digits }) => `Write a multiple of ${bound(stepScaled, digits)}.`,
};

/** Without decimals that say nothing. */
function bound(scaled: number, digits: number): string {
	const unit = 10 ** digits;
	return scaled % unit === 0
		? writeNumber(scaled / unit, 0, readerStyle())
		: writeNumber(scaled, digits, readerStyle());
}
