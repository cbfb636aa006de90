/** The formulas of `margin.ts` from probabilities to implied ones, each the inverse of its removal. They judge nothing. */
import type { MarginMethod } from "../shared/catalogue/margin-methods.ts";
import { newton } from "./solve.ts";

/** What comes of putting a margin in or taking one out. */
export type MarginResult =
	| { readonly ok: true; readonly values: readonly number[] }
	| { readonly ok: false; readonly message: string };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const TOO_THIN = "the outcomes still open cannot carry this margin";

/** The largest logarithm of an odds ratio: beyond it a probability of 1e-300 would be priced as likely. */
const MAX_LOG_RATIO = 700;

/** Implied probabilities summing to `target` from the fair ones of possible outcomes (all above zero). */
export function applicationOf(
	method: MarginMethod,
	fair: readonly number[],
	target: number,
	winners: number,
): MarginResult {
	const total = sum(fair);
	switch (method) {
		case "multiplicative":
			return { ok: true, values: fair.map((p) => (p * target) / total) };
		case "additive":
			return { ok: true, values: fair.map((p) => p + (target - total) / fair.length) };
		case "balanced-book": {
			const z = (target - total) / (fair.length - total);
			return { ok: true, values: fair.map((p) => p * (1 - z) + z) };
		}
		case "goto":
			return applyGoto(fair, target);
		case "power":
			return applyPower(fair, target);
		case "odds-ratio":
			return applyOddsRatio(fair, target);
		case "shin":
			return winners === 1 ? applyShin(fair, target) : { ok: false, message: "Shin is defined for one winner" };
	}
}

function applyPower(fair: readonly number[], target: number): MarginResult {
	const logs = fair.map(Math.log);
	const at = (k: number): readonly number[] => logs.map((log) => Math.exp(k * log));
	const f = (k: number) => {
		const powers = at(k);
		return { value: sum(powers) - target, slope: sum(powers.map((power, index) => power * (logs[index] ?? 0))) };
	};
	const k = newton(f, 0, 1, 1);
	return k === null ? { ok: false, message: TOO_THIN } : { ok: true, values: at(k) };
}

/** In the logarithm of the ratio, where the sum is as smooth for a ratio of a million as for one of 1.1. */
function applyOddsRatio(fair: readonly number[], target: number): MarginResult {
	const at = (c: number): readonly number[] => fair.map((p) => (c * p) / (1 - p + c * p));
	const f = (log: number) => {
		const implied = at(Math.exp(log));
		return { value: sum(implied) - target, slope: sum(implied.map((q) => q * (1 - q))) };
	};
	const log = newton(f, 0, MAX_LOG_RATIO, 0);
	return log === null ? { ok: false, message: TOO_THIN } : { ok: true, values: at(Math.exp(log)) };
}

/** Shin's q for insider share z: √B · √(z·p + (1 − z)·p²); its square root of B is what makes Σq = B. */
function applyShin(fair: readonly number[], target: number): MarginResult {
	const root = Math.sqrt(target);
	const at = (z: number): readonly number[] => fair.map((p) => root * Math.sqrt(p * (p + z * (1 - p))));
	const f = (z: number) => {
		const implied = at(z);
		return {
			value: sum(implied) - target,
			slope: sum(implied.map((q, index) => (target * (fair[index] ?? 0) * (1 - (fair[index] ?? 0))) / (2 * q))),
		};
	};
	const z = newton(f, 0, 1, 0);
	return z === null ? { ok: false, message: TOO_THIN } : { ok: true, values: at(z) };
}

/**
 * q with q − s√(1 − q) = p for one s, chosen so that Σq is the target. With u = √(1 − q): u² + s·u − (1 − p) = 0, whose
 * positive root is written so that nothing cancels.
 */
function applyGoto(fair: readonly number[], target: number): MarginResult {
	const rootAt = (p: number, s: number): number => (2 * (1 - p)) / (s + Math.sqrt(s * s + 4 * (1 - p)));
	const at = (s: number): readonly number[] => fair.map((p) => (p === 1 ? 1 : p + s * rootAt(p, s)));
	const f = (s: number) => ({
		value: sum(at(s)) - target,
		slope: sum(
			fair.map((p) => {
				const u = p === 1 ? 0 : rootAt(p, s);
				return u === 0 ? 0 : (2 * u * u) / (2 * u + s);
			}),
		),
	});
	const s = newton(f, 0, 1e6, 0);
	return s === null ? { ok: false, message: TOO_THIN } : { ok: true, values: at(s) };
}
