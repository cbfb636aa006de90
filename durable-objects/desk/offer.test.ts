/** What an offered leg may name, against a quote. */
import { expect, test } from "vitest";
import { note } from "./offer.ts";
import type { Quote } from "./quotes.ts";
import { leg } from "./testing.ts";

const quote: Quote = {
	known: true,
	inPlay: false,
	matchState: "",
	market: ({ market, view }) => ({
		market,
		view,
		status: "open",
		version: 1,
		delayMs: 0,
		outcomes: { home: { oddsMilli: 2_000, fairPpm: 500_000 } },
	}),
};

test("[BET-2] an outcome is one of the market's own: what every object has is none, and no bet of it ever reaches a batch", () => {
	for (const outcomeId of ["constructor", "toString", "valueOf", "hasOwnProperty", "nobody"])
		expect(note(leg(1, { outcomeId, marketVersion: 1 }), quote, 0)).toEqual({ ok: false, code: "unknown_outcome" });
	const noted = note(leg(1, { outcomeId: "home", marketVersion: 1 }), quote, 0);
	expect(noted).toMatchObject({ ok: true, leg: { askOddsMilli: 2_000 } });
});
