/** Each row of the catalogue is what its schema says, and rows name only what there is. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { BET_DELAYS, inPlayDelayMs } from "./bet-delays.ts";
import { CURRENCIES, CURRENCY_ROWS, decimalsOf, isCurrency, rateOf, symbolOf } from "./currencies.ts";
import { HOUSE_RULES } from "./house-rules.ts";
import { LICENCES } from "./licences.ts";
import { PARTNERS } from "./partners.ts";
import { PROVIDERS } from "./providers.ts";
import {
	betDelayRowSchema,
	currencyRowSchema,
	houseRulesSchema,
	licenceProfileSchema,
	partnerRowSchema,
	providerRowSchema,
} from "./schemas.ts";
import { MARGIN_PROFILES } from "./views.ts";

describe("[LIC-1] [HOU-1] [TEN-1] the catalogue", () => {
	test.each([
		["currencies", currencyRowSchema, CURRENCY_ROWS, ({ currency }: { currency?: string }) => currency],
		["licences", licenceProfileSchema, LICENCES, ({ licence }: { licence?: string }) => licence],
		["house rules", houseRulesSchema, HOUSE_RULES, ({ version }: { version?: string }) => version],
		["providers", providerRowSchema, PROVIDERS, ({ provider }: { provider?: string }) => provider],
		["partners", partnerRowSchema, PARTNERS, ({ partnerId }: { partnerId?: string }) => partnerId],
		["bet delays", betDelayRowSchema, BET_DELAYS, ({ sport }: { sport?: string }) => sport],
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
		for (const { sport } of BET_DELAYS)
			for (const { longestDelayMs } of LICENCES) expect(inPlayDelayMs(sport)).toBeLessThanOrEqual(longestDelayMs);
	});
});
