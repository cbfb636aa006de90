/** What is agreed when a bet is placed, and never changes afterwards. */
import * as v from "valibot";
import { currencySchema, licenceSchema, partnerIdSchema } from "../contracts/ids.ts";
import { oddsMilli, stakeMinor } from "../contracts/primitives.ts";

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
