import { describe, expect, test } from "vitest";
import type { FixtureInput, Input } from "../../shared/feeds/canonical.ts";
import { paramsOf, play, secondLeg } from "../../testing/football.ts";
import { AT, betStart, confirmation, fixture, incident, kick, phase } from "../../testing/football-inputs.ts";
import { football } from "./football.ts";
import type { FootballState } from "./state.ts";

const PARAMS = paramsOf(2.7, 0.2);
type Score = readonly [home: number, away: number];

const goals = (name: string, [home, away]: Score): readonly Input[] => [
	...Array.from({ length: home }, (_, n) => incident("goal", "home", `${name}-h${n}`)),
	...Array.from({ length: away }, (_, n) => incident("goal", "away", `${name}-a${n}`)),
	betStart(),
];
const regular = (score: Score): readonly Input[] => [
	phase("first_half", 0),
	...goals("r", score),
	phase("half_time", 2_800, false),
	phase("second_half", 2_700),
];
const extra = (score: Score): readonly Input[] => [
	phase("extra_break", 5_700, false),
	phase("extra_first", 5_400),
	...goals("e", score),
	phase("extra_half_time", 6_400, false),
	phase("extra_second", 6_300),
];
/** Three kicks each; the away side scores all. */
const AWAY_WINS_KICKS: readonly Input[] = [
	phase("shootout_break", 7_400, false),
	phase("shootout", 7_400, false),
	...[1, 2, 3].flatMap((n) => [kick("home", "missed", `kh${n}`), kick("away", "scored", `ka${n}`)]),
];
const ENDED = phase("ended", 7_400, false);

const marketOf = (state: FootballState, marketId: string) =>
	football.book(state, PARAMS, AT).find(({ spec }) => spec.marketId === marketId);
const isOffered = (state: FootballState, marketId: string): boolean => marketOf(state, marketId) !== undefined;
function winnerOf(state: FootballState, marketId: string): string | null {
	const result = football.results(state).find(({ spec }) => spec.marketId === marketId)?.state;
	if (result?.kind !== "settled") return null;
	return Object.entries(result.outcomes).find(([, { kind }]) => kind === "win")?.[0] ?? null;
}

/** Rules of the tie, the first leg from this match's home side, 90 minutes, extra time and kicks where played, who qualifies how. */
type Golden = readonly [
	rule: string,
	first: Score,
	after90: Score,
	after120: Score | null,
	kicks: boolean,
	mov: string,
];
const RULES: Readonly<Record<string, FixtureInput["format"]>> = {
	"goals of both legs": {},
	"away goals": { awayGoals: true },
	"away goals, not in extra time": { awayGoals: true, awayGoalsInExtraTime: false },
	"away goals after extra time only": { awayGoalsInExtraTime: true },
	"kicks at once": { extraTime: false },
};
const GOLDEN: readonly Golden[] = [
	["goals of both legs", [0, 3], [1, 0], null, false, "away_90"],
	["goals of both legs", [0, 3], [4, 0], null, false, "home_90"],
	["goals of both legs", [0, 3], [3, 0], [1, 0], false, "home_et"],
	["goals of both legs", [0, 3], [3, 0], [0, 1], false, "away_et"],
	["goals of both legs", [0, 3], [3, 0], [1, 1], true, "away_pens"],
	["goals of both legs", [1, 2], [1, 0], [0, 0], true, "away_pens"],
	["goals of both legs", [2, 0], [1, 2], null, false, "home_90"],
	["goals of both legs", [1, 1], [2, 2], [1, 0], false, "home_et"],
	["away goals", [1, 2], [1, 0], null, false, "home_90"],
	["away goals", [1, 1], [0, 0], null, false, "home_90"],
	["away goals", [0, 0], [1, 1], null, false, "away_90"],
	["away goals", [1, 1], [2, 2], null, false, "away_90"],
	["away goals", [0, 1], [2, 1], null, false, "away_90"],
	["away goals", [1, 2], [2, 1], [0, 0], true, "away_pens"],
	["away goals", [1, 2], [2, 1], [1, 1], false, "away_et"],
	["away goals", [1, 2], [2, 1], [2, 1], false, "home_et"],
	["away goals, not in extra time", [1, 2], [2, 1], [1, 1], true, "away_pens"],
	["away goals, not in extra time", [1, 2], [1, 0], null, false, "home_90"],
	["away goals after extra time only", [1, 2], [1, 0], [0, 0], false, "home_et"],
	["away goals after extra time only", [1, 2], [1, 0], [1, 1], true, "away_pens"],
	["away goals after extra time only", [1, 1], [2, 2], [0, 0], false, "away_et"],
	["kicks at once", [0, 1], [2, 1], null, true, "away_pens"],
	["kicks at once", [0, 1], [1, 1], null, false, "away_90"],
];

describe("[SET-6] who qualifies", () => {
	test.each(GOLDEN)("by %s: %j, then %j, %j after extra time, kicks %s: %s", (rule, first, r, e, hasKicks, mov) => {
		const inputs = [...regular(r), ...(e === null ? [] : extra(e)), ...(hasKicks ? AWAY_WINS_KICKS : []), ENDED];
		const format = { firstLegHome: first[0], firstLegAway: first[1], ...RULES[rule] };
		const ended = play(inputs, secondLeg(format));
		expect(winnerOf(ended, "mov")).toBe(mov);
		expect(winnerOf(ended, "trophy")).toBe(mov.split("_")[0]);
		// Whatever happens to the tie, the match result is the match's own.
		expect(winnerOf(ended, "1x2")).toBe(r[0] > r[1] ? "home" : r[0] < r[1] ? "away" : "draw");
	});

	test("a goal in doubt decides nothing that it touches, and a phase taken back decides nothing", () => {
		const before = secondLeg({ firstLegHome: 0, firstLegAway: 1 });
		const doubtful = play([...regular([1, 0]), incident("goal", "home", "late"), ENDED], before);
		expect(winnerOf(doubtful, "trophy")).toBeNull();
		expect(winnerOf(play([confirmation("late")], doubtful), "mov")).toBe("home_90");
		const far = play([...regular([0, 2]), incident("goal", "home", "late"), ENDED], before);
		expect(winnerOf(far, "mov")).toBe("away_90");
		const resumed = play([phase("second_half", 5_500)], far);
		expect(winnerOf(resumed, "trophy")).toBeNull();
		expect(isOffered(resumed, "trophy")).toBe(true);
	});

	test("the market closes with the last whistle that can matter, and not before", () => {
		const before = secondLeg({ firstLegHome: 0, firstLegAway: 1 });
		const inBreak = (score: Score): FootballState =>
			play([...regular(score), phase("extra_break", 5_700, false)], before);
		expect(isOffered(inBreak([1, 0]), "trophy")).toBe(true);
		for (const decided of [inBreak([0, 0]), inBreak([2, 0])]) {
			for (const marketId of ["trophy", "mov"]) expect(isOffered(decided, marketId)).toBe(false);
			expect(winnerOf(decided, "trophy")).toBeNull();
		}
		const extraIsOver = play([...regular([1, 0]), ...extra([0, 1]), phase("shootout_break", 7_400, false)], before);
		expect(isOffered(extraIsOver, "trophy")).toBe(false);
	});

	test("ways that the away-goals rule has shut are dead, and no others", () => {
		const before = secondLeg({ firstLegHome: 1, firstLegAway: 2, awayGoals: true });
		const aliveAt = (inputs: readonly Input[]) => marketOf(play(inputs, before), "mov")?.alive.slice(0, 3);
		expect(aliveAt([])).toEqual([true, true, true]);
		expect(aliveAt(regular([2, 1]))).toEqual([true, true, true]);
		// 2-1 cannot be reached any more, and 3-2, level too, is won by away goals.
		expect(aliveAt(regular([2, 2]))).toEqual([true, false, false]);
		expect(aliveAt(regular([3, 1]))).toEqual([true, false, false]);
		expect(aliveAt([...regular([2, 1]), ...extra([1, 0])])).toEqual([false, true, true]);
		expect(aliveAt([...regular([2, 1]), ...extra([1, 1])])).toEqual([false, true, false]);
		// A rule for extra time says nothing where level scores go to kicks at once.
		const noExtra = { firstLegHome: 0, firstLegAway: 1, extraTime: false, awayGoalsInExtraTime: true };
		const late = play(regular([2, 1]), secondLeg(noExtra));
		expect(marketOf(late, "mov")?.alive.slice(0, 3)).toEqual([true, false, true]);
	});

	test("extra time that was never played breaks nothing by away goals", () => {
		const before = secondLeg({ firstLegHome: 1, firstLegAway: 1, awayGoalsInExtraTime: true });
		expect(winnerOf(play([...regular([0, 0]), ENDED], before), "trophy")).toBeNull();
	});

	test("a first leg has no such market, whatever its tie is decided by; a single match has", () => {
		const first = football.initial(fixture({ format: { extraTime: true, shootOut: true, leg: 1, awayGoals: true } }));
		for (const marketId of ["trophy", "mov"]) {
			expect(isOffered(first, marketId)).toBe(false);
			expect(isOffered(play([]), marketId)).toBe(true);
		}
	});

	test("the market is named for what is won, under one id", () => {
		const named = (state: FootballState) => [marketOf(state, "trophy")?.spec.name, marketOf(state, "mov")?.spec.name];
		const format = { extraTime: true, shootOut: true };
		const tie = { firstLegHome: 0, firstLegAway: 0 };
		expect(named(play([]))).toEqual(["To lift the trophy", "Method of victory"]);
		expect(named(secondLeg(tie))).toEqual(["To qualify", "Method of qualification"]);
		expect(named(secondLeg({ ...tie, decides: "trophy" }))).toEqual(["To lift the trophy", "Method of victory"]);
		const round = football.initial(fixture({ format: { ...format, decides: "next_round" } }));
		expect(named(round)).toEqual(["To qualify", "Method of qualification"]);
	});

	test("a page shows the first leg and the aggregate, extra time included", () => {
		const state = play([...regular([3, 0]), ...extra([1, 2])], secondLeg({ firstLegHome: 0, firstLegAway: 3 }));
		expect(football.scoreView(state).lines).toEqual([
			["1st leg", "0", "3"],
			["Aggregate", "4", "5"],
			["90 min", "3", "0"],
		]);
	});
});

describe("[SET-6] a format that contradicts itself is refused with a reason", () => {
	const leg2 = { leg: 2, firstLegHome: 1, firstLegAway: 0 };
	test.each<[FixtureInput["format"], RegExp]>([
		[{ leg: 3 }, /leg is 1 or 2/],
		[{ leg: "2" }, /leg is 1 or 2/],
		[{ leg: 2 }, /needs firstLegHome and firstLegAway/],
		[{ leg: 2, firstLegHome: 1 }, /needs firstLegHome and firstLegAway/],
		[{ ...leg2, firstLegAway: -1 }, /needs firstLegHome and firstLegAway/],
		[{ ...leg2, firstLegAway: 0.5 }, /needs firstLegHome and firstLegAway/],
		[{ ...leg2, firstLegAway: "0" }, /needs firstLegHome and firstLegAway/],
		[{ ...leg2, firstLegAway: 61 }, /needs firstLegHome and firstLegAway/],
		[{ ...leg2, leg: 1 }, /firstLegHome needs leg: 2/],
		[{ firstLegAway: 0 }, /firstLegAway needs leg: 2/],
		[{ awayGoals: true }, /awayGoals needs leg: 2/],
		[{ awayGoalsInExtraTime: false }, /awayGoalsInExtraTime needs leg: 2/],
		[{ ...leg2, awayGoals: 1 }, /awayGoals is true or false/],
		[{ ...leg2, awayGoalsInExtraTime: "yes" }, /awayGoalsInExtraTime is true or false/],
		[{ extraTime: "yes" }, /extraTime is true or false/],
		[{ shootOut: 1 }, /shootOut is true or false/],
		[{ decides: "cup" }, /decides is trophy or next_round/],
	])("%j", (format, words) => {
		expect(football.params(fixture({ format }))).toMatchObject({
			ok: false,
			code: "bad_fixture",
			message: expect.stringMatching(words),
		});
	});

	test("what else a format says is for others to read", () => {
		const formats: readonly FixtureInput["format"][] = [
			{},
			leg2,
			{ ...leg2, venue: "neutral" },
			{ leg: 1, awayGoals: true },
		];
		for (const format of formats) expect(football.params(fixture({ format })).ok).toBe(true);
	});
});

test("a state of a time before ties and recipients is a single match with every card on the pitch", () => {
	const { decides: _, ...stored } = play([phase("first_half", 60), incident("red_card", "home", "r"), betStart()]);
	expect(football.scoreView(stored).reds).toEqual({ home: 1, away: 0 });
	expect(football.scoreView(stored).lines).toEqual([]);
	expect(football.book(stored, PARAMS, AT)).toEqual(football.book({ ...stored, decides: "trophy" }, PARAMS, AT));
	expect(marketOf(stored, "trophy")?.spec.name).toBe("To lift the trophy");
});
