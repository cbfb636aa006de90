/** Licence profiles are data (LIC-1): what may be bet on, how much, and how long a decision may take. */

import { MIN_ODDS_MILLI } from "../pricing/ladder.ts";
import { inEveryCurrency } from "./by-currency.ts";
import { leastWinningStakeMinor } from "./money.ts";

export type LicenceProfile = {
	readonly licence: string;
	readonly allowPreMatch: boolean;
	readonly allowInPlay: boolean;
	/** P1: the longest bet delay a market under this licence may have. */
	readonly longestDelayMs: number;
	/** How long a leg waits on `wait` answers (danger, missing marks) beyond its window. */
	readonly longestHoldMs: number;
	/** LAN-2: how long a leg waits for the feed to speak; at least the slowest provider's heartbeat + 2 s. */
	readonly feedQuietMs: number;
	readonly maxLegs: number;
	/** By currency, in minor units. */
	readonly minStakeMinor: Readonly<Record<string, number>>;
	readonly maxStakeMinor: Readonly<Record<string, number>>;
	readonly notices: readonly string[];
	/**
	 * SET-4: bets accepted after what repriced their market had happened. `void`: they are void. `propose`: once a trader says so.
	 * `report`: they stand, and an operator sees them.
	 */
	readonly lateBets: "void" | "propose" | "report";
	/** For how long after a match's end its feed may correct what has been paid; beyond it a trader decides (SET-1). */
	readonly correctionWindowMs: number;
};

/** A stake that wins nothing at the lowest price on the ladder is no bet: 1.00 at 1.01 wins one cent. */
const LEAST_STAKE_MINOR = leastWinningStakeMinor(MIN_ODDS_MILLI);

const GENERIC: LicenceProfile = {
	licence: "generic",
	allowPreMatch: true,
	allowInPlay: true,
	longestDelayMs: 12_000,
	longestHoldMs: 10_000,
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

const PROFILES: ReadonlyMap<string, LicenceProfile> = new Map(
	[GENERIC, PREMATCH].map((profile) => [profile.licence, profile]),
);

/** What a match must know of the licences its bets are taken under. It is fixed when the match begins (MAT-2). */
export type SettlementTerms = Pick<LicenceProfile, "licence" | "lateBets" | "correctionWindowMs">;
export const settlementTerms = (): readonly SettlementTerms[] =>
	[...PROFILES.values()].map(({ licence, lateBets, correctionWindowMs }) => ({
		licence,
		lateBets,
		correctionWindowMs,
	}));

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
	return profile.longestDelayMs + profile.longestHoldMs + profile.feedQuietMs + slackMs;
}
