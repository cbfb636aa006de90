/**
 * The power method, Σ p^k = T, for markets whose probabilities move a little from book to book. Logarithms and powers are
 * taken once in a while; what they have moved by since is summed as a series. The exponent comes from the one of the book
 * before, by steps of a third-order Newton, mostly one.
 */
import { expOf, logOf } from "./fast-exponential.ts";
import { stepBack } from "./solve.ts";

export type PowerWork = {
	/** By outcome, of the book that was taken: 1/p (0 of what is impossible), ln p and p^k. */
	readonly inverse: Float64Array;
	readonly logs: Float64Array;
	readonly powers: Float64Array;
	/** By market: the k of that book, and the last one found. */
	readonly takenAt: Float64Array;
	readonly exponent: Float64Array;
	/** By outcome, of the last book: ln p; −k·ln p is the logarithm of the price. */
	readonly logNow: Float64Array;
	/** Σ p^k less the target, and its first three derivatives by k. */
	readonly sums: Float64Array;
};

export const powerWork = (markets: number, outcomes: number): PowerWork => ({
	inverse: new Float64Array(outcomes),
	logs: new Float64Array(outcomes),
	powers: new Float64Array(outcomes),
	takenAt: new Float64Array(markets).fill(1),
	exponent: new Float64Array(markets).fill(1),
	logNow: new Float64Array(outcomes),
	sums: new Float64Array(4),
});

const MAX_STEPS = 30;
/**
 * The last step of k. What is left of a third-order step is its fourth power times some L³ for logarithms L: 1e-13 of k, and
 * below 4e-12 of a price for any p above 1e-12.
 */
const LAST_STEP = 5e-5;
/** How far a probability may be from where its logarithm was taken, as a share of it: d⁷/7 = 3e-16 is left of the series. */
const NEAR = 8e-3;
/** How far a power may be from where it was taken, as a logarithm: x⁶/720 = 2e-14 is left of the series. */
const NEAR_POWER = 1.6e-2;

function take(work: PowerWork, m: number, fair: Float64Array, start: number, end: number): void {
	const { inverse, logs, powers } = work;
	const k = work.exponent[m]!;
	for (let i = start; i < end; i++) {
		const p = fair[i]!;
		inverse[i] = p > 0 ? 1 / p : 0;
		logs[i] = p > 0 ? logOf(p) : 0;
		powers[i] = p > 0 ? expOf(k * logs[i]!) : 0;
	}
	work.takenAt[m] = k;
}

/** Sums up at the market's exponent; false where something has come too far, or has become possible or impossible. */
function isSummed(work: PowerWork, m: number, fair: Float64Array, start: number, end: number): boolean {
	const { inverse, logs, powers, logNow, sums } = work;
	const k = work.exponent[m]!;
	const moreK = k - work.takenAt[m]!;
	let sum = 0;
	let f1 = 0;
	let f2 = 0;
	let f3 = 0;
	for (let i = start; i < end; i++) {
		const p = fair[i]!;
		const d = p * inverse[i]! - 1;
		if (!(d < NEAR && d > -NEAR)) {
			if (p > 0 || inverse[i]! > 0) return false;
			logNow[i] = 0;
			continue;
		}
		const moved = d * (1 - d * (1 / 2 - d * (1 / 3 - d * (1 / 4 - d * (1 / 5 - (1 / 6) * d)))));
		const x = k * moved + moreK * logs[i]!;
		if (!(x < NEAR_POWER && x > -NEAR_POWER)) return false;
		const log = logs[i]! + moved;
		const power = powers[i]! * (1 + x * (1 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + (1 / 120) * x)))));
		const first = power * log;
		const second = first * log;
		logNow[i] = log;
		sum += power;
		f1 += first;
		f2 += second;
		f3 += second * log;
	}
	sums[0] = sum;
	sums[1] = f1;
	sums[2] = f2;
	sums[3] = f3;
	return true;
}

/**
 * Finds k for the outcomes from `start` to `end`, which are probabilities below one; false where there is none. Leaves k in
 * `exponent` and ln p (0 of what is impossible) in `logNow`.
 */
export function isPowerFound(
	work: PowerWork,
	m: number,
	target: number,
	fair: Float64Array,
	start: number,
	end: number,
): boolean {
	const { exponent, sums } = work;
	for (let step = 0; step < MAX_STEPS; step++) {
		if (!isSummed(work, m, fair, start, end)) {
			take(work, m, fair, start, end);
			// Of a chance too small for its inverse to be a number.
			if (!isSummed(work, m, fair, start, end)) return false;
		}
		const k = exponent[m]!;
		const move = stepBack(sums[0]! - target, sums[1]!, sums[2]! / 2, sums[3]! / 6);
		exponent[m] = k - move > 0 ? Math.min(1, k - move) : k / 2;
		if (Math.abs(move) <= LAST_STEP) return true;
	}
	exponent[m] = 1;
	return false;
}
