/** Root finding shared by margins and strengths: bisection on a monotone function, to the last bits of a double. */

/** Steps after which a bracket of doubles cannot shrink any more. */
const MAX_STEPS = 200;

/**
 * The x in [low, high] where `f` crosses zero; `f` must be monotone and change sign over the bracket, else null.
 */
export function bisect(f: (x: number) => number, low: number, high: number): number | null {
	let a = low;
	let b = high;
	const fa = f(a);
	const fb = f(b);
	if (fa === 0) return a;
	if (fb === 0) return b;
	if (!(fa < 0 !== fb < 0) || Number.isNaN(fa) || Number.isNaN(fb)) return null;
	for (let step = 0; step < MAX_STEPS; step++) {
		const middle = (a + b) / 2;
		if (middle === a || middle === b) return middle;
		const value = f(middle);
		if (value === 0) return middle;
		if (value < 0 === fa < 0) a = middle;
		else b = middle;
	}
	return (a + b) / 2;
}
