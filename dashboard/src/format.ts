/** Labels. They never promise more than is paid: odds and money are shown exactly as they are kept. */

import { oddsLabel } from "../../shared/pricing/formats.ts";
import { oddsFormat } from "./odds-format.ts";

const EXPONENT: Readonly<Record<string, number>> = { JPY: 0, KWD: 3 };
const SYMBOL: Readonly<Record<string, string>> = { EUR: "€", GBP: "£", USD: "$", JPY: "¥" };

/** Odds as this reader likes them written. */
export function oddsText(oddsMilli: number): string {
	return oddsLabel(oddsMilli, oddsFormat());
}

export function moneyText(minor: number, currency: string): string {
	const exponent = EXPONENT[currency] ?? 2;
	const sign = minor < 0 ? "−" : "";
	const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
	const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ",");
	const fraction = exponent === 0 ? "" : `.${digits.slice(-exponent)}`;
	const symbol = SYMBOL[currency];
	return symbol === undefined ? `${sign}${whole}${fraction} ${currency}` : `${sign}${symbol}${whole}${fraction}`;
}

/** What a player typed as an amount, in minor units; null where it is not one. */
export function parseMoney(text: string, currency: string): number | null {
	const exponent = EXPONENT[currency] ?? 2;
	const match = /^\s*(\d{1,9})(?:[.,](\d{1,3}))?\s*$/.exec(text);
	if (match === null || (match[2] ?? "").length > exponent) return null;
	return Number(match[1]) * 10 ** exponent + Number((match[2] ?? "").padEnd(exponent, "0") || "0");
}

const CODES: Readonly<Record<string, string>> = {
	market_suspended: "the market was suspended",
	market_changed: "the market had changed",
	market_closed: "the market is closed",
	outcome_closed: "this outcome can no longer win",
	price_changed: "the price moved",
	price_unknown: "this price was not on offer lately",
	over_limit: "the stake is over the limit",
	danger: "there was danger on the pitch",
	feed_silent: "the data feed was silent",
	timed_out: "no decision came in time",
	insufficient_funds: "the balance does not cover it",
	stake_below_minimum: "the stake is below the minimum",
	stake_above_maximum: "the stake is above the maximum",
	payout_above_maximum: "the payout would be above the maximum",
	stake_limit: "your own stake limit is reached",
	player_blocked: "this account cannot bet",
	same_match_twice: "two legs of one match cannot be combined",
	unknown_match: "there is no such match",
	unknown_market: "there is no such market",
	unknown_outcome: "there is no such outcome",
	not_allowed: "this licence does not allow it",
	currency_mismatch: "the currency is not the account's",
	too_many_legs: "there are too many legs",
	busy: "the desk was busy",
};

export function refusalText(code: string): string {
	return CODES[code] ?? code.replaceAll("_", " ");
}

export function timeText(atMs: number): string {
	return new Date(atMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
