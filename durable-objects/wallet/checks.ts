/** What a wallet checks before it holds a stake, in order; the first refusal wins (BET-2). */
import { CURRENT_HOUSE_RULES } from "../../shared/betting/house-rules.ts";
import type { LicenceProfile } from "../../shared/betting/licence.ts";
import { payoutMinor } from "../../shared/betting/money.ts";
import type { PlaceRequest, WalletRefusal } from "../../shared/contracts/wallet.ts";

export type CheckFacts = {
	readonly profile: LicenceProfile;
	readonly accountCurrency: string;
	readonly cashMinor: number;
};

export function checkTicket(
	{ legs, stakeMinor, currency }: PlaceRequest["ticket"],
	{ profile, accountCurrency, cashMinor }: CheckFacts,
): WalletRefusal | null {
	if (currency !== accountCurrency) return "currency_mismatch";
	if (legs.length > profile.maxLegs) return "too_many_legs";
	// Outcomes of one match hang together: their prices must not be multiplied.
	if (new Set(legs.map((leg) => leg.matchId)).size !== legs.length) return "same_match_twice";
	if (stakeMinor < (profile.minStakeMinor[currency] ?? Number.POSITIVE_INFINITY)) return "stake_below_minimum";
	if (stakeMinor > (profile.maxStakeMinor[currency] ?? 0)) return "stake_above_maximum";
	const maxPayout = CURRENT_HOUSE_RULES.maxPayoutMinor[currency] ?? 0;
	if (
		payoutMinor(
			stakeMinor,
			legs.map((leg) => leg.oddsMilli),
			Number.MAX_SAFE_INTEGER,
		) > maxPayout
	)
		return "payout_above_maximum";
	return stakeMinor > cashMinor ? "insufficient_funds" : null;
}
