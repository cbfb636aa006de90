/** Which side is first to have a number of points in regular time: exact, by what happens one after the other. */
import type { Opening } from "./outlook.ts";
import { type Law, TRADE_POINTS } from "./process.ts";
import type { Tables } from "./tables.ts";

/** Within a slot a fair coin says which side has the ball first: its points of the slot come before the other side's. */
const FIRST = 0.5;
/** What is left undecided after so little is shared as it was. */
const ENOUGH = 1e-11;

export type Race = { readonly home: number; readonly none: number; readonly away: number };
/** How many points each side is away from the target; above zero. */
export type Need = { readonly home: number; readonly away: number };

/** Chances of sums up to a bound, from zero; what is above the bound has reached every target and is dropped. */
type Sums = { readonly home: Float64Array; readonly away: Float64Array; readonly trades: Float64Array };
/** The same, each as P(X < i) at index i. */
type Below = { readonly home: Float64Array; readonly away: Float64Array };

function added(sums: Float64Array, { p }: Law): Float64Array {
	const next = new Float64Array(sums.length);
	for (let j = 0; j < Math.min(p.length, sums.length); j++) {
		const weight = p[j] as number;
		for (let i = 0; i + j < sums.length; i++) next[i + j] = (next[i + j] as number) + weight * (sums[i] as number);
	}
	return next;
}

function belowOf(sums: Float64Array): Float64Array {
	const below = new Float64Array(sums.length + 1);
	for (let i = 0; i < sums.length; i++) below[i + 1] = (below[i] as number) + (sums[i] as number);
	return below;
}
const belowBoth = ({ home, away }: Sums): Below => ({ home: belowOf(home), away: belowOf(away) });

/** Both sides still below what they need; both counted with the same trades. */
function bothBelow(below: Below, trades: Float64Array, need: Need): number {
	let sum = 0;
	const end = Math.min(need.home, need.away);
	for (let k = 0; k * TRADE_POINTS < end; k++) {
		const points = k * TRADE_POINTS;
		sum +=
			(trades[k] as number) * (below.home[need.home - points] as number) * (below.away[need.away - points] as number);
	}
	return sum;
}

/** The chances of `below` with the slot's trade counted on top. */
function withTrade(below: Float64Array, { p }: Law): Float64Array {
	const mixed = new Float64Array(below.length);
	for (let j = 0; j < p.length; j++) {
		const weight = p[j] as number;
		for (let i = j * TRADE_POINTS; i < mixed.length; i++)
			mixed[i] = (mixed[i] as number) + weight * (below[i - j * TRADE_POINTS] as number);
	}
	return mixed;
}

type Open = { home: number; away: number; none: number };

/** Races to several targets. `later`: whole slots of regular time after the running period. */
export function racesOf(opening: Opening, tables: Tables, later: number, needs: readonly Need[]): readonly Race[] {
	const size = Math.max(0, ...needs.flatMap(({ home, away }) => [home, away]));
	if (size === 0) return [];
	const races = needs.map((): Open => ({ home: 0, away: 0, none: 1 }));
	const nothing = (): Float64Array => {
		const law = new Float64Array(size);
		law[0] = 1;
		return law;
	};
	let sums: Sums = { home: nothing(), away: nothing(), trades: nothing() };
	for (const { side, points } of opening.turns) {
		sums = { ...sums, [side]: added(sums[side], points) };
		const below = belowBoth(sums);
		needs.forEach((need, index) => {
			const race = races[index] as Open;
			const both = bothBelow(below, sums.trades, need);
			race[side] += race.none - both;
			race.none = both;
		});
	}
	let before = belowBoth(sums);
	for (let n = 0; n <= opening.whole + later && races.some(({ none }) => none >= ENOUGH); n++) {
		const slot = n === 0 ? opening.begun : tables.slot;
		const next = {
			home: added(sums.home, slot.home),
			away: added(sums.away, slot.away),
			trades: added(sums.trades, slot.trades),
		};
		const now = belowBoth(next);
		// Of one side this slot's points have come, its trade with them, and of the other side only what was before.
		const homePlayed = { home: withTrade(now.home, slot.trades), away: before.away };
		const awayPlayed = { home: before.home, away: withTrade(now.away, slot.trades) };
		for (const [index, need] of needs.entries()) {
			const race = races[index] as Open;
			const afterHome = bothBelow(homePlayed, sums.trades, need);
			const afterAway = bothBelow(awayPlayed, sums.trades, need);
			const both = bothBelow(now, next.trades, need);
			race.home += FIRST * (race.none - afterHome) + (1 - FIRST) * (afterAway - both);
			race.away += (1 - FIRST) * (race.none - afterAway) + FIRST * (afterHome - both);
			race.none = both;
		}
		[sums, before] = [next, now];
	}
	return races;
}
