/**
 * The Board: which matches exist, and whose they are. A match tells it about itself; the lobby forgets what has long ended, the
 * list of owners forgets nothing.
 */
import * as v from "valibot";
import { sportSchema } from "../feeds/canonical.ts";
import { BET, CONTRACT, FEED } from "../limits.ts";
import { marketIdSchema, matchIdSchema, outcomeIdSchema, providerSchema } from "./ids.ts";
import { marketStatusSchema } from "./match.ts";
import { epochMs, finite, oddsMilli, sequence, shortText, v1, version } from "./primitives.ts";

export const matchSummarySchema = v.strictObject({
	matchId: matchIdSchema,
	sport: sportSchema,
	competition: shortText,
	home: v.strictObject({ name: shortText, short: shortText }),
	away: v.strictObject({ name: shortText, short: shortText }),
	scheduledAtMs: epochMs,
	status: v.picklist(["scheduled", "live", "ended"]),
	stale: v.boolean(),
	clock: v.strictObject({
		phase: shortText,
		text: shortText,
		elapsedSec: finite,
		running: v.boolean(),
		rate: finite,
	}),
	score: v.strictObject({ home: finite, away: finite }),
	headline: v.nullable(
		v.strictObject({
			marketId: marketIdSchema,
			status: marketStatusSchema,
			version,
			outcomes: v.pipe(
				v.array(v.strictObject({ outcomeId: outcomeIdSchema, name: shortText, oddsMilli: v.nullable(oddsMilli) })),
				v.maxLength(CONTRACT.headlineOutcomes),
			),
		}),
	),
	openMarkets: finite,
});
export type MatchSummary = v.InferOutput<typeof matchSummarySchema>;

/** `order` rises with every upsert of a match across its restarts, so a late one is dropped. */
export const upsertRequestSchema = v.strictObject({ v: v1, order: sequence, summary: matchSummarySchema });
export type UpsertRequest = v.InferOutput<typeof upsertRequestSchema>;

/**
 * A lane asks before it takes anything for a match that it does not know. `opens`: a fixture is among it, and the id is given to
 * this provider group for ever where nobody has it.
 */
export const claimRequestSchema = v.strictObject({
	v: v1,
	group: providerSchema,
	matches: v.pipe(
		v.array(v.strictObject({ matchId: matchIdSchema, opens: v.boolean() })),
		v.maxLength(FEED.maxInputsPerRequest),
	),
});
export type ClaimRequest = v.InferOutput<typeof claimRequestSchema>;
/** In the order of the question. `foreign`: another group has it. `unknown`: nobody has it, and it is not to be opened. */
export const claimAnswerSchema = v.strictObject({
	v: v1,
	verdicts: v.array(v.picklist(["ours", "foreign", "unknown"])),
});
export type ClaimAnswer = v.InferOutput<typeof claimAnswerSchema>;

/** Asked before a match's object is woken, which would make one: which of these, at most a ticket's, have ever been opened. */
export const knowsRequestSchema = v.strictObject({
	v: v1,
	matchIds: v.pipe(v.array(matchIdSchema), v.maxLength(BET.maxLegs)),
});
export type KnowsRequest = v.InferOutput<typeof knowsRequestSchema>;
export const knowsAnswerSchema = v.strictObject({ v: v1, known: v.array(matchIdSchema) });
export type KnowsAnswer = v.InferOutput<typeof knowsAnswerSchema>;

export type BoardRpc = {
	upsert(request: UpsertRequest): Promise<{ v: 1 }>;
	list(request: { v: 1 }): Promise<MatchSummary[]>;
	claim(request: ClaimRequest): Promise<ClaimAnswer>;
	knows(request: KnowsRequest): Promise<KnowsAnswer>;
};
