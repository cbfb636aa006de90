/** The currencies there are: a row each, and everything else about them is derived (MON-5). */
import type { Rate } from "../ticket/terms.ts";
import type { CurrencyRow } from "./schemas.ts";

/**
 * Base minor units (cents) for one minor unit of the currency, as exact fractions. Round figures of the order of
 * November 2026; a deployment replaces them each day. Ledgers never convert, and a ticket keeps the rate it was placed at.
 */
const RATES_DAY = "2026-11-24";

const ROWS = [
	{ currency: "EUR", decimals: 2, symbol: "€", baseMinor: { num: 1, den: 1 } },
	{ currency: "GBP", decimals: 2, symbol: "£", baseMinor: { num: 115, den: 100 } },
	{ currency: "USD", decimals: 2, symbol: "$", baseMinor: { num: 87, den: 100 } },
	/** 1 yen is a minor unit: 0.56 cent. */
	{ currency: "JPY", decimals: 0, symbol: "¥", baseMinor: { num: 56, den: 100 } },
	/** 1 fils is a thousandth of a dinar: 0.285 cent. No symbol that readers everywhere know. */
	{ currency: "KWD", decimals: 3, symbol: null, baseMinor: { num: 285, den: 1_000 } },
] as const satisfies readonly CurrencyRow[];

export type Currency = (typeof ROWS)[number]["currency"];

export const CURRENCY_ROWS: readonly (CurrencyRow & { readonly currency: Currency })[] = ROWS;
export const CURRENCIES: readonly Currency[] = ROWS.map(({ currency }) => currency);
/** Caps are kept in it. */
export const BASE_CURRENCY: Currency = "EUR";

const BY_CODE: ReadonlyMap<string, CurrencyRow> = new Map(ROWS.map((row) => [row.currency, row]));

export function isCurrency(text: string): text is Currency {
	return BY_CODE.has(text);
}

function rowOf(currency: Currency): CurrencyRow {
	const row = BY_CODE.get(currency);
	if (row === undefined) throw new Error(`no such currency: ${currency}`);
	return row;
}

/** Digits after the point, by ISO 4217. */
export const decimalsOf = (currency: Currency): number => rowOf(currency).decimals;

export const symbolOf = (currency: Currency): string | null => rowOf(currency).symbol;

export const rateOf = (currency: Currency): Rate => ({ ...rowOf(currency).baseMinor, day: RATES_DAY });

/** A figure for each currency, from one rule. */
export function perCurrency<T>(figure: (currency: Currency) => T): Readonly<Record<Currency, T>> {
	return Object.fromEntries(CURRENCIES.map((currency) => [currency, figure(currency)] as const)) as Record<Currency, T>;
}
