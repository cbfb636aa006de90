/** Where a match's strengths come from: its fixture, the market, or a trader, and which prices still wait to be followed. */

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
export const STARTING_FOLLOWING: Following = {
	source: "fixture",
	sinceMs: 0,
	trader: null,
	pending: [],
	inPlayPpm: null,
};
