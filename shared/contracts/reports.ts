/**
 * Rows on their way to Postgres (queue `reports`). `source` is the object that keeps them (a wallet or a match);
 * `seq` counts from 1 without gaps within a source, so Postgres can tell what it lacks (REP-2).
 */
import * as v from "valibot";
import { CONTRACT, REPORTS } from "../limits.ts";
import { ticketRowSchema } from "../ticket/schema.ts";
import {
	currencySchema,
	licenceSchema,
	marketIdSchema,
	matchIdSchema,
	partnerIdSchema,
	playerIdSchema,
	ticketIdSchema,
} from "./ids.ts";
import { epochMs, minorUnits, objectName, plainText, sequence, shortText, v1, version } from "./primitives.ts";
import { marketResultStateSchema, voidSpansSchema } from "./results.ts";

export const ledgerAccountSchema = v.pipe(
	v.string(),
	v.regex(/^[a-z_]+(:[A-Za-z0-9_.-]+)?$/),
	v.maxLength(CONTRACT.accountChars),
);

const tenant = { partnerId: partnerIdSchema, licence: licenceSchema };

/** One line of the double-entry ledger; the lines of one `txn` sum to zero per currency (MON-2). */
export const ledgerRowSchema = v.strictObject({
	kind: v.literal("ledger"),
	...tenant,
	entryId: objectName,
	txn: objectName,
	reason: plainText(CONTRACT.wordChars),
	account: ledgerAccountSchema,
	playerId: v.nullable(playerIdSchema),
	ticketId: v.nullable(ticketIdSchema),
	currency: currencySchema,
	amountMinor: minorUnits,
	/** Balance of the account after this line, on its wallet. */
	balanceMinor: minorUnits,
	atMs: epochMs,
});
export type LedgerRow = v.InferOutput<typeof ledgerRowSchema>;

export const playerRowSchema = v.strictObject({
	kind: v.literal("player"),
	...tenant,
	playerId: playerIdSchema,
	currency: currencySchema,
	createdAtMs: epochMs,
});

export const matchRowSchema = v.strictObject({
	kind: v.literal("match"),
	matchId: matchIdSchema,
	sport: shortText,
	competition: shortText,
	home: shortText,
	away: shortText,
	scheduledAtMs: epochMs,
	status: v.picklist(["scheduled", "live", "ended"]),
	score: shortText,
});
export const marketRowSchema = v.strictObject({
	kind: v.literal("market"),
	matchId: matchIdSchema,
	marketId: marketIdSchema,
	name: shortText,
	group: shortText,
	period: shortText,
});
export const resultRowSchema = v.strictObject({
	kind: v.literal("result"),
	matchId: matchIdSchema,
	marketId: marketIdSchema,
	settlementVersion: version,
	state: marketResultStateSchema,
	/** Spans in which bets are void whatever the state says (SET-4). */
	voids: voidSpansSchema,
	atMs: epochMs,
});

export const reportBodySchema = v.variant("kind", [
	ticketRowSchema,
	ledgerRowSchema,
	playerRowSchema,
	matchRowSchema,
	marketRowSchema,
	resultRowSchema,
]);
export type ReportBody = v.InferOutput<typeof reportBodySchema>;

export const reportRowSchema = v.strictObject({ seq: v.pipe(sequence, v.minValue(1)), body: reportBodySchema });
export type ReportRow = v.InferOutput<typeof reportRowSchema>;

/** One queue message: rows of one source in order. Kept under 100 kB (Queues allow 128 kB). */
export const reportMessageSchema = v.strictObject({
	v: v1,
	source: v.pipe(v.string(), v.regex(/^(wallet|match):[A-Za-z0-9:._-]{1,96}$/)),
	rows: v.pipe(
		v.array(v.strictObject({ seq: v.pipe(sequence, v.minValue(1)), body: v.unknown() })),
		v.minLength(1),
		v.maxLength(REPORTS.resendRows),
	),
});
export type ReportMessage = {
	readonly v: 1;
	readonly source: string;
	readonly rows: readonly { readonly seq: number; readonly body: unknown }[];
};

/** Postgres now holds everything of this source up to `mark`. */
export const confirmReportsSchema = v.strictObject({
	v: v1,
	source: objectName,
	mark: sequence,
});
