import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnLadder, toOddsMilli } from "./ladder.ts";
import { applyMargin, MARGIN_METHODS, removeMargin } from "./margin.ts";

const values = (result: ReturnType<typeof removeMargin>): readonly number[] => {
	if (!result.ok) throw new Error(result.message);
	return result.values;
};

describe("published numbers", () => {
	// 2.70/2.30/4.40: the R package `implied`'s example, at 50 digits.
	test("power 2.70/2.30/4.40", () => {
		const p = values(removeMargin("power", [2.7, 2.3, 4.4]));
		expect(p.map((x) => x.toFixed(8))).toEqual(["0.35917110", "0.42373075", "0.21709815"]);
	});
	test("shin 2.70/2.30/4.40 and 2.6/2.4/4.3 (mberk/shin)", () => {
		expect(values(removeMargin("shin", [2.7, 2.3, 4.4])).map((x) => x.toFixed(8))).toEqual([
			"0.35934392",
			"0.42324385",
			"0.21741223",
		]);
		const p = values(removeMargin("shin", [2.6, 2.4, 4.3]));
		expect(p[0]).toBeCloseTo(0.37299406033208965, 12);
		expect(p[1]).toBeCloseTo(0.4047794109200184, 12);
		expect(p[2]).toBeCloseTo(0.2222265287474275, 12);
	});
	test("two-way Shin is additive", () => {
		const shin = values(removeMargin("shin", [1.8, 2.1]));
		const additive = values(removeMargin("additive", [1.8, 2.1]));
		expect(shin[0]).toBeCloseTo(additive[0] ?? 0, 12);
	});
});

const book = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }).map((weights) => {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	return weights.map((weight) => weight / total);
});

describe("properties", () => {
	test.each(MARGIN_METHODS)(
		"%s: applying a margin meets the target, removing it gives the probabilities back",
		(method) => {
			fc.assert(
				fc.property(book, fc.double({ min: 0.01, max: 0.08, noNaN: true }), (fair, margin) => {
					const applied = applyMargin(method, fair, margin);
					fc.pre(applied.ok && applied.values.every((q) => q > 0 && q < 0.999));
					const q = values(applied);
					expect(q.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1 + margin, 9);
					const removed = removeMargin(
						method,
						q.map((x) => 1 / x),
					);
					fc.pre(removed.ok);
					values(removed).forEach((p, index) => {
						expect(p).toBeCloseTo(fair[index] ?? 0, 7);
					});
				}),
			);
		},
	);

	test("the ladder never shows a price above the exact one, and always a rung", () => {
		fc.assert(
			fc.property(fc.double({ min: 1e-5, max: 0.99, noNaN: true }), (q) => {
				const odds = toOddsMilli(q);
				expect(odds).not.toBeNull();
				expect(odds ?? 0).toBeLessThanOrEqual((1_000 / q) * (1 + 1e-9));
				expect(isOnLadder(odds ?? 0)).toBe(true);
			}),
		);
	});

	test("bad books are refused with a reason", () => {
		expect(removeMargin("power", [1, 2]).ok).toBe(false);
		expect(removeMargin("power", [Number.NaN, 2]).ok).toBe(false);
		expect(removeMargin("goto", [1.02, 17, 101]).ok).toBe(false);
		expect(applyMargin("power", [0.5, 0.6, -0.1], 0.05).ok).toBe(false);
		expect(applyMargin("power", [0.5, 0.5], 0.9).ok).toBe(false);
	});
});
