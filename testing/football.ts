/** What the tests of football's markets share: states by real inputs, and goal models with every tilt that the contract allows. */

import { football } from "../pricing/football/football.ts";
import { outlookOf } from "../pricing/football/goal-model.ts";
import type { GoalFacts, GoalOutlook, Rates } from "../pricing/football/outlook.ts";
import type { FootballState } from "../pricing/football/state.ts";
import type { FixtureInput, Input } from "../shared/feeds/canonical.ts";
import { AT, betStart, fixture, incident, kick, phase } from "./football-inputs.ts";

export type Model = (params: Rates, facts: GoalFacts) => GoalOutlook;

/** Plays inputs; each at its second after `AT`, or all at once. @throws Error with the reason of a refusal. */
export function play(inputs: readonly Input[], from = football.initial(fixture()), tickMs = AT): FootballState {
	let state = from;
	for (const input of inputs) {
		const reduced = football.reduce(state, input, tickMs);
		if (!reduced.ok) throw new Error(`${input.kind}: ${reduced.message}`);
		state = reduced.state;
	}
	return state;
}

/** The goal model with another tilt: 1 everywhere, or a wide one that moves every low score by up to a third. */
export const withTilt =
	(size: number, weight: (home: number, away: number) => number): Model =>
	(params, facts) => ({
		...outlookOf(params, facts),
		tilt: {
			size,
			values: Array.from({ length: size * size }, (_, index) => weight(Math.floor(index / size), index % size)),
		},
	});
export const plain: Model = withTilt(0, () => 1);
export const wide: Model = withTilt(8, (home, away) => 1 + 0.33 * Math.sin(1 + 3 * home + 5 * away));

export const MODELS: readonly (readonly [name: string, model: Model])[] = [
	["the platform's model", outlookOf],
	["no tilt", plain],
	["a tilt of 8 × 8", wide],
];

const goals = (...sides: readonly ("home" | "away")[]): readonly Input[] =>
	sides.flatMap((side, index) => [incident("goal", side, `g${index}-${side}`), betStart()]);

const first = phase("first_half", 0);
const halfTime = phase("half_time", 2_790, false);
const second = phase("second_half", 2_700);
const toExtra = [halfTime, second, phase("extra_break", 5_640, false)];

/** States from kick-off to the last kick, each with the tick to price it at. */
export const STATES: readonly (readonly [name: string, state: FootballState, tickMs: number])[] = [
	["before kick-off", play([]), AT],
	["0-0 after 12 minutes", play([first]), AT + 720_000],
	["1-0 after 30 minutes", play([first, ...goals("home")]), AT + 1_800_000],
	["1-1 at half-time", play([first, ...goals("home", "away"), halfTime]), AT],
	["first-half stoppage", play([phase("first_half", 2_760), ...goals("away")]), AT],
	[
		"2-1 after 75 minutes with a dismissal",
		play([
			first,
			...goals("home", "away"),
			halfTime,
			phase("second_half", 4_500),
			incident("goal", "home", "winner"),
			incident("red_card", "home", "red"),
			betStart(),
		]),
		AT,
	],
	[
		"5-4 after 60 minutes",
		play([
			first,
			...goals("home", "home", "home", "home", "home"),
			halfTime,
			second,
			...goals("away", "away", "away", "away").map((input, index) =>
				"incidentId" in input ? { ...input, incidentId: `late${index}` } : input,
			),
		]),
		AT + 900_000,
	],
	["stoppage of the second half", play([first, halfTime, phase("second_half", 5_460)]), AT],
	["before extra time", play([first, ...toExtra]), AT],
	[
		"0-1 in extra time",
		play([first, ...toExtra, phase("extra_first", 5_700), incident("goal", "away", "x"), betStart()]),
		AT,
	],
	[
		"extra time, second half",
		play([
			first,
			...toExtra,
			phase("extra_first", 5_400),
			phase("extra_half_time", 6_360, false),
			phase("extra_second", 6_900),
		]),
		AT,
	],
	[
		"three kicks of a shoot-out",
		play([
			first,
			...toExtra,
			phase("shootout_break", 7_400, false),
			phase("shootout", 7_400, false),
			kick("home", "scored", "k1"),
			kick("away", "missed", "k2"),
			kick("home", "scored", "k3"),
		]),
		AT,
	],
];

/** A second leg before its kick-off. */
export const secondLeg = (tie: FixtureInput["format"]): FootballState =>
	football.initial(fixture({ format: { extraTime: true, shootOut: true, leg: 2, ...tie } }));

/** First legs with the rules of competitions that are or were: level scores go on to extra time, or to kicks at once. */
export const TIES: readonly (readonly [name: string, tie: FixtureInput["format"]])[] = [
	["three goals behind", { firstLegHome: 0, firstLegAway: 3 }],
	["level after 1-1", { firstLegHome: 1, firstLegAway: 1 }],
	["1-2 with away goals", { firstLegHome: 1, firstLegAway: 2, awayGoals: true }],
	[
		"1-0 with away goals, but not in extra time",
		{ firstLegHome: 1, firstLegAway: 0, awayGoals: true, awayGoalsInExtraTime: false },
	],
	["1-1 with away goals after extra time only", { firstLegHome: 1, firstLegAway: 1, awayGoalsInExtraTime: true }],
	["0-1 with kicks at once", { firstLegHome: 0, firstLegAway: 1, extraTime: false }],
	["14 goals ahead", { firstLegHome: 14, firstLegAway: 0, awayGoals: true }],
];

/** Each tie before kick-off, and in extra time wherever a 0-0, the first leg's score turned round, or one more goal leads. */
export const TIE_STATES: readonly (readonly [name: string, state: FootballState, tickMs: number])[] = TIES.flatMap(
	([name, tie]) => {
		const before = secondLeg(tie);
		const turned = [
			...Array.from({ length: Number(tie.firstLegAway) }, () => "home" as const),
			...Array.from({ length: Number(tie.firstLegHome) }, () => "away" as const),
		];
		const late = play([first, ...goals(...turned), halfTime, phase("second_half", 4_500)], before);
		const extra = [phase("extra_break", 5_640, false), phase("extra_first", 5_700)];
		const scored = [incident("goal", "away", "x"), betStart()];
		return [
			[`${name}, before kick-off`, before, AT],
			[`${name}, after 30 minutes`, play([first, ...goals("home")], before), AT + 1_800_000],
			[`${name}, level after 75 minutes`, late, AT],
			...(tie.extraTime === false
				? []
				: [
						[`${name}, in extra time`, play(extra, late), AT] as const,
						[`${name}, in extra time after an away goal`, play([...extra, ...scored], late), AT] as const,
					]),
		] as const;
	},
);

export function paramsOf(total: number, supremacy: number): Rates {
	const solved = football.params(fixture({ prices: { expected: { total, supremacy } } }));
	if (!solved.ok) throw new Error(solved.message);
	return solved.params;
}
