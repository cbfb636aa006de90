/**
 * Every size, count, rate and time limit of the platform, each with where its number comes from: those of one room in a file of their
 * own, and here what all rooms share.
 */

export * from "./bet-limits.ts";
export * from "./client-limits.ts";
export * from "./feed-limits.ts";
export * from "./http-limits.ts";
export * from "./pricing-limits.ts";
export * from "./report-limits.ts";
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

/** Groups of writes that share one commit: measured 3.1–3.8k/s at 64. */
export const GROUP_COMMIT_MAX = 256;

/**
 * Where so many bets shared a commit or a confirmation, the next one waits so long for others: a fraction of what a commit takes, and
 * each commit and call that is saved goes to bets. Fewer are as quick alone.
 */
export const CROWD = { from: 4, gatherMs: 4 } as const;

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
