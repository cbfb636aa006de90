/** What a Match object answers: to its lane (apply), to desks (quote, confirm), to operators. */
import * as v from "valibot";
import { loggedInputSchema } from "../feeds/canonical.ts";
import { BET, CONTRACT, FEED } from "../limits.ts";
import type { Histogram } from "../metrics.ts";
import { schemaNameSchema } from "../protocol/schema-name.ts";
import { marketIdSchema, matchIdSchema, outcomeIdSchema, regionSchema, viewSchema } from "./ids.ts";
import {
	durationMs,
	epoch,
	epochMs,
	minorUnits,
	objectName,
	oddsMilli,
	plainText,
	ppm,
	sequence,
	shortText,
	v1,
	version,
} from "./primitives.ts";

/**
 * LAN-2: ages only, on the lane's clock. `answerNo` names the newest apply answer the lane has had from the match;
 * `sinceAnswerMs` is how long ago that was, `sinceSpokeMs` how long ago the deciding feed spoke. The match knows when it
 * gave that answer, so the feed spoke no earlier than thatTime + sinceAnswerMs − sinceSpokeMs.
 */
export const speechSchema = v.strictObject({
	epoch,
	answerNo: sequence,
	sinceAnswerMs: durationMs,
	sinceSpokeMs: durationMs,
});
export type Speech = v.InferOutput<typeof speechSchema>;

export const applyRequestSchema = v.strictObject({
	v: v1,
	matchId: matchIdSchema,
	lane: objectName,
	/** Seq of the first input; with no inputs, the head + 1 (a mark). The match refuses a gap and ignores an overlap. */
	fromSeq: sequence,
	inputs: v.pipe(v.array(loggedInputSchema), v.maxLength(FEED.maxApplyBatch)),
	/** The newest seq the lane holds for this match: after a restart, markets reopen only once it is reached. */
	headSeq: sequence,
	/** Null when the lane has had no answer from this epoch of the match, or the feed has never spoken. */
	speech: v.nullable(speechSchema),
	/** The provider's `quietLimitMs` (LAN-2) and the limit beyond which it counts as lost (LAN-3). */
	quietLimitMs: durationMs,
	lostAfterMs: durationMs,
	/** The lane holds the feed for lost (its silence limit passed, or its connection is down). */
	feedLost: v.boolean(),
});
export type ApplyRequest = v.InferOutput<typeof applyRequestSchema>;

export const rejectedInputSchema = v.strictObject({
	seq: sequence,
	code: plainText(CONTRACT.idChars),
	message: shortText,
});
export type RejectedInput = v.InferOutput<typeof rejectedInputSchema>;
export const applyAnswerSchema = v.strictObject({
	v: v1,
	/** Changes with every start of the match object. */
	epoch,
	answerNo: sequence,
	lastSeq: sequence,
	inPlay: v.boolean(),
	/** The match is over: the lane may forget it once that is old, though results wait for their time as this is said. */
	ended: v.boolean(),
	/** Inputs of this batch that were stored and had no effect, and why. */
	rejected: v.array(rejectedInputSchema),
});
export type ApplyAnswer = v.InferOutput<typeof applyAnswerSchema>;

export const marketStatusSchema = v.picklist(["open", "danger", "suspended", "closed", "settled"]);
export type MarketStatus = v.InferOutput<typeof marketStatusSchema>;

export const quoteRequestSchema = v.strictObject({
	v: v1,
	matchId: matchIdSchema,
	asks: v.pipe(v.array(v.strictObject({ market: marketIdSchema, view: viewSchema })), v.maxLength(BET.marketsPerQuote)),
});
export type QuoteRequest = v.InferOutput<typeof quoteRequestSchema>;
/**
 * What a desk notes when a leg is offered. It decides nothing: a bet is decided by a confirmation. An old quote can only
 * refuse a bet, because the version it names is older.
 */
export const quoteAnswerSchema = v.strictObject({
	v: v1,
	epoch,
	tick: epochMs,
	inPlay: v.boolean(),
	/** False: there is no such match. */
	known: v.boolean(),
	matchState: shortText,
	markets: v.array(
		v.strictObject({
			market: marketIdSchema,
			view: viewSchema,
			/** `unknown`: no such market in this view. */
			status: v.picklist(["open", "danger", "suspended", "closed", "settled", "unknown"]),
			version,
			delayMs: durationMs,
			outcomes: v.record(outcomeIdSchema, v.strictObject({ oddsMilli: v.nullable(oddsMilli), fairPpm: ppm })),
		}),
	),
	/** Other prices that players may still have before them (`BET.shownPriceMs`); absent: this match does not say. */
	recentPrices: v.optional(
		v.strictObject({
			/** False: there may have been more than these, and a price that is not named is no invention. */
			isComplete: v.boolean(),
			/** Markets without any are left out. */
			markets: v.array(
				v.strictObject({
					market: marketIdSchema,
					view: viewSchema,
					oddsMilli: v.record(outcomeIdSchema, v.pipe(v.array(oddsMilli), v.maxLength(BET.pricesKept))),
				}),
			),
		}),
	),
});
export type QuoteAnswer = v.InferOutput<typeof quoteAnswerSchema>;

export const confirmAskSchema = v.strictObject({
	market: marketIdSchema,
	/** The version under which the bets were taken; null where a pre-match leg names none and takes what the `ok` finds (MAT-6). */
	version: v.nullable(version),
	outcomes: v.pipe(v.array(outcomeIdSchema), v.maxLength(CONTRACT.outcomesPerMarket)),
	view: viewSchema,
});
export const exposureTotalSchema = v.strictObject({
	market: marketIdSchema,
	outcome: outcomeIdSchema,
	/** Sum of (payout − stake) in base currency of all bets that win with this outcome, the asked ones included; never netted. */
	riskBaseMinor: minorUnits,
	/** Sum of their stakes, for display (turnover, profit by score). */
	stakeBaseMinor: minorUnits,
});
export type ExposureTotal = v.InferOutput<typeof exposureTotalSchema>;

/**
 * The same inside objects. Calls between desk and match say `market`, `outcome` and `version`, as they always have: a wire is not
 * renamed while two releases talk over it.
 */
export type OutcomeRisk = {
	readonly marketId: string;
	readonly outcomeId: string;
	readonly riskBaseMinor: number;
	readonly stakeBaseMinor: number;
};
export const outcomeRisk = ({ market, outcome, riskBaseMinor, stakeBaseMinor }: ExposureTotal): OutcomeRisk => ({
	...{ marketId: market, outcomeId: outcome },
	...{ riskBaseMinor, stakeBaseMinor },
});
export const exposureTotal = ({ marketId, outcomeId, riskBaseMinor, stakeBaseMinor }: OutcomeRisk): ExposureTotal => ({
	...{ market: marketId, outcome: outcomeId },
	...{ riskBaseMinor, stakeBaseMinor },
});

export const confirmRequestSchema = v.strictObject({
	v: v1,
	matchId: matchIdSchema,
	region: regionSchema,
	/** Stored by the desk and raised before its first confirm after each start. */
	inc: sequence,
	n: sequence,
	asks: v.pipe(v.array(confirmAskSchema), v.maxLength(CONTRACT.marketsPerMatch)),
	/** Absolute, by outcome: every outcome of every asked market on which the desk has risk, and those that changed since the last answer. */
	totals: v.pipe(v.array(exposureTotalSchema), v.maxLength(BET.totalsPerConfirm)),
});
export type ConfirmRequest = v.InferOutput<typeof confirmRequestSchema>;

export const confirmMarketSchema = v.strictObject({
	market: marketIdSchema,
	view: viewSchema,
	/** The version asked about; answers are matched by (market, version, view). */
	askedVersion: v.nullable(version),
	code: v.picklist(["ok", "wait", "moved", "suspended", "closed", "over_limit"]),
	/** The market's version now. */
	version,
	delayMs: durationMs,
	/** How long ago danger ended on this market; a large number where there was none. */
	clearForMs: durationMs,
	/** By outcome: the absolute risk this desk may carry. Null: no cap was touched, all that was asked is granted. */
	granted: v.nullable(v.record(outcomeIdSchema, minorUnits)),
	/** The only prices a desk decides by; an outcome that is closed is absent. */
	oddsMilli: v.record(outcomeIdSchema, oddsMilli),
	fairPpm: v.record(outcomeIdSchema, ppm),
	/**
	 * The newest result that the market has ever had; one that says ok has taken it back, and a bet taken on this answer has nothing
	 * to do with it. Absent: a match that does not say.
	 */
	settlementVersion: v.optional(version),
});
export type ConfirmMarket = v.InferOutput<typeof confirmMarketSchema>;

export const confirmAnswerSchema = v.variant("kind", [
	v.strictObject({
		kind: v.literal("answer"),
		v: v1,
		inc: sequence,
		n: sequence,
		epoch,
		/** Seq of the last applied input. */
		seq: sequence,
		tick: epochMs,
		/** When this was answered, on the match's clock; absent from older code. */
		atMs: v.optional(epochMs),
		inPlay: v.boolean(),
		/** How long ago the deciding feed spoke, at most; null: not spoken in this epoch. */
		spokeAgoMs: v.nullable(durationMs),
		/** Score and clock in words, kept on the ticket (BET-7). */
		matchState: shortText,
		markets: v.array(confirmMarketSchema),
	}),
	/** Not above the highest (inc, n) stored. No answer is replayed. */
	v.strictObject({ kind: v.literal("stale"), v: v1 }),
]);
export type ConfirmAnswer = v.InferOutput<typeof confirmAnswerSchema>;

/** What an answer says of a market, by the names of insides. */
export type NamedMarket<Said> = Omit<Said, "market" | "version"> & {
	readonly marketId: string;
	readonly marketVersion: number;
};
export const namedMarket = <Said extends { readonly market: string; readonly version: number }>({
	market,
	version: marketVersion,
	...rest
}: Said): NamedMarket<Said> => ({ ...rest, marketId: market, marketVersion });

export const schemaRequestSchema = v.strictObject({ v: v1, name: schemaNameSchema });

/** For operators. */
export type MatchExposure = {
	readonly matchId: string;
	readonly capBaseMinor: number;
	readonly baseCurrency: string;
	readonly markets: readonly {
		readonly marketId: string;
		readonly name: string;
		readonly status: MarketStatus;
		readonly outcomes: readonly {
			readonly outcomeId: string;
			readonly riskBaseMinor: number;
			readonly stakeBaseMinor: number;
		}[];
	}[];
	/** Profit by final score: stakes of losing outcomes − risk of winning ones, over markets that follow from the score. */
	readonly ladder: readonly { readonly label: string; readonly profitBaseMinor: number }[];
};

/**
 * `contradiction`: the feed says what cannot be brought together with what we know; a trader resolves it. `inferred`: a score
 * tells of what nobody told. `proposal`: waits for a second person; `proposalId` names it. `overdue`: markets without a decision.
 * `unknown_group`: a bet stop named a group that nobody has, and stopped everything. `late_bets`: bets came after what had happened.
 */
export type MatchAttention = {
	readonly kind: "contradiction" | "inferred" | "proposal" | "overdue" | "unknown_group" | "late_bets";
	readonly message: string;
	readonly sinceMs: number | null;
	readonly proposalId?: string;
};

export type MatchOps = {
	readonly matchId: string;
	readonly lane: string | null;
	readonly epoch: string;
	readonly lastSeq: number;
	readonly inPlay: boolean;
	readonly ended: boolean;
	readonly spokeAgoMs: number | null;
	/** The newest fixture. */
	readonly scheduledAtMs: number;
	readonly venue: string | null;
	/** What prices are made of, by the sport's own names; where it comes from, and since when. */
	readonly strengths: {
		readonly values: Readonly<Record<string, number>>;
		readonly source: "fixture" | "market" | "trader";
		readonly sinceMs: number;
		readonly trader: string | null;
		/** What follows the provider's prices meanwhile: the same, unless a trader's stand. */
		readonly market: Readonly<Record<string, number>>;
		/** Share of the way that a statement of the provider's prices moves strengths now. */
		readonly followingPpm: number;
	};
	/** Markets whose price a trader holds, by outcome, and the lines that he chose. */
	readonly heldPrices: readonly {
		readonly marketId: string;
		readonly oddsMilli: Readonly<Record<string, number>>;
		readonly trader: string;
		readonly sinceMs: number;
	}[];
	readonly chosenLines: readonly string[];
	readonly holds: readonly { readonly reason: string; readonly scope: string }[];
	/** What somebody must look at, in words. */
	readonly attention: readonly MatchAttention[];
	/** Markets that the provider's prices have suspended, and those that a trader reopened all the same; null: no fresh prices. */
	readonly deviations: readonly {
		readonly marketId: string;
		readonly status: "alarm" | "waived";
		readonly distancePpm: number | null;
	}[];
	/** What traders and bets have done to prices; shifts in thousandths of a logit, by market and outcome. */
	readonly pricing: {
		readonly margins: readonly {
			readonly view: string | null;
			readonly group: string | null;
			readonly marginPpm: number;
		}[];
		readonly traderShifts: Readonly<Record<string, Readonly<Record<string, number>>>>;
		readonly liabilityShifts: Readonly<Record<string, Readonly<Record<string, number>>>>;
		readonly liabilityMaxMilli: number;
	};
	readonly capBaseMinor: number;
	readonly delayMs: number;
	readonly subscribers: number;
	readonly deskOutboxDepth: number;
	readonly reportOutboxDepth: number;
	/** For how long the oldest of these rows has been on its way; null where none waits. */
	readonly reportOutboxAgeMs: number | null;
	/** Lane's receipt of an input → its frame, since this instance started. */
	readonly eventToFrame: Histogram;
	readonly name: string;
	readonly score: string;
	readonly clock: string;
};

/** RPC methods of the Match object. Arguments arrive undecoded: the object decodes them and throws a typed fault on rubbish. */
export type MatchRpc = {
	apply(request: ApplyRequest): Promise<ApplyAnswer>;
	quote(request: QuoteRequest): Promise<QuoteAnswer>;
	confirm(request: ConfirmRequest): Promise<ConfirmAnswer>;
	/** The HTTP image; null where the match does not exist. See shared/protocol/image.ts. */
	image(request: { v: 1; matchId: string; view: string }): Promise<string | null>;
	/** The body of a schema by its name; null where it is none of the newest of this match. */
	schema(request: { v: 1; name: string }): Promise<string | null>;
	exposure(request: { v: 1; matchId: string }): Promise<MatchExposure | null>;
	ops(request: { v: 1; matchId: string }): Promise<MatchOps | null>;
	/** Reports: what Postgres now holds contiguously from this source. */
	confirmReports(request: { v: 1; source: string; mark: number }): Promise<void>;
};
