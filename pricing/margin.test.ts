import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnLadder, toOddsMilli } from "../shared/betting/ladder.ts";
import { MARGIN_METHODS } from "../shared/catalogue/margin-methods.ts";
import { QUOTED_BOOK } from "../shared/limits.ts";
import { applyMargin, quotedFair, removeMargin, removeMarginSigned } from "./margin.ts";

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
	test("goto, odds ratio and Shin on a late in-play book 1.02/17/101, where additive and goto leave [0, 1]", () => {
		// 50-digit solutions of the defining equations.
		const late = [1.02, 17, 101];
		const close = (method: (typeof MARGIN_METHODS)[number], expected: readonly number[]): void =>
			values(removeMarginSigned(method, late)).forEach((p, index) => {
				expect(Math.abs(p - (expected[index] ?? 0))).toBeLessThan(1e-12);
			});
		close("power", [0.9741557409147559, 0.023606674855781776, 0.002237584229462307]);
		close("shin", [0.9563000741327767, 0.04146770163348737, 0.002232224233735868]);
		close("additive", [0.9640199314049052, 0.0424513039539248, -0.006471235358830001]);
		close("goto", [0.9771251583732345, 0.036189099923432146, -0.013314258296666645]);
		for (const method of ["additive", "goto", "balanced-book"] as const)
			expect(removeMargin(method, late)).toEqual({
				ok: false,
				message: `${method} gives no probabilities for these odds`,
			});
	});

	test("three clubs of nine go down: a book of several winners", () => {
		// The R package `implied`'s example of relegation odds, at 50 digits.
		const odds = [1.53, 1.67, 1.25, 2.38, 2.38, 4.5, 5.5, 6.5, 7];
		const p = values(removeMargin("power", odds, 3));
		expect(p[0]).toBeCloseTo(0.5873013310642794, 12);
		expect(p[8]).toBeCloseTo(0.08757303001965687, 12);
		expect(values(removeMargin("goto", odds, 3))[2]).toBeCloseTo(0.7611076618012032, 12);
		expect(removeMargin("shin", odds, 3).ok).toBe(false);
	});

	test("odds from 2/3, 1/5, 2/15 at 8 % (the R package `implied`)", () => {
		const odds = (method: (typeof MARGIN_METHODS)[number]): readonly number[] =>
			values(applyMargin(method, [2 / 3, 1 / 5, 2 / 15], 0.08)).map((q) => 1 / q);
		odds("multiplicative").forEach((price, index) => {
			expect(price).toBeCloseTo([1.3888888888888888, 4.629629629629629, 6.944444444444444][index] ?? 0, 12);
		});
		odds("balanced-book").forEach((price, index) => {
			expect(price).toBeCloseTo([1.4705882352941178, 4.310344827586206, 5.952380952380951][index] ?? 0, 12);
		});
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
					expect(q.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1 + margin, 12);
					const removed = removeMargin(
						method,
						q.map((x) => 1 / x),
					);
					fc.pre(removed.ok);
					values(removed).forEach((p, index) => {
						expect(p).toBeCloseTo(fair[index] ?? 0, 11);
					});
				}),
			);
		},
	);

	test("the ladder never shows a price above the exact one, and always a rung", () => {
		fc.assert(
			fc.property(fc.double({ min: 1e-3, max: 0.99, noNaN: true }), (q) => {
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
		expect(applyMargin("power", [0.5, 0.3], 0.05)).toEqual({
			ok: false,
			message: "these probabilities sum to 0.8, not to 1",
		});
		expect(removeMargin("power", [9, 8]).ok).toBe(false);
		expect(removeMargin("power", [1.1, 1.1], 2).ok).toBe(false);
		expect(removeMargin("shin", [2.2, 2.2]).ok).toBe(false);
		expect(applyMargin("multiplicative", [0.99, 0.01], 0.05).ok).toBe(false);
		expect(applyMargin("odds-ratio", [1, 0, 0], 0.05).ok).toBe(false);
	});

	test("a fair book is returned by every method, and dead outcomes stay dead", () => {
		for (const method of MARGIN_METHODS) {
			values(removeMargin(method, [2, 4, 4])).forEach((p, index) => {
				expect(p).toBeCloseTo([0.5, 0.25, 0.25][index] ?? 0, 14);
			});
			expect(values(applyMargin(method, [0.6, 0, 0.4], 0.05))[1]).toBe(0);
			expect(values(applyMargin(method, [0.6, 0.4], 0))).toEqual([0.6, 0.4]);
		}
	});

	test("no method prices an outcome above its fair odds", () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...MARGIN_METHODS),
				book,
				fc.double({ min: 0.005, max: 0.3, noNaN: true }),
				(method, fair, margin) => {
					const applied = applyMargin(method, fair, margin);
					if (!applied.ok) return;
					applied.values.forEach((q, index) => {
						expect(q).toBeGreaterThanOrEqual((fair[index] ?? 0) * (1 - 1e-12));
					});
				},
			),
		);
	});

	test("odds ratio and power price any book, however one-sided", () => {
		fc.assert(
			fc.property(
				fc.constantFrom("odds-ratio", "power" as const),
				fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
				fc.double({ min: 0.01, max: 0.2, noNaN: true }),
				(method, p, margin) => {
					const q = values(applyMargin(method, [1 - p, p], margin));
					expect(q.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1 + margin, 12);
				},
			),
		);
	});
});

test("QUOTED_BOOK.mostOutcomes, least, most: a stated book is taken up to there, and not beyond", () => {
	const { mostOutcomes, least, most } = QUOTED_BOOK;
	const book = (count: number, sum: number): number[] => Array.from({ length: count }, () => count / sum);
	for (const sum of [least + 1e-9, most - 1e-9]) expect(quotedFair("power", book(mostOutcomes, sum)).ok).toBe(true);
	for (const sum of [least - 1e-6, most + 1e-6]) expect(quotedFair("power", book(mostOutcomes, sum)).ok).toBe(false);
	expect(quotedFair("power", book(mostOutcomes + 1, most + 0.1)).ok).toBe(true);
});
