/** What one address, player or trader may take of what all share; `limits.ts` gives these too, docs/security.md has them as a table. */

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
} as const;

/** By player, at a wallet */
export const WALLET_SHARE = {
	/** Calls that wait for a ticket at once; a player has 25 open tickets and two devices. One more is answered with what is known. */
	waits: 64,
	/** Of all its players: a second of its bets (3,100) and a reader for each. */
	maxWaits: 8_192,
} as const;

/** By match, at a lane */
export const LANE_SHARE = {
	/** Traders' commands that wait for a match to act: one more is stored just so, and answered `pending` at once. */
	commandWaits: 32,
} as const;
