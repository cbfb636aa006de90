/**
 * What a football market is, in one entry: its words, its rule, and its price from the law. The rule is the truth; whether a
 * market is decided before its part ends and which of its outcomes are dead are worked out from the rule, the settlement of a
 * played match is the rule at its final score, and a slow reference (reference.ts) prices by nothing but the rule.
 */
import type { LegOutcome } from "../../../shared/contracts/results.ts";
import type { MarketSpec, OutcomeSpec, SettledMarket } from "../../sport.ts";
import { CELLS } from "../law/cells.ts";
import type { Interval } from "../law/laws.ts";
import type { Rates } from "../outlook.ts";
import type { MatchPath } from "../path.ts";

/** What an outcome gets: 2 wins, 1 wins half, 0 stake back, −1 loses half, −2 loses. */
export type Pay = -2 | -1 | 0 | 1 | 2;
export type Pays = readonly Pay[];

/** The part of a match that a market counts (SET-0). */
export type Part = "regular" | "first" | "second" | "extra" | "whole" | "shootout";

/** How a market stands: its result once it is decided, and until then which outcomes can still get anything back. */
export type Verdict = { readonly settled: SettledMarket | null; readonly alive: readonly boolean[] };

/** The rule, in the form that the reference can read. */
export type Rule =
	| { readonly kind: "score"; readonly pays: (home: number, away: number) => Pays }
	| { readonly kind: "halves"; readonly pays: (first: Rates, second: Rates) => Pays }
	| { readonly kind: "next_goal"; readonly goalNo: number }
	| { readonly kind: "interval"; readonly startSec: number; readonly endSec: number | null }
	| { readonly kind: "winner"; readonly byMethod: boolean }
	| { readonly kind: "kick"; readonly kickNo: number }
	| { readonly kind: "kicks_winner" };

/** A fair value as a sum of places in the law's numbers (`law/cells.ts`), less others. */
export type CellSum = { readonly plus: readonly number[]; readonly minus: readonly number[] };
export const cellSum = (plus: readonly number[], minus: readonly number[] = []): CellSum => ({ plus, minus });
/** Everything that those places do not hold. */
export const allBut = (minus: readonly number[], plus: readonly number[] = []): CellSum =>
	cellSum([CELLS.one, ...plus], minus);

/**
 * The price, in a form that can be compiled: a sum for each outcome; two opposite outcomes by what a stake wins and loses, each
 * half of it in a place of its own; or no goal within an interval.
 */
export type Price =
	| { readonly kind: "sums"; readonly outcomes: readonly CellSum[] }
	| { readonly kind: "line"; readonly wins: readonly [number, number]; readonly loses: readonly [number, number] }
	| { readonly kind: "interval"; readonly interval: Interval };

export const sums = (...outcomes: readonly CellSum[]): Price => ({ kind: "sums", outcomes });
/** Each outcome is one place. */
export const places = (...cells: readonly number[]): Price => sums(...cells.map((cell) => cellSum([cell])));

export type MaxFair = { readonly before: number; readonly inPlay: number };
/** Offered until it is decided. */
export const ALWAYS: MaxFair = { before: 1, inPlay: 1 };

export type FootballMarket = {
	readonly spec: MarketSpec;
	readonly part: Part;
	readonly rule: Rule;
	/** Not offered while an outcome's fair value is above this, before the match and in play; lines move with the state that way. */
	readonly maxFair: MaxFair;
	readonly price: Price;
	readonly verdict: (path: MatchPath) => Verdict;
};

export type FootballFamily = {
	readonly family: string;
	readonly name: string;
	readonly group: string;
	readonly part: Part;
	/** Every market that the family can ever have, in the order in which they are listed. */
	readonly markets: readonly FootballMarket[];
	/**
	 * Those to be priced on this path, of which the clock may still take some away; absent: all that are not decided. By goals,
	 * kicks and phases alone, not by the clock of the last input.
	 */
	readonly candidates?: (path: MatchPath) => readonly FootballMarket[];
	/**
	 * Markets are lines of one sum and stand in rising order: those on offer are a run without gaps, because the first outcome's
	 * fair value only falls, or only rises, with the line.
	 */
	readonly isRun?: boolean;
	/** From when to before when, in seconds of the match's clock, a candidate is offered; absent: always. */
	readonly clockOf?: (market: FootballMarket) => readonly [fromSec: number, beforeSec: number];
};

const LEG: Readonly<Record<Pay, LegOutcome>> = {
	[-2]: { kind: "lose" },
	[-1]: { kind: "half_lose" },
	0: { kind: "void" },
	1: { kind: "half_win" },
	2: { kind: "win" },
};

export const outcomesOf = (...pairs: readonly (readonly [outcomeId: string, name: string])[]): readonly OutcomeSpec[] =>
	pairs.map(([outcomeId, name]) => ({ outcomeId, name }));

export function specOf(
	marketId: string,
	name: string,
	group: string,
	part: Part,
	outcomes: readonly OutcomeSpec[],
	winners = 1,
): MarketSpec {
	return { marketId, name, group, period: part, outcomes, winners };
}

export const THREE_WAY = outcomesOf(["home", "1"], ["draw", "X"], ["away", "2"]);
export const TWO_WAY = outcomesOf(["home", "1"], ["away", "2"]);
export const YES_NO = outcomesOf(["yes", "Yes"], ["no", "No"]);
export const OVER_UNDER = outcomesOf(["over", "Over"], ["under", "Under"]);

/** One winner, everything else loses. */
export function winnerPays(count: number, winner: number): Pays {
	return Array.from({ length: count }, (_, index): Pay => (index === winner ? 2 : -2));
}

/** A market's results, one object for each way to pay: equal results are the same object. */
export class Settlements {
	readonly #spec: MarketSpec;
	readonly #known = new Map<string, Verdict>();
	readonly #open = new Map<string, Verdict>();

	constructor(spec: MarketSpec) {
		this.#spec = spec;
	}

	settled(pays: Pays): Verdict {
		const key = pays.join();
		const before = this.#known.get(key);
		if (before !== undefined) return before;
		const outcomes = Object.fromEntries(
			this.#spec.outcomes.map(({ outcomeId }, index) => [outcomeId, LEG[pays[index] ?? -2]]),
		);
		const verdict: Verdict = {
			settled: { spec: this.#spec, state: { kind: "settled", outcomes } },
			alive: pays.map(() => false),
		};
		this.#known.set(key, verdict);
		return verdict;
	}

	open(alive: readonly boolean[]): Verdict {
		const key = alive.join();
		const before = this.#open.get(key);
		if (before !== undefined) return before;
		const verdict: Verdict = { settled: null, alive };
		this.#open.set(key, verdict);
		return verdict;
	}
}
