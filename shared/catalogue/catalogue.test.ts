/** Each row of the catalogue is what its schema says, and rows name only what there is. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { BET_DELAYS } from "./bet-delays.ts";
import { CURRENCIES, CURRENCY_ROWS, decimalsOf, isCurrency, rateOf, symbolOf } from "./currencies.ts";
import { CURRENT_FOLLOWING_SHARES, FOLLOWING_SHARES } from "./following.ts";
import { HOLD_OFFS } from "./hold-offs.ts";
import { HOUSE_RULES } from "./house-rules.ts";
import { LICENCES } from "./licences.ts";
import { firstMatchTerms, loggedMatchTerms, MATCH_CATALOGUE, matchTerms } from "./match-terms.ts";
import { OUTCOME_CAPS } from "./outcome-caps.ts";
import { PARTNERS } from "./partners.ts";
import { PROVIDER_NAMES, PROVIDERS } from "./providers.ts";
import {
	betDelayRowSchema,
	currencyRowSchema,
	followingRowSchema,
	holdOffRowSchema,
	houseRulesSchema,
	licenceProfileSchema,
	marginProfileSchema,
	matchTermsSchema,
	outcomeCapRowSchema,
	partnerRowSchema,
	providerRowSchema,
	storedTermsSchema,
} from "./schemas.ts";
import { sportRowsSchema } from "./sport-rows.ts";
import { SPORT_IDS, sportRows } from "./sports.ts";
import { MARGIN_PROFILES } from "./views.ts";

/** A row of several versions has its name once in each. */
const inVersion =
	(name: "sport" | "view") => (row: { readonly version?: string; readonly sport?: string; readonly view?: string }) =>
		`${row.version} ${row[name]}`;

describe("[LIC-1] [HOU-1] [TEN-1] the catalogue", () => {
	test.each([
		["currencies", currencyRowSchema, CURRENCY_ROWS, ({ currency }: { currency?: string }) => currency],
		["licences", licenceProfileSchema, LICENCES, ({ licence }: { licence?: string }) => licence],
		["house rules", houseRulesSchema, HOUSE_RULES, ({ version }: { version?: string }) => version],
		["providers", providerRowSchema, PROVIDERS, ({ provider }: { provider?: string }) => provider],
		["partners", partnerRowSchema, PARTNERS, ({ partnerId }: { partnerId?: string }) => partnerId],
		["bet delays", betDelayRowSchema, BET_DELAYS, inVersion("sport")],
		["hold-offs", holdOffRowSchema, HOLD_OFFS, inVersion("sport")],
		["outcome caps", outcomeCapRowSchema, OUTCOME_CAPS, inVersion("sport")],
		["shares of the provider's prices", followingRowSchema, FOLLOWING_SHARES, inVersion("sport")],
		["margins", marginProfileSchema, MARGIN_PROFILES, inVersion("view")],
	] as const)("%s: every row fits its schema, and no name stands twice", (_, schema, rows, nameOf) => {
		for (const row of rows) expect(v.parse(schema, row)).toEqual(row);
		expect(new Set(rows.map(nameOf)).size).toBe(rows.length);
	});

	test("a partner's licence, currency and view are there", () => {
		for (const { licence, currency, view } of PARTNERS) {
			expect(LICENCES.map((profile) => profile.licence)).toContain(licence);
			expect(isCurrency(currency)).toBe(true);
			expect(MARGIN_PROFILES.map((profile) => profile.view)).toContain(view);
		}
	});

	test("figures by currency name every currency and no other", () => {
		const figures = [
			...LICENCES.flatMap(({ minStakeMinor, maxStakeMinor }) => [minStakeMinor, maxStakeMinor]),
			...HOUSE_RULES.map(({ maxPayoutMinor }) => maxPayoutMinor),
		];
		for (const figure of figures) expect(Object.keys(figure).toSorted()).toEqual(CURRENCIES.toSorted());
	});

	test("a currency's facts come from its row; no delay is longer than its licences let it be", () => {
		expect([decimalsOf("JPY"), decimalsOf("KWD"), symbolOf("EUR"), symbolOf("KWD")]).toEqual([0, 3, "€", null]);
		expect(rateOf("EUR")).toMatchObject({ num: 1, den: 1 });
		for (const { inPlayMs } of BET_DELAYS)
			for (const { longestDelayMs } of LICENCES) expect(inPlayMs).toBeLessThanOrEqual(longestDelayMs);
	});

	test.each(SPORT_IDS)("a sport's file (%s) is what its schema says, and a match of it finds its terms", (sport) => {
		expect(v.parse(sportRowsSchema, sportRows(sport))).toEqual(sportRows(sport));
		const terms = matchTerms(sport, "uof");
		expect(v.parse(matchTermsSchema, terms)).toEqual(terms);
	});

	/** Of the sports that there were when logs did not carry terms yet. */
	const first = ["football", "tennis", "basketball"] as const;
	test.each(first)("[MAT-2] a match of %s finds its terms, and an old one those it had", (sport) => {
		const terms = matchTerms(sport, "uof");
		expect(terms.settlement.map(({ licence }) => licence)).toEqual(LICENCES.map(({ licence }) => licence));
		expect(firstMatchTerms(sport, "uof", terms.settlement)).toEqual({
			delayMs: 4_000,
			holdOff: { otherwiseMs: 2_000, byGroupMs: sport === "tennis" ? { point: 1_000 } : {} },
			inferredStandsMs: { football: 5_000, tennis: 0, basketball: 3_000 }[sport],
			marginsVersion: "2026-11",
			settlement: terms.settlement,
			capBaseMinor: 5_000_000,
			followingInPlayPpm: 50_000,
		});
	});

	test("[MAT-2] terms of a log that does not name its cap or its share of the provider's prices have the first ones", () => {
		const { capBaseMinor: _, followingInPlayPpm: __, ...before } = matchTerms("football", "uof");
		const logged = loggedMatchTerms(v.parse(storedTermsSchema, before), "football", "uof");
		expect(logged).toMatchObject({ capBaseMinor: 5_000_000, followingInPlayPpm: 50_000 });
		const otherwise = { ...before, capBaseMinor: 1, followingInPlayPpm: 2 };
		expect(loggedMatchTerms(v.parse(storedTermsSchema, otherwise), "football", "uof")).toEqual(otherwise);
	});

	test("[MAT-9] each provider has a share of its own in every sport; what is no provider of ours, the one that is stated", () => {
		for (const { byProviderPpm } of FOLLOWING_SHARES.filter(({ version }) => version === CURRENT_FOLLOWING_SHARES))
			expect(Object.keys(byProviderPpm).toSorted()).toEqual(PROVIDER_NAMES.toSorted());
		const rows = FOLLOWING_SHARES.map((row) => ({ ...row, otherwisePpm: 7 }));
		const following = { current: CURRENT_FOLLOWING_SHARES, rows };
		const shareOf = (provider: string): number =>
			matchTerms("football", provider, { ...MATCH_CATALOGUE, following }).followingInPlayPpm;
		expect(["uof", "replay", "unheard-of", "constructor"].map(shareOf)).toEqual([50_000, 0, 7, 7]);
	});

	test("[MAT-2] a version that lacks a sport opens no match of it", () => {
		const holdOffs = { current: "2027-01", rows: HOLD_OFFS };
		expect(() => matchTerms("tennis", "uof", { ...MATCH_CATALOGUE, holdOffs })).toThrow(
			"no row of version 2027-01 for tennis",
		);
	});
});
