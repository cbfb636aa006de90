/** House rules are versioned data (HOU-1), shown to players; a ticket stores the version it was placed under. */

export type HouseRules = {
	readonly version: string;
	/** By currency: the most a ticket can return, in minor units. */
	readonly maxPayoutMinor: Readonly<Record<string, number>>;
	readonly rounding: "down_to_minor_unit_once";
	/** What becomes of markets undecided when a match is abandoned. */
	readonly abandonment: "void_undecided";
	readonly texts: readonly string[];
};

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

export const CURRENT_HOUSE_RULES: HouseRules = V2026_11;
const VERSIONS: ReadonlyMap<string, HouseRules> = new Map([[V2026_11.version, V2026_11]]);

/** Rules a ticket was placed under; a version that was never published is a fault. */
export function houseRules(version: string): HouseRules {
	const rules = VERSIONS.get(version);
	if (rules === undefined) throw new Error(`no house rules ${version}`);
	return rules;
}
