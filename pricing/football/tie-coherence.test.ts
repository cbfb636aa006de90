/** Prices of ties with random first legs and rules: against every score written out, and against the other markets of the book. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FixtureInput, Input } from "../../shared/feeds/canonical.ts";
import { MODELS, type Model, paramsOf, play, secondLeg } from "../../testing/football.ts";
import { AT, betStart, incident, phase } from "../../testing/football-inputs.ts";
import { poissonMasses } from "../goals/masses.ts";
import { bookBy } from "./book.ts";
import { finalScoreOf } from "./final-score.ts";
import type { Rates } from "./outlook.ts";
import { factsOf } from "./path.ts";
import { createFootballPricer } from "./pricer.ts";
import { type FootballState, scoreOf } from "./state.ts";

const goals = (name: string, sides: readonly ("home" | "away")[]): readonly Input[] => [
	...sides.map((side, index) => incident("goal", side, `${name}${index}`)),
	betStart(),
];
const someSides = fc.array(fc.constantFrom("home" as const, "away" as const), { maxLength: 5 });
const someParams = fc
	.record({ total: fc.double({ min: 1, max: 5, noNaN: true }), lean: fc.double({ min: -0.8, max: 0.8, noNaN: true }) })
	.map(({ total, lean }) => paramsOf(total, total * lean));
const someTie = fc.record({
	firstLegHome: fc.integer({ min: 0, max: 5 }),
	firstLegAway: fc.integer({ min: 0, max: 5 }),
	awayGoals: fc.boolean(),
	awayGoalsInExtraTime: fc.boolean(),
	extraTime: fc.boolean(),
});
type Tie = FixtureInput["format"] & (typeof someTie extends fc.Arbitrary<infer T> ? T : never);

/** In regular time of the second leg, whatever the aggregate. */
const inRegular = fc
	.record({ tie: someTie, sides: someSides, sec: fc.integer({ min: 0, max: 5_300 }) })
	.map(({ tie, sides, sec }) => {
		const halves = sec < 2_700 ? [phase("first_half", sec)] : [phase("first_half", 0), phase("second_half", sec)];
		return { tie, state: play([...halves, ...goals("g", sides)], secondLeg(tie)) };
	});
/** In extra time, after the one score that is level under every rule; then goals of extra time. */
const inExtra = fc
	.record({ tie: someTie, sides: someSides, sec: fc.integer({ min: 0, max: 800 }) })
	.map(({ tie: drawn, sides, sec }) => {
		const tie = { ...drawn, extraTime: true };
		const turned = [
			...Array.from({ length: tie.firstLegAway }, () => "home" as const),
			...Array.from({ length: tie.firstLegHome }, () => "away" as const),
		];
		const inputs = [phase("first_half", 0), phase("second_half", 2_700), ...goals("g", turned)];
		const extra = [phase("extra_first", 5_400 + sec), ...goals("e", sides)];
		return { tie, state: play([...inputs, ...extra], secondLeg(tie)) };
	});

/** Whoever is ahead, with goals scored away worth a thousandth more where they count. */
function leader(tie: Tie, home: number, away: number, withAwayGoals: boolean): "home" | "away" | null {
	const more = withAwayGoals ? 1.001 : 1;
	const lead = home + tie.firstLegHome * more - (away * more + tie.firstLegAway);
	return Math.abs(lead) < 1e-6 ? null : lead > 0 ? "home" : "away";
}

/** Home after 90 minutes, in extra time, on penalties, then away: by every final score of both. */
function enumerated(tie: Tie, state: FootballState, params: Rates, model: Model): readonly number[] {
	const outlook = model(params, factsOf(state, AT));
	const { extraFirst, extraSecond } = outlook.segments;
	const extra = scoreOf(state, "extra");
	const homeMore = poissonMasses(extraFirst.home + extraSecond.home);
	const awayMore = poissonMasses(extraFirst.away + extraSecond.away);
	const isPlayed = state.phase === "extra_first";
	const grid = isPlayed
		? { start: scoreOf(state, "regular"), columns: 1, values: [1] }
		: finalScoreOf(outlook, scoreOf(state, "regular"));
	const ways = [0, 0, 0, 0, 0, 0];
	const add = (way: number, side: "home" | "away", p: number): void => {
		const index = side === "home" ? way : way + 3;
		ways[index] = (ways[index] ?? 0) + p;
	};
	for (const [cell, p] of grid.values.entries()) {
		const home = grid.start.home + Math.floor(cell / grid.columns);
		const away = grid.start.away + (cell % grid.columns);
		const after90 = leader(tie, home, away, tie.awayGoals);
		if (after90 !== null) add(0, after90, p);
		const scores = tie.extraTime
			? homeMore.flatMap((ph, h) => awayMore.map((pa, a) => [extra.home + h, extra.away + a, ph * pa] as const))
			: [[0, 0, 1] as const];
		for (const [h, a, q] of after90 === null ? scores : []) {
			const after120 = leader(tie, home + h, away + a, tie.extraTime && tie.awayGoalsInExtraTime);
			if (after120 !== null) add(1, after120, p * q);
			else for (const side of ["home", "away"] as const) add(2, side, (p * q) / 2);
		}
	}
	return ways;
}

type Fair = (marketId: string, outcomeId: string) => number | null;
function fairOf(state: FootballState, params: Rates, model: Model): Fair {
	const markets = new Map(
		bookBy(createFootballPricer(model), state, params, AT).map((one) => [one.spec.marketId, one]),
	);
	return (marketId, outcomeId) => {
		const market = markets.get(marketId);
		return market?.fair[market.spec.outcomes.findIndex((outcome) => outcome.outcomeId === outcomeId)] ?? null;
	};
}
const WAYS = ["home_90", "home_et", "home_pens", "away_90", "away_et", "away_pens"];

describe.each(MODELS)("[SET-6] with %s", (_name, model) => {
	test.each([
		["in regular time", inRegular],
		["in extra time", inExtra],
	])("every way to qualify costs what all final scores say, %s", (_when, some) => {
		let offered = 0;
		fc.assert(
			fc.property(some, someParams, ({ tie, state }, params) => {
				const fair = fairOf(state, params, model);
				const expected = enumerated(tie, state, params, model);
				if (fair("mov", "home_90") === null) return;
				offered++;
				WAYS.forEach((way, index) => {
					expect(Math.abs((fair("mov", way) ?? Number.NaN) - (expected[index] ?? 0)), way).toBeLessThan(1e-11);
				});
				const home = expected.slice(0, 3).reduce((sum, p) => sum + p, 0);
				expect(Math.abs((fair("trophy", "home") ?? Number.NaN) - home)).toBeLessThan(1e-11);
			}),
			{ numRuns: 60 },
		);
		expect(offered).toBeGreaterThan(10);
	});

	test("what is the same bet by another name costs the same", () => {
		const seen = new Set<string>();
		const same = (name: string, one: number | null, other: number | null): void => {
			if (one === null || other === null) return;
			seen.add(name);
			expect(Math.abs(one - other), name).toBeLessThan(1e-11);
		};
		fc.assert(
			fc.property(fc.oneof(inRegular, inExtra), someParams, ({ tie, state }, params) => {
				const fair = fairOf(state, params, model);
				const level = tie.firstLegAway - tie.firstLegHome;
				const score = fair("cs", `${tie.firstLegAway}-${tie.firstLegHome}`);
				const in90 = (side: string): number | null => fair("mov", `${side}_90`);
				if (tie.awayGoals) {
					const [home, away] = [in90("home"), in90("away")];
					const rest = score === null || home === null || away === null ? null : score + home + away;
					same("nobody is through after 90 minutes at one score only", rest, 1);
				} else {
					same("to be through after 90 minutes is a handicap", in90("home"), fair(`ah:${-level - 0.5}`, "home"));
					same("and so it is for the other side", in90("away"), fair(`ah:${-level + 0.5}`, "away"));
				}
				if (state.phase !== "extra_first" || tie.awayGoalsInExtraTime) return;
				same("to go through in extra time is to win it", fair("mov", "home_et"), fair("et:1x2", "home"));
			}),
			{ numRuns: 150 },
		);
		expect(seen.size).toBe(4);
	});
});

// As for single matches, the widest tilt would make some goals bad news.
test.each(MODELS.slice(0, 2))("[SET-6] a goal never lengthens its side's price to qualify, with %s", (_name, model) => {
	fc.assert(
		fc.property(
			fc.oneof(inRegular, inExtra),
			someParams,
			fc.constantFrom("home" as const, "away" as const),
			({ state }, params, side) => {
				const then = fairOf(state, params, model)("trophy", side);
				const now = fairOf(play([incident("goal", side, "more")], state), params, model)("trophy", side);
				if (then !== null && now !== null) expect(now).toBeGreaterThan(then - 1e-12);
			},
		),
		{ numRuns: 80 },
	);
});
