/** House rules are versioned data (HOU-1), shown to players; a ticket stores the version it was placed under. */
import { inEveryCurrency } from "./by-currency.ts";
import type { HouseRules } from "./schemas.ts";

const V2026_11: HouseRules = {
	version: "2026-11",
	maxPayoutMinor: { EUR: 10_000_000, GBP: 10_000_000, USD: 10_000_000, JPY: 1_500_000_000, KWD: 35_000_000 },
	rounding: "down_to_minor_unit_once",
	abandonment: "void_undecided",
	texts: [
		"A market counts 90 minutes plus stoppage unless its name says otherwise.",
		"If a match is abandoned, markets already decided stand and all others are void.",
		"A void leg counts at odds of 1.00.",
		"In a dead heat the stake is multiplied by places and divided by those tied, at full odds.",
		"A return is rounded down to the smallest unit of the currency, once.",
		"A ticket returns at most the maximum payout of its currency.",
	],
};

/** The largest payout is the same in every currency, and a bet that would return more is refused instead of cut. */
const V2026_12: HouseRules = {
	...V2026_11,
	version: "2026-12",
	maxPayoutMinor: inEveryCurrency(10_000_000),
	texts: [
		...V2026_11.texts.slice(0, -1),
		"A bet that would return more than the maximum payout of its currency at the prices taken is refused, and the largest stake that fits is named.",
	],
};

export const CURRENT_HOUSE_RULES: HouseRules = V2026_12;
export const HOUSE_RULES: readonly HouseRules[] = [V2026_11, V2026_12];
const VERSIONS: ReadonlyMap<string, HouseRules> = new Map(HOUSE_RULES.map((rules) => [rules.version, rules] as const));

/** Rules a ticket was placed under; null for a version that was never published. */
export const houseRules = (version: string): HouseRules | null => VERSIONS.get(version) ?? null;
