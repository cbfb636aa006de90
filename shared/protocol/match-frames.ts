/**
 * Bodies of a match's frames: arrays keyed by a schema that is sent once (FRM-3). A football image stays ≤ 4 kB.
 * `match-view.ts` turns them into the readable form that HTTP and pages use.
 */
import type { MarketStatus } from "../contracts/match.ts";

/** Index in this list is the status code on the wire. */
export const STATUS_CODES = [
	"open",
	"danger",
	"suspended",
	"closed",
	"settled",
] as const satisfies readonly MarketStatus[];

export type WireOutcome = readonly [outcomeId: string, name: string];
export type WireMarketSchema = readonly [
	marketId: string,
	name: string,
	group: string,
	outcomes: readonly WireOutcome[],
];

/** Sent at subscription and whenever the list of markets changes (an image follows it). */
export type MatchSchemaBody = {
	readonly sport: string;
	readonly competition: string;
	readonly home: readonly [name: string, short: string];
	readonly away: readonly [name: string, short: string];
	readonly scheduledAtMs: number;
	readonly markets: readonly WireMarketSchema[];
};

/** `odds` in the schema's outcome order, 0 where there is no price; `result` (settled only) one letter an outcome: w l v h(alf win) k (half lose) d(ead heat). */
export type WireMarket = readonly [status: number, version: number, odds: readonly number[], result?: string];
/** `atMs` is the publisher's clock at which `elapsedSec` held. */
export type WireClock = readonly [
	phase: string,
	text: string,
	elapsedSec: number,
	running: 0 | 1,
	rate: number,
	addedMin: number | null,
	atMs: number,
];
export type WireScore = readonly [
	home: number,
	away: number,
	redsHome: number,
	redsAway: number,
	lines: readonly (readonly [string, string, string])[],
];
export type WireIncident = readonly [
	incidentId: string,
	type: string,
	side: "home" | "away" | null,
	minuteText: string,
	text: string,
	cancelled: 0 | 1,
	invented: 0 | 1,
];

export type MatchImageBody = {
	/** schemaNo this image is keyed by */
	readonly n: number;
	/** tick (MAT-2) */
	readonly t: number;
	/** seq of the last applied input */
	readonly q: number;
	/** 1: the match itself holds its feed for silent or lost */
	readonly st: 0 | 1;
	readonly c: WireClock;
	readonly s: WireScore;
	/** the newest `SOCKET.imageIncidents`, oldest first */
	readonly i: readonly WireIncident[];
	readonly m: readonly WireMarket[];
	/**
	 * Markets after those of `m`, on which nothing can be bet: for each its version, with the letters of its result where it is
	 * settled, all in one text with a space between (`7wl 4 12ll`). A football match ends with two hundred of them.
	 */
	readonly z?: string;
};

/** Only what changed. `m` names markets by index in the schema; `i` replaces or appends incidents by id. */
export type MatchDeltaBody = {
	readonly t: number;
	readonly q?: number;
	/** Provider's clock of the input that caused this frame, for event → screen time. */
	readonly e?: number;
	readonly st?: 0 | 1;
	readonly c?: WireClock;
	readonly s?: WireScore;
	readonly i?: readonly WireIncident[];
	readonly m?: readonly (readonly [index: number, ...market: WireMarket])[];
};

export type MatchBeatBody = { readonly t: number; readonly st: 0 | 1 };

/** What a match publishes. */
export type MatchBodies = {
	readonly schema: MatchSchemaBody;
	readonly image: MatchImageBody;
	readonly delta: MatchDeltaBody;
	readonly beat: MatchBeatBody;
};
