/** What the slip's button does, by what is picked, typed and known. */
import { describe, expect, test } from "vitest";
import { type SlipFacts, slipMode } from "./slip-mode.ts";

const pick = { matchId: "m1", marketId: "1x2", marketName: "Result", outcomeId: "home", outcomeName: "Home" };
const shown = { marketName: "Result", outcomeName: "Home", version: 3, open: true };
const facts = (acceptedMilli: number, oddsMilli: number, over: Partial<SlipFacts> = {}): SlipFacts => ({
	selection: { ...pick, acceptedMilli },
	now: { ...shown, oddsMilli },
	stake: { ok: true, scaled: 500 },
	policy: "none",
	floor: null,
	balanceMinor: 10_000,
	leastStakeMinor: 100,
	isOnline: true,
	intent: "none",
	isSpent: false,
	...over,
});

describe("the slip", () => {
	test("[PAG-1] sends no second bet while one is on its way or in doubt", () => {
		expect(slipMode(facts(2_000, 2_000)).kind).toBe("ready");
		expect(slipMode(facts(2_000, 2_000, { intent: "sending" }))).toEqual({ kind: "sending" });
		expect(slipMode(facts(2_000, 2_000, { intent: "in_doubt" }))).toEqual({ kind: "in_doubt" });
	});

	test("[PAG-2] asks first for a price that the policy does not cover, and sends nothing", () => {
		expect(slipMode(facts(2_000, 1_990))).toEqual({ kind: "ask", oddsMilli: 1_990 });
		expect(slipMode(facts(2_000, 1_990, { policy: "better" }))).toEqual({ kind: "ask", oddsMilli: 1_990 });
		expect(slipMode(facts(2_000, 2_010, { policy: "better" }))).toMatchObject({ kind: "ready", oddsMilli: 2_010 });
		const floor = { ok: true as const, scaled: 1_995 };
		expect(slipMode(facts(2_000, 1_990, { policy: "any", floor })).kind).toBe("ask");
	});
});
