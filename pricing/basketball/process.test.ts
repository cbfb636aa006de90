import { describe, expect, test } from "vitest";
import { matchOutlook, openingOf } from "./outlook.ts";
import type { Format } from "./phases.ts";
import { at, type Law, levelOf } from "./process.ts";
import { type Strengths, stateBefore } from "./state.ts";
import { tablesOf } from "./tables.ts";

const NBA: Format = { quarterSec: 720, overtimeSec: 300, bonusFouls: 5 };
const EVEN: Strengths = { home: 110, away: 110 };

function momentsOf({ from, p }: Law): { readonly sum: number; readonly mean: number; readonly deviation: number } {
	let [sum, mean, square] = [0, 0, 0];
	for (const [index, weight] of p.entries()) {
		sum += weight;
		mean += weight * (from + index);
		square += weight * (from + index) ** 2;
	}
	return { sum, mean, deviation: Math.sqrt(square - mean ** 2) };
}
const outlookOf = (strengths: Strengths, format: Format) => {
	const state = stateBefore(format, strengths);
	const tables = tablesOf(strengths, format);
	return matchOutlook(state, tables, openingOf(state, tables, 0));
};

describe("the process", () => {
	test("has the means asked for and the spreads that the document states", () => {
		const { margin, total, home } = tablesOf(EVEN, NBA).laws(100);
		for (const law of [margin, total, home]) expect(momentsOf(law).sum).toBeCloseTo(1, 11);
		expect(momentsOf(margin).mean).toBeCloseTo(0, 9);
		expect(momentsOf(total).mean).toBeCloseTo(220, 8);
		expect(momentsOf(home).mean).toBeCloseTo(110, 8);
		// By hand, of one slot: own points are some with chance (1.1 − 0.24) / 1.48, then 1.48 on average, 2.62 squared.
		const some = 0.86 / 1.48;
		const own = some * 2.62 - 0.86 ** 2;
		expect(momentsOf(margin).deviation).toBeCloseTo(Math.sqrt(100 * 2 * own), 6);
		expect(momentsOf(total).deviation).toBeCloseTo(Math.sqrt(100 * (2 * own + 16 * 0.12 * 0.88)), 6);
		expect(momentsOf(margin).deviation).toBeCloseTo(12.5, 1);
		expect(momentsOf(total).deviation).toBeCloseTo(18.0, 1);
	});

	test("gets level as often as the margin is zero, by whatever number of points", () => {
		const tables = tablesOf({ home: 113, away: 104 }, NBA);
		for (const lead of [-9, 0, 4]) {
			const level = momentsOf(levelOf(tables.parts(60), lead)).sum;
			expect(level).toBeCloseTo(at(tables.laws(60).margin, -lead), 11);
		}
	});

	test("ends level after regular time in 6.1 to 6.4 % of even matches, and then overtime decides", () => {
		for (const strengths of [EVEN, { home: 106, away: 102 }]) {
			const { level, final, homeWins } = outlookOf(strengths, NBA);
			expect(level).toBeGreaterThan(0.061);
			expect(level).toBeLessThan(0.0641);
			expect(at(final.margin, 0)).toBe(0);
			for (const law of Object.values(final)) expect(momentsOf(law).sum).toBeCloseTo(1, 9);
			expect(momentsOf(final.home).mean - momentsOf(final.away).mean).toBeCloseTo(momentsOf(final.margin).mean, 6);
			expect(momentsOf(final.home).mean + momentsOf(final.away).mean).toBeCloseTo(momentsOf(final.total).mean, 6);
			expect(homeWins).toBeCloseTo(
				[...final.margin.p.entries()].reduce((sum, [index, p]) => sum + (index + final.margin.from > 0 ? p : 0), 0),
				9,
			);
		}
	});
});
