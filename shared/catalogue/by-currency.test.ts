import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MIN_ODDS_MILLI } from "../betting/ladder.ts";
import { leastWinningStakeMinor, payoutMinor } from "../betting/money.ts";
import { DEMO_PLAYER } from "../limits.ts";
import { friendlyMinor, inEveryCurrency } from "./by-currency.ts";
import { BASE_CURRENCY, CURRENCIES, type Currency, rateOf } from "./currencies.ts";
import { CURRENT_HOUSE_RULES } from "./house-rules.ts";
import { licenceProfile } from "./licences.ts";

const profile = licenceProfile("generic");
if (profile === null) throw new Error("no licence");
const inBase = (minor: number, currency: Currency): number => (minor * rateOf(currency).num) / rateOf(currency).den;

describe("[MON-5] limits mean the same in every currency", () => {
	test.each([
		["the least stake", profile.minStakeMinor],
		["the largest stake", profile.maxStakeMinor],
		["the largest payout", CURRENT_HOUSE_RULES.maxPayoutMinor],
		["a demo player's money", inEveryCurrency(DEMO_PLAYER.openingUnits * 100)],
	])("%s, within a quarter of what it is in the base currency", (_, limit) => {
		const meant = limit[BASE_CURRENCY] ?? 0;
		expect(meant).toBeGreaterThan(0);
		for (const currency of CURRENCIES) {
			const share = inBase(limit[currency] ?? 0, currency) / meant;
			expect(share).toBeGreaterThanOrEqual(0.75);
			expect(share).toBeLessThanOrEqual(1.25);
		}
	});

	test("the figures are the published ones", () => {
		expect(profile.minStakeMinor).toEqual({ EUR: 100, GBP: 100, USD: 100, JPY: 200, KWD: 400 });
		expect(profile.maxStakeMinor).toEqual({
			EUR: 1_000_000,
			GBP: 750_000,
			USD: 1_000_000,
			JPY: 2_000_000,
			KWD: 4_000_000,
		});
		expect(CURRENT_HOUSE_RULES.maxPayoutMinor).toEqual({
			EUR: 10_000_000,
			GBP: 7_500_000,
			USD: 10_000_000,
			JPY: 20_000_000,
			KWD: 40_000_000,
		});
	});

	test("property: a friendly amount is within a fifth of any that is large enough to have one, and never below the least", () => {
		fc.assert(
			fc.property(fc.integer({ min: 10, max: 1_000_000_000 }), fc.integer({ min: 1, max: 1_000 }), (num, least) => {
				const friendly = friendlyMinor(BigInt(num), 1n, least);
				expect(friendly).toBeGreaterThanOrEqual(least);
				if (least <= (num * 4) / 5) expect(Math.abs(friendly - num) / num).toBeLessThanOrEqual(0.2);
				const [, figures = ""] = /^([0-9]*?)0*$/.exec(String(friendly)) ?? [];
				expect(["1", "15", "2", "25", "3", "4", "5", "75"]).toContain(figures);
			}),
		);
	});
});

describe("[MON-1] the least stake wins something at the lowest price there is", () => {
	test.each(CURRENCIES)("%s", (currency) => {
		const least = profile.minStakeMinor[currency] ?? 0;
		expect(payoutMinor(least, [MIN_ODDS_MILLI])).toBeGreaterThan(least);
	});

	test("property: it is the smallest that does, at any odds", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1_001, max: 10_000_000 }), (odds) => {
				const least = leastWinningStakeMinor(odds);
				expect(payoutMinor(least, [odds])).toBeGreaterThan(least);
				if (least > 1) expect(payoutMinor(least - 1, [odds])).toBe(least - 1);
			}),
		);
	});
});
