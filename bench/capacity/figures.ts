/** What the model goes out from: figures of our benches, each with the command that gives it, and assumptions, said as such. */

/** The load that is asked about. */
export const LOAD = { viewers: 10_000_000, betsPerSec: 5_000, matchesInPlay: 2_000 } as const;

/** `npm run bench -- crossings`: columns "of 64, before", "settled, of 64", "of 20 inputs", "idle s". */
export const COUNTED = {
	bet: { calls: 1.11, rowsRead: 3.09, rowsWritten: 23.2, queueMessages: 0.05, queueBytes: 2_514 },
	settledTicket: { calls: 0.11, rowsRead: 2.17, rowsWritten: 11.5, queueMessages: 0.05, queueBytes: 1_299 },
	/** One that changes what lists show, as most do, is a word to the board. */
	input: { calls: 0.1, boardCalls: 1, rowsRead: 0, rowsWritten: 2.15 },
	/** A match in play to which nothing happens: a mark of its lane, and now and then a word to the board. */
	idleSecond: { calls: 2.03, boardCalls: 0.03, rowsRead: 0.02, rowsWritten: 0.75 },
	/** What a page with one match, the lobby and its player gets, and what it acknowledges. */
	page: { deliveriesPerSec: 2.87, acksPerSec: 0.2 },
} as const;

/** `bets`, `fanout`, `ingest`, on the machine that docs/performance.md names. */
export const MEASURED = {
	/** Microseconds of CPU. */
	deliveryUs: 28,
	/** Milliseconds of CPU of all objects and the edge; of these the edge, which is a Worker. */
	betMs: 1.1,
	betEdgeMs: 0.3,
	inputMs: 0.5,
	settledTicketMs: 0.35,
} as const;

export const ASSUMED = {
	/** Of a second of its thread that an object should use at its busiest; what is left is for a goal. */
	busyShare: 0.5,
	/** Inputs of a match in play, a second: a football match has one in two. */
	inputsPerMatch: 0.5,
	/** Regions of ours, and regions from which a match is bet on at once. */
	regions: 9,
	regionsPerMatch: 3,
	/** Part of all bets in the busiest region, and of all bets on the busiest match: a final. */
	busiestRegion: 0.4,
	busiestMatch: 0.3,
	/** Matches that the viewers of one relay look at. */
	topicsPerRelay: 500,
	/** An index is a row of its own on the list: what we write stands in as many again. */
	rowsWithIndexes: 2,
	/** Hours a month in which the load is as asked about, all quieter hours counted as such. */
	fullHours: 60,
	/** Tickets kept in wallets and desks, by months of these hours, and what one takes with its entries. */
	monthsKept: 1,
	ticketBytes: 6_000,
} as const;
