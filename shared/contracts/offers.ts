/** P2 on the wire: what a wallet offers a desk. Of each ticket its terms once, and of each leg what is its own. */
import * as v from "valibot";
import { BET } from "../limits.ts";
import { type DeskTerms, deskTermsSchema } from "../ticket/terms.ts";
import {
	type LegRef,
	legNoSchema,
	legRefEntries,
	marketIdSchema,
	matchIdSchema,
	outcomeIdSchema,
	regionSchema,
	ticketKeySchema,
} from "./ids.ts";
import { objectName, oddsMilli, v1, v2, version } from "./primitives.ts";

const ownEntries = {
	marketId: marketIdSchema,
	outcomeId: outcomeIdSchema,
	/** The price the player saw. */
	oddsMilli,
	/** The version the player saw, where the client names it. */
	marketVersion: v.optional(version),
} as const;
const offeredLegSchema = v.strictObject({ legNo: legNoSchema, ...ownEntries });
export type OfferedLeg = v.InferOutput<typeof offeredLegSchema>;

const ticketOfferSchema = v.strictObject({
	ticketKey: ticketKeySchema,
	terms: deskTermsSchema,
	legs: v.pipe(v.array(offeredLegSchema), v.minLength(1), v.maxLength(BET.maxLegs)),
});
export type TicketOffer = v.InferOutput<typeof ticketOfferSchema>;

const addressEntries = { desk: objectName, matchId: matchIdSchema, region: regionSchema, wallet: objectName } as const;
const currentSchema = v.strictObject({
	v: v2,
	...addressEntries,
	offers: v.pipe(
		v.array(ticketOfferSchema),
		v.minLength(1),
		v.check((offers) => legCountOf(offers) <= BET.legsPerDeskCall, "too many legs"),
	),
});
export type OfferRequest = v.InferOutput<typeof currentSchema>;

const legCountOf = (offers: readonly { readonly legs: readonly unknown[] }[]): number =>
	offers.reduce((count, { legs }) => count + legs.length, 0);

/** As release 0.2.0 words it, with the terms on every leg; it goes when no release is left that does (docs/decisions/0019-one-offer-a-ticket.md). */
const formerLegSchema = v.strictObject({ ...legRefEntries, ...ownEntries, ...deskTermsSchema.entries });
const formerSchema = v.strictObject({
	v: v1,
	...addressEntries,
	legs: v.pipe(v.array(formerLegSchema), v.minLength(1), v.maxLength(BET.legsPerDeskCall)),
});
export type FormerOfferRequest = v.InferOutput<typeof formerSchema>;

/** In either wording. */
export const offerRequestSchema = v.variant("v", [currentSchema, formerSchema]);
export type OfferCall = v.InferOutput<typeof offerRequestSchema>;

/** What a desk is offered, in whichever words. */
export function offerOf(call: OfferCall): OfferRequest {
	if (call.v === 2) return call;
	const { desk, matchId, region, wallet, legs } = call;
	const offers = legs.map(({ ticketKey, legNo, marketId, outcomeId, oddsMilli: shown, marketVersion, ...terms }) => ({
		ticketKey,
		terms,
		legs: [offeredLeg({ legNo, marketId, outcomeId, oddsMilli: shown, marketVersion: marketVersion ?? null })],
	}));
	return { v: 2, ...{ desk, matchId, region, wallet }, offers };
}

/** The same for a desk that reads no other words. */
export function formerOffer({ desk, matchId, region, wallet, offers }: OfferRequest): FormerOfferRequest {
	const legs = offers.flatMap(({ ticketKey, terms, legs: own }) => own.map((leg) => ({ ticketKey, ...terms, ...leg })));
	return { v: 1, ...{ desk, matchId, region, wallet }, legs };
}

/** An own field that a client did not name is left out: the wire has no word for nothing. */
export function offeredLeg({
	marketVersion,
	...leg
}: Omit<OfferedLeg, "marketVersion"> & { readonly marketVersion: number | null }): OfferedLeg {
	return marketVersion === null ? leg : { ...leg, marketVersion };
}

/** A leg as it is offered, with the terms of its ticket. */
export type LegOffer = LegRef & { readonly terms: DeskTerms; readonly leg: OfferedLeg };
export const legsOffered = (offers: readonly TicketOffer[]): readonly LegOffer[] =>
	offers.flatMap(({ ticketKey, terms, legs }) => legs.map((leg) => ({ ticketKey, legNo: leg.legNo, terms, leg })));
