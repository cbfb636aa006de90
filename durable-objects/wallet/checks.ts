/** What a wallet checks before it holds a stake, in order; the first refusal wins (BET-2). */

import { largestStakeWithin } from "../../shared/betting/money.ts";
import { CURRENT_HOUSE_RULES } from "../../shared/catalogue/house-rules.ts";
import { acceptableStakeMinor } from "../../shared/catalogue/licences.ts";
import type { LicenceProfile } from "../../shared/catalogue/schemas.ts";
import type { PlaceRequest, WalletRefusal } from "../../shared/contracts/wallet.ts";

export type CheckFacts = {
	readonly profile: LicenceProfile;
	readonly accountCurrency: string;
	readonly cashMinor: number;
	/** Matches of its legs that there are not, as far as anybody has looked. */
	readonly unknownMatches?: readonly string[];
};

/** BET-6: `maxStakeMinor` where a smaller stake would pass; 0 where none would. */
export type Refusal = { readonly code: WalletRefusal | "unknown_match"; readonly maxStakeMinor: number | null };

export function checkTicket(
	{ legs, stakeMinor, currency }: PlaceRequest["ticket"],
	{ profile, accountCurrency, cashMinor, unknownMatches = [] }: CheckFacts,
): Refusal | null {
	const refused = (code: Refusal["code"]): Refusal => ({ code, maxStakeMinor: null });
	if (currency !== accountCurrency) return refused("currency_mismatch");
	if (legs.length > profile.maxLegs) return refused("too_many_legs");
	// Outcomes of one match hang together: their prices must not be multiplied.
	if (new Set(legs.map((leg) => leg.matchId)).size !== legs.length) return refused("same_match_twice");
	if (stakeMinor < (profile.minStakeMinor[currency] ?? Number.POSITIVE_INFINITY)) return refused("stake_below_minimum");
	// At the prices shown; at the prices taken the ticket is judged again when it is decided (BET-4).
	const odds = legs.map((leg) => leg.oddsMilli);
	const payable = largestStakeWithin(odds, CURRENT_HOUSE_RULES.maxPayoutMinor[currency] ?? 0);
	const tooMuch = (code: WalletRefusal): Refusal => ({
		code,
		maxStakeMinor: acceptableStakeMinor(profile.licence, currency, payable),
	});
	if (stakeMinor > (profile.maxStakeMinor[currency] ?? 0)) return tooMuch("stake_above_maximum");
	if (stakeMinor > payable) return tooMuch("payout_above_maximum");
	if (stakeMinor > cashMinor) return refused("insufficient_funds");
	// What a desk would say, were there one: it comes after everything that the wallet says itself.
	return legs.some(({ matchId }) => unknownMatches.includes(matchId)) ? refused("unknown_match") : null;
}
