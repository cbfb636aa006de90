/** The formulas of `margin.ts` from prices to probabilities, in forms that lose no digits. They judge nothing. */
import type { MarginMethod } from "../shared/catalogue/margin-methods.ts";
import type { MarginResult } from "./margin-application.ts";
import { newton } from "./solve.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const given = (root: number | null, at: (root: number) => readonly number[], message: string): MarginResult =>
	root === null ? { ok: false, message } : { ok: true, values: at(root) };

/** A book this close to fair is fair: rounding decides on which side of it the sum falls. */
const FAIR = 1e-12;

/** Probabilities summing to `winners` from implied ones, q = 1/odds. */
export function removalOf(method: MarginMethod, q: readonly number[], winners: number): MarginResult {
	const booksum = sum(q);
	switch (method) {
		case "multiplicative":
			return { ok: true, values: q.map((x) => (x * winners) / booksum) };
		case "additive":
			return { ok: true, values: q.map((x) => x - (booksum - winners) / q.length) };
		case "balanced-book": {
			const z = (booksum - winners) / (q.length - winners);
			return { ok: true, values: q.map((x) => (x - z) / (1 - z)) };
		}
		case "goto": {
			const s = (booksum - winners) / sum(q.map((x) => Math.sqrt(1 - x)));
			return { ok: true, values: q.map((x) => x - s * Math.sqrt(1 - x)) };
		}
		case "power":
			return removePower(q, winners);
		case "odds-ratio":
			return removeOddsRatio(q, winners);
		case "shin":
			return removeShin(q, booksum, winners);
	}
}

function removePower(q: readonly number[], winners: number): MarginResult {
	const logs = q.map(Math.log);
	const at = (k: number): readonly number[] => logs.map((log) => Math.exp(k * log));
	const f = (k: number) => {
		const powers = at(k);
		return { value: sum(powers) - winners, slope: sum(powers.map((power, index) => power * (logs[index] ?? 0))) };
	};
	return given(newton(f, 1e-3, 1e3, 1), at, "power finds no exponent for these odds");
}

function removeOddsRatio(q: readonly number[], winners: number): MarginResult {
	const at = (c: number): readonly number[] => q.map((x) => x / (x + c * (1 - x)));
	const f = (c: number) => ({
		value: sum(at(c)) - winners,
		slope: -sum(q.map((x) => (x * (1 - x)) / (x + c * (1 - x)) ** 2)),
	});
	return given(newton(f, 1e-6, 1e6, 1), at, "odds ratio finds no ratio for these odds");
}

/**
 * With a = q²/B and r = √(z² + 4(1 − z)a), Shin's (r − z) / (2(1 − z)) is 2a / (r + z): nothing cancels at small q, and
 * nothing is divided by zero at z = 1. Its insiders know one winner, so it is not defined for more.
 */
function removeShin(q: readonly number[], booksum: number, winners: number): MarginResult {
	if (winners !== 1) return { ok: false, message: "Shin is defined for one winner" };
	if (Math.abs(booksum - 1) <= FAIR) return { ok: true, values: q.map((x) => x / booksum) };
	if (booksum < 1) return { ok: false, message: "Shin needs a book above 100 %" };
	const squares = q.map((x) => (x * x) / booksum);
	const at = (z: number): readonly number[] => squares.map((a) => (2 * a) / (Math.sqrt(z * z + 4 * (1 - z) * a) + z));
	const f = (z: number) => ({
		value: sum(at(z)) - 1,
		slope: -sum(
			squares.map((a) => {
				const r = Math.sqrt(z * z + 4 * (1 - z) * a);
				return (2 * a * (z - 2 * a + r)) / (r * (r + z) ** 2);
			}),
		),
	});
	return given(newton(f, 0, 1, (booksum - 1) / q.length), at, "Shin finds no share of insiders for these odds");
}
