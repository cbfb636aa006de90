/** What an open loop is told and tells: it sends by the clock, whatever comes back, and ends by itself. */
import * as v from "valibot";
import { latenciesSchema } from "../measures/quantiles.ts";
import { legSchema } from "./bet-load.ts";

export const offerLoadSchema = v.object({
	url: v.string(),
	/** Requests a second, and for how long. */
	perSec: v.number(),
	runMs: v.number(),
	run: v.string(),
	what: v.variant("kind", [
		v.object({
			kind: v.literal("bets"),
			tokens: v.array(v.string()),
			legs: v.array(legSchema),
			stakeMinor: v.number(),
		}),
		v.object({
			kind: v.literal("pushes"),
			secret: v.string(),
			matchIds: v.array(v.string()),
			kickedOffAtMs: v.number(),
			inputsPerPush: v.number(),
		}),
	]),
});
export type OfferLoad = Readonly<v.InferOutput<typeof offerLoadSchema>>;

export const offerResultSchema = v.object({
	/** From the first request to the last answer that counts. */
	ranMs: v.number(),
	offered: v.number(),
	/** Answers that took what was sent: bets that were accepted, pushes that were stored whole. */
	taken: v.number(),
	/** Answers that said, in time or not, that it is too much: with when to come again, and without. */
	busy: v.number(),
	busyWithoutRetry: v.number(),
	/** Whatever else, by code or status. */
	others: v.record(v.string(), v.number()),
	/** Since each was due to be sent, not since there was a connection for it. */
	takenIn: latenciesSchema,
	busyIn: latenciesSchema,
	/** Of bets, the ids that were accepted; of pushes, how many inputs each match was given. */
	acceptedIds: v.array(v.string()),
	given: v.record(v.string(), v.number()),
});
export type OfferResult = Readonly<v.InferOutput<typeof offerResultSchema>>;
