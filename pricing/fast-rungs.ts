/** From exact prices to rungs of the ladder by tables, and how far a price may move until it is on another one. */
import { LADDER_HAIR, MAX_ODDS_MILLI, stepAt } from "../shared/betting/ladder.ts";

/** Odds of an outcome that is not offered. */
export const NOT_OFFERED = 0;

/** How near, as a share of itself, a price may be to a whole thousandth before two ways to it may differ. */
const CLOSE = 1e-11;
/** A price this near to the end of its rung, as a share of itself, is worked out each time. */
const HOLD_CLOSE = 1e-9;

/** Where a price falls: below ten by its tens of thousandths, from there by its halves, of which every rung is a multiple. */
const rungOf = (milli: number): number => milli - (milli % stepAt(milli));
const LOW_END = 10_000;
const TEN = 10;
const LOW_RUNGS = Uint16Array.from({ length: LOW_END / TEN }, (_none, tens) => rungOf(tens * TEN));
const HALF = 500;
const HIGH_RUNGS = Int32Array.from({ length: (MAX_ODDS_MILLI + stepAt(MAX_ODDS_MILLI)) / HALF + 1 }, (_none, halves) =>
	rungOf(halves * HALF),
);
/** How far it is to the rung above. */
const LOW_STEPS = Uint16Array.from(LOW_RUNGS, stepAt);
const HIGH_STEPS = Uint16Array.from(HIGH_RUNGS, stepAt);
/** From an exact price to one that finds its own rung (`ladder.ts`). */
export const HAIR = 1 + LADDER_HAIR;

/** A price so near to a whole thousandth that it may be another one. */
export const IN_DOUBT = Number.NEGATIVE_INFINITY;

/**
 * Writes the rung of an exact price between its limits, and returns how far the price may move before it is on another one;
 * `IN_DOUBT` where it must be worked out slowly. From `beyond` on, a step above the highest rung, nothing is offered.
 */
export function settle(odds: Int32Array, i: number, price: number, least: number, beyond: number): number {
	const milli = price | 0;
	const above = price - milli;
	const doubt = price * CLOSE;
	if (price < beyond) {
		if (!(above >= doubt && above <= 1 - doubt)) return IN_DOUBT;
		if (milli < least) {
			odds[i] = NOT_OFFERED;
			return least - price - price * HOLD_CLOSE;
		}
		const isLow = milli < LOW_END;
		const place = isLow ? (milli / TEN) | 0 : (milli / HALF) | 0;
		const rung = isLow ? LOW_RUNGS[place]! : HIGH_RUNGS[place]!;
		const up = rung + (isLow ? LOW_STEPS[place]! : HIGH_STEPS[place]!) - price;
		const down = price - rung;
		odds[i] = rung;
		return (down < up ? down : up) - price * HOLD_CLOSE;
	}
	if (price - beyond < doubt) return IN_DOUBT;
	odds[i] = NOT_OFFERED;
	return price - beyond - price * HOLD_CLOSE;
}
