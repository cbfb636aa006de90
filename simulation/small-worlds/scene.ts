/** What a small world begins with. */
export type Scene = {
	readonly matches: readonly string[];
	/** The bet delay in play; null: before the match. */
	readonly delayMs: number | null;
	readonly capBaseMinor: number;
};
