/**
 * Daily rates into the base currency (MON-5). Caps are kept in one currency; ledgers never convert. A ticket keeps the
 * rate it was placed at.
 */
import type { Rate } from "../contracts/desk.ts";
import type { Currency } from "./money.ts";

export const BASE_CURRENCY = "EUR";

/**
 * Base minor units (cents) for one minor unit of the currency, as exact fractions. Round figures of the order of
 * November 2026; a deployment replaces the table each day.
 */
const DAY = "2026-11-24";
const TABLE: Readonly<Record<Currency, { readonly num: number; readonly den: number }>> = {
	EUR: { num: 1, den: 1 },
	GBP: { num: 115, den: 100 },
	USD: { num: 87, den: 100 },
	/** 1 yen is a minor unit: 0.56 cent. */
	JPY: { num: 56, den: 100 },
	/** 1 fils is a thousandth of a dinar: 0.285 cent. */
	KWD: { num: 285, den: 1_000 },
};

export function rateOf(currency: Currency): Rate {
	return { ...TABLE[currency], day: DAY };
}
