/** Licence profiles are data (LIC-1): what may be bet on, how much, and how long a decision may take. */

import { MIN_ODDS_MILLI } from "../betting/ladder.ts";
import { leastWinningStakeMinor } from "../betting/money.ts";
import { inEveryCurrency } from "./by-currency.ts";
import type { LicenceProfile } from "./schemas.ts";

/** A stake that wins nothing at the lowest price on the ladder is no bet: 1.00 at 1.01 wins one cent. */
const LEAST_STAKE_MINOR = leastWinningStakeMinor(MIN_ODDS_MILLI);

const GENERIC: LicenceProfile = {
	licence: "generic",
	allowPreMatch: true,
	allowInPlay: true,
	longestDelayMs: 12_000,
	maxHoldMs: 10_000,
	feedQuietMs: 12_000,
	maxLegs: 20,
	minStakeMinor: inEveryCurrency(LEAST_STAKE_MINOR, LEAST_STAKE_MINOR),
	maxStakeMinor: inEveryCurrency(1_000_000),
	notices: ["Pictures you watch may be delayed; others may know more than you see."],
	lateBets: "void",
	// Feeds correct results for a day or so; after that the money has usually left.
	correctionWindowMs: 24 * 3_600_000,
};

/** Where the law allows bets before a match only. */
const PREMATCH: LicenceProfile = {
	...GENERIC,
	licence: "prematch",
	allowInPlay: false,
	maxLegs: 8,
	notices: ["Bets are taken before a match begins."],
};

export const LICENCES: readonly LicenceProfile[] = [GENERIC, PREMATCH];
const PROFILES: ReadonlyMap<string, LicenceProfile> = new Map(
	LICENCES.map((profile) => [profile.licence, profile] as const),
);

/** BET-6: what may be told as acceptable: a stake below the least one is none. */
export function acceptableStakeMinor(licence: string, currency: string, largestMinor: number): number {
	const { minStakeMinor, maxStakeMinor } = licenceProfile(licence) ?? GENERIC;
	const largest = Math.min(largestMinor, maxStakeMinor[currency] ?? 0);
	return largest < (minStakeMinor[currency] ?? Number.POSITIVE_INFINITY) ? 0 : largest;
}

export function licenceProfile(licence: string): LicenceProfile | null {
	return PROFILES.get(licence) ?? null;
}

/** P1: a ticket placed now is decided by then, or its desks are asked. */
export function decisionSpanMs(profile: LicenceProfile, slackMs: number): number {
	return profile.longestDelayMs + profile.maxHoldMs + profile.feedQuietMs + slackMs;
}
