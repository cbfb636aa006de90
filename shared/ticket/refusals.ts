/** Why a bet is refused: a closed list, in the order in which refusals are looked for (BET-2). */
import * as v from "valibot";

/** What a wallet says, before anything of the match is asked. */
export const WALLET_REFUSALS = [
	"currency_mismatch",
	"too_many_legs",
	"same_match_twice",
	"stake_below_minimum",
	"stake_above_maximum",
	"payout_above_maximum",
	"insufficient_funds",
	/** Not looked for when a bet is placed: all of the player's tokens were revoked while it waited for its decision. */
	"revoked",
] as const;
export type WalletRefusal = (typeof WALLET_REFUSALS)[number];

/** What desks and matches say of a leg. */
export const LEG_REFUSALS = [
	"unknown_match",
	"unknown_market",
	"unknown_outcome",
	"not_allowed",
	"market_closed",
	"market_suspended",
	"market_changed",
	"outcome_closed",
	/** The price that the client says its player saw was not on our book lately (docs/decisions/0014-prices-that-were-ours.md). */
	"price_unknown",
	"danger",
	"feed_silent",
	"price_changed",
	"over_limit",
	"timed_out",
	"busy",
] as const;
export const legRefusalSchema = v.picklist(LEG_REFUSALS);
export type LegRefusal = (typeof LEG_REFUSALS)[number];

export type BetRefusal = WalletRefusal | LegRefusal;
export const BET_REFUSALS = [...WALLET_REFUSALS, ...LEG_REFUSALS] as const;
export const betRefusalSchema = v.picklist(BET_REFUSALS);
