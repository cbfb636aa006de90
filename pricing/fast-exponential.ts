/**
 * Logarithm and exponential by tables, for loops over many prices: a few multiplications each, where a call of Math.log or
 * Math.exp leaves compiled code. Within 1e-14 of those, relatively for the exponential, absolutely for the logarithm.
 */

const PARTS = 64;
const PART = Math.LN2 / PARTS;
const INVERSE_PART = PARTS / Math.LN2;
/** Powers of two from 2^−64 on: what `expOf` can reach. */
const LEAST_POWER = -64;
/** At the lower end of what the tables hold. */
export const LEAST_EXPONENT = LEAST_POWER * Math.LN2;
const POWERS = Float64Array.from({ length: 1 - LEAST_POWER }, (_none, index) => 2 ** (LEAST_POWER + index));
const ROOTS = Float64Array.from({ length: PARTS }, (_none, part) => 2 ** (part / PARTS));

/** e^x for `LEAST_EXPONENT` ≤ x ≤ 0; outside by Math.exp. */
export function expOf(x: number): number {
	if (!(x <= 0 && x >= LEAST_EXPONENT)) return Math.exp(x);
	// Counted from the lower end, so that cutting off rounds down.
	const index = ((x - LEAST_EXPONENT) * INVERSE_PART) | 0;
	const rest = x - LEAST_EXPONENT - index * PART;
	const series =
		1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest * (1 / 24 + rest * (1 / 120 + (1 / 720) * rest)))));
	return (POWERS[index >> 6] as number) * (ROOTS[index & (PARTS - 1)] as number) * series;
}

const CELLS = 256;
const CENTRES = Float64Array.from({ length: CELLS }, (_none, cell) => 1 / (1 + (cell + 0.5) / CELLS));
const LOGS = Float64Array.from(CENTRES, (inverse) => -Math.log(inverse));
const FLOAT = new Float64Array(1);
const BITS = new Int32Array(FLOAT.buffer);
/** The half of a number with its sign, exponent and first bits, on machines of either order. */
const HIGH = new Int32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;
const BIAS = 1_023;
const LEAST_NORMAL = 2.3e-308;
/** Two to the power of what brings a number into 1 … 2. */
const DOUBLINGS = Float64Array.from({ length: BIAS }, (_none, halvings) => 2 ** halvings);

/** ln x for 0 < x ≤ 1 that is no subnormal number; outside by Math.log. */
export function logOf(x: number): number {
	if (!(x >= LEAST_NORMAL && x <= 1)) return Math.log(x);
	FLOAT[0] = x;
	const high = BITS[HIGH] as number;
	const halvings = BIAS - (high >> 20);
	const cell = (high >> 12) & (CELLS - 1);
	const by = x * (DOUBLINGS[halvings] as number) * (CENTRES[cell] as number) - 1;
	const series = by * (1 - by * (1 / 2 - by * (1 / 3 - by * (1 / 4 - by * (1 / 5 - (1 / 6) * by)))));
	return (LOGS[cell] as number) + series - halvings * Math.LN2;
}
