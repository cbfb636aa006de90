/** The limits of bets, of their desks and of what a wallet keeps in memory; `limits.ts` gives these too. */

/** Bets */
export const BET = {
	/** Bookmakers' accumulators end at 15 to 25 legs. */
	maxLegs: 20,
	/** The industry's bet delays are 1–12 s; a trader sets none beyond. */
	maxDelayMs: 12_000,
	/** 10^12 minor units: stake × odds stays exact in bigint and in SQL. */
	maxStakeMinor: 1_000_000_000_000,
	/** Decimal odds in thousandths that a number may claim to be: 1.001 to 10,000. The ladder is narrower. */
	minOddsMilli: 1_001,
	maxOddsMilli: 10_000_000,
	/**
	 * Odds of all legs of a ticket together: a million. The least stake returns the largest payout at a tenth of it, so no ticket
	 * that can be paid in full comes near, and what is shown of one stays exact.
	 */
	maxCombinedOddsMilli: 1_000_000_000,
	/**
	 * A price counts as ours for so long after it was replaced: a reader may be 30 s behind before it is closed, comes back within
	 * 15 s, and its wallet may offer again for some ten more. As long as frames are kept to resume from.
	 */
	shownPriceMs: 60_000,
	/** Earlier prices of an outcome that are told with a quote: one for each tick of that time, and the odd change between two. */
	pricesKept: 64,
	/** Contract: legs in one offer, start, release, ask or word of a desk: half of what 20,000 pending legs make in a second. */
	legsPerDeskCall: 500,
	/** Contract: outcomes whose totals a confirm carries: every outcome of 128 markets of 64. */
	totalsPerConfirm: 8_192,
	/** A ticket of 20 legs is ≈ 4 kB of JSON; 32 kB leaves room for long ids. */
	maxBodyBytes: 32_768,
	/**
	 * A desk asks its match at once, and then 333 times a second at most: nine regions together stay below what a match confirms
	 * (4,000 a second), and a player alone at a nearby desk does not wait for the rate.
	 */
	confirmEveryMs: 3,
	confirmBurst: 20,
	/** A leg that waits for something is asked about so often. */
	confirmMaxMs: 250,
	/** Where prices rose between an ask and its answer: once more, soon. */
	roomAgainMs: 50,
	/** One confirm in flight, abandoned after 2 s. */
	confirmTimeoutMs: 2_000,
	/** A quote older than this is asked again. It can only refuse, so its age costs bets and never money. */
	quoteKeepMs: 250,
	/** How often a desk looks at its waiting legs' markets, to refuse early. */
	quoteWatchMs: 500,
	/** The longest step of a desk's clock, between two looks while legs wait, that counts as time: `quoteWatchMs` and half of it for a late timer. */
	windowStepMs: 750,
	/** Legs in their windows at one desk: a minute of the busiest bookmaker's peak (68,000 bets a minute over all its matches). */
	maxPendingLegs: 20_000,
	/** Totals that fell are sent within 5 s even with nothing to ask. */
	totalsMs: 5_000,
	/** Desks send ≤ 200 legs a wallet call. */
	legsPerWalletCall: 200,
	/** P5: the wallet's alarm asks the desks so long after the deadline. */
	askAfterMs: 3_000,
	/** P1: deadline = longest delay + longest hold + feedQuietMs + this. */
	deadlineSlackMs: 5_000,
	/** `Prefer: wait=N`: longer than the longest window (12 s + hold), below the 30 s at which proxies give up. */
	maxWaitMs: 25_000,
	maxTicketsPerPage: 100,
	/** A ticket without a decision so long after its deadline is overdue, and an operator is told. */
	overdueMs: 10_000,
	/** A confirm that failed is tried again after 250 ms, doubling to 1 s while bets wait and to 60 s while only totals are owed. */
	confirmRetryMinMs: 250,
	confirmRetryMaxMs: 1_000,
	totalsRetryMaxMs: 60_000,
	/** The alarm under what a desk owes its wallets and its match: its timers do it within seconds, unless it dies. */
	deskNetMs: 10_000,
	/** Legs that a desk asks about in one confirm: their asks and totals stay below what it may carry. */
	legsPerConfirm: 500,
	/** Contract: markets a quote names. */
	marketsPerQuote: 256,
	/** Results in one call of a match to a desk; a football match has fewer. */
	resultsPerDeskCall: 256,
	/** How long `place` waits for the desks' first word, so that most answers already say when they will be decided. */
	firstWordMs: 1_000,
	/** Rows forgotten at a time, so that a large match does not stop its desk … */
	forgetRows: 2_000,
	/** … and between two rounds live bets have their turn. */
	forgetPauseMs: 1_000,
	/** Of these, legs with a result: some 8 ms of a wallet's thread, which a live bet waits for. */
	legsPerResultCall: 100,
	/** Between two such calls to a wallet: a thread that is never idle looks at no socket. 100,000 legs of two wallets pause for 2.5 s. */
	settlePauseMs: 5,
	/** Calls with results that a wallet stores in one commit: of all nine desks of a match at once, a live bet waits for two. */
	resultCallsPerCommit: 2,
	/** Wallets settled at a time: a wave of results leaves most of the desk to live bets. */
	settlingWallets: 8,
	/** A tombstone outlives every offer that may still be under way: deadlines end within a minute, a day is ample. */
	keepTombstoneMs: 86_400_000,
	/** A leg that is settled and told is kept for corrections: they come within three days, lanes forget after seven. */
	keepSettledLegMs: 2_592_000_000,
	/**
	 * Until so long after the end of a match traders may change what has been paid: two days before its desks forget who bet, since
	 * markets of the same match are decided, and forgotten, before its end.
	 */
	changePaidMs: 2_419_200_000,
} as const;

/**
 * What a wallet keeps in memory of what it has stored or verified: a ticket takes 1 to 12 kB there, a balance or a token with what it
 * says 200 to 800 bytes, of the 128 MB of an object.
 */
export const WALLET_KEEPS = { tickets: 1_024, balances: 8_192, tokens: 4_096 } as const;
