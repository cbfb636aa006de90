/**
 * The law of one part's final score (regular time, a half, extra time) in the sums that markets ask for: goals of each side,
 * total, difference, single scores. Independent Poisson goals on top of what stands, and corrections cell by cell where the
 * goal model's tilt weighs a score. Everything lives in arrays that are made once, so that repricing leaves no garbage; what
 * markets ask for stands at the places of `cells.ts`.
 */
import type { Rates } from "../outlook.ts";
import { LAW_SIZE, SCORES_SIZE, type ScoreCells } from "./cells.ts";
import { INVERSE, MAX_TO_COME, poissonInto, Sums, sideCountAt } from "./sums.ts";

/** Goals of both sides in a period beyond which `reduce` refuses a further one: the record of an international match is 31. */
export const MAX_GOALS_STANDING = 60;
/** The tilt is at most 8 × 8 (outlook.ts). */
const TILTED = 8;

export class ScoreLaw {
	/** Goals that stand in this part. */
	startHome = 0;
	startAway = 0;
	/** Masses of the goals to come, before the tilt, as far as it reaches. */
	readonly homeToCome = new Float64Array(TILTED);
	readonly awayToCome = new Float64Array(TILTED);
	/** Final goals. Of a half or extra time nobody asks how many of a side there are, only whether one is. */
	readonly #home: Sums;
	readonly #away: Sums;
	readonly #hasSides: boolean;
	readonly total: Sums;
	/** Home less away, moved up by `LAW_SIZE`. */
	readonly difference: Sums;
	readonly #cells: Float64Array;
	readonly #places: ScoreCells;
	/** What the tilt adds to low final scores; below `#tiltedTo` of each side. */
	readonly #corrections = new Float64Array(TILTED * TILTED);
	#tiltedTo = 0;
	#scale = 1;
	#homeMean = Number.NaN;
	#awayMean = Number.NaN;

	constructor(cells: Float64Array, places: ScoreCells) {
		this.#cells = cells;
		this.#places = places;
		this.#hasSides = places.hasSides;
		this.#home = new Sums(cells, places.home.base, 0);
		this.#away = new Sums(cells, places.away.base, 0);
		this.total = new Sums(cells, places.total.base, 0);
		this.difference = new Sums(cells, places.difference.base, LAW_SIZE);
	}

	/** Whether `start` with these arguments, and `finish` without corrections, is what this law holds. */
	isAt(score: Rates, means: Rates): boolean {
		return (
			score.home === this.startHome &&
			score.away === this.startAway &&
			means.home === this.#homeMean &&
			means.away === this.#awayMean
		);
	}

	/** Independent Poisson goals on top of a score. Then come corrections, if any, `spread` and `finish`. */
	start(score: Rates, { home, away }: Rates): void {
		this.startHome = score.home;
		this.startAway = score.away;
		this.#homeMean = home;
		this.#awayMean = away;
		poissonInto(this.homeToCome, 0, TILTED, home, Math.exp(-home));
		poissonInto(this.awayToCome, 0, TILTED, away, Math.exp(-away));
		if (this.#tiltedTo > 0) this.#corrections.fill(0);
		this.#tiltedTo = 0;
	}

	/** All sums but for the corrections, divided by the mass of all scores with them. */
	spread(mass: number): void {
		const home = this.#homeMean;
		const away = this.#awayMean;
		this.#scale = 1 / mass;
		if (this.#hasSides) {
			const { homeToCome, awayToCome } = this;
			this.#home.startPoisson(this.startHome, home, (homeToCome[0] as number) * this.#scale, sideCountAt(home));
			this.#away.startPoisson(this.startAway, away, (awayToCome[0] as number) * this.#scale, sideCountAt(away));
		}
		this.total.startPoisson(this.startHome + this.startAway, home + away, this.nothingToCome * this.#scale);
		this.#spreadDifference(this.startHome - this.startAway);
	}

	/**
	 * With means a and b, d·P(d) = a·P(d − 1) − b·P(d + 1) (Skellam, 1946). From each end towards the middle its terms are all
	 * positive, so the steps are stable (Miller's algorithm); both sides meet at zero, and the sum says the scale. Both are
	 * walked at once, as far as they are equally long, for neither waits for the other.
	 */
	#spreadDifference(standing: number): void {
		const { at } = this.difference;
		const ups = sideCountAt(this.#homeMean) - 1;
		const downs = sideCountAt(this.#awayMean) - 1;
		const centre = LAW_SIZE + standing;
		this.difference.start(centre - downs, ups + downs + 1);
		const a = this.#homeMean;
		const b = this.#awayMean;
		const inverseA = ups > 0 ? 1 / a : 0;
		const inverseB = downs > 0 ? 1 / b : 0;
		let up = 1;
		let beyondUp = a / (ups + 1);
		let sumUp = 0;
		let down = 1;
		let beyondDown = b / (downs + 1);
		let sumDown = 0;
		for (let d = ups > downs ? ups : downs; d > 0; d--) {
			if (d <= ups) {
				at[centre + d] = up;
				sumUp += up;
				const inner = (d * up + b * beyondUp) * inverseA;
				beyondUp = up;
				up = inner;
			}
			if (d <= downs) {
				at[centre - d] = down;
				sumDown += down;
				const inner = (d * down + a * beyondDown) * inverseB;
				beyondDown = down;
				down = inner;
			}
		}
		const middle = this.#scale / (1 + sumUp / up + sumDown / down);
		const scaleUp = middle / up;
		const scaleDown = middle / down;
		at[centre] = middle;
		for (let x = centre + 1; x <= centre + ups; x++) at[x] = (at[x] as number) * scaleUp;
		for (let x = centre - downs; x < centre; x++) at[x] = (at[x] as number) * scaleDown;
	}

	/** Adds mass to a final score, in the scale before `spread`. Only scores that can still be reached, below the tilt's size. */
	correct(home: number, away: number, mass: number): void {
		const cell = home * TILTED + away;
		this.#corrections[cell] = (this.#corrections[cell] as number) + mass;
		const beyond = home > away ? home + 1 : away + 1;
		if (beyond > this.#tiltedTo) this.#tiltedTo = beyond;
	}

	/** The corrections, and what follows from all. */
	finish(): void {
		const to = this.#tiltedTo;
		for (let home = this.startHome; home < to; home++) {
			for (let away = this.startAway; away < to; away++) {
				const more = (this.#corrections[home * TILTED + away] as number) * this.#scale;
				if (this.#hasSides) {
					this.#home.add(home, more);
					this.#away.add(away, more);
				}
				this.total.add(home + away, more);
				this.difference.add(LAW_SIZE + home - away, more);
			}
		}
		if (this.#hasSides) {
			this.#home.finish();
			this.#away.finish();
		}
		this.total.finish();
		this.difference.finish();
		this.#writeNil();
		this.#writeScores();
		this.#writeParity();
	}

	/** That a side ends without a goal. */
	#writeNil(): void {
		const { homeNil, awayNil, noMore } = this.#places;
		let home = this.startHome === 0 ? (this.homeToCome[0] as number) : 0;
		let away = this.startAway === 0 ? (this.awayToCome[0] as number) : 0;
		for (let other = 0; other < this.#tiltedTo; other++) {
			home += this.#corrections[other] as number;
			away += this.#corrections[other * TILTED] as number;
		}
		this.#cells[homeNil] = home * this.#scale;
		this.#cells[awayNil] = away * this.#scale;
		this.#cells[noMore] = this.#score(this.startHome, this.startAway);
	}

	#writeScores(): void {
		const cells = this.#cells;
		const { scores, scoresSize, other } = this.#places;
		const { startHome, startAway, homeToCome, awayToCome } = this;
		let named = 0;
		for (let home = 0; home < scoresSize; home++) {
			const inRow = home < startHome ? 0 : (homeToCome[home - startHome] as number) * this.#scale;
			for (let away = 0; away < scoresSize; away++) {
				let p = away < startAway ? 0 : inRow * (awayToCome[away - startAway] as number);
				if (home < this.#tiltedTo && away < this.#tiltedTo)
					p += (this.#corrections[home * TILTED + away] as number) * this.#scale;
				cells[scores + home * SCORES_SIZE + away] = p;
				named += p;
			}
		}
		cells[other] = 1 - named;
	}

	#writeParity(): void {
		const { at, from, to } = this.total;
		let odd = 0;
		for (let n = from + ((from + 1) % 2); n < to; n += 2) odd += at[n] as number;
		this.#cells[this.#places.odd] = odd;
		this.#cells[this.#places.even] = 1 - odd;
	}

	/** Chance of no further goal, before any corrections. */
	get nothingToCome(): number {
		return (this.homeToCome[0] as number) * (this.awayToCome[0] as number);
	}

	/**
	 * Σ P(n goals to come) · x^n, the chance that none of them falls where each falls with 1 − x: e^(−m(1 − x)) of a Poisson
	 * number of mean m, and a term for each corrected score.
	 */
	generating(x: number): number {
		let sum = Math.exp((x - 1) * (this.#homeMean + this.#awayMean));
		const to = this.#tiltedTo;
		let row = 1;
		for (let home = this.startHome; home < to; home++, row *= x) {
			let power = row;
			for (let away = this.startAway; away < to; away++, power *= x)
				sum += power * (this.#corrections[home * TILTED + away] as number);
		}
		return sum * this.#scale;
	}

	/** Probability of one final score that can still be reached. */
	#score(home: number, away: number): number {
		let p = (this.homeToCome[home - this.startHome] as number) * (this.awayToCome[away - this.startAway] as number);
		if (home < this.#tiltedTo && away < this.#tiltedTo) p += this.#corrections[home * TILTED + away] as number;
		return p * this.#scale;
	}

	/**
	 * Writes the masses of all final scores with home less away = d, each at the place of its away goals, and gives the bounds of
	 * what it wrote. From one such score to the next both sides score once more.
	 */
	levelInto(out: Float64Array, d: number): readonly [from: number, to: number] {
		const [a, b] = [this.#homeMean, this.#awayMean];
		const ahead = d - (this.startHome - this.startAway);
		const from = this.startAway + Math.max(0, -ahead);
		let mass = this.nothingToCome * this.#scale;
		for (let k = 1; k <= Math.abs(ahead); k++) mass *= (ahead > 0 ? a : b) * (INVERSE[k] as number);
		let [home, away] = [Math.max(0, ahead), Math.max(0, -ahead)];
		let to = from;
		while (home < MAX_TO_COME && away < MAX_TO_COME) {
			const tilted = to < this.#tiltedTo && to + d < this.#tiltedTo;
			const more = tilted ? (this.#corrections[(to + d) * TILTED + to] as number) * this.#scale : 0;
			out[to++] = mass + more;
			home++;
			away++;
			mass *= a * b * (INVERSE[home] as number) * (INVERSE[away] as number);
		}
		return [from, to];
	}

	/** P(home less away > d), P(< d), however far from zero d is. */
	differenceAbove(d: number): number {
		const { at, from, to } = this.difference;
		let sum = 0;
		for (let x = to - 1; x >= from && x > LAW_SIZE + d; x--) sum += at[x] as number;
		return sum;
	}
	differenceBelow(d: number): number {
		const { at, from, to } = this.difference;
		let sum = 0;
		for (let x = from; x < to && x < LAW_SIZE + d; x++) sum += at[x] as number;
		return sum;
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
}
