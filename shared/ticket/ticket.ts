/**
 * A ticket as its wallet keeps it, which is as it is stored. What older code wrote lacks fields that came later: they are decoded with what was true
 * then, and a row is never taken for a ticket because it once was one.
 */
import * as v from "valibot";
import { CURRENT_HOUSE_RULES, houseRules } from "../catalogue/house-rules.ts";
import { refusedLegSchema, reservedLegSchema } from "../contracts/desk.ts";
import { legNoSchema, playerIdSchema, ticketIdSchema, ticketKeySchema } from "../contracts/ids.ts";
import { epochMs, minorUnits, objectName, stakeMinor, version } from "../contracts/primitives.ts";
import { legOutcomeSchema } from "../contracts/results.ts";
import { BET } from "../limits.ts";
import { betRefusalSchema } from "./refusals.ts";
import { keptEntries, keptLegEntries } from "./schema.ts";
import { termsEntries } from "./terms.ts";

const orNull = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null);

/** What newer code has added is passed over: a wallet that goes back a version must still read its tickets. */
const storedVoteSchema = v.variant("vote", [v.object(reservedLegSchema.entries), v.object(refusedLegSchema.entries)]);

const storedLegSchema = v.object({
	...keptLegEntries,
	legNo: legNoSchema,
	desk: objectName,
	marketVersion: orNull(version),
	matchStateAtRequest: orNull(v.string()),
	vote: orNull(storedVoteSchema),
	settlementVersion: v.optional(version, 0),
	outcome: orNull(legOutcomeSchema),
});
export type LegState = Readonly<v.InferOutput<typeof storedLegSchema>>;

const storedTicketSchema = v.object({
	...termsEntries,
	...keptEntries,
	key: ticketKeySchema,
	playerId: playerIdSchema,
	ticketId: ticketIdSchema,
	/** What makes a repeated request the same one (BET-1). */
	content: v.string(),
	code: orNull(betRefusalSchema),
	maxStakeMinor: orNull(minorUnits),
	/** The house rules of the ticket say it where the row does not. */
	maxPayoutMinor: v.optional(stakeMinor),
	houseRulesVersion: v.optional(v.string(), "2026-11"),
	returnMinor: orNull(minorUnits),
	deadlineMs: epochMs,
	decidedAtMs: orNull(epochMs),
	settledAtMs: orNull(epochMs),
	version: v.optional(version, 1),
	legs: v.pipe(v.array(storedLegSchema), v.minLength(1), v.maxLength(BET.maxLegs)),
});
type Stored = v.InferOutput<typeof storedTicketSchema>;
export type Ticket = Readonly<Omit<Stored, "legs" | "maxPayoutMinor">> & {
	readonly maxPayoutMinor: number;
	readonly legs: readonly LegState[];
};

export const ticketSchema = v.pipe(
	storedTicketSchema,
	v.transform((stored): Ticket => {
		const rules = houseRules(stored.houseRulesVersion) ?? CURRENT_HOUSE_RULES;
		return { ...stored, maxPayoutMinor: stored.maxPayoutMinor ?? rules.maxPayoutMinor[stored.currency] ?? 1 };
	}),
);
