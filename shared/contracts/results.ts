/** Results of markets and legs (SET-1). A leg result is absolute: it says how the leg stands, not what changed. */
import * as v from "valibot";
import { CONTRACT } from "../limits.ts";
import { licenceSchema, marketIdSchema, outcomeIdSchema } from "./ids.ts";
import { epochMs, shortText, version } from "./primitives.ts";

/** `dead_heat`: stake × places / tied at full odds (MON-4). */
export const legOutcomeSchema = v.variant("kind", [
	v.strictObject({ kind: v.literal("win") }),
	v.strictObject({ kind: v.literal("lose") }),
	v.strictObject({ kind: v.literal("void") }),
	v.strictObject({ kind: v.literal("half_win") }),
	v.strictObject({ kind: v.literal("half_lose") }),
	v.strictObject({
		kind: v.literal("dead_heat"),
		places: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(CONTRACT.outcomesPerMarket)),
		tied: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(CONTRACT.outcomesPerMarket)),
	}),
]);
export type LegOutcome = v.InferOutput<typeof legOutcomeSchema>;

/** `open` takes a result back (rollback): legs count as undecided again until a higher version comes. */
export const marketResultStateSchema = v.variant("kind", [
	v.strictObject({ kind: v.literal("settled"), outcomes: v.record(outcomeIdSchema, legOutcomeSchema) }),
	v.strictObject({ kind: v.literal("void"), reason: shortText }),
	v.strictObject({ kind: v.literal("open"), reason: shortText }),
]);
export type MarketResultState = v.InferOutput<typeof marketResultStateSchema>;

/**
 * A span of time on the match's clock, both ends included, in which bets that were accepted are void whatever the result (SET-4):
 * they knew too much, or their provider cancels them. A missing end is open; `licences` are those whose bets it is about.
 */
export const voidSpanSchema = v.strictObject({
	fromMs: v.nullable(epochMs),
	toMs: v.nullable(epochMs),
	licences: v.pipe(v.array(licenceSchema), v.minLength(1), v.maxLength(CONTRACT.licences)),
});
export type VoidSpan = v.InferOutput<typeof voidSpanSchema>;
export const voidSpansSchema = v.optional(
	v.pipe(v.array(voidSpanSchema), v.minLength(1), v.maxLength(CONTRACT.voidSpans)),
);

/** One counter a market, raised by result, correction, rollback and cancellation alike. */
export const marketResultSchema = v.strictObject({
	marketId: marketIdSchema,
	settlementVersion: v.pipe(version, v.minValue(1)),
	state: marketResultStateSchema,
	voids: voidSpansSchema,
});
export type MarketResult = v.InferOutput<typeof marketResultSchema>;

/** Whose leg it is, and when it was accepted on the match's clock. */
export type AcceptedLeg = { readonly outcomeId: string; readonly licence: string; readonly acceptedAtMs: number };

/** What a leg gets from a market's result; null while the market is open. Outcomes that a settled market does not name lose. */
export function legOutcomeOf({ state, voids = [] }: MarketResult, leg: AcceptedLeg): LegOutcome | null {
	if (voids.some((span) => isVoidIn(span, leg))) return { kind: "void" };
	switch (state.kind) {
		case "settled":
			return state.outcomes[leg.outcomeId] ?? { kind: "lose" };
		case "void":
			return { kind: "void" };
		case "open":
			return null;
	}
}

const isVoidIn = ({ fromMs, toMs, licences }: VoidSpan, { licence, acceptedAtMs }: AcceptedLeg): boolean =>
	licences.includes(licence) && (fromMs === null || acceptedAtMs >= fromMs) && (toMs === null || acceptedAtMs <= toMs);
