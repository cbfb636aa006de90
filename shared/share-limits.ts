/** What one address, player or trader may take of what all share, and how often; `limits.ts` gives these too, docs/security.md has shares as a table. */

/** By address, at a relay. A carrier puts up to some hundred active subscribers behind one address. */
export const RELAY_SHARE = {
	/** Of `maxSocketsPerRelay` a sixteenth: a hundred people with five pages each. */
	sockets: 500,
	/** Of `maxTopics` an eighth: a busy day's 500 matches, and a player's own topic for each of its sockets. */
	topics: 1_125,
	/**
	 * Topics and tokens that a publisher has been asked about and has not answered: a thirty-fifth of `maxTopics`. An answer takes
	 * some ms, so that two hundred pages may come back in the same moment; each may cost a dial.
	 */
	questions: 256,
	/** The same of one socket: a page that comes back asks for 64 topics, its player's among them. */
	socketQuestions: 64,
	/** Forged tokens, unknown matches: a page has one of either now and then, a link to a match that is gone, a token of yesterday. */
	socketRefusals: 8,
	/** The same at an address that has had `ADDRESS_RATE.failures` in a minute: its players are still heard, a guess at a time. */
	lockedRefusals: 1,
	lockedQuestions: 1,
	/** Addresses whose refusals a relay remembers, at ≈ 100 B each; a full bucket is not kept. */
	maxKept: 10_000,
} as const;

/** By address, at the edge */
export const EDGE_SHARE = {
	/** Of `HTTP.maxCacheKeys` an eighth: who walks through all matches pushes out its own answers, and nobody else's. */
	cacheKeys: 250,
	/** A wallet that has said `busy` is not asked for so long: what it has under way then takes it 80 ms at least. */
	walletBusyMs: 50,
	/** A bet is at its wallet for a second until it has a first word, and for some where that is slow: what is there longer has been dropped. */
	longestPlacingMs: 10_000,
	/** Wallets and matches of theirs that are known as busy: a hundred shards in each of nine regions, and the matches that play. */
	maxBusyWallets: 1_000,
} as const;

/** By player, at a wallet */
export const WALLET_SHARE = {
	/** Calls that wait for a ticket at once; a player has 25 open tickets and two devices. One more is answered with what is known. */
	waits: 64,
	/** Of all its players: a second of its bets (3,100) and a reader for each. */
	maxWaits: 8_192,
	/** Bets on one match from their request to a desk's first word: half of all, so that one that does not answer leaves room. */
	placing: 128,
	/** All such bets: what a wallet commits together, a twelfth of a second's. On the way longer than 80 ms, they are fewer a second. */
	maxPlacing: 256,
} as const;

/** By match, at a lane */
export const LANE_SHARE = {
	/** Traders' commands that wait for a match to act: one more is stored just so, and answered `pending` at once. */
	commandWaits: 32,
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
