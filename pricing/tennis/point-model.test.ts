import { describe, expect, test } from "vitest";
import { matchLaw, SETS } from "./match-model.ts";
import { gameLaw, holdChance, tieBreakChance } from "./point-model.ts";
import { homeWinsSet, setLaw } from "./set-model.ts";

/** The game's chance by plain recursion, with 40-40 unrolled far enough that nothing is left. */
function bySteps(p: number, server: number, receiver: number): number {
	if (server >= 4 && server - receiver >= 2) return 1;
	if (receiver >= 4 && receiver - server >= 2) return 0;
	if (server + receiver > 400) return 0.5;
	let chance = 0;
	// Beyond 40-40 only two scores alternate, so the recursion is a line there and not a tree.
	if (server >= 3 && receiver >= 3 && server === receiver)
		chance = p * p + 2 * p * (1 - p) * bySteps(p, server + 1, receiver + 1);
	else chance = p * bySteps(p, server + 1, receiver) + (1 - p) * bySteps(p, server, receiver + 1);
	return chance;
}
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
const binomial = (n: number, p: number, k: number): number => choose(n, k) * p ** k * (1 - p) ** (n - k);

describe("a game", () => {
	test("golden: holding serve at p = 1/2, 0.6, 0.62, 2/3, 0.7 (O'Malley 2008: p⁴(15 − 4p − 10p²/(1 − 2p(1 − p))))", () => {
		expect(holdChance(0.5, false)).toBe(0.5);
		expect(holdChance(0.6, false)).toBeCloseTo(0.735_729_230_769_230_7, 14);
		// By hand: 0.62⁴ · (15 − 2.48 − 3.844/0.5288).
		expect(holdChance(0.62, false)).toBeCloseTo(0.775_862_706_231_77, 12);
		// In fractions: 16/81 · 13/3.
		expect(holdChance(2 / 3, false)).toBeCloseTo(208 / 243, 14);
		expect(holdChance(0.7, false)).toBeCloseTo(0.900_788_965_517_241_4, 12);
	});

	test("the closed form is the recursion's, from every score", () => {
		for (const p of [0.35, 0.5, 0.58, 0.64, 0.75, 0.9]) {
			for (let server = 0; server <= 5; server++) {
				for (let receiver = 0; receiver <= 5; receiver++) {
					const isOver = Math.max(server, receiver) >= 4 && Math.abs(server - receiver) >= 2;
					if (isOver) continue;
					const { won, lost } = gameLaw(p, server, receiver, false);
					const sum = (list: readonly number[]): number => list.reduce((total, x) => total + x, 0);
					expect(sum(won)).toBeCloseTo(bySteps(p, server, receiver), 12);
					expect(sum(won) + sum(lost)).toBeCloseTo(1, 14);
				}
			}
			expect(holdChance(p, false)).toBeCloseTo(bySteps(p, 0, 0), 12);
		}
	});

	test("without advantage, 40-40 is one point: the same as the best of seven", () => {
		for (const p of [0.4, 0.6, 0.7]) {
			const bestOfSeven = [4, 5, 6, 7].reduce((sum, k) => sum + binomial(7, p, k), 0);
			expect(holdChance(p, true)).toBeCloseTo(bestOfSeven, 14);
		}
	});
});

describe("a tie-break", () => {
	test.each([
		[7, 6],
		[10, 9],
	])("to %d: each side serves %d of the points before the last pair, whoever begins", (to, each) => {
		for (const [home, away] of [
			[0.62, 0.6],
			[0.7, 0.55],
			[0.5, 0.8],
		] as const) {
			const level = (home * (1 - away)) / (home * (1 - away) + (1 - home) * away);
			let expected = 0;
			for (let own = 0; own <= each; own++) {
				for (let theirs = 0; theirs <= each; theirs++) {
					const chance = binomial(each, home, own) * binomial(each, 1 - away, theirs);
					expected += own + theirs > each ? chance : own + theirs === each ? chance * level : 0;
				}
			}
			for (const first of [true, false]) expect(tieBreakChance({ home, away }, to, first)).toBeCloseTo(expected, 13);
		}
	});

	test("equal sides are even, and at 6-6, 20-20 as at 6-6", () => {
		expect(tieBreakChance({ home: 0.66, away: 0.66 }, 7, true)).toBeCloseTo(0.5, 14);
		const serves = { home: 0.7, away: 0.6 };
		expect(tieBreakChance(serves, 7, true, { home: 20, away: 20 })).toBe(
			tieBreakChance(serves, 7, true, { home: 6, away: 6 }),
		);
	});
});

describe("a set", () => {
	const hold = { home: 0.82, away: 0.74 };
	const fresh = (homeServes: boolean, tieBreakAt: number | null, tieBreak = 0.57) =>
		setLaw({ hold, tieBreak }, { tieBreakAt, tieBreakTo: 7 }, { home: 0, away: 0, homeServes, gameChance: null });

	test("is won with the chance that ten games, the pair after five all, and the tie-break give, whoever serves first", () => {
		const [a, b] = [hold.home, 1 - hold.away];
		const fives = (k: number): number => {
			let sum = 0;
			for (let own = 0; own <= 5; own++)
				if (k - own >= 0 && k - own <= 5) sum += binomial(5, a, own) * binomial(5, b, k - own);
			return sum;
		};
		const sixOfTen = [6, 7, 8, 9, 10].reduce((sum, k) => sum + fives(k), 0);
		const expected = sixOfTen + fives(5) * (a * b + (a * (1 - b) + (1 - a) * b) * 0.57);
		expect(homeWinsSet(fresh(true, 6))).toBeCloseTo(expected, 13);
		expect(homeWinsSet(fresh(false, 6))).toBeCloseTo(expected, 13);
		const long = sixOfTen + (fives(5) * a * b) / (a * b + (1 - a) * (1 - b));
		expect(homeWinsSet(fresh(true, null))).toBeCloseTo(long, 12);
		expect(homeWinsSet(fresh(false, null))).toBeCloseTo(long, 12);
	});

	test("sums to one by any rules", () => {
		for (const tieBreakAt of [6, 12, null])
			expect(fresh(true, tieBreakAt).p.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 13);
	});
});

describe("a match", () => {
	test("between equals of equal serve: 1/2, and a best of three of independent sets otherwise", () => {
		for (const s of [0.5, 0.6, 0.7]) {
			const law = { home: [6, 6], away: [4, 4], p: [s, 0], homeWins: 2, tieBreakAt: 6 };
			const both = { ...law, home: [6, 4], away: [4, 6], p: [s, 1 - s], homeWins: 1 };
			const laws = { homeFirst: both, awayFirst: both };
			const match = matchLaw({
				format: { bestOf: 3, finalSet: "tiebreak7", noAd: false },
				sets: { home: 0, away: 0 },
				games: { home: 0, away: 0 },
				hadTieBreak: false,
				firstServer: "home",
				current: both,
				regular: laws,
				final: laws,
			});
			expect(match.sets[2 * SETS] ?? 0).toBeCloseTo(s * s, 14);
			expect(match.sets[2 * SETS + 1] ?? 0).toBeCloseTo(2 * s * s * (1 - s), 14);
			expect(match.tieBreak).toBe(0);
		}
	});
});
