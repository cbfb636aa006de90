/**
 * Moving the fair probabilities of one market before its margin: by a trader's opinion, or away from what has been sold.
 * Both are shifts of log-odds (natural logarithm), one number an outcome, so no shift can leave (0, 1).
 *
 * A shifted market no longer follows from the model's one law, so it can disagree with its sister markets: home in
 * `1x2` against draw-or-away in `dc`. A log-odds shift of s moves a probability by at most s/4, and two outcomes that
 * cover everything carry a margin of m between them: shifts of up to 2m cannot make the pair a sure profit, even where
 * both markets move. `MAX_LIABILITY_LOGIT` is that for m = 5 %; a view with less takes a smaller `maxLogit`. A trader's own
 * shift may go further: that is a decision.
 */
import { bisect } from "./solve.ts";

/** The most a trader may shift an outcome: odds against the rest times or divided by e. */
export const MAX_SHIFT_LOGIT = 1;
/** The most that sold bets shift an outcome by themselves: an even outcome moves by 2.5 percentage points. */
export const MAX_LIABILITY_LOGIT = 0.1;
/** Liability shifts move in steps, so that a price does not follow every bet and the journal stays short. */
export const LIABILITY_STEP_LOGIT = 0.02;
/** A shift stays where it is until the risk asks for another one by this share of a step: no flutter at a boundary. */
const HYSTERESIS = 0.75;

/** Room for rounding at the ends of a bracket, in log-odds. */
const ROUNDING = 1e-6;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/**
 * The fair probabilities with each outcome's log-odds shifted, their sum unchanged. Exclusive outcomes (`winners` 1) are
 * tilted, p·e^s / Σ p·e^s, so that a shift s of one outcome moves that outcome's log-odds by exactly s and leaves the
 * rest in proportion. With more winners, logit p' = logit p + s + λ with the λ that keeps the sum. Only differences
 * between shifts matter. Impossible and certain outcomes stay as they are; without shifts the very same array is returned.
 *
 * `logitShifts` is clamped to ±`MAX_SHIFT_LOGIT`; one that is missing, or is no number, throws.
 */
export function shiftFair(fair: readonly number[], logitShifts: readonly number[], winners: number): readonly number[] {
	if (logitShifts.length !== fair.length || logitShifts.some(Number.isNaN)) throw new Error("one shift an outcome");
	const shifts = logitShifts.map((shift) => clamp(shift, -MAX_SHIFT_LOGIT, MAX_SHIFT_LOGIT));
	const open = fair.map((p) => p > 0 && p < 1);
	const moving = shifts.filter((_shift, index) => open[index]);
	if (moving.length < 2 || moving.every((shift) => shift === moving[0])) return fair;
	const factor = shifts.map((shift) => Math.exp(shift));
	const mass = sum(fair.filter((_p, index) => open[index]));
	if (winners === 1) {
		const tilted = fair.map((p, index) => (open[index] ? p * (factor[index] ?? 1) : 0));
		const total = sum(tilted);
		return fair.map((p, index) => (open[index] ? ((tilted[index] ?? 0) / total) * mass : p));
	}
	const at = (lambda: number): readonly number[] =>
		fair.map((p, index) => {
			const odds = p * (factor[index] ?? 1) * Math.exp(lambda);
			return open[index] ? odds / (1 - p + odds) : p;
		});
	const total = sum(fair);
	// It lies between the outermost shifts, but where an outcome is all but certain rounding may put it beside them.
	const lambda = bisect(
		(value) => sum(at(value)) - total,
		-Math.max(...moving) - ROUNDING,
		-Math.min(...moving) + ROUNDING,
	);
	// All are so nearly certain or impossible that no shift shows in a double.
	return lambda === null ? fair : at(lambda);
}

/**
 * The log-odds shift that moves an exclusive outcome of probability `p` by `shiftPpm` millionths, for a trader who thinks
 * in points. Null where it would leave (0, 1) or exceed `MAX_SHIFT_LOGIT`.
 */
export function logitOfPpm(p: number, shiftPpm: number): number | null {
	const target = p + shiftPpm / 1_000_000;
	if (!(p > 0 && p < 1 && target > 0 && target < 1)) return null;
	const shift = Math.log(target / (1 - target)) - Math.log(p / (1 - p));
	return Math.abs(shift) <= MAX_SHIFT_LOGIT ? shift : null;
}

export type LiabilityRule = {
	/** Shift at a risk of `capMinor` and beyond; at most `MAX_LIABILITY_LOGIT`. */
	readonly maxLogit: number;
	/** The shifts in force, one an outcome: what the hysteresis holds on to. None at first. */
	readonly previous?: readonly number[];
};

/**
 * Shifts against what has been sold, for `shiftFair`: s = maxLogit × min(1, risk / cap), in steps of
 * `LIABILITY_STEP_LOGIT`. `risksMinor` is what each outcome costs if it wins (payout − stake of its bets), in the same
 * minor units as `capMinor`. More risk on an outcome never lowers its shift, so its probability rises and its price falls,
 * while the others' prices rise; a book sold evenly does not move at all.
 */
export function liabilityShift(
	risksMinor: readonly number[],
	capMinor: number,
	{ maxLogit, previous }: LiabilityRule = { maxLogit: MAX_LIABILITY_LOGIT },
): readonly number[] {
	if (!(capMinor > 0)) return risksMinor.map(() => 0);
	const most = clamp(maxLogit, 0, MAX_LIABILITY_LOGIT) / LIABILITY_STEP_LOGIT;
	return risksMinor.map((risk, index) => {
		const wanted = most * clamp(risk / capMinor, 0, 1);
		const held = Math.round(clamp((previous?.[index] ?? 0) / LIABILITY_STEP_LOGIT, 0, most));
		return (Math.abs(wanted - held) < HYSTERESIS ? held : Math.round(wanted)) * LIABILITY_STEP_LOGIT;
	});
}
