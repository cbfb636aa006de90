/** Which side is first to have a number of points in regular time: exact, by what happens one after the other. */
import type { Opening } from "./outlook.ts";
import { type Law, TRADE_POINTS } from "./process.ts";
import type { Tables } from "./tables.ts";

/** Within a slot a fair coin says which side has the ball first: its points of the slot come before the other side's. */
const FIRST = 0.5;
/** A race of which so little is undecided is over. */
const ENOUGH = 1e-11;

type Race = { readonly home: number; readonly none: number; readonly away: number };
/** How many points each side is away from the target; above zero. */
type Need = { readonly home: number; readonly away: number };

/**
 * The points of one kind so far: `sums[i]` the chance of i, `below[i]` that of fewer than i. What is above the farthest target
 * has reached them all and is dropped. Written over at each step, so that a race of sixty slots costs no memory.
 */
type Count = { sums: Float64Array; below: Float64Array; spareSums: Float64Array; spareBelow: Float64Array };

function countOf(size: number): Count {
	const of = (length: number): Float64Array => new Float64Array(length);
	const count = { sums: of(size), below: of(size + 1).fill(1, 1), spareSums: of(size), spareBelow: of(size + 1) };
	count.sums[0] = 1;
	return count;
}

/** Adds a number that begins at zero; what was before is then in the spare arrays. */
function add(count: Count, { p }: Law): void {
	const { sums, below, spareSums, spareBelow } = count;
	let running = 0;
	for (let i = 0; i < sums.length; i++) {
		let sum = 0;
		for (let j = Math.min(p.length - 1, i); j >= 0; j--) sum += (p[j] as number) * (sums[i - j] as number);
		spareSums[i] = sum;
		running += sum;
		spareBelow[i + 1] = running;
	}
	count.sums = spareSums;
	count.below = spareBelow;
	count.spareSums = sums;
	count.spareBelow = below;
}

/** Both sides still below what they need; both counted with the same trades. */
function bothBelow(home: Float64Array, away: Float64Array, trades: Float64Array, need: Need): number {
	let sum = 0;
	const end = Math.min(need.home, need.away);
	for (let k = 0; k * TRADE_POINTS < end; k++) {
		const points = k * TRADE_POINTS;
		sum += (trades[k] as number) * (home[need.home - points] as number) * (away[need.away - points] as number);
	}
	return sum;
}

/** The chances of `below` with the slot's trade counted on top. */
function withTrade(below: Float64Array, { p }: Law, mixed: Float64Array): void {
	for (let i = 0; i < mixed.length; i++) {
		let sum = 0;
		for (let j = 0; j < p.length && j * TRADE_POINTS <= i; j++)
			sum += (p[j] as number) * (below[i - j * TRADE_POINTS] as number);
		mixed[i] = sum;
	}
}

type Open = { home: number; away: number; none: number };

/** Races to several targets. `later`: whole slots of regular time after the running period. */
export function racesOf(opening: Opening, tables: Tables, later: number, needs: readonly Need[]): readonly Race[] {
	const size = Math.max(0, ...needs.flatMap(({ home, away }) => [home, away]));
	if (size === 0) return [];
	const races = needs.map((): Open => ({ home: 0, away: 0, none: 1 }));
	const [home, away, trades] = [countOf(size), countOf(size), countOf(size)];
	for (const { side, points } of opening.turns) {
		add(side === "home" ? home : away, points);
		for (const [index, need] of needs.entries()) {
			const race = races[index] as Open;
			const both = bothBelow(home.below, away.below, trades.sums, need);
			race[side] += race.none - both;
			race.none = both;
		}
	}
	const [homeMixed, awayMixed] = [new Float64Array(size + 1), new Float64Array(size + 1)];
	const slots = opening.begun.length + opening.whole + later;
	for (let n = 0; n < slots && races.some(({ none }) => none >= ENOUGH); n++) {
		const slot = opening.begun[n] ?? tables.slot;
		add(home, slot.home);
		add(away, slot.away);
		add(trades, slot.trades);
		// Of one side this slot's points have come, its trade with them, and of the other side only what was before.
		withTrade(home.below, slot.trades, homeMixed);
		withTrade(away.below, slot.trades, awayMixed);
		for (let index = 0; index < needs.length; index++) {
			const race = races[index] as Open;
			const need = needs[index] as Need;
			if (race.none < ENOUGH) continue;
			const afterHome = bothBelow(homeMixed, away.spareBelow, trades.spareSums, need);
			const afterAway = bothBelow(home.spareBelow, awayMixed, trades.spareSums, need);
			const both = bothBelow(home.below, away.below, trades.sums, need);
			race.home += FIRST * (race.none - afterHome) + (1 - FIRST) * (afterAway - both);
			race.away += (1 - FIRST) * (race.none - afterAway) + FIRST * (afterHome - both);
			race.none = both;
		}
	}
	return races;
}
