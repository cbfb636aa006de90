/**
 * A list of markets on offer, compiled: what a tick asks of it are a few plain loops over numbers. It holds as long as the
 * same markets stay on offer, and finds out by itself when they do not.
 */
import type { FootballLaws, Interval } from "./law/laws.ts";
import type { CellSum, FootballMarket, Price } from "./markets/market.ts";

/** A market that may be offered. */
export type Entry = {
	readonly market: FootballMarket;
	readonly alive: readonly boolean[];
	/** The fair value above which an outcome is too certain to be offered. */
	readonly maxFair: number;
	/** From when to before when the clock lets it be offered, where it does not always. */
	readonly opensSec: number;
	readonly closesSec: number;
};

const sizeOf = ({ market }: Entry): number => market.spec.outcomes.length;

export function sumOf(cells: Float64Array, { plus, minus }: CellSum): number {
	let sum = 0;
	for (let n = 0; n < plus.length; n++) sum += cells[plus[n] as number] as number;
	for (let n = 0; n < minus.length; n++) sum -= cells[minus[n] as number] as number;
	return sum;
}

type LinePrice = Extract<Price, { kind: "line" }>;

/**
 * Fair values of both sides of a line: what a stake wins and loses, both halves of it, as shares of what is decided. Where next
 * to nothing can decide it any more it counts as certain, so that it is not offered.
 */
export function lineShares(cells: Float64Array, { wins, loses }: LinePrice): readonly [number, number] {
	const won = (cells[wins[0]] as number) + (cells[wins[1]] as number);
	const lost = (cells[loses[0]] as number) + (cells[loses[1]] as number);
	const share = won + lost > 0 ? 1 / (won + lost) : 0;
	return [won + lost > 0 ? won * share : 1, lost * share];
}

/** Numbers of one step of each loop. */
const PLACE = 2;
const LINE = 5;
const SHUT_LINE = 4;

type TimedInterval = { readonly at: number; readonly interval: Interval };

export class CompiledMarkets {
	/** What is on offer, in order; the outcomes of entry i stand from `offsets[i]` up to `offsets[i + 1]`. */
	readonly entries: readonly Entry[];
	readonly offsets: Int32Array;
	/** From when to before when on the match's clock. */
	readonly #fromSec: number;
	readonly #beforeSec: number;
	/** Outcome and its place; outcome, places to add, places to take away, and they; outcome and the places of a line. */
	readonly #places: Int32Array;
	readonly #sums: Int32Array;
	readonly #lines: Int32Array;
	readonly #intervals: readonly TimedInterval[];
	/** Outcomes that cannot win any more. */
	readonly #dead: Int32Array;
	/** By outcome. */
	readonly #maxFair: Float64Array;
	/** What is not on offer, next to what is: lines, and of other markets the sum that is too certain. */
	readonly #shutLines: Int32Array;
	readonly #shutLinesMaxFair: Float64Array;
	readonly #shutSums: readonly CellSum[];
	readonly #shutSumsMaxFair: Float64Array;

	constructor(entries: readonly Entry[], shut: readonly Entry[], span: readonly [number, number], laws: FootballLaws) {
		this.entries = entries;
		[this.#fromSec, this.#beforeSec] = span;
		const offsets = [0];
		for (const entry of entries) offsets.push((offsets.at(-1) ?? 0) + sizeOf(entry));
		this.offsets = Int32Array.from(offsets);
		const steps = entries.map((entry, index) => stepsOf(entry, offsets[index] ?? 0));
		this.#places = Int32Array.from(steps.flatMap(({ places }) => places));
		this.#sums = Int32Array.from(steps.flatMap(({ sums }) => sums));
		this.#lines = Int32Array.from(steps.flatMap(({ lines }) => lines));
		this.#dead = Int32Array.from(steps.flatMap(({ dead }) => dead));
		this.#intervals = entries.flatMap(({ market: { price } }, index) =>
			price.kind === "interval" ? [{ at: offsets[index] ?? 0, interval: price.interval }] : [],
		);
		this.#maxFair = Float64Array.from(entries.flatMap((entry) => new Array<number>(sizeOf(entry)).fill(entry.maxFair)));
		const shutLines = shut.flatMap(({ market: { price }, maxFair }) =>
			price.kind === "line" ? [{ cells: [...price.wins, ...price.loses], maxFair }] : [],
		);
		this.#shutLines = Int32Array.from(shutLines.flatMap(({ cells }) => cells));
		this.#shutLinesMaxFair = Float64Array.from(shutLines, ({ maxFair }) => maxFair);
		const shutSums = shut.flatMap((entry) => mostCertain(entry, laws.cells).map((sum) => ({ sum, entry })));
		this.#shutSums = shutSums.map(({ sum }) => sum);
		this.#shutSumsMaxFair = Float64Array.from(shutSums, ({ entry }) => entry.maxFair);
	}

	/** Writes the fair values; false where the list no longer holds, or where the law has no numbers. */
	fill(laws: FootballLaws, sec: number, fair: Float64Array): boolean {
		if (sec < this.#fromSec || sec >= this.#beforeSec) return false;
		const { cells } = laws;
		this.#fillPlaces(cells, fair);
		this.#fillSums(cells, fair);
		this.#fillLines(cells, fair);
		for (let n = 0; n < this.#intervals.length; n++) {
			const { at, interval } = this.#intervals[n] as TimedInterval;
			const no = laws.withoutGoal(interval, sec);
			fair[at] = 1 - no;
			fair[at + 1] = no;
		}
		for (let n = 0; n < this.#dead.length; n++) fair[this.#dead[n] as number] = 0;
		return this.#isOffered(fair) && this.#staysShut(cells);
	}

	#fillPlaces(cells: Float64Array, fair: Float64Array): void {
		const steps = this.#places;
		for (let n = 0; n < steps.length; n += PLACE) fair[steps[n] as number] = cells[steps[n + 1] as number] as number;
	}

	#fillSums(cells: Float64Array, fair: Float64Array): void {
		const steps = this.#sums;
		for (let n = 0; n < steps.length; ) {
			const at = steps[n] as number;
			const plusEnd = n + 3 + (steps[n + 1] as number);
			const minusEnd = plusEnd + (steps[n + 2] as number);
			let sum = 0;
			for (n += 3; n < plusEnd; n++) sum += cells[steps[n] as number] as number;
			for (; n < minusEnd; n++) sum -= cells[steps[n] as number] as number;
			fair[at] = sum;
		}
	}

	#fillLines(cells: Float64Array, fair: Float64Array): void {
		const steps = this.#lines;
		for (let n = 0; n < steps.length; n += LINE) {
			const at = steps[n] as number;
			const won = (cells[steps[n + 1] as number] as number) + (cells[steps[n + 2] as number] as number);
			const lost = (cells[steps[n + 3] as number] as number) + (cells[steps[n + 4] as number] as number);
			const share = won + lost > 0 ? 1 / (won + lost) : 0;
			fair[at] = won + lost > 0 ? won * share : 1;
			fair[at + 1] = lost * share;
		}
	}

	/** What rounding left outside of 0 … 1 goes back to it. */
	#isOffered(fair: Float64Array): boolean {
		const most = this.#maxFair;
		for (let n = 0; n < most.length; n++) {
			const value = fair[n] as number;
			if (value <= (most[n] as number)) {
				if (value < 0) fair[n] = 0;
			} else if (most[n] === 1 && value > 1) fair[n] = 1;
			else return false;
		}
		return true;
	}

	#staysShut(cells: Float64Array): boolean {
		const lines = this.#shutLines;
		for (let n = 0, m = 0; n < lines.length; n += SHUT_LINE, m++) {
			const won = (cells[lines[n] as number] as number) + (cells[lines[n + 1] as number] as number);
			const lost = (cells[lines[n + 2] as number] as number) + (cells[lines[n + 3] as number] as number);
			const share = won + lost > 0 ? 1 / (won + lost) : 0;
			const most = this.#shutLinesMaxFair[m] as number;
			if ((won + lost > 0 ? won * share : 1) <= most && lost * share <= most) return false;
		}
		for (let n = 0; n < this.#shutSums.length; n++)
			if (!(sumOf(cells, this.#shutSums[n] as CellSum) > (this.#shutSumsMaxFair[n] as number))) return false;
		return true;
	}
}

type Steps = {
	readonly places: number[];
	readonly sums: number[];
	readonly lines: number[];
	readonly dead: number[];
};

/** What an entry adds to the loops. */
function stepsOf({ market: { price }, alive }: Entry, start: number): Steps {
	const steps: Steps = { places: [], sums: [], lines: [], dead: [] };
	alive.forEach((isAlive, index) => {
		if (!isAlive) steps.dead.push(start + index);
	});
	if (price.kind === "line") steps.lines.push(start, ...price.wins, ...price.loses);
	if (price.kind !== "sums") return steps;
	price.outcomes.forEach(({ plus, minus }, index) => {
		if (!alive[index]) return;
		if (plus.length === 1 && minus.length === 0) steps.places.push(start + index, ...plus);
		else steps.sums.push(start + index, plus.length, minus.length, ...plus, ...minus);
	});
	return steps;
}

/** Of a market that is not on offer, the sum that is too certain. */
function mostCertain({ market: { price }, alive }: Entry, cells: Float64Array): readonly CellSum[] {
	if (price.kind !== "sums") return [];
	const values = price.outcomes.map((sum, index) => (alive[index] ? sumOf(cells, sum) : Number.NEGATIVE_INFINITY));
	return price.outcomes.slice(values.indexOf(Math.max(...values))).slice(0, 1);
}
