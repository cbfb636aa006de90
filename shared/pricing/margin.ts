/**
 * Removing a bookmaker's margin from prices, and putting ours onto fair probabilities. With q = 1/odds and B = Σq:
 *
 * | method | fair probability |
 * |---|---|
 * | multiplicative | q / B |
 * | additive | q − (B − 1) / n |
 * | power | q^k with Σ = 1 |
 * | odds-ratio | q / (c + q − c·q) with Σ = 1 |
 * | shin | (√(z² + 4(1 − z)q²/B) − z) / (2(1 − z)) with Σ = 1 |
 * | goto | q − s√(1 − q), s = (B − 1) / Σ√(1 − q) |
 *
 * Additive and goto can give negative probabilities on late in-play prices; the others never do.
 */
import { bisect } from "./solve.ts";

export const MARGIN_METHODS = ["multiplicative", "additive", "power", "odds-ratio", "shin", "goto"] as const;
export type MarginMethod = (typeof MARGIN_METHODS)[number];
export type MarginResult =
	| { readonly ok: true; readonly values: readonly number[] }
	| { readonly ok: false; readonly message: string };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const refuse = (message: string): MarginResult => ({ ok: false, message });
const given = (values: readonly number[] | null, message: string): MarginResult =>
	values === null ? refuse(message) : { ok: true, values };

/** Fair probabilities (summing to one) from decimal odds of exclusive outcomes. */
export function removeMargin(method: MarginMethod, odds: readonly number[]): MarginResult {
	if (odds.length < 2) return refuse("a market has at least two outcomes");
	if (odds.some((price) => !Number.isFinite(price) || price <= 1)) return refuse("decimal odds are finite and above 1");
	const q = odds.map((price) => 1 / price);
	const values = removalOf(method, q);
	if (values.ok && values.values.some((p) => !(p > 0 && p < 1)))
		return refuse(`${method} gives no probabilities for these odds`);
	return values;
}

function removalOf(method: MarginMethod, q: readonly number[]): MarginResult {
	const booksum = sum(q);
	switch (method) {
		case "multiplicative":
			return { ok: true, values: q.map((x) => x / booksum) };
		case "additive":
			return { ok: true, values: q.map((x) => x - (booksum - 1) / q.length) };
		case "power": {
			const k = bisect((e) => sum(q.map((x) => x ** e)) - 1, 1e-3, 1e3);
			return given(k === null ? null : q.map((x) => x ** k), "power does not converge");
		}
		case "odds-ratio": {
			const at = (c: number): readonly number[] => q.map((x) => x / (c + x - c * x));
			const c = bisect((value) => sum(at(value)) - 1, 1e-6, 1e6);
			return given(c === null ? null : at(c), "odds ratio does not converge");
		}
		case "shin": {
			if (booksum <= 1) return given(booksum === 1 ? q : null, "Shin needs a book above 100 %");
			const at = (z: number): readonly number[] =>
				q.map((x) => (Math.sqrt(z * z + (4 * (1 - z) * x * x) / booksum) - z) / (2 * (1 - z)));
			const z = bisect((value) => sum(at(value)) - 1, 0, 1 - 1e-9);
			return given(z === null ? null : at(z), "Shin does not converge");
		}
		case "goto": {
			const se = q.map((x) => Math.sqrt(1 - x));
			const step = (booksum - 1) / sum(se);
			return { ok: true, values: q.map((x, index) => x - step * (se[index] ?? 0)) };
		}
	}
}

/**
 * Implied probabilities (1/odds, summing to `winners` × (1 + margin)) from fair ones (summing to `winners`, the number of
 * outcomes that win together). Outcomes that cannot happen keep zero.
 */
export function applyMargin(method: MarginMethod, fair: readonly number[], margin: number, winners = 1): MarginResult {
	if (fair.some((p) => !Number.isFinite(p) || p < 0 || p > 1 + 1e-9))
		return refuse("probabilities lie between 0 and 1");
	if (!Number.isFinite(margin) || margin < 0 || margin > 0.5) return refuse("a margin lies between 0 and 0.5");
	if (margin === 0) return { ok: true, values: fair };
	const target = winners * (1 + margin);
	const values = applicationOf(method, fair, target, winners);
	if (values.ok && values.values.some((q) => !(q >= 0 && q < 1 + 1e-9)))
		return refuse(`${method} gives no prices at this margin`);
	return values;
}

function applicationOf(method: MarginMethod, fair: readonly number[], target: number, winners: number): MarginResult {
	const live = fair.filter((p) => p > 0).length;
	const each = (price: (p: number) => number): readonly number[] => fair.map((p) => (p > 0 ? price(p) : 0));
	switch (method) {
		case "multiplicative":
			return { ok: true, values: each((p) => (p * target) / winners) };
		case "additive":
			return { ok: true, values: each((p) => p + (target - winners) / live) };
		case "power": {
			const e = bisect((exponent) => sum(each((p) => p ** exponent)) - target, 1e-6, 1);
			return given(
				e === null ? null : each((p) => p ** e),
				"power does not converge: the book cannot carry this margin",
			);
		}
		case "odds-ratio": {
			const at = (c: number): readonly number[] => each((p) => (c * p) / (1 - p + c * p));
			const c = bisect((value) => sum(at(value)) - target, 1, 1e6);
			return given(c === null ? null : at(c), "odds ratio does not converge");
		}
		case "shin": {
			// Shin's q for insider share z: √B · √(z·p + (1 − z)·p²); its square root of B is what makes Σq = B.
			const at = (z: number): readonly number[] => each((p) => Math.sqrt(z * p + (1 - z) * p * p));
			const z = bisect((value) => sum(at(value)) ** 2 - target, 0, 1);
			return given(z === null ? null : at(z).map((q) => q * Math.sqrt(target)), "Shin does not converge");
		}
		case "goto":
			return applyGoto(fair, target);
	}
}

/** The inverse of goto's removal: q with q − s√(1 − q) = p for one s, chosen so that Σq is the target. */
function applyGoto(fair: readonly number[], target: number): MarginResult {
	const inverse = (p: number, s: number): number => {
		// With u = √(1 − q): u² + s·u − (1 − p) = 0.
		const u = (-s + Math.sqrt(s * s + 4 * (1 - p))) / 2;
		return 1 - u * u;
	};
	const at = (s: number): readonly number[] => fair.map((p) => (p > 0 ? inverse(p, s) : 0));
	const s = bisect((value) => sum(at(value)) - target, 0, 10);
	return given(s === null ? null : at(s), "goto does not converge");
}
