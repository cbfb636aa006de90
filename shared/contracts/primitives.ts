/** Number shapes that contracts share. Everything that crosses a boundary is decoded with these, never cast. */
import * as v from "valibot";

const safeInteger = v.pipe(v.number(), v.safeInteger());

export const epochMs = v.pipe(safeInteger, v.minValue(0));
export const durationMs = v.pipe(safeInteger, v.minValue(0));
export const sequence = v.pipe(safeInteger, v.minValue(0));
export const version = v.pipe(safeInteger, v.minValue(0));
/** Money in the currency's minor units; may be negative where a difference is meant. */
export const minorUnits = safeInteger;
/** A stake: at least one minor unit, at most 10^12 so that stake × odds stays exact in bigint and in SQL. */
export const stakeMinor = v.pipe(safeInteger, v.minValue(1), v.maxValue(1_000_000_000_000));
/** Decimal odds in integer thousandths: 1.001 is 1001, 1000.00 is 1000000. */
export const oddsMilli = v.pipe(safeInteger, v.minValue(1_001), v.maxValue(10_000_000));
/** A probability in parts per million. */
export const ppm = v.pipe(safeInteger, v.minValue(0), v.maxValue(1_000_000));
export const shortText = v.pipe(v.string(), v.maxLength(200));
/** The version every RPC, frame and queue message carries; it only grows (scripts of two versions overlap in a roll-out). */
export const v1 = v.literal(1);
