/**
 * The canonical inputs (version 1): what every adapter turns its provider's messages into, what a lane stores, and
 * what a match applies. Heartbeats are speech, not inputs of a match; they end at the lane.
 */
import * as v from "valibot";
import { SPORT_IDS, type SportId } from "../catalogue/sports.ts";
import { marketIdSchema, matchIdSchema, outcomeIdSchema, providerSchema, viewSchema } from "../contracts/ids.ts";
import { epochMs, finite, oddsMilli, plainText, ppm, shortText, v1, version } from "../contracts/primitives.ts";
import { legOutcomeSchema } from "../contracts/results.ts";
import { BET, CONTRACT, FOLLOWING } from "../limits.ts";

/** When it happened on the pitch, and how exactly the source knows it. Minute precision never voids a bet (SET-4). */
export const occurredAtSchema = v.strictObject({
	atMs: epochMs,
	precision: v.picklist(["ms", "second", "minute"]),
});

const envelope = {
	v: v1,
	/** The provider's own id of this message: the deduplication key within (provider, matchId). */
	id: plainText(CONTRACT.messageIdChars, 1),
	/** Provider's clock when it sent the message. Never compared with ours except to show event → screen time. */
	sentAtMs: epochMs,
	occurredAt: v.optional(occurredAtSchema),
	/** True on events that a replay adds to the public record. */
	invented: v.optional(v.literal(true)),
};
const ofMatch = { ...envelope, matchId: matchIdSchema };

export const sideSchema = v.picklist(["home", "away"]);
export type Side = v.InferOutput<typeof sideSchema>;

const teamSchema = v.strictObject({ name: shortText, short: plainText(CONTRACT.labelChars, 1) });
const oddsList = (length: number) => v.pipe(v.array(oddsMilli), v.length(length));
const lines = v.pipe(
	v.array(v.strictObject({ line: finite, odds: oddsList(2) })),
	v.maxLength(CONTRACT.linesPerFixture),
);
/** What only the sport's own module reads, by its own names. */
const facts = v.pipe(
	v.record(plainText(CONTRACT.wordChars), v.union([v.boolean(), finite, plainText(CONTRACT.idChars)])),
	v.maxEntries(CONTRACT.facts),
);

/** Pre-match prices, margin included, from which strengths are inferred. */
export const prematchPricesSchema = v.strictObject({
	/** home, draw, away */
	oneXTwo: v.optional(oddsList(3)),
	/** home, away (sports without a draw) */
	moneyline: v.optional(oddsList(2)),
	/** each: line, over, under */
	totals: v.optional(lines),
	/** each: home line, home, away */
	handicaps: v.optional(lines),
	/** The provider's expected totals and supremacy, where it gives them. */
	expected: v.optional(v.strictObject({ total: finite, supremacy: finite })),
});
export type PrematchPrices = v.InferOutput<typeof prematchPricesSchema>;

export const sportSchema = v.picklist(SPORT_IDS);
export type { SportId };

/** `groups` names market groups of the sport; absent means all. */
const groupSchema = plainText(CONTRACT.wordChars);
const groups = v.optional(v.pipe(v.array(groupSchema), v.minLength(1), v.maxLength(CONTRACT.groups)));
/** A smaller offer than the sport has (OFF-3): these groups, and of each family that is named these lines, while any of them is there. */
const offeredSchema = v.strictObject({
	groups,
	lines: v.optional(v.pipe(v.array(marketIdSchema), v.minLength(1), v.maxLength(CONTRACT.linesPerFixture))),
});
export type Offered = v.InferOutput<typeof offeredSchema>;

export const fixtureInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("fixture"),
	sport: sportSchema,
	competition: shortText,
	home: teamSchema,
	away: teamSchema,
	scheduledAtMs: epochMs,
	/** Where it is played, in words. */
	venue: v.optional(shortText),
	/**
	 * Football: whether a level score leads to extra time and a shoot-out, and of a tie over two legs which one this is and how
	 * the first one ended (docs/ingest.md). Other sports read their own keys.
	 */
	format: facts,
	prices: prematchPricesSchema,
	/** Absent: all that the sport has. */
	offered: v.optional(offeredSchema),
});
export type FixtureInput = v.InferOutput<typeof fixtureInputSchema>;

/** The match's clock as the feed tells it. `rate` is match seconds per real second: 1 in life, more in a replay. */
export const clockSchema = v.strictObject({
	elapsedSec: v.pipe(v.number(), v.minValue(0), v.maxValue(86_400)),
	running: v.boolean(),
	rate: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(120))),
	/** Announced stoppage of the running period, in minutes. */
	addedMin: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(60))),
});

const names = v.pipe(v.array(shortText), v.maxLength(CONTRACT.playersPerLineup));
/** Who starts and who may come on, by the very names that incidents use. */
const lineupSchema = v.strictObject({ starters: names, substitutes: names });
export type Lineup = v.InferOutput<typeof lineupSchema>;

/**
 * A full statement of where the match stands. It is what LAN-3 calls fresh: after silence, markets reopen on it.
 * `phase` is a word of the sport's own list; `score` covers the whole match without a shoot-out.
 */
export const stateInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("state"),
	phase: plainText(CONTRACT.wordChars),
	clock: v.optional(clockSchema),
	score: v.optional(
		v.strictObject({
			home: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(400)),
			away: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(400)),
		}),
	),
	/** Facts of the sport's own that the module decodes (server, possession, fouls, sets …). */
	facts: v.optional(facts),
	/** Football: both line-ups, once they are known; those told last count. */
	lineups: v.optional(v.strictObject({ home: lineupSchema, away: lineupSchema })),
});

export const incidentTypeSchema = v.picklist([
	"goal",
	"yellow_card",
	"red_card",
	"penalty_awarded",
	"penalty_missed",
	"shootout_kick",
	"var_review",
	"var_over",
	"corner",
	"substitution",
	"stoppage_announced",
	"point",
	"game",
	"set",
	"basket",
	"foul",
	"timeout",
]);
export type IncidentType = v.InferOutput<typeof incidentTypeSchema>;

/** Who is shown a card: only a player on the pitch leaves his side with one fewer. */
export const recipientSchema = v.picklist(["player", "bench", "substituted", "staff"]);
export type Recipient = v.InferOutput<typeof recipientSchema>;

const incidentBody = {
	incident: incidentTypeSchema,
	side: v.optional(sideSchema),
	/** Where on the match's clock, in seconds of play as `clock.elapsedSec` counts, and its words ("90+5"). */
	clockSec: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400))),
	minuteText: v.optional(plainText(CONTRACT.labelChars)),
	/** Whose it is; of a substitution, who comes on. */
	player: v.optional(shortText),
	/** substitution: who goes off. */
	playerOut: v.optional(shortText),
	/** Cards: a player on the pitch where it is not said, an unused substitute, one who has gone off, or staff. */
	recipient: v.optional(recipientSchema),
	/** goal: `penalty`, `own`, `open`; shoot-out kick: `scored`, `missed`; red card: `straight`, `second_yellow`. */
	detail: v.optional(plainText(CONTRACT.wordChars)),
	/** stoppage_announced: minutes; basket: points. */
	value: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
};

const incidentId = plainText(CONTRACT.idChars, 1);
export const incidentInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("incident"),
	incidentId,
	...incidentBody,
});
export type IncidentInput = v.InferOutput<typeof incidentInputSchema>;

/** The incident was something else (another side, another kind): the whole incident as it now stands. */
export const correctionInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("correction"),
	incidentId,
	...incidentBody,
});
/** The incident did not happen (a goal taken back). */
export const cancellationInputSchema = v.strictObject({ ...ofMatch, kind: v.literal("cancellation"), incidentId });
/** The incident stands: lifts the suspension that the incident alone caused. */
export const confirmationInputSchema = v.strictObject({ ...ofMatch, kind: v.literal("confirmation"), incidentId });

export const betStopReasonSchema = v.picklist([
	"possible_goal",
	"possible_penalty",
	"possible_red_card",
	"var_review",
	"scout_lost",
	"disconnection",
	"match_ended",
	"other",
]);
export const betStopInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("bet_stop"),
	reason: betStopReasonSchema,
	groups,
});
/** The feed's all-clear: lifts every bet stop and every incident's suspension of these groups (all, where absent). */
export const betStartInputSchema = v.strictObject({ ...ofMatch, kind: v.literal("bet_start"), groups });
/** Danger is a state of its own: prices stay shown, bets wait or are refused (MAT-1). */
export const dangerInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("danger"),
	on: v.boolean(),
	side: v.optional(sideSchema),
});
/** The provider finished resending what a silence had swallowed (LAN-3). */
export const recoveryCompleteInputSchema = v.strictObject({ ...ofMatch, kind: v.literal("recovery_complete") });

/**
 * The provider cancels bets that were placed in a span of time, whatever their result: on markets, on groups, or on the whole match.
 * A missing end is open. The same `windowId` again is the window as it stands now; times are on the provider's clock.
 */
export const voidWindowInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("void_window"),
	windowId: plainText(CONTRACT.idChars, 1),
	marketIds: v.optional(v.pipe(v.array(marketIdSchema), v.minLength(1), v.maxLength(CONTRACT.marketsPerMatch))),
	groups,
	fromMs: v.optional(epochMs),
	toMs: v.optional(epochMs),
	reason: shortText,
});
/** The window was a mistake: its bets get what their results say. */
export const voidWindowRollbackInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("void_window_rollback"),
	windowId: plainText(CONTRACT.idChars, 1),
});

/** Provider's odds of a market, for display beside ours and for the deviation alarm. */
export const referencePricesInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("reference_prices"),
	marketId: marketIdSchema,
	prices: v.pipe(
		v.array(v.strictObject({ outcomeId: outcomeIdSchema, oddsMilli })),
		v.minLength(1),
		v.maxLength(CONTRACT.outcomesPerMarket),
	),
});

/** What a trader may do. They travel through the match's lane, so there is one ordered log of a match (never speech: LAN-2). */
export const traderActionSchema = v.variant("action", [
	v.strictObject({
		action: v.literal("suspend"),
		marketIds: v.optional(v.pipe(v.array(marketIdSchema), v.maxLength(CONTRACT.marketsPerMatch))),
	}),
	v.strictObject({
		action: v.literal("reopen"),
		marketIds: v.optional(v.pipe(v.array(marketIdSchema), v.maxLength(CONTRACT.marketsPerMatch))),
	}),
	v.strictObject({ action: v.literal("set_cap"), capBaseMinor: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
	v.strictObject({
		action: v.literal("set_delay"),
		delayMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(BET.maxDelayMs)),
	}),
	/** The match's own margin; null returns to the profile's. Without a view for all views, without a group for all groups. */
	v.strictObject({
		action: v.literal("set_margin"),
		view: v.optional(viewSchema),
		group: v.optional(groupSchema),
		marginPpm: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(300_000))),
	}),
	/** Moves what an outcome is thought to be worth by thousandths of a logit, on top of earlier steps. */
	v.strictObject({
		action: v.literal("shift"),
		marketId: marketIdSchema,
		outcomeId: outcomeIdSchema,
		stepMilli: v.pipe(v.number(), v.integer(), v.minValue(-500), v.maxValue(500), v.notValue(0)),
	}),
	v.strictObject({ action: v.literal("clear_shifts"), marketId: v.optional(marketIdSchema) }),
	/** How far sold bets shift an outcome whose risk has reached the cap, in thousandths of a logit; 0 turns it off. */
	v.strictObject({
		action: v.literal("set_liability_shift"),
		maxMilli: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100), v.multipleOf(20)),
	}),
	/** The sport's strengths by its own names; they stand against the provider's prices until they are cleared. */
	v.strictObject({
		action: v.literal("set_strengths"),
		strengths: v.pipe(
			v.record(plainText(CONTRACT.wordChars, 1), finite),
			v.minEntries(1),
			v.maxEntries(FOLLOWING.namedStrengths),
		),
	}),
	v.strictObject({ action: v.literal("clear_strengths") }),
	/** How far each statement of the provider's prices moves strengths in play; null returns to the provider's own share. */
	v.strictObject({ action: v.literal("set_following"), inPlayPpm: v.nullable(ppm) }),
	/** Holds an outcome at this price of the standard view, before the ladder; other views keep their margin's distance. */
	v.strictObject({ action: v.literal("set_price"), marketId: marketIdSchema, outcomeId: outcomeIdSchema, oddsMilli }),
	v.strictObject({ action: v.literal("clear_prices"), marketId: v.optional(marketIdSchema) }),
	/** Of the lines of one family only these are offered, while any of them is. */
	v.strictObject({
		action: v.literal("set_lines"),
		marketIds: v.pipe(v.array(marketIdSchema), v.minLength(1), v.maxLength(CONTRACT.linesPerFixture)),
	}),
	/** `marketId` is any line of the family; absent: all families. */
	v.strictObject({ action: v.literal("clear_lines"), marketId: v.optional(marketIdSchema) }),
	v.strictObject({ action: v.literal("void_market"), marketId: marketIdSchema, reason: shortText }),
	v.strictObject({ action: v.literal("rollback_result"), marketId: marketIdSchema, reason: shortText }),
	/** Either the winners, everything else loses; or what each outcome gets, and then every outcome is named. */
	v.strictObject({
		action: v.literal("settle_market"),
		marketId: marketIdSchema,
		winners: v.optional(v.pipe(v.array(outcomeIdSchema), v.maxLength(CONTRACT.outcomesPerMarket))),
		outcomes: v.optional(v.pipe(v.record(outcomeIdSchema, legOutcomeSchema), v.maxEntries(CONTRACT.outcomesPerMarket))),
		reason: v.optional(shortText),
	}),
	/** Ends the hold over a statement that contradicts what we know: the feed is right, or we are. */
	v.strictObject({ action: v.literal("resolve"), take: v.picklist(["feed", "ours"]) }),
	/** A second person's word on what waits for one. */
	v.strictObject({ action: v.literal("approve"), proposalId: plainText(CONTRACT.idChars, 1) }),
	v.strictObject({ action: v.literal("dismiss"), proposalId: plainText(CONTRACT.idChars, 1) }),
]);
export type TraderAction = v.InferOutput<typeof traderActionSchema>;
export const traderInputSchema = v.strictObject({
	...ofMatch,
	kind: v.literal("trader"),
	trader: plainText(CONTRACT.idChars, 1),
	command: traderActionSchema,
});

export const heartbeatSchema = v.strictObject({ ...envelope, kind: v.literal("heartbeat") });
export type Heartbeat = v.InferOutput<typeof heartbeatSchema>;

/** What a provider may send. */
export const feedMessageSchema = v.variant("kind", [
	fixtureInputSchema,
	stateInputSchema,
	incidentInputSchema,
	correctionInputSchema,
	cancellationInputSchema,
	confirmationInputSchema,
	betStopInputSchema,
	betStartInputSchema,
	dangerInputSchema,
	recoveryCompleteInputSchema,
	voidWindowInputSchema,
	voidWindowRollbackInputSchema,
	referencePricesInputSchema,
	heartbeatSchema,
]);
export type FeedMessage = v.InferOutput<typeof feedMessageSchema>;

/** What a match applies. */
export const inputSchema = v.variant("kind", [
	fixtureInputSchema,
	stateInputSchema,
	incidentInputSchema,
	correctionInputSchema,
	cancellationInputSchema,
	confirmationInputSchema,
	betStopInputSchema,
	betStartInputSchema,
	dangerInputSchema,
	recoveryCompleteInputSchema,
	voidWindowInputSchema,
	voidWindowRollbackInputSchema,
	referencePricesInputSchema,
	traderInputSchema,
]);
export type Input = v.InferOutput<typeof inputSchema>;

/** An input in its match's log: `seq` counts from 1 without gaps within a match. */
export const loggedInputSchema = v.strictObject({
	seq: version,
	provider: providerSchema,
	receivedAtMs: epochMs,
	input: inputSchema,
});
export type LoggedInput = v.InferOutput<typeof loggedInputSchema>;
