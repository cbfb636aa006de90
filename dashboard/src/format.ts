/** Labels. They never promise more than is paid: odds are shown exactly as they are kept. Money: `reader.ts`. */
import { oddsLabel } from "../../pricing/formats.ts";
import type { ReadTicket as Ticket } from "../../shared/ticket/schema.ts";
import { oddsFormat } from "./odds-format.ts";
import { moneyText } from "./reader.ts";

/** Odds as this reader likes them written. */
export function oddsText(oddsMilli: number): string {
	return oddsLabel(oddsMilli, oddsFormat());
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
	revoked: "you were signed out before it was decided",
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

/** BET-6: what a refused ticket's player may bet instead; empty where nothing would be taken, or not by one leg. */
export function offerText({ status, maxStakeMinor, currency, legs }: Ticket): string {
	const [leg, ...others] = legs;
	if (status !== "refused" || maxStakeMinor === null || maxStakeMinor <= 0) return "";
	if (leg === undefined || others.length > 0) return "";
	return `Bet ${moneyText(maxStakeMinor, currency)} at ${oddsText(leg.shownOddsMilli)}`;
}

export function timeText(atMs: number): string {
	return new Date(atMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
