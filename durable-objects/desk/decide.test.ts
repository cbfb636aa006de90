import { describe, expect, test } from "vitest";
import { BET } from "../../shared/limits.ts";
import type { DeskTerms } from "../../shared/ticket/terms.ts";
import { legOffer, TERMS } from "../../testing/desk.ts";
import { type Answer, type ConfirmedMarket, decide, type LegFacts, refusalAfterWait } from "./decide.ts";
import type { PendingLeg } from "./windows.ts";

const NOTED_MS = 100_000;
const pending: PendingLeg = {
	offered: legOffer(1).leg,
	notedAtMs: NOTED_MS,
	startedAtMs: NOTED_MS,
	delayMs: 5_000,
	marketVersion: 3,
	fairPpm: 500_000,
	matchState: "",
	weightPpm: 1_000_000,
	otherOddsMilli: 1_000,
	askOddsMilli: 2_000,
	because: "timed_out",
	fitsStakeMinor: null,
};
const market: ConfirmedMarket = {
	marketId: "1x2",
	view: "standard",
	askedVersion: 3,
	code: "ok",
	marketVersion: 3,
	delayMs: 5_000,
	clearForMs: 5_000,
	granted: null,
	oddsMilli: { home: 2_000 },
	fairPpm: { home: 500_000 },
};
const answer: Answer = {
	kind: "answer",
	v: 1,
	inc: 1,
	n: 1,
	epoch: "e",
	seq: 1,
	tick: 0,
	inPlay: true,
	spokeAgoMs: 4_999,
	matchState: "",
	markets: [market],
};
const verdict = (
	changes: {
		terms?: Partial<DeskTerms>;
		leg?: Partial<PendingLeg>;
		answer?: Partial<Answer>;
		market?: Partial<ConfirmedMarket>;
	} & Partial<Pick<LegFacts, "sentAtMs" | "carriedBaseMinor" | "grantedBaseMinor">> = {},
) => {
	const decision = decide(
		{ ...pending, ...changes.leg },
		{
			terms: { ...TERMS, ...changes.terms },
			answer: { ...answer, ...changes.answer },
			market: { ...market, ...changes.market },
			sentAtMs: changes.sentAtMs ?? NOTED_MS + 5_000,
			carriedBaseMinor: changes.carriedBaseMinor ?? 0,
			grantedBaseMinor: changes.grantedBaseMinor ?? 1_000,
		},
	);
	if (decision.kind === "wait") return `wait: ${decision.leg.because}`;
	return decision.kind === "no" ? decision.code : "yes";
};

describe("[BET-3] one leg against one answer, each bound to the millisecond", () => {
	test("everything in order", () => expect(verdict()).toBe("yes"));
	test("its age when the batch was sent", () =>
		expect(verdict({ sentAtMs: NOTED_MS + 4_999 })).toBe("wait: timed_out"));
	test("the delay of the answer", () => expect(verdict({ market: { delayMs: 5_001 } })).toBe("wait: timed_out"));
	test("another version", () => expect(verdict({ market: { marketVersion: 4 } })).toBe("market_changed"));
	test("the match says moved", () => expect(verdict({ market: { code: "moved" } })).toBe("market_changed"));
	test("the match says suspended", () => expect(verdict({ market: { code: "suspended" } })).toBe("market_suspended"));
	test("the match says closed", () => expect(verdict({ market: { code: "closed" } })).toBe("market_closed"));
	test("[LAN-2] the feed spoke at the moment of noting", () =>
		expect(verdict({ answer: { spokeAgoMs: 5_000 } })).toBe("wait: feed_silent"));
	test("[LAN-2] the feed has not spoken in this epoch", () =>
		expect(verdict({ answer: { spokeAgoMs: null } })).toBe("wait: feed_silent"));
	test("[LAN-2] speech counts from the note, not from a later start", () =>
		expect(verdict({ leg: { notedAtMs: NOTED_MS - 3_000 }, answer: { spokeAgoMs: 7_999 } })).toBe("yes"));
	test("before the match nobody needs to speak", () =>
		expect(verdict({ answer: { inPlay: false, spokeAgoMs: null } })).toBe("yes"));
	test("[MAT-1] danger ended a moment too late", () =>
		expect(verdict({ market: { clearForMs: 4_999 } })).toBe("wait: danger"));
	test("[LIC-1] a licence without betting in play", () =>
		expect(verdict({ terms: { allowInPlay: false } })).toBe("not_allowed"));
	test("[MON-5] a grant one unit short", () => {
		expect(verdict({ grantedBaseMinor: 999, market: { code: "over_limit" } })).toBe("over_limit");
		expect(verdict({ carriedBaseMinor: 1, market: { code: "over_limit" } })).toBe("over_limit");
		expect(verdict({ carriedBaseMinor: 1 })).toBe("wait: over_limit");
	});
});

describe("[BET-6] a stake that has waited for room in vain", () => {
	test("is told what there was when its time is up, in the answer and by the desk's own clock", () => {
		const facts = {
			terms: TERMS,
			answer,
			market,
			sentAtMs: NOTED_MS + 5_000,
			carriedBaseMinor: 400,
			grantedBaseMinor: 1_000,
		};
		const waits = decide(pending, facts);
		if (waits.kind !== "wait") throw new Error(`decided: ${waits.kind}`);
		expect(waits.leg).toMatchObject({ because: "over_limit", fitsStakeMinor: 600 });
		expect(waits.notBeforeMs).toBe(facts.sentAtMs + BET.roomAgainMs);
		expect(refusalAfterWait(waits.leg)).toEqual({ code: "over_limit", maxStakeMinor: 600 });
		const late = { ...facts, sentAtMs: NOTED_MS + 5_000 + TERMS.maxHoldMs };
		expect(decide(waits.leg, late)).toEqual({ kind: "no", code: "over_limit", maxStakeMinor: 600 });
	});
});

describe("[LAN-2] a wait ends", () => {
	const at = (ms: number) => ({ sentAtMs: NOTED_MS + ms });
	test("danger after the hold, silence after the feed's quiet time", () => {
		const danger = { code: "wait", clearForMs: 0 } as const;
		const silence = { code: "wait", clearForMs: 9_000 } as const;
		expect(verdict({ market: danger, ...at(14_999) })).toBe("wait: danger");
		expect(verdict({ market: danger, ...at(15_000) })).toBe("danger");
		expect(verdict({ market: silence, ...at(16_999) })).toBe("wait: feed_silent");
		expect(verdict({ market: silence, ...at(17_000) })).toBe("feed_silent");
	});

	test("[MAT-6] a leg without a version holds on to the one it met while it waits", () => {
		const decision = decide(
			{ ...pending, marketVersion: null },
			{
				terms: TERMS,
				answer: { ...answer, inPlay: false },
				market: { ...market, askedVersion: null, code: "wait", marketVersion: 9 },
				sentAtMs: NOTED_MS + 5_000,
				carriedBaseMinor: 0,
				grantedBaseMinor: 0,
			},
		);
		expect(decision).toMatchObject({ kind: "wait", leg: { marketVersion: 9 } });
	});
});
