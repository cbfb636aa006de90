/**
 * Every path of the match that fits what the feed stands by. A goal in doubt may stand or not; a goal that only a score tells of
 * may have been anywhere between that score and the last one that agreed. What all paths settle alike is settled. Pure.
 */
import { type MatchPath, type PathGoal, pathWith } from "./path.ts";
import { SEGMENTS, segmentOf } from "./placing.ts";
import { type FootballIncident, type FootballState, goalsOf, isInDoubt } from "./state.ts";

/** A goal in the order of play; `fromSec` where its second is known no better than from there to `sec`. */
type Placed = {
	readonly goal: FootballIncident;
	readonly segment: number;
	readonly sec: number;
	readonly fromSec: number;
};

/** More doubts than these at once are a feed that has lost its way: nothing is settled until it has found it again. */
const MAX_PATHS = 256;

/** Null: too much is in doubt to settle anything. */
export function settlementPaths(state: FootballState): readonly MatchPath[] | null {
	const goals = [...goalsOf(state, "regular"), ...goalsOf(state, "extra")];
	if (goals.every((goal) => !isInDoubt(goal) && goal.from === undefined))
		return [pathWith(state, goals.map(pathGoalOf))];
	const sets = subsets(goals);
	if (sets === null) return null;
	const paths = new Map<string, readonly PathGoal[]>();
	for (const set of sets) {
		const orders = ordersOf(set);
		if (orders === null) return null;
		for (const order of orders) {
			paths.set(keyOf(order), order.map(pathGoal));
			if (paths.size > MAX_PATHS) return null;
		}
	}
	return [...paths.values()].map((path) => pathWith(state, path));
}

const pathGoalOf = ({ side, period, half, sec }: FootballIncident): PathGoal => ({
	side: side ?? "home",
	period,
	half,
	sec,
	fromSec: sec,
});

function pathGoal({ goal, segment, sec, fromSec }: Placed): PathGoal {
	const { period, half } = SEGMENTS[segment] ?? goal;
	return { side: goal.side ?? "home", period, half, sec, fromSec };
}

const keyOf = (order: readonly Placed[]): string =>
	order.map(({ goal, segment, sec, fromSec }) => `${goal.side}${segment}:${fromSec}:${sec}`).join();

/** The goals that stand, with and without each of those in doubt. */
function subsets(goals: readonly FootballIncident[]): readonly (readonly FootballIncident[])[] | null {
	let sets: readonly (readonly FootballIncident[])[] = [[]];
	for (const goal of goals) {
		sets = sets.flatMap((set) => (isInDoubt(goal) ? [set, [...set, goal]] : [[...set, goal]]));
		if (sets.length > MAX_PATHS) return null;
	}
	return sets;
}

/** All orders in which these goals can have been scored: those whose place is known stay, the others go wherever they fit. */
function ordersOf(goals: readonly FootballIncident[]): readonly (readonly Placed[])[] | null {
	const exact = goals.filter(({ from }) => from === undefined);
	const loose = goals.filter(({ from }) => from !== undefined);
	let orders: readonly (readonly Placed[])[] = [exact.map((goal) => placedAt(goal, segmentOf(goal)))];
	for (const goal of loose) {
		orders = distinct(orders.flatMap((order) => insertions(order, goal)));
		if (orders.length > MAX_PATHS) return null;
	}
	return orders;
}

/** Goals of a side that one score told of together are told apart by nothing: which of them was first makes no other order. */
function distinct(orders: readonly (readonly Placed[])[]): readonly (readonly Placed[])[] {
	const told = ({ goal }: Placed): string => `${goal.from?.atMs}:${goal.repricedAtMs ?? goal.inferredAtMs}`;
	return [...new Map(orders.map((order) => [`${keyOf(order)};${order.map(told).join()}`, order])).values()];
}

function placedAt(goal: FootballIncident, segment: number): Placed {
	const own = segmentOf(goal);
	const { from } = goal;
	const fromSec = from === undefined ? goal.sec : from.segment === segment ? from.sec : startOf(segment);
	return {
		goal,
		segment,
		sec: segment === own ? goal.sec : Number.POSITIVE_INFINITY,
		fromSec: Math.min(fromSec, goal.sec),
	};
}

const startOf = (segment: number): number => SEGMENTS[segment - 1]?.endSec ?? 0;

function insertions(order: readonly Placed[], goal: FootballIncident): readonly (readonly Placed[])[] {
	const made: (readonly Placed[])[] = [];
	for (let segment = goal.from?.segment ?? 0; segment <= segmentOf(goal); segment++) {
		const placed = placedAt(goal, segment);
		for (let at = 0; at <= order.length; at++) {
			const before = order[at - 1];
			const after = order[at];
			const fits =
				(before === undefined || isBefore(before, placed)) && (after === undefined || isBefore(placed, after));
			if (fits) made.push([...order.slice(0, at), placed, ...order.slice(at)]);
		}
	}
	// What phases taken back have left without a place may be anywhere in its half.
	return made.length > 0 ? made : anywhere(order, placedAt(goal, segmentOf(goal)));
}

const anywhere = (order: readonly Placed[], placed: Placed): readonly (readonly Placed[])[] =>
	Array.from({ length: order.length + 1 }, (_, at) => order.toSpliced(at, 0, placed));

/** Whether one can have been before the other. What a score had already comes before all that it did not have. */
function isBefore(a: Placed, b: Placed): boolean {
	if (a.segment !== b.segment) return a.segment < b.segment;
	const { from } = a.goal;
	if (from !== undefined && isOfOneScore(a.goal, b.goal)) return true;
	if (wasKnownBefore(a.goal, b.goal)) return true;
	if (wasKnownBefore(b.goal, a.goal)) return false;
	if (from === undefined) return a.sec <= b.sec;
	return a.fromSec < (b.goal.isMinuteOnly === true ? b.sec + 60 : b.sec);
}

/** Whether the last score without the other goal had this one: by their ticks, and within one tick by what that score had. */
function wasKnownBefore(
	{ incidentId, repricedAtMs, inferredAtMs }: FootballIncident,
	{ from }: FootballIncident,
): boolean {
	const knownMs = repricedAtMs ?? inferredAtMs;
	if (from?.atMs === undefined || knownMs === undefined) return false;
	return knownMs < from.atMs || (knownMs === from.atMs && from.ofTick?.includes(incidentId) === true);
}

const isOfOneScore = (a: FootballIncident, b: FootballIncident): boolean =>
	a.from?.segment === b.from?.segment && a.from?.sec === b.from?.sec && a.from?.atMs === b.from?.atMs;
