/** The path of a match so far, in the facts that prices and settlement read: the goals in order, and what is over. */
import type { Side } from "../../shared/feeds/canonical.ts";
import { redsOf } from "./dismissals.ts";
import type { FootballFormat } from "./format.ts";
import type { ScoreFacts } from "./law/laws.ts";
import type { GoalFacts, Rates } from "./outlook.ts";
import { CLOCK_BOUNDS, type Period, type Phase } from "./phases.ts";
import { type ShootOut, shootOutAfter } from "./shootout.ts";
import {
	elapsedSecAt,
	extraIsOver,
	extraWasReached,
	type FootballState,
	firstHalfIsOver,
	goalsOf,
	kicksOf,
	regularIsOver,
	scoreOf,
	shootOutWasReached,
} from "./state.ts";
import type { SecondLeg } from "./tie.ts";

export type PathGoal = {
	readonly side: Side;
	readonly period: Period;
	readonly half: 1 | 2;
	readonly sec: number;
	/** It fell between here and `sec`; the same where its second is known. */
	readonly fromSec: number;
};

/** A part of the match: its score, whose its goals were in order, and whether it can bring more. */
export type PartPath = Rates & { readonly sides: readonly Side[]; readonly isOver: boolean };

export type MatchPath = {
	readonly extraTime: boolean;
	readonly shootOut: boolean;
	readonly decides: FootballFormat["decides"];
	/** The tie whose second leg this is. */
	readonly tie: SecondLeg | null;
	/** Goals of regular time in order. */
	readonly goals: readonly PathGoal[];
	readonly first: PartPath;
	readonly second: PartPath;
	readonly regular: PartPath;
	readonly extra: PartPath;
	readonly extraWasReached: boolean;
	readonly shootOutWasReached: boolean;
	readonly hasEnded: boolean;
	/** The half that runs or comes next, and the clock at the last input: what has passed for sure. */
	readonly half: 1 | 2 | null;
	readonly knownSec: number;
	readonly kicks: ShootOut;
	readonly kickDetails: readonly (string | null)[];
};

function partOf(goals: readonly { readonly side: Side }[], isOver: boolean): PartPath {
	const sides = goals.map(({ side }) => side);
	const home = sides.filter((side) => side === "home").length;
	return { home, away: sides.length - home, sides, isOver };
}

/** The path by all that is told, in doubt or not: what prices. What settles is `settlementPaths`. */
export function pathOf(state: FootballState): MatchPath {
	const pathGoals = (period: "regular" | "extra"): readonly PathGoal[] =>
		goalsOf(state, period).flatMap(({ side, half, sec }) =>
			side === null ? [] : [{ side, period, half, sec, fromSec: sec }],
		);
	return pathWith(state, [...pathGoals("regular"), ...pathGoals("extra")]);
}

/** The path with these goals, in the order in which they were scored. */
export function pathWith(state: FootballState, all: readonly PathGoal[]): MatchPath {
	const goals = all.filter(({ period }) => period === "regular");
	const kicks = kicksOf(state);
	const firstIsOver = firstHalfIsOver(state);
	const isOver = regularIsOver(state);
	return {
		extraTime: state.extraTime,
		shootOut: state.shootOut,
		decides: state.decides ?? "trophy",
		tie: state.tie ?? null,
		goals,
		first: partOf(
			goals.filter(({ half }) => half === 1),
			firstIsOver,
		),
		second: partOf(
			goals.filter(({ half }) => half === 2),
			isOver,
		),
		regular: partOf(goals, isOver),
		extra: partOf(
			all.filter(({ period }) => period === "extra"),
			extraIsOver(state),
		),
		extraWasReached: extraWasReached(state),
		shootOutWasReached: shootOutWasReached(state),
		hasEnded: state.phase === "ended",
		half: isOver ? null : firstIsOver ? 2 : 1,
		knownSec: knownSecOf(state),
		kicks: shootOutAfter(kicks),
		kickDetails: kicks.map(({ detail }) => detail),
	};
}

/** A half that has not begun has passed nothing, whatever the clock of the break says. */
function knownSecOf(state: FootballState): number {
	switch (state.furthest) {
		case "scheduled":
			return 0;
		case "half_time":
			return CLOCK_BOUNDS.second_half?.[0] ?? 0;
		default:
			return state.clock.elapsedSec;
	}
}

export function scoreFactsOf({ first, second, regular, extra }: MatchPath): ScoreFacts {
	return { open: regular.isOver ? "none" : first.isOver ? "second_half" : "both_halves", first, second, extra };
}

const GOAL_PHASE: Readonly<Record<Phase, GoalFacts["phase"]>> = {
	scheduled: "scheduled",
	first_half: "first_half",
	half_time: "half_time",
	second_half: "second_half",
	extra_break: "extra_break",
	extra_first: "extra_first",
	extra_half_time: "extra_half_time",
	extra_second: "extra_second",
	shootout_break: "over",
	shootout: "over",
	ended: "over",
	abandoned: "over",
};

/** Where the match stands at a tick, in the numbers that the goal model knows. */
export function factsOf(state: FootballState, tickMs: number): GoalFacts {
	return {
		phase: GOAL_PHASE[state.phase],
		elapsedSec: elapsedSecAt(state, tickMs),
		addedMin: state.addedMin,
		regular: scoreOf(state, "regular"),
		extra: scoreOf(state, "extra"),
		reds: redsOf(state),
	};
}
