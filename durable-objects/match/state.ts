/** A match as it is stored, and the few questions that everything else asks of it. Plain JSON. */

import { sportModule } from "../../pricing/registry.ts";
import type { AnySportModule } from "../../pricing/sport.ts";
import type { HoldOff, MatchTerms, SettlementTerms } from "../../shared/catalogue/schemas.ts";
import type { MarketResult, MarketResultState } from "../../shared/contracts/results.ts";
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import type { Hold } from "./holds.ts";
import type { OfferedLines } from "./offered-lines.ts";
import { NO_ADJUSTMENTS, type PriceAdjustments } from "./price-adjustments.ts";
import { type Deviations, NO_DEVIATIONS } from "./references.ts";
import type { Contradiction, FixedMarkets, Following, ListedMarket, Proposal, VoidWindow } from "./state-parts.ts";

export type MatchState = {
	readonly fixture: FixtureInput;
	/** The deciding feed: the provider of the fixture. */
	readonly provider: string;
	readonly params: unknown;
	readonly sport: unknown;
	readonly lastSeq: number;
	readonly lastTick: number;
	/** MAT-6: its scheduled start has come, whatever the feed says. */
	readonly kickOffDue: boolean;
	readonly holds: readonly Hold[];
	readonly danger: boolean;
	/** When danger last ended, on the match's clock. */
	readonly dangerEndedAtMs: number | null;
	readonly delayMs: number;
	readonly capBaseMinor: number;
	/** Where `params` come from, and what they still have to follow. */
	readonly following: Following;
	/** Markets whose price a trader holds, and lines that he chose. */
	readonly fixed: FixedMarkets;
	readonly lines: OfferedLines;
	/** What traders and bets have done to prices. */
	readonly pricing: PriceAdjustments;
	/** The provider's own prices, and which markets they have suspended. */
	readonly deviations: Deviations;
	/** Every market ever listed, in the order of its first listing. */
	readonly markets: readonly ListedMarket[];
	/** Of listed markets only. */
	readonly results: Readonly<Record<string, MarketResult>>;
	/** Traders' results stand before the sport's own until they are rolled back. */
	readonly traderResults: Readonly<Record<string, MarketResultState>>;
	/** Results of the sport's own that a trader took back: each stays open until the feed's facts say something else, or the match ends. */
	readonly rolledBack: Readonly<Record<string, MarketResultState>>;
	/** Provisional results, by market the tick from which they are official. */
	readonly waiting: Readonly<Record<string, number>>;
	/** The tick at which play began, and at which it ended; null: not yet, or not any more. */
	readonly startedAtMs: number | null;
	readonly endedAtMs: number | null;
	readonly contradiction: Contradiction | null;
	/** What a statement claimed of the score when a trader overruled it. */
	readonly overruled: string | null;
	/** Of the newest inputs of the deciding feed, our receipt less its sending: how far apart clocks are, the way included. */
	readonly feedOffsetsMs: readonly number[];
	/** Of the same inputs, the tick at which they were applied less their sending. */
	readonly feedTickOffsetsMs: readonly number[];
	readonly voidWindows: readonly VoidWindow[];
	readonly proposals: readonly Proposal[];
	/** Groups that nobody has, named by a bet stop. */
	readonly strangeGroups: readonly string[];
	/** Its expected end has passed and markets have no result. */
	readonly isOverdue: boolean;
	/** What settlement must know of the licences, as they were when the match was opened. */
	readonly terms: readonly SettlementTerms[];
	/** By group, how long a result stands before it pays; and how long what only a score told of, before it counts as told. */
	readonly holdOff: HoldOff;
	readonly inferredStandsMs: number;
	/** The version of the margins that its books have, in every view. */
	readonly marginsVersion: string;
	/** The share by which its provider's prices are followed in play, where no trader has set one. */
	readonly followingInPlayPpm: number;
};

/** What comes of an input. A refusal leaves the match as it was, but for `state` where it says something all the same: what was said does not fit. */
export type Applied =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string; readonly state?: MatchState };

const STARTING_FOLLOWING: Following = {
	source: "fixture",
	sinceMs: 0,
	trader: null,
	pending: [],
	inPlayPpm: null,
};

/** What a match starts with, and what a state stored by older code lacks. */
export const STARTING = {
	kickOffDue: false,
	holds: [],
	danger: false,
	dangerEndedAtMs: null,
	following: STARTING_FOLLOWING,
	fixed: {},
	lines: {},
	pricing: NO_ADJUSTMENTS,
	deviations: NO_DEVIATIONS,
	markets: [],
	results: {},
	traderResults: {},
	rolledBack: {},
	waiting: {},
	startedAtMs: null,
	endedAtMs: null,
	contradiction: null,
	overruled: null,
	feedOffsetsMs: [],
	feedTickOffsetsMs: [],
	voidWindows: [],
	proposals: [],
	strangeGroups: [],
	isOverdue: false,
} as const satisfies Partial<MatchState>;

/** What a match takes of the catalogue, as its state has it (MAT-2); and back, where it has just been opened. */
export const withTerms = ({ settlement, ...terms }: MatchTerms) => ({ ...terms, terms: settlement });
export const termsOf = (state: MatchState): MatchTerms => ({
	delayMs: state.delayMs,
	holdOff: state.holdOff,
	inferredStandsMs: state.inferredStandsMs,
	marginsVersion: state.marginsVersion,
	settlement: [...state.terms],
	capBaseMinor: state.capBaseMinor,
	followingInPlayPpm: state.followingInPlayPpm,
});

export function sportOf(state: Pick<MatchState, "fixture">): AnySportModule {
	const sport = sportModule(state.fixture.sport);
	if (sport === null) throw new Error(`no module for ${state.fixture.sport}`);
	return sport;
}

/** MAT-2: time as pricing knows it, the match's clock floored to a second. */
export const tickOf = (nowMs: number): number => Math.floor(nowMs / 1_000) * 1_000;
/** From a tick, which is the first millisecond of its second, to the last one. */
export const TICK_END_MS = 999;
/** The tick at a moment; never before one that the state has already seen. */
export const tickAt = (state: MatchState, nowMs: number): number => Math.max(tickOf(nowMs), state.lastTick);
export const hasEnded = (state: MatchState): boolean => sportOf(state).ended(state.sport);
export const isInPlay = (state: MatchState): boolean =>
	!hasEnded(state) && (state.kickOffDue || sportOf(state).inPlay(state.sport));

/** What lists, reports and a page's schema say of a match beside its score. */
export const isSameHeadline = (a: FixtureInput, b: FixtureInput): boolean =>
	a === b || (a.competition === b.competition && a.scheduledAtMs === b.scheduledAtMs && isSameTeams(a, b));

export const isSameTeams = (a: FixtureInput, b: FixtureInput): boolean =>
	(["home", "away"] as const).every((side) => a[side].name === b[side].name && a[side].short === b[side].short);
