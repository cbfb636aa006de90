/** What a row of the catalogue has to be, once for each kind. Rows are checked against these by the catalogue's test. */
import * as v from "valibot";
import { currencySchema, licenceSchema, partnerIdSchema, providerSchema, viewSchema } from "../contracts/ids.ts";
import { durationMs, ppm } from "../contracts/primitives.ts";
import { sportSchema } from "../feeds/canonical.ts";
import {
	count,
	holdOffSchema,
	rowVersion,
	sportCapSchema,
	sportDelaySchema,
	sportFollowingSchema,
	sportHoldOffSchema,
	sportMarginsSchema,
	text,
} from "./sport-rows.ts";

export type { HoldOff, MarginRule, PhaseMargins, SportMargins } from "./sport-rows.ts";

const ratio = v.strictObject({ num: count, den: count });
const minorByCurrency = v.record(currencySchema, v.pipe(v.number(), v.safeInteger(), v.minValue(1)));

export const currencyRowSchema = v.strictObject({
	currency: currencySchema,
	/** Digits after the point, by ISO 4217. */
	decimals: v.picklist([0, 2, 3]),
	symbol: v.nullable(text),
	/** Base minor units for one minor unit of it. */
	baseMinor: ratio,
});
export type CurrencyRow = Readonly<v.InferOutput<typeof currencyRowSchema>>;

export const licenceProfileSchema = v.strictObject({
	licence: licenceSchema,
	allowPreMatch: v.boolean(),
	allowInPlay: v.boolean(),
	/** P1: the longest bet delay a market under this licence may have. */
	longestDelayMs: durationMs,
	/** How long a leg waits on `wait` answers (danger, missing marks) beyond its window. */
	maxHoldMs: durationMs,
	/** LAN-2: how long a leg waits for the feed to speak; at least the slowest provider's heartbeat + 2 s. */
	feedQuietMs: durationMs,
	maxLegs: count,
	/** By currency, in minor units. */
	minStakeMinor: minorByCurrency,
	maxStakeMinor: minorByCurrency,
	notices: v.array(text),
	/**
	 * SET-4: bets accepted after what repriced their market had happened. `void`: they are void. `propose`: once a trader says so.
	 * `report`: they stand, and an operator sees them.
	 */
	lateBets: v.picklist(["void", "propose", "report"]),
	/** For how long after a match's end its feed may correct what has been paid; beyond it a trader decides (SET-1). */
	correctionWindowMs: durationMs,
});
export type LicenceProfile = Readonly<v.InferOutput<typeof licenceProfileSchema>>;

export const houseRulesSchema = v.strictObject({
	version: rowVersion,
	/** By currency: the most a ticket can return, in minor units. */
	maxPayoutMinor: minorByCurrency,
	rounding: v.literal("down_to_minor_unit_once"),
	/** What becomes of markets undecided when a match is abandoned. */
	abandonment: v.literal("void_undecided"),
	texts: v.array(text),
});
export type HouseRules = Readonly<v.InferOutput<typeof houseRulesSchema>>;

export const providerRowSchema = v.strictObject({
	provider: providerSchema,
	/** Lanes are shared by the providers of a group; a match belongs to the group of its fixture's provider. */
	group: providerSchema,
	heartbeatMs: durationMs,
	/** LAN-2: heartbeat + 2 s; a bet in play needs the feed to have spoken no longer ago. */
	quietLimitMs: durationMs,
	/** LAN-3: silent for longer, the feed is lost. */
	lostAfterMs: durationMs,
});
export type Provider = Readonly<v.InferOutput<typeof providerRowSchema>>;

export const partnerRowSchema = v.strictObject({
	partnerId: partnerIdSchema,
	/** Its players' licence and currency where their registration says nothing else. */
	licence: licenceSchema,
	currency: currencySchema,
	view: viewSchema,
});
export type PartnerRow = Readonly<v.InferOutput<typeof partnerRowSchema>>;

const ofSport = { sport: sportSchema };

export const betDelayRowSchema = v.strictObject({ ...sportDelaySchema.entries, ...ofSport });
export type BetDelayRow = Readonly<v.InferOutput<typeof betDelayRowSchema>>;

export const outcomeCapRowSchema = v.strictObject({ ...sportCapSchema.entries, ...ofSport });
export type OutcomeCapRow = Readonly<v.InferOutput<typeof outcomeCapRowSchema>>;

export const holdOffRowSchema = v.strictObject({ ...sportHoldOffSchema.entries, ...ofSport });
export type HoldOffRow = Readonly<v.InferOutput<typeof holdOffRowSchema>>;

export const followingRowSchema = v.strictObject({ ...sportFollowingSchema.entries, ...ofSport });
export type FollowingRow = Readonly<v.InferOutput<typeof followingRowSchema>>;

export const marginProfileSchema = v.strictObject({
	version: rowVersion,
	view: viewSchema,
	sports: v.strictObject(v.entriesFromList(sportSchema.options, sportMarginsSchema)),
});
export type MarginProfile = Readonly<v.InferOutput<typeof marginProfileSchema>>;

/** What a match must know of a licence that its bets are taken under. */
const settlementTermsSchema = v.pick(licenceProfileSchema, ["licence", "lateBets", "correctionWindowMs"]);
export type SettlementTerms = Readonly<v.InferOutput<typeof settlementTermsSchema>>;

/** What a match takes of the catalogue when its fixture opens it, as its log keeps it (MAT-2). */
export const matchTermsSchema = v.strictObject({
	/** The bet delay it starts with; a trader may set another. */
	delayMs: durationMs,
	holdOff: holdOffSchema,
	inferredStandsMs: durationMs,
	/** Its prices have the margins of this version as long as it lives, in every view. */
	marginsVersion: rowVersion,
	settlement: v.array(settlementTermsSchema),
	/** The cap of an outcome that it starts with; a trader may set another. */
	capBaseMinor: count,
	/** The share by which its provider's prices are followed in play; a trader may set another. */
	followingInPlayPpm: ppm,
});
export type MatchTerms = Readonly<v.InferOutput<typeof matchTermsSchema>>;

/** As a log has them: what terms have come to say since it was written may be missing (`loggedMatchTerms`). */
export const storedTermsSchema = v.strictObject({
	...matchTermsSchema.entries,
	capBaseMinor: v.exactOptional(count),
	followingInPlayPpm: v.exactOptional(ppm),
});
export type StoredTerms = Readonly<v.InferOutput<typeof storedTermsSchema>>;
