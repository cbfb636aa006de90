/** What a load of pushes is told and tells: the same for us and for the peer. */
import * as v from "valibot";
import { latenciesSchema } from "../measures/quantiles.ts";

export const pushLoadSchema = v.object({
	url: v.string(),
	secret: v.string(),
	/** Matches in play; each pusher has its share of them. */
	matchIds: v.array(v.string()),
	kickedOffAtMs: v.number(),
	/** Each has one push under way at a time. */
	pushers: v.number(),
	inputsPerPush: v.number(),
	/** Between an answer and the pusher's next push; 0: none, as fast as they are taken. */
	pauseMs: v.number(),
	warmUpMs: v.number(),
	runMs: v.number(),
	run: v.string(),
});
export type PushLoad = Readonly<v.InferOutput<typeof pushLoadSchema>>;

export const pushResultSchema = v.object({
	ranMs: v.number(),
	/** Inputs whose push was answered within the time that counts. */
	inputs: v.number(),
	/** Answers that told the provider to wait. */
	busy: v.number(),
	/** Of pushes that were taken, and of what was under way at the end for as long as it had waited. */
	latencies: latenciesSchema,
	/** Inputs a match was given in all. */
	given: v.record(v.string(), v.number()),
});
export type PushResult = Readonly<v.InferOutput<typeof pushResultSchema>>;
