/** The state of a tennis match. Plain JSON, because the match stores it; every point is one letter. */
import type { FixtureInput, Side } from "../../shared/feeds/canonical.ts";
import type { AheadWord } from "../incident-words.ts";
import { type Format, formatOf } from "./format.ts";
import type { Mark, Names } from "./history.ts";
import { type Position, START } from "./score.ts";

export const PHASES = ["scheduled", "playing", "interrupted", "ended", "abandoned"] as const;
export type Phase = (typeof PHASES)[number];

export const isPhase = (text: string): text is Phase => (PHASES as readonly string[]).includes(text);
export const isOver = (phase: Phase): boolean => phase === "ended" || phase === "abandoned";

/** A point whose incident the feed may still correct or take back. */
export type RecentPoint = {
	readonly incidentId: string;
	readonly side: Side;
	readonly cancelled: boolean;
	/** When it was played, on its provider's clock; absent where that is not told. */
	readonly playedAtMs?: number;
	/** Prices have known it since this tick. */
	readonly repricedAtMs?: number;
	/** Sent by its provider then, in its newest words. */
	readonly saidAtMs?: number;
	/** Sent by its provider then, when it was first told; absent in what an older release stored. */
	readonly toldAtMs?: number;
};

/** How many points a game has had; set and game count from 1. */
export type GameLength = { readonly set: number; readonly game: number; readonly points: number };

export type TennisState = {
	readonly format: Format;
	readonly names: Names;
	readonly phase: Phase;
	/** Whose retirement ended the match early. */
	readonly retired: Side | null;
	/** Who served the match's first game. */
	readonly firstServer: Side | null;
	/** Where the match stood before the recent points, and where it stands after them. */
	readonly base: Position;
	readonly recent: readonly RecentPoint[];
	readonly now: Position;
	/** Points of this match were added to the public record by a replay. */
	readonly invented: boolean;
	/** Games and sets that a correction took back, for the list of what happened. */
	readonly takenBack: readonly Mark[];
	/** Games that corrections have made shorter than they once were: what was offered of their further points is void. */
	readonly shortened: readonly GameLength[];
	readonly clock: {
		readonly elapsedSec: number;
		readonly atMs: number;
		readonly running: boolean;
		readonly rate: number;
	};
	/** Words about points that have not been told yet. */
	readonly ahead?: readonly AheadWord[];
	/** When the newest full statement was sent, on its provider's clock. */
	readonly statedAtMs?: number;
	/** Sent by then, on its provider's clock: points that a statement of points, or of games alone, has counted. */
	readonly knownUpToMs?: number;
	readonly gamesUpToMs?: number;
};

/** Of a fixture whose format `params` has accepted; another is a fault of the caller's. */
export function initialState(fixture: FixtureInput): TennisState {
	const read = formatOf(fixture);
	if (!read.ok) throw new Error(`not a tennis fixture: ${read.message}`);
	return {
		format: read.format,
		names: { home: fixture.home.name, away: fixture.away.name },
		phase: "scheduled",
		retired: null,
		firstServer: null,
		base: START,
		recent: [],
		now: START,
		invented: false,
		takenBack: [],
		shortened: [],
		clock: { elapsedSec: 0, atMs: 0, running: false, rate: 1 },
	};
}

/** Seconds on the match's clock at a tick. */
export function elapsedSecAt({ clock }: TennisState, tickMs: number): number {
	const { elapsedSec, atMs, running, rate } = clock;
	return running ? elapsedSec + (Math.max(0, tickMs - atMs) / 1_000) * rate : elapsedSec;
}
