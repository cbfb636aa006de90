/**
 * A goal within an interval of the match's clock. Each half is cut from its beginning into pieces of 5, 10 and 15 minutes;
 * the last piece of a half runs to the whistle, stoppage included. The piece that runs and the next one are offered, until its
 * last seconds (OFF-2). The whistle has no second of its own: a piece that ends with it closes as it becomes certain (OFF-1).
 */
import { ON_SALE } from "../../../shared/limits.ts";
import type { Interval } from "../law/laws.ts";
import type { MatchPath, PathGoal } from "../path.ts";
import { ALWAYS, type FootballFamily, type FootballMarket, Settlements, specOf, YES_NO } from "./market.ts";

const HALF_MIN = 45;
const NO_GOAL = [-2, 2] as const;
const GOAL = [2, -2] as const;

const hasGoal = ({ half, startSec, endSec }: Interval, path: MatchPath): boolean =>
	path.goals.some((goal) => goal.half === half && goal.sec >= startSec && (endSec === null || goal.sec < endSec));

/** A goal that only a score tells of may have been in an interval, and be known to have been in none. */
const isWithin = ({ half, startSec, endSec }: Interval, goal: PathGoal): boolean =>
	goal.half === half && goal.fromSec >= startSec && (endSec === null || goal.sec < endSec);
const mayBeWithin = ({ half, startSec, endSec }: Interval, goal: PathGoal): boolean =>
	goal.half === half && goal.sec >= startSec && (endSec === null || goal.fromSec < endSec);

/** Whether an interval has passed, by the clock at the last input or by a later half. */
function hasPassed({ half, endSec }: Interval, path: MatchPath): boolean {
	if (path.half !== half) return half === 1 ? path.first.isOver : path.regular.isOver;
	return endSec !== null && path.knownSec >= endSec;
}

function intervalMarket(minutes: number, interval: Interval): FootballMarket {
	const { half, startSec, endSec } = interval;
	const words = endSec === null ? (half === 1 ? "half-time" : "full time") : `${endSec / 60}:00`;
	const name = `Goal ${startSec / 60}:00–${words}`;
	const spec = specOf(`g${minutes}:${startSec / 60}`, name, "intervals", half === 1 ? "first" : "second", YES_NO);
	const results = new Settlements(spec);
	const undecided = results.open([true, true]);
	return {
		spec,
		part: half === 1 ? "first" : "second",
		rule: { kind: "interval", startSec, endSec },
		maxFair: ALWAYS,
		price: { kind: "interval", interval },
		verdict: (path) => {
			if (path.goals.some((goal) => isWithin(interval, goal))) return results.settled(GOAL);
			const isOpen = path.goals.some((goal) => mayBeWithin(interval, goal)) || !hasPassed(interval, path);
			return isOpen ? undecided : results.settled(NO_GOAL);
		},
	};
}

function intervalFamily(minutes: number): FootballFamily {
	const count = HALF_MIN / minutes;
	const intervals = ([1, 2] as const).flatMap((half) =>
		Array.from({ length: Math.ceil(count) }, (_, index): Interval => {
			const base = half === 1 ? 0 : HALF_MIN;
			const isLast = index + 1 >= count;
			return {
				half,
				startSec: (base + index * minutes) * 60,
				endSec: isLast ? null : (base + (index + 1) * minutes) * 60,
			};
		}),
	);
	const entries = intervals.map((interval) => ({ interval, market: intervalMarket(minutes, interval) }));
	const intervalOf = new Map(entries.map(({ interval, market }) => [market, interval] as const));
	return {
		family: `g${minutes}`,
		name: `Goal in ${minutes} minutes`,
		group: "intervals",
		part: "regular",
		markets: entries.map(({ market }) => market),
		candidates: (path) =>
			entries
				.filter(({ interval }) => interval.half === path.half && !hasGoal(interval, path))
				.map(({ market }) => market),
		clockOf: (market) => {
			const interval = intervalOf.get(market);
			if (interval === undefined) throw new Error(`no interval of ${minutes} minutes: ${market.spec.marketId}`);
			const endSec = interval.endSec ?? Number.POSITIVE_INFINITY;
			return [interval.startSec - minutes * 60, endSec - ON_SALE.footballLastSec];
		},
	};
}

export const INTERVAL_FAMILIES: readonly FootballFamily[] = [5, 10, 15].map(intervalFamily);
