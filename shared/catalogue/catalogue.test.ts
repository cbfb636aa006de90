/** Each row of the catalogue is what its schema says, and rows name only what there is. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { sportSchema } from "../feeds/canonical.ts";
import { BET_DELAYS } from "./bet-delays.ts";
import { CURRENCIES, CURRENCY_ROWS, decimalsOf, isCurrency, rateOf, symbolOf } from "./currencies.ts";
import { HOLD_OFFS } from "./hold-offs.ts";
import { HOUSE_RULES } from "./house-rules.ts";
import { LICENCES } from "./licences.ts";
import { firstMatchTerms, MATCH_CATALOGUE, matchTerms } from "./match-terms.ts";
import { OUTCOME_CAPS } from "./outcome-caps.ts";
import { PARTNERS } from "./partners.ts";
import { PROVIDERS } from "./providers.ts";
import {
	betDelayRowSchema,
	currencyRowSchema,
	holdOffRowSchema,
	houseRulesSchema,
	licenceProfileSchema,
	marginProfileSchema,
	matchTermsSchema,
	outcomeCapRowSchema,
	partnerRowSchema,
	providerRowSchema,
} from "./schemas.ts";
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

	test.each(sportSchema.options)("[MAT-2] a match of %s finds its terms, and an old one those it had", (sport) => {
		const terms = matchTerms(sport);
		expect(v.parse(matchTermsSchema, terms)).toEqual(terms);
		expect(terms.settlement.map(({ licence }) => licence)).toEqual(LICENCES.map(({ licence }) => licence));
		expect(firstMatchTerms(sport, terms.settlement)).toEqual({
			delayMs: 4_000,
			holdOff: { otherwiseMs: 2_000, byGroupMs: sport === "tennis" ? { point: 1_000 } : {} },
			inferredStandsMs: { football: 5_000, tennis: 0, basketball: 3_000 }[sport],
			marginsVersion: "2026-11",
			settlement: terms.settlement,
			capBaseMinor: 5_000_000,
		});
	});

	test("[MAT-2] terms of a log that does not name its cap have the first one", () => {
		const { capBaseMinor: _, ...before } = matchTerms("football");
		expect(v.parse(matchTermsSchema, before).capBaseMinor).toBe(firstMatchTerms("football", []).capBaseMinor);
	});

	test("[MAT-2] a version that lacks a sport opens no match of it", () => {
		const holdOffs = { current: "2027-01", rows: HOLD_OFFS };
		expect(() => matchTerms("tennis", { ...MATCH_CATALOGUE, holdOffs })).toThrow(
			"no row of version 2027-01 for tennis",
		);
	});
});
