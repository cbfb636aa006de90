/** The Board: which matches exist. A match tells it about itself; the board forgets what has long ended. */
import * as v from "valibot";
import { sportSchema } from "../feeds/canonical.ts";
import { CONTRACT } from "../limits.ts";
import { marketIdSchema, matchIdSchema, outcomeIdSchema } from "./ids.ts";
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

export type BoardRpc = {
	upsert(request: UpsertRequest): Promise<{ v: 1 }>;
	list(request: { v: 1 }): Promise<MatchSummary[]>;
};
