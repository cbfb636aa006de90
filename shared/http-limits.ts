/** The limits of HTTP, of metrics and of players' tokens; `limits.ts` gives these too. */

/** HTTP */
export const HTTP = {
	/** Cloudflare allows 128 kB; a browser with cookies of ours and none of others sends below 2 kB. */
	maxHeaderBytes: 16_384,
	/** Enough to mend a request, too few to flood an answer. */
	maxFieldErrors: 16,
	/** One second's answers are shared by all who ask an isolate: nobody sees prices older than a tick. */
	cacheMs: 1_000,
	/** Answers kept: more than the matches of the busiest Saturday, at ≈ 4 kB each 8 MB of an isolate's 128. */
	maxCacheKeys: 2_000,
	/** Schemas kept: those of the matches that play at once on a Saturday afternoon, at ≈ 12 kB each 6 MB of an isolate's 128. */
	schemasKept: 500,
	/** A part that answers readiness no sooner counts as down. */
	probeMs: 2_000,
} as const;

/** Metrics */
export const METRICS = {
	/** Wallets asked at each scrape: all of a small deployment, a sample of a large one; a scrape stays below 0.1 s. */
	maxWallets: 72,
} as const;

/** Players' tokens */
export const PLAYER_TOKEN = {
	/** No token lives longer, whoever asks for it and however it was signed: a day. */
	maxTtlMs: 86_400_000,
	/** What a demo player gets, and what a renewal adds: a token that leaks is good for an hour at most. */
	ttlMs: 3_600_000,
	/** Renewed for an evening after the first one; then the player signs in again. */
	renewableMs: 43_200_000,
} as const;

/** Demo players: 1,000 whole units of the base currency, or as much in another, are enough to play an evening. */
export const DEMO_PLAYER = { openingUnits: 1_000 } as const;
