/**
 * Margin and ladder for a whole book at once, in arrays of numbers and without garbage: what runs at every tick and every
 * input. The prices are exactly those of `priceMarket`, which is the definition:
 *
 * - Here and there the same equations are solved, so the two prices before rounding differ by rounding errors alone, a few
 *   1e-14 of the price; `CLOSE` allows for a hundred times that. Where a whole thousandth lies that near, the market is
 *   priced by `priceMarket` itself; elsewhere both fall on the same rung. So the answer does not depend on where a solver
 *   started, and a replay gives the same bytes (MAT-2).
 * - Odds ratio on two outcomes x, y with sum T asks for one square root: c is the positive root of
 *   xy(2 − T)c² − (T − 1)bc − T(1 − x)(1 − y) = 0, b = x(1 − y) + y(1 − x), and odds are 1 + (1 − x)/(cx).
 * - Odds ratio on more, and power, take Newton's steps from the solution of the previous book, mostly one or two.
 * - Other methods go the slow way.
 */
import { LADDER_HAIR, MAX_ODDS_MILLI, stepAt } from "./ladder.ts";
import { MAX_MARGIN } from "./margin.ts";
import type { MarginRule } from "./margin-profile.ts";
import { priceMarket } from "./price-market.ts";

export type BookMarket = { readonly outcomes: number; readonly winners: number; readonly rule: MarginRule };
export type BookMargin = {
	/** Of all markets together: the length of both arrays. */
	readonly outcomes: number;
	/**
	 * `fair` holds every market's outcomes one after the other; `out` takes odds in thousandths, `NOT_OFFERED` where there
	 * are none. A market of zeros or NaN is not offered.
	 */
	readonly apply: (fair: Float64Array, out: Int32Array) => void;
};
export const NOT_OFFERED = 0;

const CLOSE = 1e-11;
/** Two prices cannot be told apart at a margin outside this, or in a sum this far off: `priceMarket` judges. */
const SUM_TOLERANCE = 0.9e-3;
const MAX_STEPS = 30;
/** Newton's error after its last step is the square of the step, times at most some 20 for power. */
const LAST_STEP_RATIO = 1e-9;
const LAST_STEP_POWER = 3e-8;

/** Kinds of market, by the way they are solved. */
const SLOW = 0;
const TWO_WAY = 1;
const RATIO = 2;
const POWER = 3;

/** Where a price falls: below ten by its whole thousandths, from there by its halves, of which every rung is a multiple. */
const rungOf = (milli: number): number => milli - (milli % stepAt(milli));
const LOW_END = 10_000;
const LOW_RUNGS = Uint16Array.from({ length: LOW_END }, (_none, milli) => rungOf(milli));
const HALF = 500;
const HIGH_RUNGS = Int32Array.from({ length: MAX_ODDS_MILLI / HALF + 1 }, (_none, halves) => rungOf(halves * HALF));
const HAIR = 1 + LADDER_HAIR;

type Plan = {
	readonly kind: Uint8Array;
	readonly offset: Int32Array;
	readonly target: Float64Array;
	readonly winners: Float64Array;
	readonly min: Int32Array;
	readonly max: Int32Array;
	/** The last solution: an odds ratio or an exponent. */
	readonly solution: Float64Array;
	/** Logarithms, then powers, of one market's outcomes. */
	readonly logs: Float64Array;
	readonly powers: Float64Array;
};

export function createBookMargin(markets: readonly BookMarket[]): BookMargin {
	const plan = planOf(markets);
	const outcomes = plan.offset[markets.length] ?? 0;
	return {
		outcomes,
		apply: (fair, out) => {
			for (let m = 0; m < markets.length; m++) {
				if (isPriced(plan, m, fair, out)) continue;
				const market = markets[m];
				if (market !== undefined) priceSlowly(market, plan.offset[m] ?? 0, fair, out);
			}
		},
	};
}

function planOf(markets: readonly BookMarket[]): Plan {
	const offset = new Int32Array(markets.length + 1);
	markets.forEach(({ outcomes }, m) => {
		offset[m + 1] = (offset[m] ?? 0) + outcomes;
	});
	const widest = Math.max(1, ...markets.map(({ outcomes }) => outcomes));
	return {
		kind: Uint8Array.from(markets, kindOf),
		offset,
		target: Float64Array.from(markets, ({ winners, rule }) => winners * (1 + rule.margin)),
		winners: Float64Array.from(markets, ({ winners }) => winners),
		min: Int32Array.from(markets, ({ rule }) => rule.minOddsMilli),
		max: Int32Array.from(markets, ({ rule }) => rule.maxOddsMilli),
		solution: new Float64Array(markets.length).fill(1),
		logs: new Float64Array(widest),
		powers: new Float64Array(widest),
	};
}

function kindOf({ outcomes, winners, rule }: BookMarket): number {
	if (!(rule.margin > 0 && rule.margin <= MAX_MARGIN && rule.maxOddsMilli <= MAX_ODDS_MILLI)) return SLOW;
	if (rule.method === "power") return POWER;
	if (rule.method !== "odds-ratio") return SLOW;
	return outcomes === 2 && winners === 1 ? TWO_WAY : RATIO;
}

/** False: this market is for `priceSlowly`, whatever stands in `out`. */
function isPriced(plan: Plan, m: number, fair: Float64Array, out: Int32Array): boolean {
	switch (plan.kind[m]) {
		case TWO_WAY:
			return isPricedTwoWay(plan, m, fair, out);
		case RATIO:
		case POWER: {
			const start = plan.offset[m]!;
			const end = plan.offset[m + 1]!;
			let total = 0;
			let isOpen = true;
			for (let i = start; i < end; i++) {
				const p = fair[i]!;
				total += p;
				if (!(p >= 0 && p < 1)) isOpen = false;
			}
			if (!(total > 0)) return areClosed(start, end, out);
			if (!isOpen || Math.abs(total - plan.winners[m]!) > SUM_TOLERANCE * plan.winners[m]!) return false;
			return plan.kind[m] === RATIO ? isPricedByRatio(plan, m, fair, out) : isPricedByPower(plan, m, fair, out);
		}
		default:
			return false;
	}
}

function areClosed(start: number, end: number, out: Int32Array): true {
	for (let i = start; i < end; i++) out[i] = NOT_OFFERED;
	return true;
}

function isPricedTwoWay(plan: Plan, m: number, fair: Float64Array, out: Int32Array): boolean {
	const i = plan.offset[m]!;
	const x = fair[i]!;
	const y = fair[i + 1]!;
	// One outcome alone cannot carry a margin.
	if (!(x > 0 && y > 0)) return areClosed(i, i + 2, out);
	if (!(x < 1 && y < 1) || Math.abs(x + y - 1) > SUM_TOLERANCE) return false;
	const target = plan.target[m]!;
	const xLoses = x * (1 - y);
	const yLoses = y * (1 - x);
	const half = (target - 1) * (xLoses + yLoses);
	const root = half + Math.sqrt(half * half + 4 * target * (2 - target) * xLoses * yLoses);
	const share = (2_000 * (2 - target)) / root;
	const first = rungAt((1_000 + share * yLoses) * HAIR, plan.min[m]!, plan.max[m]!);
	const second = rungAt((1_000 + share * xLoses) * HAIR, plan.min[m]!, plan.max[m]!);
	out[i] = first;
	out[i + 1] = second;
	return first >= 0 && second >= 0;
}

function isPricedByRatio(plan: Plan, m: number, fair: Float64Array, out: Int32Array): boolean {
	const start = plan.offset[m]!;
	const end = plan.offset[m + 1]!;
	const target = plan.target[m]!;
	let c = plan.solution[m]!;
	for (let step = 0; ; step++) {
		let value = -target;
		let slope = 0;
		for (let i = start; i < end; i++) {
			const p = fair[i]!;
			const inverse = 1 / (1 - p + c * p);
			value += c * p * inverse;
			slope += p * (1 - p) * inverse * inverse;
		}
		const move = value / slope;
		// The sum is concave in c: from below Newton climbs to the root, from above it may fall through the floor of 1.
		c = Math.max(1, c - move);
		if (Math.abs(move) <= LAST_STEP_RATIO * c) break;
		if (!(step < MAX_STEPS)) return isUnsolved(plan, m);
	}
	plan.solution[m] = c;
	const scale = 1_000 / c;
	let isSure = true;
	for (let i = start; i < end; i++) {
		const p = fair[i]!;
		const rung = p === 0 ? NOT_OFFERED : rungAt((1_000 + (scale * (1 - p)) / p) * HAIR, plan.min[m]!, plan.max[m]!);
		out[i] = rung;
		if (rung < 0) isSure = false;
	}
	return isSure;
}

function isPricedByPower(plan: Plan, m: number, fair: Float64Array, out: Int32Array): boolean {
	const { logs, powers } = plan;
	const start = plan.offset[m]!;
	const width = plan.offset[m + 1]! - start;
	const target = plan.target[m]!;
	for (let i = 0; i < width; i++) logs[i] = Math.log(fair[start + i]!);
	let k = plan.solution[m]!;
	let move = 0;
	for (let step = 0; ; step++) {
		let value = -target;
		let slope = 0;
		for (let i = 0; i < width; i++) {
			if (fair[start + i] === 0) continue;
			const power = Math.exp(k * logs[i]!);
			powers[i] = power;
			value += power;
			slope += power * logs[i]!;
		}
		move = value / slope;
		// Convex and falling in k: from above Newton may overshoot, at worst below zero.
		const next = k - move > 0 ? Math.min(1, k - move) : k / 2;
		if (Math.abs(move) <= LAST_STEP_POWER && next === k - move) break;
		k = next;
		if (!(step < MAX_STEPS)) return isUnsolved(plan, m);
	}
	plan.solution[m] = k - move;
	let isSure = true;
	for (let i = 0; i < width; i++) {
		// The last step is so small that two terms of its exponential say all.
		const tail = move * logs[i]!;
		const rung =
			fair[start + i] === 0
				? NOT_OFFERED
				: rungAt((1_000 / powers[i]!) * (1 + tail + (tail * tail) / 2) * HAIR, plan.min[m]!, plan.max[m]!);
		out[start + i] = rung;
		if (rung < 0) isSure = false;
	}
	return isSure;
}

/** The next book starts afresh. */
function isUnsolved(plan: Plan, m: number): false {
	plan.solution[m] = 1;
	return false;
}

/** The rung for a price in thousandths; −1 where a whole thousandth is too near to say on which side of it the price lies. */
function rungAt(raw: number, min: number, max: number): number {
	if (raw >= max + 1) return max;
	const milli = raw | 0;
	const above = raw - milli;
	const doubt = raw * CLOSE;
	if (!(above >= doubt && above <= 1 - doubt)) return -1;
	if (milli < min) return NOT_OFFERED;
	if (milli >= max) return max;
	return milli < LOW_END ? LOW_RUNGS[milli]! : HIGH_RUNGS[(milli / HALF) | 0]!;
}

function priceSlowly(
	{ outcomes, winners, rule }: BookMarket,
	start: number,
	fair: Float64Array,
	out: Int32Array,
): void {
	const odds = priceMarket(Array.from(fair.subarray(start, start + outcomes)), rule, winners);
	odds.forEach((price, index) => {
		out[start + index] = price ?? NOT_OFFERED;
	});
}
