/**
 * A sport is a module behind this interface; adding one touches one folder.
 *
 * Everything here is pure and total: same arguments, same bytes (MAT-2). Time enters only as a tick (the match's clock
 * floored to one second). States are plain JSON, because the match stores them.
 */

import type { MarketResultState } from "../shared/contracts/results.ts";
import type { FixtureInput, Input, SportId } from "../shared/feeds/canonical.ts";

/** A family of markets, the unit in which feeds stop betting and traders set margins (`main`, `totals`, `next_goal` …). */
export type MarketGroup = string;

export type OutcomeSpec = { readonly outcomeId: string; readonly name: string };

export type MarketSpec = {
	readonly marketId: string;
	readonly name: string;
	readonly group: MarketGroup;
	/** The part of the match it counts (SET-0): its name says so when it is not 90 minutes plus stoppage. */
	readonly period: string;
	readonly outcomes: readonly OutcomeSpec[];
	/**
	 * How many outcomes win together: 1 for exclusive outcomes, 2 for double chance. The fair probabilities sum to it.
	 */
	readonly winners: number;
};

/** A live market with its fair probabilities (in the order of `spec.outcomes`). A market that is decided is not priced. */
export type FairMarket = {
	readonly spec: MarketSpec;
	/**
	 * Probability-equivalent of each outcome: 1 / fair odds. Where stakes can come back (half lines) it is the price's
	 * inverse, not the chance of winning.
	 */
	readonly fair: readonly number[];
	/** For each outcome, false once it can no longer win: shown closed while the rest stays open. */
	readonly alive: readonly boolean[];
};

export type StateInput = Extract<Input, { kind: "state" }>;

/** What an input does to betting, beside changing the state. */
export type InputEffect = {
	/** Markets withdrawn in the same turn (MAT-1): none, every market, or those of the named groups. */
	readonly withdraw: "none" | "all" | readonly MarketGroup[];
	/**
	 * Who lifts the withdrawal: `self` at once, with the new prices, under a new version (a yellow card that moves the
	 * price); `feed` once the feed confirms the incident or says that betting may go on (goal, red card, penalty, VAR).
	 */
	readonly until: "self" | "feed";
};

export type ClockView = {
	readonly phase: string;
	readonly text: string;
	readonly elapsedSec: number;
	readonly running: boolean;
	readonly rate: number;
	readonly addedMin: number | null;
};
export type ScoreView = {
	readonly home: number;
	readonly away: number;
	/** Sport's own lines, shown as they are: `["HT", "2", "0"]`, `["Pens", "4", "2"]`. */
	readonly lines: readonly (readonly [label: string, home: string, away: string])[];
	readonly reds: { readonly home: number; readonly away: number };
};
export type IncidentView = {
	readonly incidentId: string;
	readonly type: string;
	readonly side: "home" | "away" | null;
	readonly text: string;
	readonly minuteText: string;
	readonly cancelled: boolean;
	readonly invented: boolean;
};

export type SettledMarket = { readonly spec: MarketSpec; readonly state: MarketResultState };

/**
 * `outdated`: its provider has said something newer since. `contradiction`: it cannot be brought together with what is known.
 * `bad_input`: it cannot be said of this sport, or not now.
 */
export type SportRefusal = {
	readonly ok: false;
	readonly code: "bad_fixture" | "bad_input" | "no_prices" | "outdated" | "contradiction" | "too_far" | "bad_strengths";
	readonly message: string;
};

/**
 * `unclear`: the input stands, and says that something happened of which we do not know what. `isOvertaken`: a statement whose
 * score was left out, because something newer has been told since it was sent; it shows nothing of the score.
 */
export type Reduced<State> =
	| { readonly ok: true; readonly state: State; readonly unclear?: string; readonly isOvertaken?: boolean }
	| SportRefusal;

/** A fact that only a stated score tells of: it stands when the feed says so, or when it has stood this long unchallenged. */
export type Unproven = { readonly incidentId: string; readonly sinceMs: number };

/** What a provider thinks of one of our markets: fair probabilities by outcome, its margin removed. */
export type Quote = { readonly marketId: string; readonly fair: Readonly<Record<string, number>> };

/** Strengths that follow quotes; `tooFar` names the markets whose quote was left out as further off than a market moves in one step. */
export type Calibrated<Params> = { readonly ok: true; readonly params: Params; readonly tooFar: readonly string[] };

/** Strengths in the words that a trader says and reads them in (`homeGoals`, `awayServe` …). */
export type NamedStrengths = Readonly<Record<string, number>>;

/** A match under a later fixture. */
export type Refixed<State> = {
	readonly ok: true;
	readonly state: State;
	/**
	 * Groups in which the change of format may have ended a market: what is listed there and is not offered any more, or has
	 * other outcomes now, can be settled by nobody and is void.
	 */
	readonly affected: "none" | "all" | readonly MarketGroup[];
};

export type SportModule<State, Params> = {
	readonly sport: SportId;
	/** Named in every journal entry of a parameter change: part of what makes a replay give the same bytes. */
	readonly modelVersion: string;
	/** Strengths from the fixture's prices, or why not. */
	readonly params: (fixture: FixtureInput) => { readonly ok: true; readonly params: Params } | SportRefusal;
	readonly initial: (fixture: FixtureInput) => State;
	/** The state under a later fixture of the same sport: its format and names. Refuses a format that what was played rules out. */
	readonly refixture: (state: State, fixture: FixtureInput) => Refixed<State> | SportRefusal;
	/** Whether strengths follow from the prices of this market. */
	readonly isDetermining: (marketId: string) => boolean;
	/**
	 * Strengths that price determining markets as the quotes do, from this state on: `weight` of the way there, 1 before the
	 * match. Bounded: a quote further from these strengths than a market moves in one step is left out, and where all are the
	 * answer is a refusal, `too_far`.
	 */
	readonly calibrate: (
		params: Params,
		state: State,
		quotes: readonly Quote[],
		tickMs: number,
		weight: number,
	) => Calibrated<Params> | SportRefusal;
	/** A trader's strengths; what he leaves unsaid stays as it is in `params`. */
	readonly strengthsFrom: (
		params: Params,
		state: State,
		named: NamedStrengths,
	) => { readonly ok: true; readonly params: Params } | SportRefusal;
	readonly namedStrengths: (params: Params) => NamedStrengths;
	/** The state under other strengths, where a state keeps anything that follows from them. */
	readonly withStrengths: (state: State, params: Params, tickMs: number) => State;
	/**
	 * Refuses what cannot be (a phase that does not exist, a score below the goals that were told); the state is then unchanged.
	 * A phase may go back, and a fact may be told late: what was concluded from it follows (SET-1).
	 */
	readonly reduce: (state: State, input: Input, tickMs: number) => Reduced<State>;
	/** Follows a statement that contradicts what is known, because a trader says that the feed is right. */
	readonly adopt: (state: State, statement: StateInput, tickMs: number) => Reduced<State>;
	/** Facts that a statement implied and nobody told; all markets are held while `holds` is set and there are any. */
	readonly unproven: { readonly holds: boolean; readonly of: (state: State) => readonly Unproven[] };
	/** These facts have stood unchallenged for long enough. */
	readonly stand: (state: State, incidentIds: readonly string[]) => State;
	/** The tick from which prices have known an incident that stands; null: it does not, or is not known (SET-4). */
	readonly repricedAtMs: (state: State, incidentId: string) => number | null;
	/** Whether a statement says enough of the score to show that nothing is amiss. */
	readonly isFullStatement: (input: StateInput) => boolean;
	/** Groups that a feed may name in a bet stop. */
	readonly groups: ReadonlySet<MarketGroup>;
	/** How long after its scheduled start a match has an end, in ms; behind it something is wrong (SET-5). */
	readonly longestMs: (fixture: FixtureInput) => number;
	/** Judged against the state before the input. */
	readonly effect: (state: State, input: Input) => InputEffect;
	/** True from the first kick to the last whistle: the time in which bet delays, marks and silence limits apply. */
	readonly inPlay: (state: State) => boolean;
	/** True when nothing can happen any more but corrections (finished, abandoned). */
	readonly ended: (state: State) => boolean;
	/** All markets not yet decided, in an order that never changes within a match. */
	readonly book: (state: State, params: Params, tickMs: number) => readonly FairMarket[];
	/** All markets decided so far, on the confirmed facts; a market taken back by a cancellation is simply not among them. */
	readonly results: (state: State) => readonly SettledMarket[];
	readonly clockView: (state: State, tickMs: number) => ClockView;
	readonly scoreView: (state: State) => ScoreView;
	readonly incidents: (state: State) => readonly IncidentView[];
	/** The market shown as the headline in lists, and the one whose exposure an operator sees by score. */
	readonly headlineMarketId: string;
	/**
	 * Final scores an operator wants profit for, with the outcomes that win at each: rows of an operator's exposure.
	 * `winners` maps market id → winning outcome ids for markets that follow from the final score alone.
	 */
	readonly finalScores: (
		state: State,
	) => readonly { readonly label: string; readonly winners: Readonly<Record<string, readonly string[]>> }[];
};

/** The match core treats every sport alike. */
export type AnySportModule = SportModule<unknown, unknown>;
