import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIABILITY_STEP_LOGIT, liabilityShift, logitOfPpm, MAX_LIABILITY_LOGIT, shiftFair } from "./shift.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const logit = (p: number): number => Math.log(p / (1 - p));

/** Fair probabilities of 2 to 8 outcomes, some dead, summing to 1; with one shift an outcome. */
const shifted = fc
	.array(
		fc.record({
			weight: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, fc.double({ min: 0.001, max: 1, noNaN: true })),
			shift: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
		}),
		{ minLength: 2, maxLength: 8 },
	)
	.filter((rows) => rows.filter(({ weight }) => weight > 0).length >= 2)
	.map((rows) => {
		const total = sum(rows.map(({ weight }) => weight));
		return { fair: rows.map(({ weight }) => weight / total), shifts: rows.map(({ shift }) => shift) };
	});

describe("shifting fair probabilities", () => {
	test("a shift of one exclusive outcome moves its log-odds by exactly that, the others keep their proportions", () => {
		const moved = shiftFair([0.5, 0.3, 0.2], [0.1, 0, 0], 1);
		expect(logit(moved[0] ?? 0) - logit(0.5)).toBeCloseTo(0.1, 14);
		expect((moved[1] ?? 0) / (moved[2] ?? 1)).toBeCloseTo(1.5, 14);
		expect(sum(moved)).toBeCloseTo(1, 15);
	});

	test("[MAT-2] without a shift the same numbers come back, to the bit", () => {
		const fair = [0.2, 0.5, 0.3];
		expect(shiftFair(fair, [0, 0, 0], 1)).toBe(fair);
		expect(shiftFair(fair, [0.3, 0.3, 0.3], 1)).toBe(fair);
	});

	test("double chance keeps its sum of two, and certain and dead outcomes stay", () => {
		const moved = shiftFair([0.8, 0.7, 0.5], [0.2, 0, -0.1], 2);
		expect(sum(moved)).toBeCloseTo(2, 13);
		expect(moved[0]).toBeGreaterThan(0.8);
		expect(moved[2]).toBeLessThan(0.5);
		const late = shiftFair([1, 0.6, 0.4], [0, 0.4, 0], 2);
		expect(late[0]).toBe(1);
		expect(sum(late)).toBeCloseTo(2, 13);
		expect(late[1]).toBeGreaterThan(0.6);
		expect(shiftFair([0, 0.6, 0.4], [1, 0.4, 0], 1)[0]).toBe(0);
	});

	test("any shift keeps the sum and stays in (0, 1); dead outcomes stay dead", () => {
		fc.assert(
			fc.property(shifted, ({ fair, shifts }) => {
				const moved = shiftFair(fair, shifts, 1);
				expect(sum(moved)).toBeCloseTo(1, 12);
				moved.forEach((p, index) => {
					if (fair[index] === 0) expect(p).toBe(0);
					else if (fair[index] !== 1) expect(p > 0 && p < 1).toBe(true);
				});
				const two = fair.map((p) => 1 - p);
				const movedTwo = shiftFair(two, shifts, fair.length - 1);
				expect(sum(movedTwo)).toBeCloseTo(sum(two), 11);
				expect(movedTwo.every((p) => p >= 0 && p <= 1)).toBe(true);
			}),
		);
	});

	test("outcomes that are all but certain or impossible are moved as far as a double shows, and their sum stays", () => {
		for (const fair of [
			[0.9999999999999972, 0.9999999999999999, 2.8066807144614395e-15],
			[0.6508008421020642, 0.9999999999999999, 0.3491991578979359],
			[0.9999999999941757, 0.9999999999999999, 5.824420548079369e-12],
		]) {
			const moved = shiftFair(fair, [0, 0.1, 0.06], 2);
			expect(moved.reduce((total, p) => total + p, 0)).toBeCloseTo(2, 9);
			expect(moved.every((p) => p >= 0 && p <= 1)).toBe(true);
		}
	});

	test("points and log-odds say the same; what leaves (0, 1) is no shift", () => {
		const shift = logitOfPpm(0.4, 25_000) ?? Number.NaN;
		expect(shiftFair([0.4, 0.35, 0.25], [shift, 0, 0], 1)[0]).toBeCloseTo(0.425, 14);
		expect(logitOfPpm(0.99, 20_000)).toBeNull();
		expect(logitOfPpm(0.5, -500_000)).toBeNull();
		expect(logitOfPpm(0.1, 400_000)).toBeNull();
	});

	test("shifts that fit no outcome are a fault", () => {
		expect(() => shiftFair([0.5, 0.5], [0.1], 1)).toThrow();
		expect(() => shiftFair([0.5, 0.5], [0.1, Number.NaN], 1)).toThrow();
	});
});

describe("shifting against what was sold", () => {
	const risk = fc.integer({ min: 0, max: 20_000 });

	test("more risk on an outcome raises its probability and lowers the others', never beyond the bound", () => {
		fc.assert(
			fc.property(
				fc.array(risk, { minLength: 3, maxLength: 3 }),
				fc.integer({ min: 0, max: 20_000 }),
				(risks, more) => {
					const fair = [0.5, 0.3, 0.2];
					const before = shiftFair(fair, liabilityShift(risks, 10_000), 1);
					const after = shiftFair(fair, liabilityShift([(risks[0] ?? 0) + more, ...risks.slice(1)], 10_000), 1);
					expect(after[0]).toBeGreaterThanOrEqual((before[0] ?? 0) - 1e-15);
					expect(after[1]).toBeLessThanOrEqual((before[1] ?? 0) + 1e-15);
					expect(after[2]).toBeLessThanOrEqual((before[2] ?? 0) + 1e-15);
					after.forEach((p, index) => {
						expect(Math.abs(p - (fair[index] ?? 0))).toBeLessThanOrEqual(MAX_LIABILITY_LOGIT / 4);
					});
				},
			),
		);
	});

	test("shifts are whole steps from nothing at no risk to the most at the cap", () => {
		expect(liabilityShift([0, 5_000, 10_000, 99_999], 10_000)).toEqual(
			[0, 3, 5, 5].map((n) => n * LIABILITY_STEP_LOGIT),
		);
		expect(liabilityShift([9_000, 10_000], 0)).toEqual([0, 0]);
		expect(liabilityShift([10_000], 10_000, { maxLogit: 9 })).toEqual([MAX_LIABILITY_LOGIT]);
	});

	test("a shift does not flutter at a boundary between two steps", () => {
		const rule = { maxLogit: MAX_LIABILITY_LOGIT };
		const held = liabilityShift([2_000], 10_000, rule);
		expect(held).toEqual([LIABILITY_STEP_LOGIT]);
		for (const risksMinor of [2_900, 3_100, 3_400, 2_600, 1_000])
			expect(liabilityShift([risksMinor], 10_000, { ...rule, previous: held })).toEqual(held);
		expect(liabilityShift([3_500], 10_000, { ...rule, previous: held })).toEqual([2 * LIABILITY_STEP_LOGIT]);
		expect(liabilityShift([400], 10_000, { ...rule, previous: held })).toEqual([0]);
	});
});
