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
 * - Odds ratio on more, and power, take steps of a third-order Newton from the solution of the previous book, mostly one.
 * - Other methods go the slow way.
 */
import { expOf, logOf } from "./fast-exponential.ts";
import { isOnLadder, LADDER_HAIR, MAX_ODDS_MILLI, stepAt } from "./ladder.ts";
import { MAX_MARGIN } from "./margin.ts";
import type { MarginRule } from "./margin-profile.ts";
import { priceMarket } from "./price-market.ts";

export type BookMarket = { readonly outcomes: number; readonly winners: number; readonly rule: MarginRule };
export type BookMargin = {
	/** Of all markets together: as long is `out`, and `fair` at least. */
	readonly outcomes: number;
	/**
	 * `fair` holds every market's outcomes one after the other; `out` takes odds in thousandths, `NOT_OFFERED` where there
	 * are none. A market of zeros or NaN is not offered.
	 */
	readonly apply: (fair: Float64Array, out: Int32Array) => void;
};
export const NOT_OFFERED = 0;

const CLOSE = 1e-11;
/** A sum this far off is for `priceMarket` to judge, which draws its line a little further out. */
const SUM_TOLERANCE = 1e-3;
const MAX_STEPS = 30;
/**
 * The last step, as a share of c for the odds ratio and in k for power. A step sums three terms of the inverse series of f
 * around the guess (with u = f/f' and aₙ = f⁽ⁿ⁾/(n!·f'): u + a₂u² + (2a₂² − a₃)u³), so what is left is its fourth power times
 * 5a₂³ − 5a₂a₃ + a₄. With o = (1 − p)/p the sum is Σ c/(o + c) and |aₙ| ≤ c^(1−n): at most 11·s⁴ = 7e-13 of c. On Σ p^k it is
 * some L³ for logarithms L: 1e-13 of k, and below 4e-12 of a price for any p above 1e-12.
 */
const LAST_STEP_RATIO = 5e-4;
const LAST_STEP_POWER = 5e-5;

/** Where a price falls: below ten by its whole thousandths, from there by its halves, of which every rung is a multiple. */
const rungOf = (milli: number): number => milli - (milli % stepAt(milli));
const LOW_END = 10_000;
const LOW_RUNGS = Uint16Array.from({ length: LOW_END }, (_none, milli) => rungOf(milli));
const HALF = 500;
const HIGH_RUNGS = Int32Array.from({ length: MAX_ODDS_MILLI / HALF + 1 }, (_none, halves) => rungOf(halves * HALF));
const HAIR = 1 + LADDER_HAIR;

type Plan = {
	readonly markets: readonly BookMarket[];
	/** Where each market's outcomes begin. */
	readonly offset: Int32Array;
	readonly target: Float64Array;
	readonly winners: Float64Array;
	/** Limits by outcome, its market, and its price in thousandths before the ladder: 0 is none, NaN is for the slow way. */
	readonly min: Int32Array;
	readonly max: Int32Array;
	readonly marketOf: Int32Array;
	readonly raw: Float64Array;
	/** The last solution of each market: an odds ratio or an exponent. */
	readonly solution: Float64Array;
	/** One market's odds against (1 − p)/p, or its logarithms and powers. */
	readonly terms: Float64Array;
	readonly powers: Float64Array;
	/** Which markets are solved which way. */
	readonly byRoot: Int32Array;
	readonly byRatio: Int32Array;
	readonly byPower: Int32Array;
	readonly bySlowly: Int32Array;
};

export function createBookMargin(markets: readonly BookMarket[]): BookMargin {
	const plan = planOf(markets);
	return {
		outcomes: plan.raw.length,
		apply: (fair, out) => {
			priceByRoot(plan, fair);
			priceByRatio(plan, fair);
			priceByPower(plan, fair);
			for (let n = 0; n < plan.bySlowly.length; n++) leaveOpen(plan, plan.bySlowly[n]!);
			descend(plan, fair, out);
		},
	};
}

function planOf(markets: readonly BookMarket[]): Plan {
	const offset = new Int32Array(markets.length + 1);
	markets.forEach(({ outcomes }, m) => {
		offset[m + 1] = offset[m]! + outcomes;
	});
	const outcomes = offset[markets.length]!;
	const widest = Math.max(1, ...markets.map((market) => market.outcomes));
	const marketOf = Int32Array.from(markets.flatMap((market, m) => new Array<number>(market.outcomes).fill(m)));
	const those = (way: Way): Int32Array =>
		Int32Array.from([...markets.keys()].filter((m) => wayOf(markets[m]!) === way));
	return {
		markets,
		offset,
		target: Float64Array.from(markets, ({ winners, rule }) => winners * (1 + rule.margin)),
		winners: Float64Array.from(markets, ({ winners }) => winners),
		min: Int32Array.from(marketOf, (m) => markets[m]!.rule.minOddsMilli),
		max: Int32Array.from(marketOf, (m) => markets[m]!.rule.maxOddsMilli),
		marketOf,
		raw: new Float64Array(outcomes),
		solution: new Float64Array(markets.length).fill(1),
		terms: new Float64Array(widest),
		powers: new Float64Array(widest),
		byRoot: those("root"),
		byRatio: those("ratio"),
		byPower: those("power"),
		bySlowly: those("slowly"),
	};
}

type Way = "root" | "ratio" | "power" | "slowly";
function wayOf({ outcomes, winners, rule }: BookMarket): Way {
	if (!(rule.margin > 0 && rule.margin <= MAX_MARGIN && isOnLadder(rule.maxOddsMilli))) return "slowly";
	if (rule.method === "power") return "power";
	if (rule.method !== "odds-ratio") return "slowly";
	return outcomes === 2 && winners === 1 ? "root" : "ratio";
}

function leaveOpen({ offset, raw }: Plan, m: number): void {
	raw.fill(Number.NaN, offset[m]!, offset[m + 1]!);
}

/** From exact prices down to rungs; a market with a price in doubt is priced again, slowly. */
function descend(plan: Plan, fair: Float64Array, out: Int32Array): void {
	const { raw, min, max } = plan;
	for (let i = 0; i < raw.length; i++) {
		const price = raw[i]!;
		const most = max[i]!;
		if (price >= most + 1) {
			out[i] = most;
			continue;
		}
		const milli = price | 0;
		const above = price - milli;
		const doubt = price * CLOSE;
		if (above >= doubt && above <= 1 - doubt)
			out[i] = milli < min[i]! ? NOT_OFFERED : milli < LOW_END ? LOW_RUNGS[milli]! : HIGH_RUNGS[(milli / HALF) | 0]!;
		else i = priceSlowly(plan, plan.marketOf[i]!, fair, out);
	}
}

function priceByRoot({ byRoot, offset, target, raw }: Plan, fair: Float64Array): void {
	for (let n = 0; n < byRoot.length; n++) {
		const m = byRoot[n]!;
		const i = offset[m]!;
		const x = fair[i]!;
		const y = fair[i + 1]!;
		if (!(x > 0 && x < 1 && y > 0 && y < 1 && Math.abs(x + y - 1) <= SUM_TOLERANCE)) {
			// One outcome alone cannot carry a margin.
			const price = x > 0 && y > 0 ? Number.NaN : 0;
			raw[i] = price;
			raw[i + 1] = price;
			continue;
		}
		const sum = target[m]!;
		const xWins = x * (1 - y);
		const yWins = y * (1 - x);
		const half = (sum - 1) * (xWins + yWins);
		const share = (2_000 * (2 - sum)) / (half + Math.sqrt(half * half + 4 * sum * (2 - sum) * xWins * yWins));
		raw[i] = (1_000 + share * yWins) * HAIR;
		raw[i + 1] = (1_000 + share * xWins) * HAIR;
	}
}

function priceByRatio(plan: Plan, fair: Float64Array): void {
	const { byRatio, offset, terms, solution, raw } = plan;
	for (let n = 0; n < byRatio.length; n++) {
		const m = byRatio[n]!;
		const start = offset[m]!;
		const width = offset[m + 1]! - start;
		let sum = 0;
		let isOpen = true;
		for (let i = 0; i < width; i++) {
			const p = fair[start + i]!;
			sum += p;
			if (!(p >= 0 && p < 1)) isOpen = false;
			terms[i] = (1 - p) / p;
		}
		if (!isOpen || !isBook(plan, m, sum) || !isRatioSolved(plan, m, width)) {
			leaveOpen(plan, m);
			continue;
		}
		const scale = 1_000 / solution[m]!;
		for (let i = 0; i < width; i++) {
			// Impossible outcomes have infinite odds against.
			const against = terms[i]!;
			raw[start + i] = against < Number.POSITIVE_INFINITY ? (1_000 + scale * against) * HAIR : 0;
		}
	}
}

/** Leaves c, with Σ c / (o + c) the target, in `solution`. */
function isRatioSolved({ terms, solution, target }: Plan, m: number, width: number): boolean {
	const sum = target[m]!;
	let c = solution[m]!;
	for (let step = 0; step < MAX_STEPS; step++) {
		let shares = 0;
		let f1 = 0;
		let f2 = 0;
		let f3 = 0;
		for (let i = 0; i < width; i++) {
			const inverse = 1 / (terms[i]! + c);
			// o/(o + c)² and its next two, without their factors 1, −1, 1, in a form that infinite odds leave at zero.
			const first = inverse * (1 - c * inverse);
			const second = first * inverse;
			shares += inverse;
			f1 += first;
			f2 += second;
			f3 += second * inverse;
		}
		const move = stepBack(c * shares - sum, f1, -f2, f3);
		// From above a step may fall through the floor of 1, below which there is no margin.
		c = Math.max(1, c - move);
		if (Math.abs(move) <= LAST_STEP_RATIO * c) {
			solution[m] = c;
			return true;
		}
	}
	solution[m] = 1;
	return false;
}

function priceByPower(plan: Plan, fair: Float64Array): void {
	const { byPower, offset, terms, powers, raw } = plan;
	for (let n = 0; n < byPower.length; n++) {
		const m = byPower[n]!;
		const start = offset[m]!;
		const width = offset[m + 1]! - start;
		let sum = 0;
		let isOpen = true;
		for (let i = 0; i < width; i++) {
			const p = fair[start + i]!;
			sum += p;
			if (!(p >= 0 && p < 1)) isOpen = false;
			// Impossible outcomes count as logarithm zero and power zero.
			terms[i] = p > 0 ? logOf(p) : 0;
		}
		const move = isOpen && isBook(plan, m, sum) ? lastStepOfPower(plan, m, width) : Number.NaN;
		if (Number.isNaN(move)) {
			leaveOpen(plan, m);
			continue;
		}
		for (let i = 0; i < width; i++) {
			// p^−k at the exponent after the last step, which is so small that a few terms of its exponential say all.
			const tail = move * terms[i]!;
			const inverse = (1 + tail * (1 + tail * (1 / 2 + tail * (1 / 6 + tail / 24)))) / powers[i]!;
			raw[start + i] = terms[i] === 0 ? 0 : 1_000 * inverse * HAIR;
		}
	}
}

/** Leaves p^k in `powers` and k − step, with Σ p^(k − step) the target, in `solution`; returns the step. NaN: not found. */
function lastStepOfPower({ terms, powers, solution, target }: Plan, m: number, width: number): number {
	const sum = target[m]!;
	let k = solution[m]!;
	for (let step = 0; step < MAX_STEPS; step++) {
		let value = -sum;
		let f1 = 0;
		let f2 = 0;
		let f3 = 0;
		for (let i = 0; i < width; i++) {
			const log = terms[i]!;
			const power = log === 0 ? 0 : expOf(k * log);
			const first = power * log;
			const second = first * log;
			powers[i] = power;
			value += power;
			f1 += first;
			f2 += second;
			f3 += second * log;
		}
		const move = stepBack(value, f1, f2 / 2, f3 / 6);
		if (Math.abs(move) <= LAST_STEP_POWER) {
			solution[m] = k - move;
			return move;
		}
		k = k - move > 0 ? Math.min(1, k - move) : k / 2;
	}
	solution[m] = 1;
	return Number.NaN;
}

/** How far the root lies behind the guess, by f and its first three derivatives over n!; far away, by Newton's step. */
function stepBack(value: number, f1: number, f2: number, f3: number): number {
	const u = value / f1;
	const bend = (u * f2) / f1;
	return Math.abs(bend) > 0.25 ? u : u * (1 + bend + 2 * bend * bend - (u * u * f3) / f1);
}

/** A market of zeros is none, and goes the slow way, which costs it nothing. */
const isBook = ({ winners }: Plan, m: number, sum: number): boolean =>
	Math.abs(sum - winners[m]!) <= SUM_TOLERANCE * winners[m]!;

/** The index of the market's last outcome. */
function priceSlowly({ markets, offset }: Plan, m: number, fair: Float64Array, out: Int32Array): number {
	const { rule, winners } = markets[m]!;
	const start = offset[m]!;
	const those = fair.subarray(start, offset[m + 1]!);
	const odds = those.some((p) => p > 0) ? priceMarket([...those], rule, winners) : [];
	for (let i = 0; i < those.length; i++) out[start + i] = odds[i] ?? NOT_OFFERED;
	return start + those.length - 1;
}
