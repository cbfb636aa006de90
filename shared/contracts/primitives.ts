/** Number shapes that contracts share. Everything that crosses a boundary is decoded with these, never cast. */
import * as v from "valibot";
import { BET, CONTRACT } from "../limits.ts";

const safeInteger = v.pipe(v.number(), v.safeInteger());

/** JSON says 1e999 and means infinity; a store would give it back as null. */
/** Zero has no sign: JSON writes none, and what is applied must be what a log says when it is read again (MAT-2). */
export const finite = v.pipe(
	v.number(),
	v.finite(),
	v.transform((number) => (number === 0 ? 0 : number)),
);
export const epochMs = v.pipe(safeInteger, v.minValue(0));
export const durationMs = v.pipe(safeInteger, v.minValue(0));
export const sequence = v.pipe(safeInteger, v.minValue(0));
export const version = v.pipe(safeInteger, v.minValue(0));
/** Money in the currency's minor units; may be negative where a difference is meant. */
export const minorUnits = safeInteger;
/** A stake: at least one minor unit, at most 10^12 so that stake × odds stays exact in bigint and in SQL. */
export const stakeMinor = v.pipe(safeInteger, v.minValue(1), v.maxValue(BET.maxStakeMinor));
/** Decimal odds in integer thousandths: 1.001 is 1001, 1000.00 is 1000000. */
export const oddsMilli = v.pipe(safeInteger, v.minValue(BET.minOddsMilli), v.maxValue(BET.maxOddsMilli));
/** A probability in parts per million. */
export const ppm = v.pipe(safeInteger, v.minValue(0), v.maxValue(1_000_000));

/**
 * Whether every store and screen can hold it: no half characters, no control characters. One U+0000 in a team's name would be
 * refused by Postgres, and with it every report that comes after.
 */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
/** Text of so many UTF-16 units that somebody outside has written. */
export const plainText = (maxChars: number, minChars = 0) =>
	v.pipe(
		v.string(),
		v.minLength(minChars),
		v.maxLength(maxChars),
		v.check(isPlainText, "half or control characters in it"),
	);
export const shortText = plainText(CONTRACT.textChars);
export const objectName = v.pipe(v.string(), v.maxLength(CONTRACT.objectNameChars));
/** Names a history or an instance: made by us, compared and never read. */
export const epoch = v.pipe(v.string(), v.minLength(1), v.maxLength(CONTRACT.epochChars));
export const tokenText = v.pipe(v.string(), v.maxLength(CONTRACT.tokenChars));
/** The version every RPC, frame and queue message carries; it only grows (scripts of two versions overlap in a roll-out). */
export const v1 = v.literal(1);
/** A message that was worded anew; the words of before are read until no release is left that uses them. */
export const v2 = v.literal(2);
