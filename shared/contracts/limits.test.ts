/** Limits in contracts: the last that is taken, and the first that is not. */
import type * as v from "valibot";
import { describe, expect, test } from "vitest";
import { TERMS } from "../../testing/desk.ts";
import { decode } from "../decode.ts";
import * as canonical from "../feeds/canonical.ts";
import { BET, CONTRACT, FEED, PLAYER_TOKEN, REPORTS } from "../limits.ts";
import { deskTermsSchema } from "../ticket/terms.ts";
import { matchSummarySchema } from "./board.ts";
import * as desk from "./desk.ts";
import { commandRequestSchema } from "./lane.ts";
import * as match from "./match.ts";
import { offerRequestSchema } from "./offers.ts";
import { epoch, objectName, shortText, tokenText } from "./primitives.ts";
import { ledgerAccountSchema, reportMessageSchema } from "./reports.ts";
import { marketResultSchema, voidSpanSchema } from "./results.ts";
import { createPlayerSchema, placeRequestSchema, ticketsReadSchema } from "./wallet.ts";

const text = (length: number): string => "x".repeat(length);
const list = (length: number, item: unknown = "a"): readonly unknown[] => Array.from({ length }, () => item);
const leg = { ticketKey: "p_weur_0123456789abcdef/ticket-0001", legNo: 0 };
const to = { desk: "desk:m1:weur", matchId: "m1", region: "weur", wallet: "wallet:weur:0" };
const offered = { legNo: 0, marketId: "m", outcomeId: "o", oddsMilli: 2_000 };
const result = { marketId: "m", settlementVersion: 1, state: { kind: "void", reason: "" } };
const total = { market: "m", outcome: "o", riskBaseMinor: 1, stakeBaseMinor: 1 };
const input = { v: 1, id: "i", matchId: "m1", sentAtMs: 1 };
const logged = { seq: 1, provider: "replay", receivedAtMs: 1, input: { ...input, kind: "danger", on: true } };
const { entries: placed } = placeRequestSchema.entries.ticket;
const { entries: headline } = matchSummarySchema.entries.headline.wrapped;
const { entries: applied } = match.applyRequestSchema;
const { entries: confirmed } = match.confirmRequestSchema;
const [suspend] = canonical.traderActionSchema.options;

type Case = readonly [limit: string, most: number, schema: v.GenericSchema, of: (size: number) => unknown];
const span = { fromMs: 1, toMs: 2, licences: ["generic"] };
const SIZES: readonly Case[] = [
	["CONTRACT.licences", CONTRACT.licences, voidSpanSchema, (size) => ({ ...span, licences: list(size, "generic") })],
	["CONTRACT.voidSpans", CONTRACT.voidSpans, marketResultSchema, (size) => ({ ...result, voids: list(size, span) })],
	["CONTRACT.textChars", CONTRACT.textChars, shortText, text],
	["CONTRACT.wordChars", CONTRACT.wordChars, canonical.stateInputSchema.entries.phase, text],
	["CONTRACT.labelChars", CONTRACT.labelChars, canonical.incidentInputSchema.entries.minuteText, text],
	["CONTRACT.messageIdChars", CONTRACT.messageIdChars, canonical.dangerInputSchema.entries.id, text],
	["CONTRACT.idChars (incidents)", CONTRACT.idChars, canonical.incidentInputSchema.entries.incidentId, text],
	["CONTRACT.idChars (commands)", CONTRACT.idChars, commandRequestSchema.entries.id, text],
	["CONTRACT.idChars (matches)", CONTRACT.idChars, placed.legs.pipe[0].item.entries.matchId, text],
	["CONTRACT.accountChars", CONTRACT.accountChars, ledgerAccountSchema, text],
	["CONTRACT.epochChars", CONTRACT.epochChars, epoch, text],
	["CONTRACT.objectNameChars", CONTRACT.objectNameChars, objectName, text],
	["CONTRACT.tokenChars", CONTRACT.tokenChars, tokenText, text],
	[
		"CONTRACT.outcomesPerMarket",
		CONTRACT.outcomesPerMarket,
		canonical.referencePricesInputSchema.entries.prices,
		(size) => list(size, { outcomeId: "o", oddsMilli: 2_000 }),
	],
	[
		"CONTRACT.outcomesPerMarket (asks)",
		CONTRACT.outcomesPerMarket,
		match.confirmAskSchema.entries.outcomes,
		(size) => list(size),
	],
	["CONTRACT.marketsPerMatch", CONTRACT.marketsPerMatch, suspend.entries.marketIds, (size) => list(size)],
	[
		"CONTRACT.marketsPerMatch (results)",
		CONTRACT.marketsPerMatch,
		desk.resultsRequestSchema.entries.results,
		(size) => list(size, result),
	],
	[
		"CONTRACT.playersPerLineup",
		CONTRACT.playersPerLineup,
		canonical.stateInputSchema.entries.lineups.wrapped.entries.home.entries.starters,
		(size) => list(size),
	],
	["CONTRACT.groups", CONTRACT.groups, canonical.betStopInputSchema.entries.groups, (size) => list(size)],
	[
		"CONTRACT.headlineOutcomes",
		CONTRACT.headlineOutcomes,
		headline.outcomes,
		(size) => list(size, { outcomeId: "o", name: "", oddsMilli: null }),
	],
	[
		"BET.maxLegs",
		BET.maxLegs,
		placed.legs,
		(size) => list(size, { matchId: "m", marketId: "m", outcomeId: "o", oddsMilli: 2_000 }),
	],
	["BET.maxLegs (count)", BET.maxLegs, deskTermsSchema.entries.legCount, (size) => size],
	["BET.maxStakeMinor", BET.maxStakeMinor, placed.stakeMinor, (size) => size],
	["BET.maxDelayMs", BET.maxDelayMs, canonical.traderActionSchema, (delayMs) => ({ action: "set_delay", delayMs })],
	["BET.legsPerDeskCall", BET.legsPerDeskCall, desk.releaseRequestSchema.entries.legs, (size) => list(size, leg)],
	[
		"BET.legsPerDeskCall (offers)",
		BET.legsPerDeskCall,
		offerRequestSchema,
		(size) => ({ ...to, v: 2, offers: list(size, { ticketKey: leg.ticketKey, terms: TERMS, legs: [offered] }) }),
	],
	[
		"BET.maxLegs (offers)",
		BET.maxLegs,
		offerRequestSchema,
		(size) => ({ ...to, v: 2, offers: [{ ticketKey: leg.ticketKey, terms: TERMS, legs: list(size, offered) }] }),
	],
	[
		"BET.legsPerWalletCall",
		BET.legsPerWalletCall,
		desk.legResultsRequestSchema.entries.results,
		(size) => list(size, { ...leg, settlementVersion: 1, outcome: null }),
	],
	["BET.totalsPerConfirm", BET.totalsPerConfirm, confirmed.totals, (size) => list(size, total)],
	[
		"BET.marketsPerQuote",
		BET.marketsPerQuote,
		match.quoteRequestSchema.entries.asks,
		(size) => list(size, { market: "m", view: "standard" }),
	],
	["BET.maxTicketsPerPage", BET.maxTicketsPerPage, ticketsReadSchema.entries.limit, (size) => size],
	["FEED.maxApplyBatch", FEED.maxApplyBatch, applied.inputs, (size) => list(size, logged)],
	["PLAYER_TOKEN.maxTtlMs", PLAYER_TOKEN.maxTtlMs, createPlayerSchema.entries.tokenTtlMs, (size) => size],
	[
		"REPORTS.resendRows",
		REPORTS.resendRows,
		reportMessageSchema.entries.rows,
		(size) => list(size, { seq: 1, body: null }),
	],
];

describe("sizes", () => {
	test.each(SIZES)("%s: %i is taken, one more is not", (_limit, most, schema, of) => {
		expect(decode(schema, of(most))).toEqual({ ok: true, value: of(most) });
		expect(decode(schema, of(most + 1)).ok).toBe(false);
	});

	test("contracts hold what is sent under them", () => {
		expect(BET.legsPerWalletCall).toBeLessThanOrEqual(BET.legsPerDeskCall);
		expect(BET.legsPerConfirm).toBeLessThanOrEqual(CONTRACT.marketsPerMatch);
		expect(BET.resultsPerDeskCall).toBeLessThanOrEqual(CONTRACT.marketsPerMatch);
		expect(FEED.applyBatch).toBeLessThanOrEqual(FEED.maxApplyBatch);
		expect(PLAYER_TOKEN.ttlMs).toBeLessThanOrEqual(PLAYER_TOKEN.maxTtlMs);
	});
});

test("CONTRACT.errors, textChars: a refusal tells so many problems, each in so many characters", () => {
	const many = decode(reportMessageSchema, { v: 1, source: "wallet:a", rows: list(CONTRACT.errors + 5, "no") });
	expect(many.ok ? 0 : many.errors.length).toBe(CONTRACT.errors);
	const long = decode(canonical.feedMessageSchema, { ...input, kind: text(10_000) });
	for (const { message } of long.ok ? [] : long.errors) expect(message.length).toBeLessThanOrEqual(CONTRACT.textChars);
});
