/** What really happened in a match, what its feed said of it, and what the match itself said: the matter of all judges of the sport. */
import type { TrueMatch } from "./true-match.ts";
import type { TrueGoal } from "./true-sport.ts";

/** A fixture, as far as it is judged. */
export type SaidFixture = {
	readonly scheduledAtMs: number;
	readonly format: string;
	readonly home: string;
	readonly away: string;
	/** Prices of the winner, in the order of the winner market's outcomes; null: it says none. */
	readonly winnerOdds: readonly number[] | null;
};

/** A trader's margin: which books it is for, and whether it was taken back. */
export type SaidMargin = { readonly of: string; readonly isBack: boolean };
/** Bets that a provider cancels: of these markets (null: it names none) from and to when, by its own clock. */
export type SaidWindow = {
	readonly windowId: string;
	readonly marketIds: readonly string[] | null;
	readonly fromMs: number | null;
	readonly toMs: number | null;
};

/** An input as the match logged it, and when the match acted on it, in true time. */
export type LoggedWord = {
	readonly seq: number;
	readonly kind: string;
	readonly sentAtMs: number;
	readonly isRefused: boolean;
	/** Why it was refused. */
	readonly code: string | null;
	readonly side: "home" | "away" | null;
	readonly phase: string | null;
	readonly fixture: SaidFixture | null;
	readonly oneXTwo: readonly number[] | null;
	/** Of a statement: the match's clock, as it was when the match applied it at this second. */
	readonly clock: { readonly elapsedSec: number; readonly running: boolean; readonly rate: number } | null;
	readonly tick: number;
	readonly appliedAtMs: number | null;
	readonly incidentId: string | null;
	/** Null too of a card to one who is not on the pitch: it says nothing of the match. */
	readonly incident: string | null;
	readonly command: string | null;
	/** A trader says that the match is right, and its feed's newest claim of the score wrong. */
	readonly isOurs: boolean;
	/** The market that a trader's command names; null: none. */
	readonly commandMarket: string | null;
	readonly margin: SaidMargin | null;
	readonly window: SaidWindow | null;
	readonly score: { readonly home: number; readonly away: number } | null;
	/** Tennis: games by set and points of the running game, as a statement has them. */
	readonly games: string | null;
	readonly points: string | null;
	/** Basketball: what a basket brings. */
	readonly value: number | null;
	/** Which markets a word is about; null: all. */
	readonly groups: readonly string[] | null;
};

/** A trader's words by which prices are no longer what first prices and the score say. */
export const OUR_PRICES: ReadonlySet<string> = new Set([
	"set_price",
	"shift",
	"set_strengths",
	"set_margin",
	"set_following",
	"set_liability_shift",
]);

export type MatchTruth = {
	readonly matchId: string;
	readonly played: TrueMatch;
	readonly goals: readonly TrueGoal[];
	readonly log: readonly LoggedWord[];
	/** By market, the group in which it was listed. */
	readonly groups: ReadonlyMap<string, string>;
	/** What the match says its markets came to; null: void. */
	readonly results: ReadonlyMap<string, ReadonlyMap<string, string> | null>;
	/** By licence, whether bets that came too late are void, void once a trader says so, or only told of. */
	readonly lateBets: ReadonlyMap<string, string>;
	/** Markets that a trader settled, as traders do where nobody can know. */
	readonly byTrader: ReadonlySet<string>;
};

export type ConfirmedScore = {
	readonly seq: number;
	readonly inPlay: boolean;
	/** Score and clock in the match's own words. */
	readonly matchState: string;
	readonly okMarkets: readonly string[];
};

/** What a match told its desks, and how far it had read its feed. */
export type ToldResult = {
	readonly seq: number;
	readonly marketId: string;
	readonly outcomes: ReadonlyMap<string, string>;
	readonly atMs: number;
	readonly desk: string;
	readonly version: number;
	/** The whole of it, as it was told. */
	readonly says: string;
};
