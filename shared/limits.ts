/** Every size, count, rate and time limit of the platform, each with where its number comes from. */

export * from "./feed-limits.ts";
export * from "./pricing-limits.ts";
export * from "./share-limits.ts";
export * from "./socket-limits.ts";

/**
 * Texts and lists in contracts. Lengths are UTF-16 units, as JavaScript counts them: at most three bytes each in UTF-8.
 */
export const CONTRACT = {
	/** Names and sentences that people read; the longest names of clubs and competitions are below 80. */
	textChars: 200,
	/** Words of a sport's own lists: phases, groups of markets, details. The longest of ours has 21. */
	wordChars: 32,
	/** Three-letter names of teams, minutes like `105+2`. */
	labelChars: 12,
	/** Ids of providers' messages: a UUID has 36, a URN with one in it some 70. */
	messageIdChars: 128,
	/** Ids that a provider or a trader makes for one thing of a match; ids of incidents, of commands, names of traders. */
	idChars: 64,
	/** Ids of histories are 16 hex digits; room for a UUID. */
	epochChars: 64,
	/** `ledger` accounts: `receivable:` and a player's id have 34; a name of an object would fit too. */
	accountChars: 96,
	/** `desk:{64}:{4}` has 74. */
	objectNameChars: 128,
	/** A player's token has ≈ 140. */
	tokenChars: 512,
	/** An IPv6 address written in full has 39, and 45 with an IPv4 one in it. */
	addressChars: 45,
	/** Correct scores are 40 outcomes. */
	outcomesPerMarket: 64,
	/** A football match of ours has ≈ 60 markets; large bookmakers offer some 400. */
	marketsPerMatch: 512,
	/** Groups of markets that a bet stop names; a sport has below ten. */
	groups: 32,
	/** Licences that a span of void bets is about; Europe has some thirty, and a platform holds a few. */
	licences: 32,
	/** Spans of void bets: each a goal, a card or a point with its time, or a provider's cancellation. A tennis match has some three hundred points. */
	voidSpans: 1_024,
	/** What waits for a second person's word in one match: a trader's day of work on it, and room for a feed gone wrong. */
	proposals: 50,
	/** Facts of a statement, rules of a format: a sport's module reads below ten. */
	facts: 64,
	/** Starters or substitutes of a side: eleven start, and squads on a sheet have 26 at most. */
	playersPerLineup: 26,
	/** Lines of a fixture's prices: totals from 0.5 to 7.5 in quarters are 29. */
	linesPerFixture: 64,
	/** Outcomes of the one market that the lobby shows. */
	headlineOutcomes: 8,
	/** What a refusal repeats of what was wrong: enough to mend a message, too few to flood a log. */
	errors: 16,
	/** The words of a fault in a log, a rejected row or a dead letter. */
	faultChars: 500,
} as const;

/** JSON that comes from outside */
export const JSON_TEXT = {
	/** A push is the deepest of what we take: array, fixture, prices, totals, line, odds are six; twice that and some room. */
	maxDepth: 16,
	/** The place of what was wrong: six names of our own with their indexes; what is longer was made to flood a log. */
	pathChars: 200,
} as const;

/** Secrets that the platform is given: NIST SP 800-107 asks for HMAC keys of 128 bits, OWASP ASVS for 64 bits in a token. */
export const SECRETS = {
	/** 16 characters of hex carry 64 bits, 16 random bytes 128: less is refused at the start. */
	minChars: 16,
} as const;

/** Relays */
export const RELAY = {
	/** Topics open at one relay: each of 8,000 players has one, a busy day some 500 matches, and there is room for twice that. */
	maxTopics: 9_000,
	/** History kept a topic, whatever `ringDeltas` allows: 256 deltas of a busy football match are ≈ 80 kB. */
	ringBytes: 262_144,
	/** A new reader gets the kept image and what followed; after so many deltas a fresh image is asked for. */
	imageTailDeltas: 16,
	/** A publisher that does not answer a `sub` for so long is dialled anew. */
	answerMs: 5_000,
	/** An image that was asked for and has not come is asked for again: after `answerMs` the connection itself would be given up. */
	imageMs: 10_000,
	/** Failed dials: 250 ms doubling to 8 s, each at a random part of it, so that relays do not come back as a wave. */
	redialMinMs: 250,
	redialMaxMs: 8_000,
	/** An idle topic is kept this long: a reload of a page comes back within it. */
	idleMs: 10_000,
	tickMs: 1_000,
	/** The net under the tick: after an eviction nobody else would dial. */
	netMs: 30_000,
	/** A topic in play that is silent for twice what makes it stale gets a new connection. */
	silentRedialMs: 6_000,
	/** A reader that resumes ahead of the publisher's head for so long has a position that never was. */
	aheadMs: 2_000,
} as const;

/** The client library: elapsed time by a monotonic clock, and what it sends of its own below what a relay takes. */
export const CLIENT = {
	/** In play a publisher speaks each second; a relay says so after 3 s of silence, and this is for when the relay is gone too. */
	silentMs: 5_000,
	/** A `sub` that has brought neither image nor recovery: asked again after this to twice this, as a relay redials. */
	answerMs: 5_000,
	/** After the first time an image is asked for at half this to all of it, doubling to the other: a frame that one reader cannot read, none can. */
	resyncMinMs: 2_000,
	resyncMaxMs: 30_000,
	/** A topic that was whole for so long asks for its next image at once again. */
	calmMs: 30_000,
	/** Asked again at once: every topic. With a connect's 64 it leaves 32 of `readerFrameBurst` to acknowledgements. */
	askBurst: 64,
	/** And then so many a second: half of `readerFramesPer10s`. */
	asksPerSec: 3,
	/** Schemas kept by name: twice the topics of a page, since a match that lists anew has another. */
	schemasKept: 128,
	/** A schema is waited for no longer: with `SOCKET.ackMs` behind it still below the 10 s after which a reader counts as slow. */
	schemaMs: 2_000,
	/** For so long a page that could not fetch a schema has them on the socket: longer than any series of reconnects. */
	schemasRestMs: 300_000,
	/** Frames of a topic that wait for its schema; more than a relay keeps for resuming, and it asks again. */
	heldFrames: 256,
	/** Timers that stood still for so long: the device slept, and what is shown may be as old. Five ticks of a second. */
	sleptMs: 5_000,
} as const;

/** The board */
export const BOARD = {
	/** The lobby changes at most once a second, except where it withdraws something. */
	conflateMs: 1_000,
	/** A weekend of football has ≈ 500 matches on offer; an image of so many is ≈ 300 kB. */
	maxMatches: 500,
	/** An ended match stays in the lobby for ten minutes, so that its players find the result. */
	keepEndedMs: 600_000,
	/** A match that says nothing for a day (after its start) has lost its feed and its object. */
	keepSilentMs: 86_400_000,
	/** What is gone is remembered for a day, so that a late word does not bring it back. */
	keepGoneMs: 86_400_000,
} as const;

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
	 * A desk asks its match at once, and then a hundred times a second at most: with one confirm in flight a nearby match is asked
	 * less often than that anyway, and nine regions together stay below what a match confirms (4,000 a second).
	 */
	confirmEveryMs: 10,
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
	/** Contract: totals and asks a confirm carries; 500 legs stay below both. */
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
	/** Wallets settled at a time: a wave of results leaves most of the desk to live bets. */
	settlingWallets: 8,
	/** A tombstone outlives every offer that may still be under way: deadlines end within a minute, a day is ample. */
	keepTombstoneMs: 86_400_000,
	/** A leg that is settled and told is kept for corrections: they come within three days, lanes forget after seven. */
	keepSettledLegMs: 2_592_000_000,
} as const;

/**
 * By player, at the wallet. A page bets by clicks: the fastest finger makes some ten a second, and a shard takes 3,100 bets a
 * second, so that one player alone can never slow the others.
 */
export const PLAYER_RATE = {
	/** The fastest finger. */
	betsPerSec: 10,
	/** Six seconds' worth: a page that comes back repeats what it was not told about. */
	betBurst: 60,
	/** A page reads on its socket; a bot that polls 25 open tickets four times a second stays below. */
	readsPerSec: 100,
	readBurst: 400,
	/** Players remembered at a wallet; a shard has some ten thousand, and few of them rush. At ≈ 100 B each 2 MB. */
	maxKept: 20_000,
} as const;

/**
 * By address, a minute, at the edge; counted by Cloudflare, so the numbers stand again in wrangler.toml (a test compares). An address is
 * often many people: a carrier puts up to some hundred active subscribers behind one (RFC 6888 asks for fair shares of 64,512 ports).
 */
export const ADDRESS_RATE = {
	/** A hundred people at a bet a second; 68,000 a minute were a large bookmaker's peak over all addresses. */
	bets: 6_000,
	/** Two school classes that open the page at once. */
	demoPlayers: 60,
	/** Sockets and event streams opened: all of them come back within 15 s after a drop, four times a minute at most. */
	streams: 600,
	/** Reads without a token that this isolate could not answer from its last second: each may wake an object. */
	reads: 6_000,
	/** Wrong operator's tokens, wrong signatures, forged players' tokens. A person mistypes a few, a misconfigured feed shows at once. */
	failures: 60,
	/** Who fails more often is not listened to in that matter, by this isolate, for the counter's period. */
	lockoutMs: 60_000,
	/** Addresses locked out that an isolate remembers, at ≈ 100 B each. */
	maxLockouts: 10_000,
	/** The period Cloudflare counts by, in seconds (10 or 60): after it a refused address is heard again. */
	periodSec: 60,
} as const;

/** Reports */
export const REPORTS = {
	/** Queues: 128 kB a message; rows are cut at 100 kB so that the envelope fits. */
	maxMessageBytes: 100_000,
	/** REP-2 */
	resendRows: 500,
	resendMinMs: 5_000,
	resendMaxMs: 300_000,
	/** A batch of 50 messages is stored in well under a second; a database that says nothing for so long is out of reach. */
	databaseTimeoutMs: 15_000,
	/** What Postgres fails on while it answers: 20 tries, as the queue is configured, are over within a minute. */
	stuckRetrySec: 1,
	/** Rows wait a second or two when all is well, and up to 13 s after the queue has lost them. */
	lateMs: 30_000,
	/** Readiness and metrics do not wait longer for what Postgres has to say. */
	healthTimeoutMs: 1_500,
	/** Differences in one line of the log: enough to begin with, all of them stand in the answer to the operator. */
	maxDifferencesLogged: 20,
} as const;

/** Groups of writes that share one commit: measured 3.1–3.8k/s at 64. */
export const GROUP_COMMIT_MAX = 256;
/** What a wallet keeps in memory of what it has stored: a ticket takes 1 to 12 kB there, a balance 200 bytes, of the 128 MB of an object. */
export const WALLET_KEEPS = { tickets: 1_024, balances: 8_192 } as const;
/** Rows that one statement reads from one text: an object's storage takes 2 MB in a value, and a character at most three bytes. */
export const SQL_TEXT_CHARS = 300_000;
/** RPC between objects: a call that takes longer counts as failed and is repeated by its outbox. */
export const RPC_TIMEOUT_MS = 5_000;

/** Tries again: soon at first, since most faults are restarts of a second; then so seldom that a dead peer costs nothing. */
export const RETRY = {
	/** A desk's word to a wallet, doubling. */
	peerMinMs: 250,
	peerMaxMs: 15_000,
	/**
	 * A call that its receiver refuses as none of its contract: the same again is refused until either side is another release. A
	 * deploy resets objects one after another, within minutes; a vote that waits for one must not wait for its wallet's question.
	 */
	refusedMs: 15_000,
	/** A match's results to a desk, doubling; settlement may wait, bets may not. */
	resultsMinMs: 500,
	resultsMaxMs: 30_000,
	/** A wallet's offer to a desk that did not answer: the ticket's deadline bounds how often. */
	offerMs: 500,
	/** A wallet's question about a ticket past its deadline. */
	askMs: 5_000,
	/** The edge asks an object that was being moved once more, after this and a random part of the spread. */
	objectMinMs: 50,
	objectSpreadMs: 150,
	/** Messages for a Postgres that is away: 5 s more with each attempt, at most 300 s; the queue keeps them for four days. */
	databaseSec: 5,
	databaseMaxSec: 300,
} as const;

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
