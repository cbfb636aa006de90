/** What is looked at before a stake is held, in this order; the first refusal wins (BET-2). */
import { largestStakeWithin } from "../betting/money.ts";
import { CURRENT_HOUSE_RULES } from "../catalogue/house-rules.ts";
import { acceptableStakeMinor } from "../catalogue/licences.ts";
import type { LicenceProfile } from "../catalogue/schemas.ts";
import type { PlaceRequest } from "../contracts/wallet.ts";
import type { BetRefusal, WalletRefusal } from "./refusals.ts";

export type CheckFacts = {
	readonly profile: LicenceProfile;
	readonly accountCurrency: string;
	readonly cashMinor: number;
	/** Matches of its legs that there are not, as far as anybody has looked. */
	readonly unknownMatches?: readonly string[];
};

/** BET-6: `maxStakeMinor` where a smaller stake would pass; 0 where none would. */
export type Refusal = { readonly code: BetRefusal; readonly maxStakeMinor: number | null };

type Slip = PlaceRequest["ticket"];
type Control = {
	readonly code: Exclude<WalletRefusal, "revoked"> | "unknown_match";
	readonly refuses: (slip: Slip, facts: CheckFacts) => boolean;
	/** Where another stake would pass: the answer names it. */
	readonly isOfStake?: true;
};

/** At the prices shown; at the prices taken the ticket is judged again when it is decided (BET-4). */
const payableMinor = ({ legs, currency }: Slip): number =>
	largestStakeWithin(
		legs.map((leg) => leg.oddsMilli),
		CURRENT_HOUSE_RULES.maxPayoutMinor[currency] ?? 0,
	);

export const CONTROLS: readonly Control[] = [
	{ code: "currency_mismatch", refuses: ({ currency }, { accountCurrency }) => currency !== accountCurrency },
	{ code: "too_many_legs", refuses: ({ legs }, { profile }) => legs.length > profile.maxLegs },
	// Outcomes of one match hang together: their prices must not be multiplied.
	{ code: "same_match_twice", refuses: ({ legs }) => new Set(legs.map((leg) => leg.matchId)).size !== legs.length },
	{
		code: "stake_below_minimum",
		refuses: ({ stakeMinor, currency }, { profile }) =>
			stakeMinor < (profile.minStakeMinor[currency] ?? Number.POSITIVE_INFINITY),
	},
	{
		code: "stake_above_maximum",
		refuses: ({ stakeMinor, currency }, { profile }) => stakeMinor > (profile.maxStakeMinor[currency] ?? 0),
		isOfStake: true,
	},
	{ code: "payout_above_maximum", refuses: (slip) => slip.stakeMinor > payableMinor(slip), isOfStake: true },
	{ code: "insufficient_funds", refuses: ({ stakeMinor }, { cashMinor }) => stakeMinor > cashMinor },
	// What a desk would say, were there one: it comes after everything that the wallet says itself.
	{
		code: "unknown_match",
		refuses: ({ legs }, { unknownMatches = [] }) => legs.some(({ matchId }) => unknownMatches.includes(matchId)),
	},
];

export function checkTicket(slip: Slip, facts: CheckFacts): Refusal | null {
	const control = CONTROLS.find(({ refuses }) => refuses(slip, facts));
	if (control === undefined) return null;
	const { code, isOfStake } = control;
	return {
		code,
		maxStakeMinor: isOfStake ? acceptableStakeMinor(facts.profile.licence, slip.currency, payableMinor(slip)) : null,
	};
}
