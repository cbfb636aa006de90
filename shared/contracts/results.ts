/** Results of markets and legs (SET-1). A leg result is absolute: it says how the leg stands, not what changed. */
import * as v from "valibot";
import { CONTRACT } from "../limits.ts";
import { marketIdSchema, outcomeIdSchema } from "./ids.ts";
import { shortText, version } from "./primitives.ts";

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

/** One counter a market, raised by result, correction, rollback and cancellation alike. */
export const marketResultSchema = v.strictObject({
	marketId: marketIdSchema,
	settlementVersion: v.pipe(version, v.minValue(1)),
	state: marketResultStateSchema,
});
export type MarketResult = v.InferOutput<typeof marketResultSchema>;

/** What a leg gets from a market's result; null while the market is open. Outcomes that a settled market does not name lose. */
export function legOutcomeOf(state: MarketResultState, outcomeId: string): LegOutcome | null {
	switch (state.kind) {
		case "settled":
			return state.outcomes[outcomeId] ?? { kind: "lose" };
		case "void":
			return { kind: "void" };
		case "open":
			return null;
	}
}
