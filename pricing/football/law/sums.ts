/**
 * A list of Poisson masses and its sums from both ends, over the cells that markets read: what the law of a score keeps of
 * each number it knows (goals of a side, total, difference).
 */
import { ASKED, SUMS_SIZE } from "./cells.ts";

/** Goals a side scores in the rest of a match are cut here at the latest. */
export const MAX_TO_COME = 64;
/** Of a segment; both halves together have twice as much, and both sides twice that. A side of 20 scores 64 with 1e-13. */
export const MAX_MEAN = 20;
/** A Poisson mass below this, past the mode, ends the list: what is cut is less than 1e-13 in all. */
const NEGLIGIBLE = 1e-13;

/** 1 / k: a division would be the slowest step of the loop below. */
export const INVERSE = Float64Array.from({ length: 2 * MAX_TO_COME }, (_, k) => 1 / Math.max(1, k));

/** How many masses a list has, by its mean in sixteenths. */
const COUNTS_PER_GOAL = 16;
const COUNTS = Uint8Array.from({ length: 4 * MAX_MEAN * COUNTS_PER_GOAL + 1 }, (_, sixteenths) =>
	countOf(sixteenths / COUNTS_PER_GOAL),
);
/** Of next to nothing the list is as short as it is: what the next sixteenth has would be no numbers there. */
const countAt = (mean: number): number =>
	mean * COUNTS_PER_GOAL < 1 ? countOf(mean) : (COUNTS[Math.ceil(mean * COUNTS_PER_GOAL)] as number);

function countOf(mean: number): number {
	let mass = Math.exp(-mean);
	let k = 1;
	for (; k < INVERSE.length; k++) {
		mass *= mean * (INVERSE[k] as number);
		if (mass < NEGLIGIBLE && k > mean) break;
	}
	return k;
}

/** Of one side. */
export const sideCountAt = (mean: number): number => Math.min(MAX_TO_COME, countAt(mean));

/** Fills `out` from `from` on with `count` Poisson masses, the first of which is `zero`. */
export function poissonInto(out: Float64Array, from: number, count: number, mean: number, zero: number): void {
	let mass = zero;
	out[from] = mass;
	for (let k = 1; k < count; k++) {
		mass *= mean * (INVERSE[k] as number);
		out[from + k] = mass;
	}
}

/** Cumulative sums of a list of masses that starts at `from` and has `count` entries: P(X ≥ x) and P(X ≤ x). */
export class Sums {
	readonly at: Float64Array;
	readonly #atLeast: Float64Array;
	readonly #atMost: Float64Array;
	/** What markets ask for, whether there is mass or not. */
	readonly #askedFrom: number;
	readonly #askedTo: number;
	#from = 0;
	#to = 0;

	constructor(cells: Float64Array, base: number, zero: number) {
		this.at = cells.subarray(base, base + SUMS_SIZE);
		this.#atLeast = cells.subarray(base + SUMS_SIZE, base + 2 * SUMS_SIZE);
		this.#atMost = cells.subarray(base + 2 * SUMS_SIZE, base + 3 * SUMS_SIZE);
		this.#askedFrom = zero === 0 ? 0 : zero - ASKED;
		this.#askedTo = zero + ASKED + 1;
	}

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

	/** Starts over with Poisson masses, the first of which, `zero`, is that of `from`. */
	startPoisson(from: number, mean: number, zero: number, count = countAt(mean)): void {
		this.start(from, count);
		poissonInto(this.at, from, count, mean, zero);
	}

	/** Beyond the ends the mass is negligible, and so is what the tilt makes of it. */
	add(x: number, mass: number): void {
		if (x >= this.#from && x < this.#to) this.at[x] = (this.at[x] as number) + mass;
	}

	/**
	 * Each sum runs from its own end, so that small tails keep their digits; they are written as far as markets ask. Both run at
	 * once, for neither waits for the other.
	 */
	finish(): void {
		const { at } = this;
		const from = this.#from;
		const to = this.#to;
		const askedFrom = this.#askedFrom;
		const askedTo = this.#askedTo;
		let above = 0;
		let below = 0;
		for (let x = to - 1; x >= askedTo; x--) above += at[x] as number;
		for (let x = from; x < askedFrom; x++) below += at[x] as number;
		const atLeast = this.#atLeast;
		const atMost = this.#atMost;
		for (let x = askedFrom, y = askedTo - 1; x < askedTo; x++, y--) {
			below += at[x] as number;
			above += at[y] as number;
			atMost[x] = below;
			atLeast[y] = above;
		}
	}

	/** P(X ≥ x) and P(X ≤ x), of what markets may ask. */
	atLeast(x: number): number {
		return this.#atLeast[x] as number;
	}
	atMost(x: number): number {
		return this.#atMost[x] as number;
	}

	get from(): number {
		return this.#from;
	}
	get to(): number {
		return this.#to;
	}
}
