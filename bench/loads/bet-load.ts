/** What a load of bets is told and tells: the same for us and for every peer. */
import * as v from "valibot";
import { latenciesSchema } from "../measures/quantiles.ts";

export const legSchema = v.object({
	matchId: v.string(),
	marketId: v.string(),
	outcomeId: v.string(),
	oddsMilli: v.number(),
	marketVersion: v.number(),
});
export type Leg = Readonly<v.InferOutput<typeof legSchema>>;

export const betLoadSchema = v.object({
	url: v.string(),
	/** Each has one bet under way at a time. */
	clients: v.number(),
	warmUpMs: v.number(),
	runMs: v.number(),
	/** Of players; each bets ten times a second at most, so there are several a client. */
	tokens: v.array(v.string()),
	legs: v.array(legSchema),
	stakeMinor: v.number(),
	/** Between a decision and the client's next bet; 0: none, as fast as they are decided. */
	pauseMs: v.number(),
	/** Ends after so many bets, however long it takes; null: when its time is over. */
	bets: v.nullable(v.number()),
	/** Bets of two runs have different ids. */
	run: v.string(),
});
export type BetLoad = Readonly<v.InferOutput<typeof betLoadSchema>>;

export const betResultSchema = v.object({
	ranMs: v.number(),
	/** Answers with a decision, within the time that counts. */
	decided: v.number(),
	accepted: v.number(),
	/** What else was answered, by code or status. */
	others: v.record(v.string(), v.number()),
	/** Of decisions, and of what was under way at the end for as long as it had waited. */
	latencies: latenciesSchema,
});
export type BetResult = Readonly<v.InferOutput<typeof betResultSchema>>;

const ACCEPTED_SHARE = 0.95;

/** @throws Error where too few bets were accepted: refusals are cheaper, and a load of them would measure something else. */
export function checkAccepted(what: string, { accepted, others }: Pick<BetResult, "accepted" | "others">): void {
	const all = Object.values(others).reduce((sum, count) => sum + count, accepted);
	if (accepted === 0 || accepted < all * ACCEPTED_SHARE)
		throw new Error(`${what}: ${accepted} of ${all} bets were accepted: ${JSON.stringify(others)}`);
}
