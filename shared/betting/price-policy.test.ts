import { describe, expect, test } from "vitest";
import type { PricePolicy } from "../ticket/terms.ts";
import { judgePrice } from "./price-policy.ts";

const none: PricePolicy = { kind: "none" };
const better: PricePolicy = { kind: "better" };
const any: PricePolicy = { kind: "any" };
const floor: PricePolicy = { kind: "any", floorOddsMilli: 1_800 };

describe("[BET-4] price policy", () => {
	const cases: readonly (readonly [string, PricePolicy, number, boolean])[] = [
		["none, unchanged", none, 2_000, true],
		["none, higher", none, 2_001, false],
		["none, lower", none, 1_999, false],
		["better, unchanged", better, 2_000, true],
		["better, higher", better, 2_100, true],
		["better, lower", better, 1_999, false],
		["any, lower", any, 1_001, true],
		["any above its floor", floor, 1_900, true],
		["any at its floor", floor, 1_800, true],
		["any below its floor", floor, 1_799, false],
	];
	test.each(cases)("%s", (_name, policy, now, ok) => {
		expect(judgePrice(policy, 2_000, now)).toEqual(
			ok ? { ok: true, takenOddsMilli: now } : { ok: false, oddsMilli: now },
		);
	});
});
