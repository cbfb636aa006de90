/**
 * What is published, written down anew: what a licence and the house rules let a player stake and win, and what a currency is worth.
 * And how far clocks may be from the true time before judges take notice.
 */

export type Terms = {
	readonly allowPreMatch: boolean;
	readonly allowInPlay: boolean;
	readonly maxLegs: number;
	/** By currency, in minor units. */
	readonly minStakeMinor: Readonly<Record<string, number>>;
	readonly maxStakeMinor: Readonly<Record<string, number>>;
};

const GENERIC: Terms = {
	allowPreMatch: true,
	allowInPlay: true,
	maxLegs: 20,
	minStakeMinor: { EUR: 100, GBP: 100, USD: 100, JPY: 200, KWD: 400 },
	maxStakeMinor: { EUR: 1_000_000, GBP: 750_000, USD: 1_000_000, JPY: 2_000_000, KWD: 4_000_000 },
};
const TERMS: ReadonlyMap<string, Terms> = new Map([
	["generic", GENERIC],
	["prematch", { ...GENERIC, allowInPlay: false, maxLegs: 8 }],
]);
export const termsOf = (licence: string): Terms | null => TERMS.get(licence) ?? null;

export const HOUSE_RULES_VERSION = "2026-12";
export const MAX_PAYOUT_MINOR: Readonly<Record<string, number>> = {
	EUR: 10_000_000,
	GBP: 7_500_000,
	USD: 10_000_000,
	JPY: 20_000_000,
	KWD: 40_000_000,
};
/** Under which the last release took tickets: they stand under them for ever. */
export const LAST_HOUSE_RULES_VERSION = "2026-11";
export const LAST_MAX_PAYOUT_MINOR: Readonly<Record<string, number>> = {
	EUR: 10_000_000,
	GBP: 10_000_000,
	USD: 10_000_000,
	JPY: 1_500_000_000,
	KWD: 35_000_000,
};
/** All prices of a ticket together may say no more than this, whatever is staked. */
export const MAX_COMBINED_ODDS = 1_000_000;

/** Cents for one minor unit, as a fraction. */
export const RATES: Readonly<Record<string, { readonly num: number; readonly den: number }>> = {
	EUR: { num: 1, den: 1 },
	GBP: { num: 115, den: 100 },
	USD: { num: 87, den: 100 },
	JPY: { num: 56, den: 100 },
	KWD: { num: 285, den: 1_000 },
};
/** Until a trader says otherwise a match carries so much on an outcome. */
export const FIRST_CAP_BASE_MINOR = 5_000_000;
/** Clocks that differ, messages under way, and the second to which the match's own clock is floored. */
export const NEAR_CLOCKS_MS = 2_200;
/** Clocks differ by seconds; one that is further from the true time was set. */
export const CLOCK_SET_MS = 5_000;
