/** What the numbers of the goal model mean; their values are in `fitted-parameters.ts`. */
import type { HalfTiming } from "./goal-timing.ts";

export type GoalParameters = {
	/** Dixon and Coles' dependence of low scores: negative means more 0-0 and 1-1 than independence gives. */
	readonly rho: number;
	/** The dependence reached as the match ends, in proportion to the goals whose time is past; up to zero, which is none. */
	readonly rhoLate: number;
	/** Goals of a match: their mean, and how 1X2 prices tell them (see `strengths.ts`). */
	readonly total: {
		readonly mean: number;
		readonly rho: number;
		readonly growth: number;
		/** Multiplies the total that 1X2 prices tell in a competition (by its code, see `competitions.ts`); others are 1. */
		readonly competitions: Readonly<Record<string, number>>;
	};
	readonly first: HalfTiming;
	readonly second: HalfTiming;
	/** A dismissal multiplies the goals to come of the penalised side and of its opponent. */
	readonly red: { readonly own: number; readonly other: number };
	/** Multiplies the goals to come of a side that leads by one, by more, that trails by one, by more. */
	readonly score: {
		readonly leadsByOne: number;
		readonly leadsByMore: number;
		readonly trailsByOne: number;
		readonly trailsByMore: number;
		/** Of both sides while they are level: reached as the match ends, 1 at its start. */
		readonly level: number;
		/** On top of `level` while nobody has scored: reached as the match ends, and late, with the square of the share played. */
		readonly goalless: number;
	};
	/** How fast goals seen change the pace believed in: both sides' goals to come by (1 + w·seen) / (1 + w·expected). */
	readonly paceWeight: number;
};
