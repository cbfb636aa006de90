/**
 * Margin and ladder for a whole book at once, in arrays of numbers and without garbage: what runs at every tick and every
 * input. The prices are exactly those of `priceMarket`, which is the definition:
 *
 * - Here and there the same equations are solved, so the two prices before rounding differ by rounding errors alone, a few
 *   1e-14 of the price; `CLOSE` (`fast-rungs.ts`) allows for a hundred times that. Where a whole thousandth lies that near,
 *   the market is priced by `priceMarket` itself; elsewhere both fall on the same rung. So the answer does not depend on
 *   where a solver started, and a replay gives the same bytes (MAT-2).
 * - Odds ratio on two outcomes x, y with sum T asks for one square root: c is the positive root of
 *   xy(2 − T)c² − (T − 1)bc − T(1 − x)(1 − y) = 0, b = x(1 − y) + y(1 − x), and odds are 1 + (1 − x)/(cx).
 * - Odds ratio on more, and power (`fast-power.ts`), take steps of a third-order Newton from the solution of the previous book,
 *   mostly one.
 * - No outcome is loaded beyond the bounds of `margin-taper.ts`: what a market's equation asks beyond them is cut to them.
 * - An answer stands while nothing has moved so far that a price could leave its rung (`hold`, `isPowerSettled`).
 * - Other methods go the slow way.
 */

import { isOnLadder, stepAt } from "../shared/betting/ladder.ts";
import type { MarginRule } from "../shared/catalogue/schemas.ts";
import { expOf } from "./fast-exponential.ts";
import { isPowerFound, type PowerWork, powerWork } from "./fast-power.ts";
import { HAIR, IN_DOUBT, NOT_OFFERED, settle } from "./fast-rungs.ts";
import { MAX_MARGIN } from "./margin.ts";
import { leastPowerOf, MOST_RATIO } from "./margin-taper.ts";
import { priceMarket } from "./price-market.ts";
import { stepBack } from "./solve.ts";

export { NOT_OFFERED };

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

/** A sum this far off is for `priceMarket` to judge, which draws its line a little further out. */
const SUM_TOLERANCE = 1e-3;
const MAX_STEPS = 30;
/**
 * The last step, as a share of c. A step sums three terms of the inverse series of f around the guess (with u = f/f' and
 * aₙ = f⁽ⁿ⁾/(n!·f'): u + a₂u² + (2a₂² − a₃)u³), so what is left is its fourth power times 5a₂³ − 5a₂a₃ + a₄. With o = (1 − p)/p
 * the sum is Σ c/(o + c) and |aₙ| ≤ c^(1−n): at most 11·s⁴ = 7e-13 of c.
 */
const LAST_STEP = 5e-4;
/**
 * Of two outcomes one tells the other: where they sum up to one within this, and neither is below `LEAST_HELD`, what is left of
 * the sum moves a price by a hundredth of `HOLD_CLOSE`.
 */
const TWO_WAY_SUM = 1e-15;
const LEAST_HELD = 1e-4;
/** Prices far from the end of their rung are held no further than this. */
const MOST_SLACK = 1;

type Layout = {
	readonly markets: readonly BookMarket[];
	/** Where each market's outcomes begin. */
	readonly offset: Int32Array;
	readonly target: Float64Array;
	readonly winners: Float64Array;
	/** Limits of a market's prices: the least, and the rung above the highest. */
	readonly min: Int32Array;
	readonly beyond: Int32Array;
	/** By outcome: its price in thousandths before the ladder, 0 where it has none (of odds ratio on more than two), and after it. */
	readonly raw: Float64Array;
	readonly odds: Int32Array;
	/** How far the price may move before it is on another rung. */
	readonly room: Float64Array;
	/** By outcome: between these fair values its market's prices stay on their rungs (of power: see `isPowerSettled`). */
	readonly low: Float64Array;
	readonly high: Float64Array;
	/** The last odds ratio of each market. */
	readonly solution: Float64Array;
	/** One market's odds against, (1 − p)/p. */
	readonly terms: Float64Array;
	/** Which markets are solved which way. */
	readonly byRoot: Int32Array;
	/** Of those with two outcomes: where they begin, and between which values of the first the prices stay. */
	readonly rootAt: Int32Array;
	readonly rootLow: Float64Array;
	readonly rootHigh: Float64Array;
	readonly byRatio: Int32Array;
	readonly byPower: Int32Array;
	readonly bySlowly: Int32Array;
};

export function createBookMargin(markets: readonly BookMarket[]): BookMargin {
	const layout = layoutOf(markets);
	const power = powerWork(markets.length, layout.raw.length);
	return {
		outcomes: layout.raw.length,
		apply: (fair, out) => {
			priceByRoot(layout, fair);
			priceByRatio(layout, fair);
			priceByPower(layout, power, fair);
			for (let n = 0; n < layout.bySlowly.length; n++) priceSlowly(layout, layout.bySlowly[n]!, fair);
			out.set(layout.odds);
		},
	};
}

/** In one pass and without iterators: after a goal the first list of prices waits for it. */
function layoutOf(markets: readonly BookMarket[]): Layout {
	const count = markets.length;
	const offset = new Int32Array(count + 1);
	const [target, winners] = [new Float64Array(count), new Float64Array(count)];
	const [min, beyond] = [new Int32Array(count), new Int32Array(count)];
	const solved: Readonly<Record<Solver, number[]>> = { root: [], ratio: [], power: [], slowly: [] };
	let most = 1;
	for (let m = 0; m < count; m++) {
		const market = markets[m]!;
		const { rule } = market;
		offset[m + 1] = offset[m]! + market.outcomes;
		target[m] = market.winners * (1 + rule.margin);
		winners[m] = market.winners;
		min[m] = rule.minOddsMilli;
		beyond[m] = rule.maxOddsMilli + stepAt(rule.maxOddsMilli);
		solved[solverOf(market)].push(m);
		if (market.outcomes > most) most = market.outcomes;
	}
	const outcomes = offset[count]!;
	const byRoot = new Int32Array(solved.root);
	return {
		...{ markets, offset, target, winners, min, beyond, byRoot },
		raw: new Float64Array(outcomes),
		odds: new Int32Array(outcomes),
		room: new Float64Array(outcomes),
		low: new Float64Array(outcomes).fill(Number.POSITIVE_INFINITY),
		high: new Float64Array(outcomes),
		solution: new Float64Array(count).fill(1),
		terms: new Float64Array(most),
		rootAt: byRoot.map((m) => offset[m]!),
		rootLow: new Float64Array(byRoot.length).fill(Number.POSITIVE_INFINITY),
		rootHigh: new Float64Array(byRoot.length),
		byRatio: new Int32Array(solved.ratio),
		byPower: new Int32Array(solved.power),
		bySlowly: new Int32Array(solved.slowly),
	};
}

type Solver = "root" | "ratio" | "power" | "slowly";
function solverOf({ outcomes, winners, rule }: BookMarket): Solver {
	if (!(rule.margin > 0 && rule.margin <= MAX_MARGIN && isOnLadder(rule.maxOddsMilli))) return "slowly";
	if (rule.method === "power") return "power";
	if (rule.method !== "odds-ratio") return "slowly";
	return outcomes === 2 && winners === 1 ? "root" : "ratio";
}

/** Whether these are probabilities below one that sum up to what a market's do, and to less than the margin makes of it. */
function isBook({ offset, winners, target }: Layout, m: number, fair: Float64Array): boolean {
	const end = offset[m + 1]!;
	let sum = 0;
	for (let i = offset[m]!; i < end; i++) {
		const p = fair[i]!;
		if (!(p >= 0 && p < 1)) return false;
		sum += p;
	}
	return sum < target[m]! && Math.abs(sum - winners[m]!) <= SUM_TOLERANCE * winners[m]!;
}

/** Of two outcomes that sum up to one, one tells the other. */
function priceByRoot(layout: Layout, fair: Float64Array): void {
	const { byRoot, rootAt, rootLow, rootHigh } = layout;
	for (let n = 0; n < byRoot.length; n++) {
		const i = rootAt[n]!;
		const x = fair[i]!;
		if (x > rootLow[n]! && x < rootHigh[n]! && Math.abs(x + fair[i + 1]! - 1) <= TWO_WAY_SUM) continue;
		const way = solveRoot(layout, byRoot[n]!, i, fair);
		rootLow[n] = x - way;
		rootHigh[n] = x + way;
	}
}

/** How far the first of two probabilities may move until the prices change; −1 where that is not known. */
function solveRoot(layout: Layout, m: number, i: number, fair: Float64Array): number {
	const { odds, target, min, beyond } = layout;
	const x = fair[i]!;
	const y = fair[i + 1]!;
	const off = Math.abs(x + y - 1);
	if (!(x > 0 && x < 1 && y > 0 && y < 1 && off <= SUM_TOLERANCE && x + y < target[m]!)) {
		// One outcome alone cannot carry a margin.
		if (x > 0 && y > 0) priceSlowly(layout, m, fair);
		else odds.fill(NOT_OFFERED, i, i + 2);
		return -1;
	}
	const sum = target[m]!;
	const xWins = x * (1 - y);
	const yWins = y * (1 - x);
	const half = (sum - 1) * (xWins + yWins);
	const asked = (2_000 * (2 - sum)) / (half + Math.sqrt(half * half + 4 * sum * (2 - sum) * xWins * yWins));
	const share = Math.max(asked, 1_000 / (MOST_RATIO * x * y));
	const priceX = (1_000 + share * yWins) * HAIR;
	const priceY = (1_000 + share * xWins) * HAIR;
	const roomX = settle(odds, i, priceX, min[m]!, beyond[m]!);
	const roomY = settle(odds, i + 1, priceY, min[m]!, beyond[m]!);
	if (roomX === IN_DOUBT || roomY === IN_DOUBT) {
		priceSlowly(layout, m, fair);
		return -1;
	}
	if (x < LEAST_HELD || y < LEAST_HELD || off > TWO_WAY_SUM) return -1;
	const isNearerX = roomX * (priceY - 1_000) < roomY * (priceX - 1_000);
	return wayOf(isNearerX ? roomX / (priceX - 1_000) : roomY / (priceY - 1_000)) * x * y;
}

function priceByRatio(layout: Layout, fair: Float64Array): void {
	const { byRatio, offset, low } = layout;
	for (let n = 0; n < byRatio.length; n++) {
		const m = byRatio[n]!;
		if (isHeld(layout, m, fair)) continue;
		const start = offset[m]!;
		low[start] = Number.POSITIVE_INFINITY;
		if (isBook(layout, m, fair) && isRatioPriced(layout, m, start, offset[m + 1]!, fair) && settleAll(layout, m))
			hold(layout, m, fair);
		else priceSlowly(layout, m, fair);
	}
}

/** Prices are p^−k: with k found, one stays on its rung while the logarithm −k·ln p lies between its bounds. */
function priceByPower(layout: Layout, work: PowerWork, fair: Float64Array): void {
	const { byPower, offset, target, low } = layout;
	for (let n = 0; n < byPower.length; n++) {
		const m = byPower[n]!;
		const start = offset[m]!;
		const end = offset[m + 1]!;
		const isFound = isBook(layout, m, fair) && isPowerFound(work, m, target[m]!, fair, start, end);
		if (isFound && isPowerSettled(layout, work, m, start, end)) continue;
		priceSlowly(layout, m, fair);
		low.fill(Number.POSITIVE_INFINITY, start, end);
	}
}

/** `low` and `high` are here those of the logarithm of the price. */
function isPowerSettled(layout: Layout, work: PowerWork, m: number, start: number, end: number): boolean {
	const { low, high, odds, min, beyond } = layout;
	let least = 0;
	for (let i = start; i < end; i++) least = Math.min(least, work.logNow[i]!);
	const k = Math.max(leastPowerOf(least), work.exponent[m]!);
	for (let i = start; i < end; i++) {
		const log = work.logNow[i]!;
		const logOdds = -k * log;
		if (logOdds > low[i]! && logOdds < high[i]!) continue;
		if (log === 0) {
			odds[i] = NOT_OFFERED;
			low[i] = Number.POSITIVE_INFINITY;
			continue;
		}
		const price = (1_000 * HAIR) / expOf(k * log);
		const room = settle(odds, i, price, min[m]!, beyond[m]!);
		if (room === IN_DOUBT) return false;
		// ln(1 + z) is above z/(1 + z), and below z.
		low[i] = logOdds - room / price;
		high[i] = logOdds + room / (price + room);
	}
	return true;
}

/** From exact prices down to rungs. */
function settleAll({ raw, odds, offset, min, beyond, room }: Layout, m: number): boolean {
	const least = min[m]!;
	const above = beyond[m]!;
	const end = offset[m + 1]!;
	for (let i = offset[m]!; i < end; i++) {
		const price = raw[i]!;
		if (price === 0) {
			odds[i] = NOT_OFFERED;
			continue;
		}
		const own = settle(odds, i, price, least, above);
		if (own === IN_DOUBT) return false;
		room[i] = own;
	}
	return true;
}

function isRatioPriced(layout: Layout, m: number, start: number, end: number, fair: Float64Array): boolean {
	const { terms, solution, raw } = layout;
	for (let i = start; i < end; i++) {
		const against = (1 - fair[i]!) / fair[i]!;
		terms[i - start] = against;
		// Of a chance that is hardly a number, which only the slow way tells from nothing.
		if (against === Number.POSITIVE_INFINITY && fair[i]! > 0) return false;
	}
	if (!isRatioSolved(layout, m, end - start)) return false;
	const scale = 1_000 / Math.min(MOST_RATIO, solution[m]!);
	for (let i = start; i < end; i++) {
		// Impossible outcomes have infinite odds against.
		const against = terms[i - start]!;
		raw[i] = against < Number.POSITIVE_INFINITY ? (1_000 + scale * against) * HAIR : 0;
	}
	return true;
}

/** Leaves c, with Σ c / (o + c) the target, in `solution`. */
function isRatioSolved({ terms, solution, target }: Layout, m: number, width: number): boolean {
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
		if (Math.abs(move) <= LAST_STEP * c) {
			solution[m] = c;
			return true;
		}
	}
	solution[m] = 1;
	return false;
}

/*
 * Between which fair values an answer of odds ratio stands. With all odds against, o = (1 − p)/p, within a factor of 1 ± ε of
 * what they were, so is the c that solves Σ c/(o + c) (it grows with each o, and by a factor with all of them), and so a price
 * less one, o/c, stays within (1 + ε)/(1 − ε) of itself: 1 + s for ε = s/(2 + s), with s the way to the nearest end of any
 * outcome's rung, as a share of the price less one. A p stays as near as that while it moves by less than p(1 − p)·ε/(1 + ε).
 */

/** How far p may move, as a share of p(1 − p). */
const wayOf = (slack: number): number => {
	const bounded = slack < MOST_SLACK ? slack : MOST_SLACK;
	return bounded > 0 ? bounded / (2 + 2 * bounded) : -1;
};

function isHeld({ offset, low, high, winners, target }: Layout, m: number, fair: Float64Array): boolean {
	const end = offset[m + 1]!;
	let sum = 0;
	for (let i = offset[m]!; i < end; i++) {
		const p = fair[i]!;
		if (!(p > low[i]! && p < high[i]!)) return false;
		sum += p;
	}
	return sum < target[m]! && Math.abs(sum - winners[m]!) <= SUM_TOLERANCE * winners[m]!;
}

function hold({ low, high, offset, raw, room }: Layout, m: number, fair: Float64Array): void {
	const start = offset[m]!;
	const end = offset[m + 1]!;
	let slack = MOST_SLACK;
	for (let i = start; i < end; i++) {
		const own = raw[i] === 0 ? MOST_SLACK : room[i]! / (raw[i]! - 1_000);
		if (own < slack) slack = own;
	}
	const way = wayOf(slack);
	for (let i = start; i < end; i++) {
		const p = fair[i]!;
		const by = way * p * (1 - p);
		// What is impossible has to stay so.
		low[i] = p === 0 ? -Number.MIN_VALUE : p - by;
		high[i] = p === 0 ? Number.MIN_VALUE : p + by;
	}
}

function priceSlowly({ markets, offset, odds }: Layout, m: number, fair: Float64Array): void {
	const { rule, winners } = markets[m]!;
	const start = offset[m]!;
	const those = fair.subarray(start, offset[m + 1]!);
	const prices = those.some((p) => p > 0) ? priceMarket([...those], rule, winners) : [];
	for (let i = 0; i < those.length; i++) odds[start + i] = prices[i] ?? NOT_OFFERED;
}
