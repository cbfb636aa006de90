/** A match as it was seen from outside, answer by answer. */

/** A match as it stood in its storage, from the first look that found it so to the last. */
export type Moment = {
	readonly fromMs: number;
	readonly toMs: number;
	/** The last look, by the match's own clock. */
	readonly ownToMs: number;
	readonly seq: number;
	readonly journalled: number;
	readonly inPlay: boolean;
	/** What can be bet on, danger or not, with its version. */
	readonly onSale: ReadonlyMap<string, number>;
	/** Every result there is: its version, and what it says. */
	readonly results: ReadonlyMap<string, { readonly version: number; readonly says: string }>;
};

export type Watched = {
	readonly moments: readonly Moment[];
	/** When a lane told the match in play that its feed is lost, and how far the match had read. */
	readonly lost: readonly { readonly atMs: number; readonly seq: number }[];
	/** When the lane heard the feed, in true time. */
	readonly speech: readonly number[];
	readonly lostAfterMs: number;
};
