import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chanceOf, resultChances } from "../goals/score-grid.ts";
import { finalScoreOf } from "./final-score.ts";
import { outlookOf } from "./goal-model.ts";
import type { GoalFacts, GoalOutlook, GoalStrengths, Rates } from "./outlook.ts";

const NONE: Rates = { home: 0, away: 0 };
const facts = (over: Partial<GoalFacts> = {}): GoalFacts => ({
	phase: "scheduled",
	elapsedSec: 0,
	addedMin: null,
	regular: NONE,
	extra: NONE,
	reds: NONE,
	...over,
});
const EVEN: GoalStrengths = { home: 1.5, away: 1.2 };

const strengths = fc.record({
	home: fc.double({ min: 0.1, max: 5, noNaN: true }),
	away: fc.double({ min: 0.1, max: 5, noNaN: true }),
	rho: fc.double({ min: -0.2, max: 0.1, noNaN: true }),
});
const pair = (max: number) => fc.record({ home: fc.nat({ max }), away: fc.nat({ max }) });
/** Clocks of the running halves, well into stoppage. */
const running = fc.oneof(
	fc.record({ phase: fc.constant("first_half" as const), elapsedSec: fc.nat({ max: 3_300 }) }),
	fc.record({ phase: fc.constant("second_half" as const), elapsedSec: fc.integer({ min: 2_700, max: 6_300 }) }),
	fc.record({ phase: fc.constant("extra_first" as const), elapsedSec: fc.integer({ min: 5_400, max: 6_600 }) }),
	fc.record({ phase: fc.constant("extra_second" as const), elapsedSec: fc.integer({ min: 6_300, max: 7_600 }) }),
);
const state = fc
	.record({ clock: running, addedMin: fc.option(fc.integer({ min: 0, max: 15 })), regular: pair(6), reds: pair(3) })
	.map(({ clock, addedMin, regular, reds }) => facts({ ...clock, addedMin, regular, reds }));

const allOf = ({ segments }: GoalOutlook): Rates => ({
	home: segments.first.home + segments.second.home + segments.extraFirst.home + segments.extraSecond.home,
	away: segments.first.away + segments.second.away + segments.extraFirst.away + segments.extraSecond.away,
});

describe("the rest of a match", () => {
	test("before it, regular time holds the strengths and extra time a third more", () => {
		const { first, second, extraFirst, extraSecond } = outlookOf(EVEN, facts()).segments;
		expect(first.home + second.home).toBeCloseTo(1.5, 4);
		expect(first.away + second.away).toBeCloseTo(1.2, 4);
		expect(first.home).toBeLessThan(second.home);
		expect((extraFirst.home + extraSecond.home) / 1.5).toBeCloseTo(0.344, 2);
	});

	test("measured shares: 56 % of goals come after the break, 39 to 41 % after an hour, 10 to 12 % after 85 minutes", () => {
		const share = (phase: GoalFacts["phase"], elapsedSec: number): number => {
			const { first, second } = outlookOf(EVEN, facts({ phase, elapsedSec, regular: { home: 1, away: 1 } })).segments;
			const from = outlookOf(EVEN, facts({ phase: "half_time", regular: { home: 1, away: 1 } })).segments.second;
			return (0.5665 * (first.home + second.home)) / from.home;
		};
		expect(share("second_half", 3_600)).toBeGreaterThan(0.39);
		expect(share("second_half", 3_600)).toBeLessThan(0.41);
		// Measured over all scores are 11.0 %; level matches slow down towards their end.
		expect(share("second_half", 5_100)).toBeGreaterThan(0.1);
		expect(share("second_half", 5_100)).toBeLessThan(0.12);
	});

	test("what is over holds nothing", () => {
		const phases = ["half_time", "extra_break", "extra_half_time", "over"] as const;
		const [atHalf, atBreak, atExtraHalf, over] = phases.map((phase) => outlookOf(EVEN, facts({ phase })).segments);
		expect(atHalf?.first).toEqual(NONE);
		expect([atBreak?.first, atBreak?.second]).toEqual([NONE, NONE]);
		expect(atExtraHalf?.extraFirst).toEqual(NONE);
		expect(over).toEqual({ first: NONE, second: NONE, extraFirst: NONE, extraSecond: NONE });
	});

	test("all rates and weights are finite and not below zero, shares within 0 and 1", () => {
		fc.assert(
			fc.property(strengths, state, fc.nat({ max: 900 }), (params, now, seconds) => {
				const outlook = outlookOf(params, now);
				for (const { home, away } of Object.values(outlook.segments)) {
					expect(Number.isFinite(home) && home >= 0 && Number.isFinite(away) && away >= 0).toBe(true);
				}
				for (const weight of outlook.tilt.values) expect(Number.isFinite(weight) && weight >= 0).toBe(true);
				const share = outlook.shareWithin(seconds);
				expect(share >= 0 && share <= 1).toBe(true);
			}),
		);
	});

	test("a side that neither scores nor is level has less to come with every second that passes", () => {
		fc.assert(
			fc.property(strengths, running, fc.integer({ min: 1, max: 300 }), (params, clock, seconds) => {
				const at = (elapsedSec: number) =>
					allOf(outlookOf(params, facts({ ...clock, elapsedSec, regular: { home: 1, away: 0 } })));
				const [now, later] = [at(clock.elapsedSec), at(clock.elapsedSec + seconds)];
				expect(later.home).toBeLessThan(now.home);
				expect(later.away).toBeLessThan(now.away);
			}),
		);
	});

	test("the share within some seconds grows with them and agrees with the clock moved on", () => {
		fc.assert(
			fc.property(running, fc.integer({ min: 1, max: 600 }), (clock, seconds) => {
				const { shareWithin } = outlookOf(EVEN, facts(clock));
				expect(shareWithin(0)).toBe(0);
				expect(shareWithin(seconds)).toBeGreaterThan(shareWithin(seconds / 2));
			}),
		);
		const { shareWithin } = outlookOf(EVEN, facts({ phase: "first_half", elapsedSec: 600 }));
		expect(shareWithin(100_000)).toBeCloseTo(1, 6);
		expect(outlookOf(EVEN, facts({ phase: "over" })).shareWithin(60)).toBe(0);
	});

	test("announced stoppage lengthens: more minutes, more goals to come", () => {
		fc.assert(
			fc.property(strengths, running, fc.integer({ min: 0, max: 14 }), (params, clock, minutes) => {
				const at = (addedMin: number) =>
					allOf(outlookOf(params, facts({ ...clock, addedMin, regular: { home: 1, away: 1 } })));
				expect(at(minutes + 1).home).toBeGreaterThan(at(minutes).home);
			}),
		);
	});

	test("in stoppage a goal can still fall until the whistle, however late", () => {
		const late = allOf(outlookOf(EVEN, facts({ phase: "second_half", elapsedSec: 5_400 + 20 * 60, addedMin: 4 })));
		expect(late.home).toBeGreaterThan(0);
		expect(late.home).toBeGreaterThan(allOf(outlookOf(EVEN, facts({ phase: "extra_break" }))).home);
	});
});

describe("what changes the pace", () => {
	test("a red card lowers its side's goals to come and raises the other's; a third changes nothing", () => {
		fc.assert(
			fc.property(strengths, state, (params, now) => {
				const calm = { ...now, reds: NONE };
				const before = allOf(outlookOf(params, calm));
				const after = allOf(outlookOf(params, { ...calm, reds: { home: 1, away: 0 } }));
				expect(after.home).toBeLessThan(before.home);
				expect(after.away).toBeGreaterThan(before.away);
				const two = outlookOf(params, { ...calm, reds: { home: 2, away: 0 } }).segments;
				expect(outlookOf(params, { ...calm, reds: { home: 3, away: 0 } }).segments).toEqual(two);
			}),
		);
	});

	test("a goal never lowers its side's chance to win, nor raises the other's", () => {
		fc.assert(
			fc.property(strengths, state, (params, now) => {
				if (now.phase === "extra_first" || now.phase === "extra_second") return;
				// Ten goals before the first minute would be a pace that no strengths survive; no match has begun like that.
				fc.pre(now.regular.home + now.regular.away <= 2 + now.elapsedSec / 300);
				const chances = (regular: Rates) => {
					const after = { ...now, regular };
					return resultChances(finalScoreOf(outlookOf(params, after), regular));
				};
				const before = chances(now.regular);
				const after = chances({ ...now.regular, home: now.regular.home + 1 });
				expect(after[0]).toBeGreaterThanOrEqual(before[0] - 1e-12);
				expect(after[2]).toBeLessThanOrEqual(before[2] + 1e-12);
			}),
			{ numRuns: 300 },
		);
	});

	test("who trails comes on, who leads holds back", () => {
		const at = (regular: Rates) => allOf(outlookOf(EVEN, facts({ phase: "second_half", elapsedSec: 3_600, regular })));
		expect(at({ home: 0, away: 1 }).home).toBeGreaterThan(at({ home: 1, away: 0 }).home);
	});

	test("the tilt is Dixon and Coles', at its own ρ where strengths have one, and fades with the goals to come", () => {
		const weight = (params: GoalStrengths, now: GoalFacts): number => outlookOf(params, now).tilt.values[3] ?? 0;
		expect(weight({ ...EVEN, rho: -0.2 }, facts())).toBeCloseTo(1.2, 4);
		expect(weight(EVEN, facts())).toBeGreaterThan(1.05);
		const late = facts({ phase: "second_half", elapsedSec: 5_100 });
		expect(weight(EVEN, late) - 1).toBeLessThan((weight(EVEN, facts()) - 1) / 2);
	});
});

test("[MAT-2] the same facts give the same bytes, and the final scores sum to one", () => {
	fc.assert(
		fc.property(strengths, state, (params, now) => {
			expect(JSON.stringify(outlookOf(params, now))).toBe(JSON.stringify(outlookOf({ ...params }, { ...now })));
			expect(chanceOf(finalScoreOf(outlookOf(params, now), now.regular), () => true)).toBeCloseTo(1, 12);
		}),
	);
});
