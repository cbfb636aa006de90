import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toOddsMilli } from "../shared/betting/ladder.ts";
import type { MarginRule } from "../shared/catalogue/schemas.ts";
import { ON_SALE } from "../shared/limits.ts";
import { createBookMargin } from "./fast-margin.ts";
import { applyMargin } from "./margin.ts";
import { applyTapered } from "./margin-taper.ts";
import { priceMarket } from "./price-market.ts";

const rule = (method: "odds-ratio" | "power", margin: number): MarginRule => ({
	method,
	margin,
	minOddsMilli: 1_010,
	maxOddsMilli: method === "power" ? 1_000_000 : 500_000,
});
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const book = fc
	.array(fc.double({ min: -12, max: 0, noNaN: true }).map(Math.exp), { minLength: 2, maxLength: 30 })
	.map((weights) => weights.map((weight) => weight / sum(weights)));

describe("[OFF-1] a margin tapers where its outcomes cannot carry it", () => {
	test("what is worth 47.00 is not sold at 16.00", () => {
		const fair = [46 / 47, 1 / 47];
		const full = applyMargin("odds-ratio", fair, 0.055, 1);
		expect(full.ok ? full.values.map((q) => toOddsMilli(q)) : []).toEqual([null, 16_000]);
		expect(priceMarket(fair, rule("odds-ratio", 0.055), 1)).toEqual([1_010, 26_000]);
		expect(priceMarket(fair, rule("odds-ratio", 0.01), 1)).toEqual([1_010, 36_000]);
	});

	test("nothing is paid at less than half of what it is worth, whatever the margin: ON_SALE.mostLoad", () => {
		expect(ON_SALE.mostLoad).toBe(1.8);
		fc.assert(
			fc.property(
				book,
				fc.constantFrom("odds-ratio", "power"),
				fc.double({ min: 0.01, max: 0.3, noNaN: true }),
				(fair, method, margin) => {
					const charged = rule(method, margin);
					const odds = priceMarket(fair, charged, 1);
					for (const [at, price] of odds.entries())
						if (price !== null) expect(price * (fair[at] ?? 0)).toBeGreaterThan(500);
					const out = new Int32Array(fair.length);
					const engine = createBookMargin([{ outcomes: fair.length, winners: 1, rule: charged }]);
					engine.apply(Float64Array.from(fair), out);
					expect([...out]).toEqual(odds.map((price) => price ?? 0));
				},
			),
			{ numRuns: 1_000 },
		);
	});

	test("where they can, it is met as it is, and never falls below the fair book", () => {
		fc.assert(
			fc.property(book, fc.constantFrom("odds-ratio", "power"), (fair, method) => {
				const tapered = applyTapered(method, fair, 0.06, 1);
				const full = applyMargin(method, fair, 0.06, 1);
				if (!tapered.ok || !full.ok) return;
				expect(sum(tapered.values)).toBeLessThan(1.06 + 1e-9);
				for (const [at, q] of tapered.values.entries()) {
					expect(q).toBeLessThanOrEqual((full.values[at] ?? 0) + 1e-12);
					expect(q).toBeGreaterThanOrEqual(fair[at] ?? 0);
				}
				if (method === "odds-ratio" && Math.max(...fair) < 0.6) expect(tapered.values).toEqual(full.values);
			}),
			{ numRuns: 500 },
		);
		expect(applyTapered("odds-ratio", [0.5, 0.5], 0.055, 1)).toEqual(applyMargin("odds-ratio", [0.5, 0.5], 0.055, 1));
	});
});
