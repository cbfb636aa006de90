/** Small non-linear least squares: a few unknowns, residuals from a smooth function. Levenberg and Marquardt's damping. */

const MAX_STEPS = 100;
/** Relative step of the differences that stand in for derivatives: about the root of a double's precision. */
const DIFFERENCE = 3e-8;
const MAX_DAMPING = 1e12;
const MIN_DAMPING = 1e-12;

export type Minimum = {
	readonly x: readonly number[];
	readonly residuals: readonly number[];
	/** Half the sum of the squared residuals, and whether the steps came to rest. */
	readonly cost: number;
	readonly converged: boolean;
};

/** Solves the symmetric positive system A·x = b by Gaussian elimination; null where it is singular. */
export function solveLinear(a: readonly (readonly number[])[], b: readonly number[]): readonly number[] | null {
	const n = b.length;
	const rows = a.map((row, i) => [...row, b[i] as number]);
	for (let k = 0; k < n; k++) {
		let pivot = k;
		for (let i = k + 1; i < n; i++) {
			if (Math.abs(rows[i]?.[k] as number) > Math.abs(rows[pivot]?.[k] as number)) pivot = i;
		}
		const chosen = rows[pivot] as number[];
		rows[pivot] = rows[k] as number[];
		rows[k] = chosen;
		const head = chosen[k] as number;
		if (!(Math.abs(head) > 0)) return null;
		for (let i = k + 1; i < n; i++) {
			const row = rows[i] as number[];
			const factor = (row[k] as number) / head;
			for (let j = k; j <= n; j++) row[j] = (row[j] as number) - factor * (chosen[j] as number);
		}
	}
	const x = new Array<number>(n).fill(0);
	for (let k = n - 1; k >= 0; k--) {
		const row = rows[k] as number[];
		let rest = row[n] as number;
		for (let j = k + 1; j < n; j++) rest -= (row[j] as number) * (x[j] as number);
		x[k] = rest / (row[k] as number);
	}
	return x;
}

const costOf = (residuals: readonly number[]): number =>
	residuals.reduce((total, residual) => total + residual * residual, 0) / 2;

/** Derivatives of each residual by each unknown, by differences: `[unknown][residual]`. */
function jacobian(
	f: (x: readonly number[]) => readonly number[],
	x: readonly number[],
	residuals: readonly number[],
): readonly (readonly number[])[] {
	return x.map((value, j) => {
		const step = DIFFERENCE * Math.max(1, Math.abs(value));
		return f(x.with(j, value + step)).map((moved, i) => (moved - (residuals[i] as number)) / step);
	});
}

/**
 * How a step that overshoots is made smaller. `damped`: towards the steepest descent, which finds its way from afar. `halved`: along
 * its own direction first. Where some residuals weigh a million times more than others, damping forgets the light ones and runs off
 * along all that they alone hold in place; half a step does not.
 */
type Overshooting = "damped" | "halved";
const SEARCHES = {
	damped: { firstDamping: 1e-3, leastShare: 1 },
	halved: { firstDamping: MIN_DAMPING, leastShare: 1 / 1_024 },
} as const;

/**
 * Minimises the sum of squares of `f` from `start`, within `bounds` (each unknown is clamped). Deterministic; ends when a
 * step moves no unknown by more than `tolerance`, or nothing improves any more.
 */
export function leastSquares(
	f: (x: readonly number[]) => readonly number[],
	start: readonly number[],
	bounds: readonly (readonly [low: number, high: number])[],
	tolerance = 1e-10,
	overshooting: Overshooting = "damped",
): Minimum {
	const { firstDamping, leastShare } = SEARCHES[overshooting];
	const clamp = (x: readonly number[]): readonly number[] =>
		x.map((value, j) => Math.min(bounds[j]?.[1] as number, Math.max(bounds[j]?.[0] as number, value)));
	let x = clamp(start);
	let residuals = f(x);
	let cost = costOf(residuals);
	let damping: number = firstDamping;
	const firstBetter = (change: readonly number[]) => {
		for (let share = 1; share >= leastShare; share /= 2) {
			const next = clamp(x.map((value, j) => value - share * (change[j] as number)));
			const there = f(next);
			const costThere = costOf(there);
			if (costThere <= cost) return { next, residuals: there, cost: costThere };
		}
		return null;
	};
	for (let step = 0; step < MAX_STEPS; step++) {
		const derivatives = jacobian(f, x, residuals);
		const gradient = derivatives.map((by) => by.reduce((sum, d, i) => sum + d * (residuals[i] as number), 0));
		const normal = derivatives.map((by) =>
			derivatives.map((other) => by.reduce((sum, d, i) => sum + d * (other[i] as number), 0)),
		);
		let moved = Number.POSITIVE_INFINITY;
		for (; damping <= MAX_DAMPING; damping *= 10) {
			const damped = normal.map((row, i) =>
				row.map((value, j) => (i === j ? value * (1 + damping) + Number.MIN_VALUE : value)),
			);
			const change = solveLinear(damped, gradient);
			if (change === null) continue;
			const found = firstBetter(change);
			if (found === null) continue;
			const { next } = found;
			moved = next.reduce((most, value, j) => Math.max(most, Math.abs(value - (x[j] as number))), 0);
			[x, residuals, cost] = [next, found.residuals, found.cost];
			damping = Math.max(MIN_DAMPING, damping / 10);
			break;
		}
		// Nothing improves in any direction: this is the minimum to the last digits there are.
		if (moved <= tolerance || damping > MAX_DAMPING) return { x, residuals, cost, converged: true };
	}
	return { x, residuals, cost, converged: false };
}
