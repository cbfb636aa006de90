/** BET-2: refusals in the order of their contracts, and which of them certainly apply to a bet. */
import { mostWithin } from "./stakes.ts";

const AT_THE_DESK = [
	"unknown_match",
	"unknown_market",
	"unknown_outcome",
	"not_allowed",
	"market_closed",
	"market_suspended",
	"market_changed",
	"outcome_closed",
	"price_unknown",
	"danger",
	"feed_silent",
	"price_changed",
	"over_limit",
];
/** Names that no match has, and a version that no market reaches: what the story's wrong bets are made of. */
export const NO_MARKET = "zz:0";
export const NO_OUTCOME = "nobody";
export const NO_VERSION = 999_999;
export const NO_PRICE_MILLI = 1_001;

type Leg = {
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly oddsMilli: number;
	readonly marketVersion: number | null;
};
type Bet = { readonly legs: readonly Leg[]; readonly stakeMinor: number; readonly currency: string };
type Terms = {
	readonly accountCurrency: string;
	readonly leastStakeMinor: number;
	readonly mostStakeMinor: number;
	readonly maxPayoutMinor: number;
};

/** What a wallet refuses by the bet itself; null: nothing, or only what depends on money. */
export function walletRefusal({ legs, stakeMinor, currency }: Bet, terms: Terms): string | null {
	if (currency !== terms.accountCurrency) return "currency_mismatch";
	if (new Set(legs.map(({ matchId }) => matchId)).size < legs.length) return "same_match_twice";
	if (stakeMinor < terms.leastStakeMinor) return "stake_below_minimum";
	if (stakeMinor > terms.mostStakeMinor) return "stake_above_maximum";
	const odds = legs.map(({ oddsMilli }) => oddsMilli);
	return stakeMinor > mostWithin(odds, terms.maxPayoutMinor) ? "payout_above_maximum" : null;
}

/** The first refusal of a desk that certainly applies to a leg, whatever the match does. */
export function firstCertain({ marketId, outcomeId, marketVersion }: Leg): string | null {
	if (marketId === NO_MARKET) return "unknown_market";
	if (outcomeId === NO_OUTCOME) return "unknown_outcome";
	return marketVersion === NO_VERSION ? "market_changed" : null;
}

/** Whether a code comes after one that applies. What a desk says of itself (busy, too late) has no place in the order. */
export function isLater(code: string | null, due: string): boolean {
	return AT_THE_DESK.indexOf(code ?? "") > AT_THE_DESK.indexOf(due);
}
