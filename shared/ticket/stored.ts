/**
 * A ticket as its wallet stores it. What older code wrote lacks fields that came later: they are decoded with what was true
 * then, and a row is never taken for a ticket because it once was one.
 */
import * as v from "valibot";
import { CURRENT_HOUSE_RULES, houseRules } from "../catalogue/house-rules.ts";
import { refusedLegSchema, reservedLegSchema } from "../contracts/desk.ts";
import {
	currencySchema,
	licenceSchema,
	marketIdSchema,
	matchIdSchema,
	outcomeIdSchema,
	partnerIdSchema,
	playerIdSchema,
	ticketIdSchema,
	ticketKeySchema,
} from "../contracts/ids.ts";
import { epochMs, minorUnits, objectName, oddsMilli, stakeMinor, version } from "../contracts/primitives.ts";
import { legOutcomeSchema } from "../contracts/results.ts";
import { BET } from "../limits.ts";
import type { Ticket } from "./lifecycle.ts";
import { legRefusalSchema, WALLET_REFUSALS } from "./refusals.ts";
import { ticketStatusSchema } from "./schema.ts";
import { pricePolicySchema, rateSchema } from "./terms.ts";

const orNull = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null);

/** What newer code has added is passed over: a wallet that goes back a version must still read its tickets. */
const storedVoteSchema = v.variant("vote", [v.object(reservedLegSchema.entries), v.object(refusedLegSchema.entries)]);

const storedLegSchema = v.object({
	legNo: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(BET.maxLegs - 1)),
	desk: objectName,
	matchId: matchIdSchema,
	marketId: marketIdSchema,
	outcomeId: outcomeIdSchema,
	shownOddsMilli: oddsMilli,
	marketVersion: orNull(version),
	matchStateAtRequest: orNull(v.string()),
	vote: orNull(storedVoteSchema),
	settlementVersion: v.optional(version, 0),
	outcome: orNull(legOutcomeSchema),
});

const storedTicketSchema = v.object({
	key: ticketKeySchema,
	playerId: playerIdSchema,
	ticketId: ticketIdSchema,
	partnerId: partnerIdSchema,
	licence: licenceSchema,
	content: v.string(),
	status: ticketStatusSchema,
	code: orNull(v.union([v.picklist(WALLET_REFUSALS), legRefusalSchema])),
	maxStakeMinor: orNull(minorUnits),
	stakeMinor,
	currency: currencySchema,
	rate: rateSchema,
	pricePolicy: pricePolicySchema,
	/** The house rules of the ticket say it where the row does not. */
	maxPayoutMinor: v.optional(stakeMinor),
	houseRulesVersion: v.optional(v.string(), "2026-11"),
	returnMinor: orNull(minorUnits),
	placedAtMs: epochMs,
	deadlineMs: epochMs,
	decidedAtMs: orNull(epochMs),
	settledAtMs: orNull(epochMs),
	version: v.optional(version, 1),
	legs: v.pipe(v.array(storedLegSchema), v.minLength(1), v.maxLength(BET.maxLegs)),
});

export const ticketSchema = v.pipe(
	storedTicketSchema,
	v.transform((stored): Ticket => {
		const rules = houseRules(stored.houseRulesVersion) ?? CURRENT_HOUSE_RULES;
		return { ...stored, maxPayoutMinor: stored.maxPayoutMinor ?? rules.maxPayoutMinor[stored.currency] ?? 1 };
	}),
);
