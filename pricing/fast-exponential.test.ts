import { describe, expect, test } from "vitest";
import { expOf, LEAST_EXPONENT, logOf } from "./fast-exponential.ts";

describe("exponential and logarithm by tables", () => {
	test("the exponential is the language's own, relatively within 1e-14", () => {
		for (let step = 0; step <= 20_000; step++) {
			const x = (LEAST_EXPONENT * step) / 20_000;
			expect(Math.abs(expOf(x) / Math.exp(x) - 1), `e^${x}`).toBeLessThan(1e-14);
		}
	});

	test("the logarithm is the language's own within 1e-14", () => {
		for (let step = 1; step <= 20_000; step++) {
			for (const x of [step / 20_000, 1 / (step * step), Math.exp(-step / 100)]) {
				expect(Math.abs(logOf(x) - Math.log(x)), `ln ${x}`).toBeLessThan(1e-14 * Math.max(1, -Math.log(x)));
			}
		}
	});

	test("outside of their ranges both are the language's own", () => {
		for (const x of [1, 700, -50, -1e4, Number.NaN, Number.NEGATIVE_INFINITY]) expect(expOf(x)).toBe(Math.exp(x));
		for (const x of [2, 0, 1e-310, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(logOf(x)).toBe(Math.log(x));
	});
});
