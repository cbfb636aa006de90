/**
 * The journal: what changes a match and is no input (MAT-3). An entry is stored before it takes effect, carries all that it
 * needs to take effect again, and is decoded when it is read back: replaying inputs and journal gives the same bytes (MAT-2).
 */
import * as v from "valibot";
import { marketIdSchema, outcomeIdSchema } from "../../shared/contracts/ids.ts";
import { epochMs, ppm, sequence } from "../../shared/contracts/primitives.ts";
import { decodeRpc } from "../../shared/decode.ts";
import type { SqlRow } from "../runtime/ports.ts";

const order = { afterSeq: sequence, atMs: epochMs };
const milli = v.pipe(v.number(), v.safeInteger());

/** What every sport's strengths are made of. */
export const strengthsSchema = v.record(v.string(), v.pipe(v.number(), v.finite()));

const journalEntrySchema = v.variant("kind", [
	/** The object started while its match was in play: nobody knows what happened meanwhile. */
	v.strictObject({ ...order, kind: v.literal("restart") }),
	v.strictObject({ ...order, kind: v.literal("restart_over") }),
	v.strictObject({ ...order, kind: v.literal("kickoff_due") }),
	v.strictObject({ ...order, kind: v.literal("feed_lost") }),
	/** What is offered at this tick is not what is listed: a market's time is up, or it is too certain to be sold, or a line came or went. */
	v.strictObject({ ...order, kind: v.literal("clock") }),
	/** These results have stood for their hold-off: they pay from now on. */
	v.strictObject({ ...order, kind: v.literal("results_official"), marketIds: v.array(marketIdSchema) }),
	/** What only a score told of has stood unchallenged for long enough. */
	v.strictObject({ ...order, kind: v.literal("inferred_stands"), incidentIds: v.array(v.string()) }),
	/** Bets came after what had happened, on these markets; none: nobody bet in the window (SET-4). */
	v.strictObject({ ...order, kind: v.literal("late_bets"), windowId: v.string(), marketIds: v.array(marketIdSchema) }),
	/** The match should have ended, or been decided, and has markets without a result. */
	v.strictObject({ ...order, kind: v.literal("overdue") }),
	/** The provider's prices are further from ours than a model may err; `distancePpm` says how far, for whoever reads it. */
	v.strictObject({
		...order,
		kind: v.literal("deviation_alarm"),
		markets: v.array(v.strictObject({ marketId: marketIdSchema, distancePpm: ppm })),
	}),
	/** The provider's prices of these markets were looked at: the strengths that follow, or why they stay as they are. */
	v.strictObject({
		...order,
		kind: v.literal("calibration"),
		marketIds: v.array(marketIdSchema),
		strengths: v.nullable(strengthsSchema),
		refused: v.nullable(v.string()),
		/** Of them, those that strengths did not follow: further off than a market moves in one step. */
		tooFar: v.array(marketIdSchema),
		/** They contradict what the provider last said of other markets, which is older and forgotten. */
		alone: v.boolean(),
	}),
	v.strictObject({ ...order, kind: v.literal("deviation_over"), marketIds: v.array(marketIdSchema) }),
	/** Bets moved prices: the whole new shift of each market named, in thousandths of a logit. */
	v.strictObject({
		...order,
		kind: v.literal("liability"),
		shifts: v.array(v.strictObject({ marketId: marketIdSchema, shiftsMilli: v.record(outcomeIdSchema, milli) })),
	}),
]);
export type JournalEntry = v.InferOutput<typeof journalEntrySchema>;
/** An entry before it has its place in the history. */
export type JournalEvent = JournalEntry extends infer Entry
	? Entry extends JournalEntry
		? Omit<Entry, keyof typeof order>
		: never
	: never;

/** An entry's columns; `data` is what its kind alone does not say, or null. */
export function journalRow({ afterSeq, atMs, kind, ...rest }: JournalEntry): {
	readonly afterSeq: number;
	readonly atMs: number;
	readonly kind: string;
	readonly data: string | null;
} {
	return { afterSeq, atMs, kind, data: Object.keys(rest).length === 0 ? null : JSON.stringify(rest) };
}

/** Throws where a stored row is no entry that this code knows: a history that is not understood is not replayed. */
export function journalEntryOf(row: SqlRow): JournalEntry {
	const rest: unknown = row.data === null || row.data === undefined ? {} : JSON.parse(String(row.data));
	return decodeRpc("stored journal entry", journalEntrySchema, {
		afterSeq: Number(row.after_seq),
		atMs: Number(row.at_ms),
		kind: row.kind,
		...(rest as object),
	});
}
