/** What a Desk object answers to wallets (offer, start, release, ask) and to its match (results). Protocol of a ticket: P2–P5. */
import * as v from "valibot";
import { BET, CONTRACT } from "../limits.ts";
import { legRefusalSchema } from "../ticket/refusals.ts";
import { legRefEntries, legRefSchema, marketIdSchema, matchIdSchema } from "./ids.ts";
import type { OfferCall } from "./offers.ts";
import {
	durationMs,
	epoch,
	epochMs,
	objectName,
	oddsMilli,
	ppm,
	sequence,
	shortText,
	v1,
	version,
} from "./primitives.ts";
import { legOutcomeSchema, marketResultSchema } from "./results.ts";

export const refusedLegSchema = v.strictObject({
	...legRefEntries,
	vote: v.literal("no"),
	code: legRefusalSchema,
	/** BET-6: the largest stake that would have been accepted. */
	maxStakeMinor: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
	/** The price now, where it moved. */
	oddsMilli: v.optional(oddsMilli),
	marketVersion: v.optional(version),
	matchState: v.optional(shortText),
});
export type RefusedLeg = v.InferOutput<typeof refusedLegSchema>;

export const reservedLegSchema = v.strictObject({
	...legRefEntries,
	vote: v.literal("yes"),
	/** The price taken, from the `ok`. */
	oddsMilli,
	marketVersion: version,
	/** The match's own words at the decision (BET-7), and the authority's position: on the ticket for ever. */
	matchState: shortText,
	epoch,
	seq: sequence,
	tick: epochMs,
	/** When the match said ok, on its own clock: by it a bet counts as accepted (SET-4). Absent in votes of older code. */
	atMs: v.optional(epochMs),
	delayMs: durationMs,
	fairPpm: ppm,
});
export type ReservedLeg = v.InferOutput<typeof reservedLegSchema>;
export const voteSchema = v.variant("vote", [reservedLegSchema, refusedLegSchema]);
export type Vote = v.InferOutput<typeof voteSchema>;

export const notedLegSchema = v.strictObject({
	...legRefEntries,
	vote: v.literal("noted"),
	delayMs: durationMs,
	version: v.nullable(version),
	fairPpm: ppm,
	/** The price of ours that the leg's risk is counted at (MON-5): what it would be taken at as far as its desk knows. */
	oddsMilli: v.nullable(oddsMilli),
	matchState: shortText,
});
export type NotedLeg = v.InferOutput<typeof notedLegSchema>;
/** The fate of each offered leg right away: noted (its window runs), or no. A leg decided before gets its vote again. */
export const offerAnswerSchema = v.strictObject({
	v: v1,
	legs: v.array(v.variant("vote", [notedLegSchema, reservedLegSchema, refusedLegSchema])),
});
export type OfferAnswer = v.InferOutput<typeof offerAnswerSchema>;

export const startRequestSchema = v.strictObject({
	v: v1,
	desk: objectName,
	wallet: objectName,
	/** `weightPpm`: product of the other legs' fair probabilities, fixed here and never from the client. */
	legs: v.pipe(
		v.array(
			v.strictObject({
				...legRefEntries,
				delayMs: durationMs,
				weightPpm: ppm,
				/** Product of the other legs' prices as their desks noted them: ours, and never the client's. */
				otherOddsMilli: v.pipe(v.number(), v.safeInteger(), v.minValue(1_000)),
			}),
		),
		v.minLength(1),
		v.maxLength(BET.legsPerDeskCall),
	),
});
export const startAnswerSchema = v.strictObject({ v: v1 });
export type StartRequest = v.InferOutput<typeof startRequestSchema>;

export const votesRequestSchema = v.strictObject({
	v: v1,
	wallet: objectName,
	desk: objectName,
	votes: v.pipe(v.array(voteSchema), v.minLength(1), v.maxLength(BET.legsPerDeskCall)),
});
export type VotesRequest = v.InferOutput<typeof votesRequestSchema>;
export const legsAnsweredSchema = v.strictObject({ v: v1, answered: v.array(legRefSchema) });
export type LegsAnswered = v.InferOutput<typeof legsAnsweredSchema>;

export const releaseRequestSchema = v.strictObject({
	v: v1,
	desk: objectName,
	wallet: objectName,
	legs: v.pipe(v.array(legRefSchema), v.minLength(1), v.maxLength(BET.legsPerDeskCall)),
});
export type ReleaseRequest = v.InferOutput<typeof releaseRequestSchema>;

/** P5: the wallet asks after its deadline. An undecided or unknown leg gets a tombstone and the answer no (`timed_out`). */
export const askRequestSchema = releaseRequestSchema;
export type AskRequest = ReleaseRequest;
export const askAnswerSchema = v.strictObject({ v: v1, votes: v.array(voteSchema) });
export type AskAnswer = v.InferOutput<typeof askAnswerSchema>;

export const resultsRequestSchema = v.strictObject({
	v: v1,
	desk: objectName,
	matchId: matchIdSchema,
	results: v.pipe(v.array(marketResultSchema), v.minLength(1), v.maxLength(CONTRACT.marketsPerMatch)),
});
export type ResultsRequest = v.InferOutput<typeof resultsRequestSchema>;
export const resultsAnswerSchema = v.strictObject({
	v: v1,
	stored: v.array(v.strictObject({ marketId: marketIdSchema, settlementVersion: v.pipe(version, v.minValue(1)) })),
});
export type ResultsAnswer = v.InferOutput<typeof resultsAnswerSchema>;

export const legResultSchema = v.strictObject({
	...legRefEntries,
	settlementVersion: v.pipe(version, v.minValue(1)),
	/** Null: the result was taken back. */ outcome: v.nullable(legOutcomeSchema),
});
export type LegResult = v.InferOutput<typeof legResultSchema>;
export const legResultsRequestSchema = v.strictObject({
	v: v1,
	wallet: objectName,
	desk: objectName,
	results: v.pipe(v.array(legResultSchema), v.minLength(1), v.maxLength(BET.legsPerWalletCall)),
});
export type LegResultsRequest = v.InferOutput<typeof legResultsRequestSchema>;

export type DeskRpc = {
	offer(request: OfferCall): Promise<OfferAnswer>;
	start(request: StartRequest): Promise<{ v: 1 }>;
	release(request: ReleaseRequest): Promise<LegsAnswered>;
	ask(request: AskRequest): Promise<AskAnswer>;
	/** Stores each result and its cursor in one transaction, then answers; settling to wallets is paced from its outbox. */
	results(request: ResultsRequest): Promise<ResultsAnswer>;
	ops(request: {
		v: 1;
		desk: string;
	}): Promise<{ pendingLegs: number; reservedLegs: number; outboxDepth: number; inc: number; n: number }>;
};
