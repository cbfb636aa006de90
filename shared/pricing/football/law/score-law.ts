/**
 * The law of one part's final score (regular time, a half, extra time) in the sums that markets ask for: goals of each side,
 * total, difference, single scores. Independent Poisson goals on top of what stands, and corrections cell by cell where the
 * goal model's tilt weighs a score. Everything lives in arrays that are made once, so that repricing leaves no garbage.
 */
import type { Rates } from "../outlook.ts";

/** Goals of one side that a law has room for: those that stand (`MAX_GOALS_STANDING`) and `MAX_TO_COME` more. */
export const LAW_SIZE = 124;
/** Goals of both sides in a period beyond which `reduce` refuses a further one: the record of an international match is 31. */
export const MAX_GOALS_STANDING = 60;
/** Goals a side scores in the rest of a match are cut here at the latest; means are refused above `MAX_MEAN`. */
const MAX_TO_COME = 64;
/** Even a side of eight expected goals with two men more than the other stays below; it scores 64 with 1e-13. */
export const MAX_MEAN = 20;
/** A Poisson mass below this, past the mode, ends the list: what is cut is less than 1e-14 in all. */
const NEGLIGIBLE = 1e-16;
/** The tilt is at most 8 × 8 (outlook.ts). */
const TILTED = 8;

/** 1 / k: a division would be the slowest step of the loop below. */
const INVERSE = Float64Array.from({ length: 2 * MAX_TO_COME }, (_, k) => 1 / Math.max(1, k));

/** Fills `out` from 0 with Poisson masses, and with zeros where `before` entries stood; returns how many masses there are. */
function poissonInto(out: Float64Array, mean: number, before: number): number {
	let mass = Math.exp(-mean);
	out[0] = mass;
	let k = 1;
	for (; k < out.length; k++) {
		mass *= mean * (INVERSE[k] as number);
		if (mass < NEGLIGIBLE && k > mean) break;
		out[k] = mass;
	}
	for (let x = k; x < before; x++) out[x] = 0;
	return k;
}

/** Writes P(d) of one side, up to a factor, from `count` down to 1 steps off the centre; returns the same of zero. */
function writeFromEnd(at: Float64Array, centre: number, step: 1 | -1, count: number, a: number, b: number): number {
	const inverse = 1 / a;
	let mass = 1;
	let beyond = a / (count + 1);
	for (let d = count; d > 0; d--) {
		at[centre + step * d] = mass;
		const inner = (d * mass + b * beyond) * inverse;
		beyond = mass;
		mass = inner;
	}
	return mass;
}

/** Where a stake's two halves win from, and up to where they lose. */
export type SumBounds = readonly [lowWins: number, highWins: number, lowLoses: number, highLoses: number];

/** Cumulative sums of a list of masses that starts at `from` and has `count` entries: P(X ≥ x) and P(X ≤ x). */
export class Sums {
	readonly at = new Float64Array(2 * LAW_SIZE);
	readonly #atLeast = new Float64Array(2 * LAW_SIZE);
	readonly #atMost = new Float64Array(2 * LAW_SIZE);
	#from = 0;
	#to = 0;

	/** What lies from `from` on is for the caller to write, all `count` of it; everything else is zero. */
	start(from: number, count: number): void {
		const { at } = this;
		const before = this.#to;
		const to = from + count;
		for (let x = this.#from; x < from && x < before; x++) at[x] = 0;
		for (let x = Math.max(to, this.#from); x < before; x++) at[x] = 0;
		this.#from = from;
		this.#to = to;
	}

	/** Starts over with `count` masses, the first of which is that of `from`. */
	startWith(from: number, masses: Float64Array, count: number): void {
		this.start(from, count);
		const { at } = this;
		for (let k = 0; k < count; k++) at[from + k] = masses[k] as number;
	}

	/** Beyond the end the mass is negligible, and so is what the tilt makes of it. */
	add(x: number, mass: number): void {
		if (x < this.#to) this.at[x] = (this.at[x] as number) + mass;
	}

	/** Each sum runs from its own end, so that small tails keep their digits. */
	finish(scale: number): void {
		const { at } = this;
		const atLeast = this.#atLeast;
		const atMost = this.#atMost;
		const from = this.#from;
		const to = this.#to;
		let sum = 0;
		for (let x = to - 1; x >= from; x--) {
			const mass = (at[x] as number) * scale;
			at[x] = mass;
			sum += mass;
			atLeast[x] = sum;
		}
		sum = 0;
		for (let x = from; x < to; x++) {
			sum += at[x] as number;
			atMost[x] = sum;
		}
	}

	atLeast(x: number): number {
		if (x >= this.#to) return 0;
		return this.#atLeast[x < this.#from ? this.#from : x] as number;
	}

	atMost(x: number): number {
		if (x < this.#from) return 0;
		return this.#atMost[x >= this.#to ? this.#to - 1 : x] as number;
	}

	/**
	 * Of a stake whose halves win from the first two bounds on and lose up to the last two: writes won / (won + lost) for it, and
	 * its complement for the opposite one.
	 */
	writeShares(out: Float64Array, index: number, bounds: SumBounds): void {
		const highWins = bounds[1];
		const highLoses = bounds[3];
		let won = this.atLeast(bounds[0]);
		let lost = this.atMost(bounds[2]);
		if (highWins !== bounds[0]) won = 0.5 * (won + this.atLeast(highWins));
		if (highLoses !== bounds[2]) lost = 0.5 * (lost + this.atMost(highLoses));
		const all = won + lost;
		const share = all > 0 ? 1 / all : 0;
		out[index] = won * share;
		out[index + 1] = lost * share;
	}

	get from(): number {
		return this.#from;
	}
	get to(): number {
		return this.#to;
	}
}

export class ScoreLaw {
	/** Goals that stand in this part. */
	startHome = 0;
	startAway = 0;
	/** Masses of the goals to come, before the tilt. */
	readonly homeToCome = new Float64Array(MAX_TO_COME);
	readonly awayToCome = new Float64Array(MAX_TO_COME);
	/** Final goals. */
	readonly home = new Sums();
	readonly away = new Sums();
	readonly total = new Sums();
	/** Home less away, moved up by `LAW_SIZE`. */
	readonly difference = new Sums();
	readonly #totalToCome = new Float64Array(2 * MAX_TO_COME);
	readonly #corrections = new Float64Array(TILTED * TILTED);
	#homeCount = 1;
	#awayCount = 1;
	#hasCorrections = false;
	#scale = 1;
	#homeMean = Number.NaN;
	#awayMean = Number.NaN;

	/** Whether `start` with these arguments, and `finish` without corrections, is what this law holds. */
	isAt(score: Rates, means: Rates): boolean {
		return (
			score.home === this.startHome &&
			score.away === this.startAway &&
			means.home === this.#homeMean &&
			means.away === this.#awayMean
		);
	}

	/** Independent Poisson goals on top of a score. `finish` must follow, after any corrections. */
	start(score: Rates, means: Rates): void {
		this.startHome = score.home;
		this.startAway = score.away;
		this.#homeMean = means.home;
		this.#awayMean = means.away;
		this.#homeCount = poissonInto(this.homeToCome, means.home, this.#homeCount);
		this.#awayCount = poissonInto(this.awayToCome, means.away, this.#awayCount);
		if (this.#hasCorrections) this.#corrections.fill(0);
		this.#hasCorrections = false;
		this.home.startWith(score.home, this.homeToCome, this.#homeCount);
		this.away.startWith(score.away, this.awayToCome, this.#awayCount);
		const goals = poissonInto(this.#totalToCome, means.home + means.away, 0);
		this.total.startWith(score.home + score.away, this.#totalToCome, goals);
		this.#startDifference(score.home - score.away);
	}

	/**
	 * With means a and b, d·P(d) = a·P(d − 1) − b·P(d + 1) (Skellam, 1946). From each end towards the middle its terms are all
	 * positive, so the steps are stable (Miller's algorithm); both sides meet at zero, and the sum says the scale.
	 */
	#startDifference(standing: number): void {
		const { at } = this.difference;
		const a = this.#homeMean;
		const b = this.#awayMean;
		const ups = this.#homeCount - 1;
		const downs = this.#awayCount - 1;
		const centre = LAW_SIZE + standing;
		this.difference.start(centre - downs, ups + downs + 1);
		const fromAbove = 1 / writeFromEnd(at, centre, 1, ups, a, b);
		const fromBelow = 1 / writeFromEnd(at, centre, -1, downs, b, a);
		let sum = 1;
		for (let d = 1; d <= ups; d++) sum += (at[centre + d] as number) * fromAbove;
		for (let d = 1; d <= downs; d++) sum += (at[centre - d] as number) * fromBelow;
		const middle = 1 / sum;
		const scaleAbove = middle * fromAbove;
		const scaleBelow = middle * fromBelow;
		at[centre] = middle;
		for (let d = 1; d <= ups; d++) at[centre + d] = (at[centre + d] as number) * scaleAbove;
		for (let d = 1; d <= downs; d++) at[centre - d] = (at[centre - d] as number) * scaleBelow;
	}

	/** Adds mass to a final score, in the scale before `finish`. Only scores that can still be reached, below the tilt's size. */
	correct(home: number, away: number, mass: number): void {
		this.home.add(home, mass);
		this.away.add(away, mass);
		this.total.add(home + away, mass);
		this.difference.add(LAW_SIZE + home - away, mass);
		this.#corrections[home * TILTED + away] = (this.#corrections[home * TILTED + away] as number) + mass;
		this.#hasCorrections = true;
	}

	/** Divides by the mass of all scores and sums up. */
	finish(mass: number): void {
		this.#scale = 1 / mass;
		this.home.finish(this.#scale);
		this.away.finish(this.#scale);
		this.total.finish(this.#scale);
		this.difference.finish(this.#scale);
	}

	/** Sums up totals and differences as they are, for what is asked before the mass is known. `finish` must follow. */
	sumUp(): void {
		this.total.finish(1);
		this.difference.finish(1);
	}

	/** Probability of one final score. */
	score(home: number, away: number): number {
		const h = home - this.startHome;
		const a = away - this.startAway;
		if (h < 0 || a < 0 || h >= this.#homeCount || a >= this.#awayCount) return 0;
		const independent = (this.homeToCome[h] as number) * (this.awayToCome[a] as number);
		if (!this.#hasCorrections || home >= TILTED || away >= TILTED) return independent * this.#scale;
		return (independent + (this.#corrections[home * TILTED + away] as number)) * this.#scale;
	}

	/** P(home less away = d), P(≥ d), P(≤ d). Before `finish`, the first is the mass without corrections. */
	differenceAt(d: number): number {
		const x = LAW_SIZE + d;
		return x < this.difference.from || x >= this.difference.to ? 0 : (this.difference.at[x] as number);
	}
	differenceAtLeast(d: number): number {
		return this.difference.atLeast(LAW_SIZE + d);
	}
	differenceAtMost(d: number): number {
		return this.difference.atMost(LAW_SIZE + d);
	}
	/** The differences that can come: from, and the first beyond. */
	get differenceFrom(): number {
		return this.difference.from - LAW_SIZE;
	}
	get differenceTo(): number {
		return this.difference.to - LAW_SIZE;
	}
}
