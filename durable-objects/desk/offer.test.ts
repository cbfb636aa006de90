/** What an offered leg may name, against a quote. */
import { describe, expect, test } from "vitest";
import type { PricePolicy } from "../../shared/ticket/terms.ts";
import { legOffer } from "../../testing/desk.ts";
import { note } from "./offer.ts";
import type { Quote } from "./quotes.ts";

const quote: Quote = {
	known: true,
	inPlay: false,
	matchState: "",
	market: ({ marketId, view }) => ({
		marketId,
		view,
		status: "open",
		marketVersion: 1,
		delayMs: 0,
		outcomes: { home: { oddsMilli: 2_000, fairPpm: 500_000 } },
	}),
};

test("[BET-2] an outcome is one of the market's own: what every object has is none, and no bet of it ever reaches a batch", () => {
	for (const outcomeId of ["constructor", "toString", "valueOf", "hasOwnProperty", "nobody"])
		expect(note(legOffer(1, { outcomeId, marketVersion: 1 }), quote, 0)).toEqual({
			ok: false,
			code: "unknown_outcome",
		});
	const noted = note(legOffer(1, { outcomeId: "home", marketVersion: 1 }), quote, 0);
	expect(noted).toMatchObject({ ok: true, leg: { askOddsMilli: 2_000 } });
});

describe("[BET-4] the price that a client says was shown", () => {
	const knowing = (isComplete: boolean, ...oddsMilli: number[]): Quote => ({
		...quote,
		recent: { isComplete, has: (_, outcomeId, asked) => outcomeId === "home" && oddsMilli.includes(asked) },
	});
	const verdict = (oddsMilli: number, of: Quote): string => {
		const noted = note(legOffer(1, { oddsMilli, marketVersion: 1 }), of, 0);
		return noted.ok ? "noted" : `${noted.code} ${noted.oddsMilli}`;
	};

	test("is ours now, or was a moment ago; any other is refused, with the price of now", () => {
		expect(verdict(2_000, knowing(true))).toBe("noted");
		expect(verdict(1_900, knowing(true, 1_900, 2_100))).toBe("noted");
		expect(verdict(1_950, knowing(true, 1_900, 2_100))).toBe("price_unknown 2000");
		expect(verdict(1_001, knowing(true))).toBe("price_unknown 2000");
	});

	test("is not called an invention by a match that has just started, nor judged by one that does not say", () => {
		expect(verdict(1_950, knowing(false, 1_900))).toBe("price_changed 2000");
		expect(verdict(1_001, quote)).toBe("noted");
	});

	test("[MON-5] weighs nothing: risk is asked at our price, or at a shown one below which the bet is not taken", () => {
		const ask = (pricePolicy: PricePolicy, oddsMilli: number) => {
			const noted = note(legOffer(1, { oddsMilli, pricePolicy, marketVersion: 1 }), knowing(true, 1_900, 2_100), 0);
			return noted.ok ? noted.leg.askOddsMilli : noted.code;
		};
		expect([ask({ kind: "any" }, 2_100), ask({ kind: "any" }, 1_900)]).toEqual([2_000, 2_000]);
		expect([ask({ kind: "better" }, 2_100), ask({ kind: "better" }, 1_900)]).toEqual([2_100, 2_000]);
	});
});
