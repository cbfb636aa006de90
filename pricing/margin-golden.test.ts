/**
 * Margins against 50-digit solutions of the defining equations, kept beside the project and not in it. `expected` rules;
 * the file's other columns are what known implementations return, right to between 1e-4 and 4e-13.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MarginMethod } from "../shared/catalogue/margin-methods.ts";
import { applyMargin, removeMargin, removeMarginSigned } from "./margin.ts";

type Golden = {
	readonly cases: readonly {
		readonly id: string;
		readonly odds: readonly number[];
		/** Winners. */
		readonly target: number;
		readonly methods: Readonly<Record<string, { readonly expected?: readonly number[] }>>;
	}[];
	readonly probabilities_to_odds: readonly {
		readonly probs: readonly number[];
		readonly margin: number;
		readonly method: string;
		readonly odds_R_implied: readonly number[];
		/** What the reference's odds sum to: its solver stops at 1e-4, so this is the margin it really applied. */
		readonly booksum: number;
	}[];
};
/** The file's names of our methods. `jsd` is none of ours; `efficient_shin_approx` states no expected numbers. */
const METHODS: ReadonlyMap<string, MarginMethod> = new Map([
	["multiplicative", "multiplicative"],
	["additive", "additive"],
	["margin_proportional_to_odds", "additive"],
	["power", "power"],
	["odds_ratio", "odds-ratio"],
	["logarithmic", "odds-ratio"],
	["shin", "shin"],
	["balanced_book", "balanced-book"],
	["goto", "goto"],
]);
const WITHIN = 1e-12;

const FILE = join(import.meta.dirname, "../../../shared/data/margin-golden.json");
const isThere = existsSync(FILE);
const without = isThere ? "" : " (skipped: ../shared/data/margin-golden.json is not here)";
const golden: Golden = isThere ? JSON.parse(readFileSync(FILE, "utf8")) : { cases: [], probabilities_to_odds: [] };

const worst = (values: readonly number[], expected: readonly number[]): number =>
	Math.max(...expected.map((value, index) => Math.abs(value - (values[index] ?? Number.NaN))));

describe("golden numbers", () => {
	test.skipIf(!isThere)(`every book's probabilities, to 1e-12${without}`, () => {
		let compared = 0;
		for (const { id, odds, target, methods } of golden.cases)
			for (const [name, { expected }] of Object.entries(methods)) {
				const method = METHODS.get(name);
				if (method === undefined || expected === undefined) continue;
				const result = removeMarginSigned(method, odds, target);
				if (!result.ok) throw new Error(`${id} ${name}: ${result.message}`);
				expect(worst(result.values, expected), `${id} ${name}`).toBeLessThan(WITHIN);
				// What may price a bet is the same, or refused where a probability is none.
				const checked = removeMargin(method, odds, target);
				expect(checked, `${id} ${name}`).toEqual(
					expected.every((p) => p > 0 && p < 1) ? result : { ok: false, message: expect.any(String) },
				);
				compared++;
			}
		expect(compared).toBeGreaterThanOrEqual(100);
	});

	test.skipIf(!isThere)(
		`every row of odds from probabilities, at the margin the reference really met, to 1e-12${without}`,
		() => {
			expect(golden.probabilities_to_odds).toHaveLength(60);
			for (const { probs, margin, method: name, odds_R_implied: expected, booksum } of golden.probabilities_to_odds) {
				const method = METHODS.get(name);
				if (method === undefined) throw new Error(`no method ${name}`);
				const met = applyMargin(method, probs, booksum - 1);
				const asked = applyMargin(method, probs, margin);
				if (!met.ok || !asked.ok) throw new Error(`${name} ${probs} refused`);
				const relative = met.values.map((q, index) => 1 / q / (expected[index] ?? Number.NaN));
				expect(
					worst(
						relative,
						probs.map(() => 1),
					),
					`${name} ${probs} ${margin}`,
				).toBeLessThan(WITHIN);
				// Ours meets the margin that was asked for.
				expect(asked.values.reduce((total, q) => total + q, 0) - 1 - margin).toBeCloseTo(0, 13);
				expect(
					worst(
						asked.values.map((q, index) => q * (expected[index] ?? 0)),
						probs.map(() => 1),
					),
				).toBeLessThan(1e-4);
			}
		},
	);
});
