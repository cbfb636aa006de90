/** What is agreed when a bet is placed, and never changes afterwards. */
import * as v from "valibot";
import { currencySchema, licenceSchema, partnerIdSchema, viewSchema } from "../contracts/ids.ts";
import { durationMs, oddsMilli, stakeMinor } from "../contracts/primitives.ts";
import { BET } from "../limits.ts";

/** BET-4 */
export const pricePolicySchema = v.variant("kind", [
	/** Any change of price refuses. */
	v.strictObject({ kind: v.literal("none") }),
	/** Accept if now the same or higher, at the better price. */
	v.strictObject({ kind: v.literal("better") }),
	/** At the current price, above an optional floor. */
	v.strictObject({ kind: v.literal("any"), floorOddsMilli: v.optional(oddsMilli) }),
]);
export type PricePolicy = v.InferOutput<typeof pricePolicySchema>;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Base minor units per currency unit, as an exact fraction: base = ceil(minor × num / den) (MON-5). Fixed on the ticket at P1. */
export const rateSchema = v.strictObject({
	num: count,
	den: count,
	day: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
});
export type Rate = v.InferOutput<typeof rateSchema>;

/** The terms as the wallet keeps them and a desk is told them. */
export const termsEntries = {
	partnerId: partnerIdSchema,
	licence: licenceSchema,
	stakeMinor,
	currency: currencySchema,
	rate: rateSchema,
	pricePolicy: pricePolicySchema,
	/** Largest payout of the ticket in its currency (house rules): min(payout, cap) counts (MON-5). */
	maxPayoutMinor: stakeMinor,
} as const;

const legs = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(BET.maxLegs));
/** What a desk decides a ticket's legs by, beside what is each leg's own: it is told once, with the offer. */
export const deskTermsSchema = v.strictObject({
	...termsEntries,
	view: viewSchema,
	/** How many legs the ticket has, and at how many desks: with one desk the window runs from the offer, else from `start`. */
	legCount: legs,
	deskCount: legs,
	/** From the licence profile: longest wait for `wait` answers, and for the feed to speak. */
	maxHoldMs: durationMs,
	feedQuietMs: durationMs,
	/** Pre-match and in-play markets the licence allows. */
	allowInPlay: v.boolean(),
	allowPreMatch: v.boolean(),
});
export type DeskTerms = Readonly<v.InferOutput<typeof deskTermsSchema>>;
