/** When goals fall, from their minutes: shares of the halves and their stoppage, and how the intensity rises. */
import type { HalfTiming } from "../../pricing/football/goal-timing.ts";
import type { Match, MatchEvent } from "./matches.ts";

/** Mean stoppage of the halves, in seconds: they last 46.3 and 48.7 minutes on average (5 leagues, 2009/10 to 2023/24). */
const STOPPAGE_SEC = { first: 78, second: 222 } as const;
const HALF_MIN = 45;

export type Fitted<T> = { readonly value: T; readonly errors: Readonly<Record<string, number>> };

const isFirst = (goal: MatchEvent): boolean => goal.minute <= HALF_MIN;
const isStoppage = (goal: MatchEvent): boolean => goal.stoppage !== null;

function meanOf(values: readonly number[]): { readonly mean: number; readonly error: number } {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
	return { mean, error: Math.sqrt(variance / values.length) };
}

function timingOf(goals: readonly MatchEvent[], half: "first" | "second"): Fitted<HalfTiming> {
	const own = goals.filter((goal) => isFirst(goal) === (half === "first"));
	const inTime = own.filter((goal) => !isStoppage(goal));
	const share = inTime.length / goals.length;
	const stoppageShare = (own.length - inTime.length) / goals.length;
	// The middle of the minute, from 0 to 1. The terms of the density are orthogonal, so each is the mean of its own shape.
	const at = inTime.map((goal) => (goal.minute - (half === "first" ? 0 : HALF_MIN) - 0.5) / HALF_MIN);
	const slope = meanOf(at.map((u) => 12 * (u - 0.5)));
	const bend = meanOf(at.map((u) => 180 * (u * u - u + 1 / 6)));
	const twist = meanOf(at.map((u) => 2_800 * (u ** 3 - 1.5 * u * u + 0.6 * u - 0.05)));
	const binomial = (p: number): number => Math.sqrt((p * (1 - p)) / goals.length);
	return {
		value: {
			share,
			slope: slope.mean,
			bend: bend.mean,
			twist: twist.mean,
			stoppageShare,
			stoppageSec: STOPPAGE_SEC[half],
		},
		errors: {
			share: binomial(share),
			slope: slope.error,
			bend: bend.error,
			twist: twist.error,
			stoppageShare: binomial(stoppageShare),
		},
	};
}

/** Both halves' timing. It describes what the yardstick's shares describe, in nine numbers, and is not shrunk. */
export function fitTiming(matches: readonly Match[]): {
	readonly first: Fitted<HalfTiming>;
	readonly second: Fitted<HalfTiming>;
} {
	const goals = matches.flatMap((match) => match.goals.filter((goal) => goal.minute <= 2 * HALF_MIN));
	return { first: timingOf(goals, "first"), second: timingOf(goals, "second") };
}
