/** Root finding shared by margins and strengths, on monotone functions, to the last bits of a double. */

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

export type Slope = { readonly value: number; readonly slope: number };

/**
 * The same with a derivative: Newton's steps from `start`, halving the bracket whenever one would leave it or would not
 * halve what is left to gain. Ends where a step no longer moves x by more than rounding does; null as above.
 */
export function newton(f: (x: number) => Slope, low: number, high: number, start: number): number | null {
	const atLow = f(low).value;
	const atHigh = f(high).value;
	if (atLow === 0) return low;
	if (atHigh === 0) return high;
	if (!(atLow < 0 !== atHigh < 0) || Number.isNaN(atLow) || Number.isNaN(atHigh)) return null;
	let a = low;
	let b = high;
	let x = Math.min(high, Math.max(low, start));
	let lastMove = high - low;
	for (let step = 0; step < MAX_STEPS; step++) {
		const { value, slope } = f(x);
		if (value === 0) return x;
		if (value < 0 === atLow < 0) a = x;
		else b = x;
		const wanted = x - value / slope;
		const isGood = wanted > a && wanted < b && Math.abs(wanted - x) <= lastMove / 2;
		const next = isGood || Math.abs(wanted - x) <= Number.EPSILON * Math.abs(x) ? wanted : (a + b) / 2;
		lastMove = Math.abs(next - x);
		x = next;
		if (lastMove <= Number.EPSILON * Math.abs(x)) return x;
	}
	return x;
}

/**
 * How far a root lies behind a guess, by f and its first three derivatives over n! there: three terms of the inverse series;
 * far away, Newton's step.
 */
export function stepBack(value: number, f1: number, f2: number, f3: number): number {
	const u = value / f1;
	const bend = (u * f2) / f1;
	const twist = (u * u * f3) / f1;
	// Of terms that are not small the series says nothing: their sum may be next to zero far from any root.
	return Math.abs(bend) > 0.25 || Math.abs(twist) > 0.25 ? u : u * (1 + bend + 2 * bend * bend - twist);
}
