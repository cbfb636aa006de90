/** What the catalogue has of one sport, and what each of its rows has to be. A sport is a file of `sports/`. */
import * as v from "valibot";
import { providerSchema } from "../contracts/ids.ts";
import { durationMs, ppm } from "../contracts/primitives.ts";
import { MARGIN_METHODS } from "./margin-methods.ts";

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
export const text = v.pipe(v.string(), v.minLength(1));
/** The month in which a row's figures came to be: rows of an old version stay, because old tickets and matches name it. */
export const rowVersion = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}$/));

/** How long a bet waits in play before it is decided. */
export const sportDelaySchema = v.strictObject({ version: rowVersion, inPlayMs: durationMs });

/** SET-5: how long a result stands before it pays; a group without an entry waits `otherwiseMs`. */
export const holdOffSchema = v.strictObject({ otherwiseMs: durationMs, byGroupMs: v.record(text, durationMs) });
export type HoldOff = Readonly<v.InferOutput<typeof holdOffSchema>>;

export const sportHoldOffSchema = v.strictObject({
	version: rowVersion,
	holdOff: holdOffSchema,
	/** MAT-7: how long a fact that only a stated score tells of must stand unchallenged before it counts as told. */
	inferredStandsMs: durationMs,
});

/** The most an outcome may cost over all regions, in base minor units. */
export const sportCapSchema = v.strictObject({ version: rowVersion, capBaseMinor: count });

/**
 * MAT-9: the share of the way to the deciding provider's strengths that each statement of its prices moves ours once a match runs.
 * A provider without an entry has `otherwisePpm`.
 */
export const sportFollowingSchema = v.strictObject({
	version: rowVersion,
	otherwisePpm: ppm,
	byProviderPpm: v.record(providerSchema, ppm),
});

/** Half a book's worth is no margin but a slip. */
const margin = v.pipe(v.number(), v.gtValue(0), v.maxValue(0.5));
const marginRuleSchema = v.strictObject({
	method: v.picklist(MARGIN_METHODS),
	/** The book sums to `winners` × (1 + margin): 0.05 is five per cent. */
	margin,
	/** An outcome whose price would be lower is not offered. A rung of the ladder. */
	minOddsMilli: count,
	/** An outcome whose price would be higher is offered at this one. A rung of the ladder. */
	maxOddsMilli: count,
});
export type MarginRule = Readonly<v.InferOutput<typeof marginRuleSchema>>;

/** `base` holds for every group that has no entry; an entry changes only what it names. */
const phaseMarginsSchema = v.strictObject({
	base: marginRuleSchema,
	groups: v.record(text, v.partial(marginRuleSchema)),
});
export type PhaseMargins = Readonly<v.InferOutput<typeof phaseMarginsSchema>>;

export const sportMarginsSchema = v.strictObject({ prematch: phaseMarginsSchema, inPlay: phaseMarginsSchema });
export type SportMargins = Readonly<v.InferOutput<typeof sportMarginsSchema>>;

export const sportRowsSchema = v.strictObject({
	betDelays: v.array(sportDelaySchema),
	holdOffs: v.array(sportHoldOffSchema),
	outcomeCaps: v.array(sportCapSchema),
	following: v.array(sportFollowingSchema),
	/** What the standard view charges; other views are made of it (`views.ts`). */
	standardMargins: v.array(v.strictObject({ version: rowVersion, ...sportMarginsSchema.entries })),
	/** What a trader may set of its strengths (MAT-11), in words, for who writes the command. */
	strengthsText: text,
});
export type SportRows = Readonly<v.InferOutput<typeof sportRowsSchema>>;
