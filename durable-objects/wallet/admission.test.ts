import { describe, expect, test } from "vitest";
import { WALLET_SHARE } from "../../shared/limits.ts";
import { request } from "../../testing/wallet.ts";
import { Admission } from "./admission.ts";

const on = (...matchIds: readonly string[]) =>
	request([], {
		legs: matchIds.map((matchId) => ({ matchId, marketId: "1x2", outcomeId: "home", oddsMilli: 2_000 })),
	});

describe("[SHR-1] bets under way at a wallet", () => {
	test("WALLET_SHARE.placing: a match has its share of them, and other matches what is left", () => {
		const admission = new Admission();
		const under = Array.from({ length: WALLET_SHARE.placing }, () => admission.enter(on("dead")).leave);
		expect(under).not.toContain(null);
		const full = { leave: null, full: { matchId: "dead" } };
		expect(admission.enter(on("dead"))).toEqual(full);
		expect(admission.enter(on("other", "dead"))).toEqual(full);
		expect(admission.enter(on("other")).leave).not.toBeNull();
		under[0]?.();
		expect(admission.enter(on("dead")).leave).not.toBeNull();
		expect(admission.enter(on("dead"))).toEqual(full);
	});

	test("WALLET_SHARE.placing: tickets over several matches leave half of each match to those on it alone", () => {
		const admission = new Admission();
		const half = WALLET_SHARE.placing / 2;
		const both = Array.from({ length: half }, () => admission.enter(on("dead", "fine")).leave);
		expect(both).not.toContain(null);
		expect(admission.enter(on("dead", "fine")).leave).toBeNull();
		const alone = Array.from({ length: half }, () => admission.enter(on("fine")).leave);
		expect(alone).not.toContain(null);
		expect(admission.enter(on("fine"))).toEqual({ leave: null, full: { matchId: "fine" } });
	});

	test("WALLET_SHARE.maxPlacing: all of them together, and one that ends makes room for one", () => {
		const admission = new Admission();
		const under = Array.from({ length: WALLET_SHARE.maxPlacing }, (_, no) => admission.enter(on(`m${no}`)).leave);
		expect(under).not.toContain(null);
		expect(admission.enter(on("one"))).toEqual({ leave: null, full: { matchId: null } });
		under.at(-1)?.();
		expect(admission.enter(on("one")).leave).not.toBeNull();
		expect(admission.enter(on("two")).leave).toBeNull();
	});
});
