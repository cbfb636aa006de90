/** The parts of a match's state that have rules of their own: what they look like. The rules stand in the files named here. */

import type { MarketSpec, StateInput } from "../../pricing/sport.ts";
import type { MarketStatus } from "../../shared/contracts/match.ts";
import type { LoggedInput, TraderAction } from "../../shared/feeds/canonical.ts";
import type { HoldScope } from "./holds.ts";

/** `listing.ts`. */
export type ListedMarket = { readonly spec: MarketSpec; readonly version: number; readonly status: MarketStatus };

/** What the feed said that does not go together with what is known (`contradictions.ts`). */
export type Contradiction = {
	readonly message: string;
	readonly sinceMs: number;
	/** The statement that does not fit; null where it was no statement. */
	readonly statement: StateInput | null;
	/** Only a statement of the whole score shows that it is over. */
	readonly needsFull: boolean;
	/** An incident that was confirmed or cancelled before it was told: telling it resolves this. Null where something else does not fit. */
	readonly incidentId?: string | null;
};

/** What waits for a second person (`proposals.ts`). */
export type Proposal = {
	readonly proposalId: string;
	/** The trader; null: the match itself, by its rules. */
	readonly by: string | null;
	readonly sinceMs: number;
	readonly what:
		| { readonly kind: "command"; readonly command: TraderAction }
		| { readonly kind: "void_window"; readonly windowId: string; readonly licences: readonly string[] }
		| { readonly kind: "correction"; readonly logged: LoggedInput };
};

/** A span of time whose bets are void (`void-windows.ts`). */
export type VoidWindow = {
	readonly windowId: string;
	/** `late`: found by the match, on the markets that were bet on in it. `cancelled`: by the provider, on all in its scope. */
	readonly kind: "late" | "cancelled";
	/** Of a late one, the markets with bets in it; null until the match has looked. */
	readonly marketIds: readonly string[] | null;
	readonly scopes: readonly HoldScope[];
	readonly fromMs: number | null;
	readonly toMs: number | null;
	readonly reason: string;
	/** Licences whose bets in it are void; those that wait for a trader are not among them. */
	readonly licences: readonly string[];
	/** Rolled back: its bets get what their results say. */
	readonly isWithdrawn: boolean;
	/** When its provider said so, on its own clock: a newer word stands before an older one. */
	readonly saidAtMs: number;
};

/** A price that a trader holds (`fixed-prices.ts`). */
export type FixedMarket = {
	/** What the trader said, by outcome: prices of the standard view. */
	readonly oddsMilli: Readonly<Record<string, number>>;
	/** What the match thinks of the whole market from then on, in the order of its outcomes. */
	readonly fair: readonly number[];
	readonly trader: string;
	readonly sinceMs: number;
};
export type FixedMarkets = Readonly<Record<string, FixedMarket>>;

/** Where a match's strengths come from: its fixture, the market, or a trader, and which prices still wait to be followed (`calibration.ts`). */
export type Following = {
	/** What the market's strengths were last solved from, and since when. */
	readonly source: "fixture" | "market";
	readonly sinceMs: number;
	/** A trader's strengths stand in the match's `params`; `market` are those that follow meanwhile, and come back after him. */
	readonly trader: { readonly name: string; readonly sinceMs: number; readonly market: unknown } | null;
	/** Markets whose newest price has not been followed yet: all that one batch brought is followed at once. */
	readonly pending: readonly string[];
	/** A trader's share of the way in play; null: the provider's. */
	readonly inPlayPpm: number | null;
};
