/** Licence profiles are data (LIC-1): what may be bet on, how much, and how long a decision may take. */

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
};

const GENERIC: LicenceProfile = {
	licence: "generic",
	allowPreMatch: true,
	allowInPlay: true,
	longestDelayMs: 12_000,
	longestHoldMs: 10_000,
	feedQuietMs: 12_000,
	maxLegs: 20,
	minStakeMinor: { EUR: 10, GBP: 10, USD: 10, JPY: 10, KWD: 50 },
	maxStakeMinor: { EUR: 1_000_000, GBP: 1_000_000, USD: 1_000_000, JPY: 1_500_000, KWD: 3_500_000 },
	notices: ["Pictures you watch may be delayed; others may know more than you see."],
};

const PROFILES: ReadonlyMap<string, LicenceProfile> = new Map([[GENERIC.licence, GENERIC]]);

export function licenceProfile(licence: string): LicenceProfile | null {
	return PROFILES.get(licence) ?? null;
}

/** P1: a ticket placed now is decided by then, or its desks are asked. */
export function decisionSpanMs(profile: LicenceProfile, slackMs: number): number {
	return profile.longestDelayMs + profile.longestHoldMs + profile.feedQuietMs + slackMs;
}
