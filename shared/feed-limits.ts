/** The limits of feeds: what a push may hold, how old speech may be, how lanes repeat themselves; `limits.ts` gives these too. */

export const FEED = {
	/**
	 * A message counts as under way for so long at most when it dates what happened: a push that is sent again for longer comes with a
	 * later time of sending, and a provider's clock that was set back must not void an hour of bets.
	 */
	maxUnderWayMs: 30_000,
	/** The middle of so many differences says how far a feed's clock is from ours: enough that four wrong ones do not move it. */
	offsetsKept: 9,
	/** Stripe-like webhook tolerance, named in the API: five minutes. */
	signatureToleranceMs: 300_000,
	/** LAN-4: twice the tolerance. A signature made by a clock that is ahead by all of it is good for so long, and none for longer. */
	clockMemoryMs: 600_000,
	/** A signed time further from ours than this is told to its provider: the second it is cut to, and another for the way. */
	clockOffMs: 2_000,
	/** A full NDJSON recovery of a match is ≈ 300 inputs of ≈ 400 B; 1 MiB holds eight of them. */
	maxBodyBytes: 1_048_576,
	maxInputsPerRequest: 1_000,
	/** Errors of one push that are told: enough to mend a batch, too few to flood an answer. */
	maxErrorsTold: 32,
	/**
	 * How exactly a lane keeps when it heard a feed: to a quarter of the silence that its provider is allowed. A lane that starts takes
	 * a feed to be silent for so much longer at most, and every word that is kept is a commit: of a heartbeat a second each other one.
	 */
	heardKeptShare: 4,
	/** LAN-2: the mark that a lane sends each match in play. */
	markMs: 1_000,
	/** Marks go out together so often at most: a quarter of their time, by which a mark may come early. */
	sweepMs: 250,
	/** Marks of one moment, where a quarter of all is less: some 3 ms of a lane, for which no push notices that it waits. */
	sweepMatches: 16,
	/** Frames say stale and confirms `wait` when no mark came for so long. */
	markLostMs: 3_000,
	/** Inputs in one apply: at ≈ 400 B each well below the 32 MiB RPC limit, and applied in a few ms. */
	applyBatch: 256,
	/** Contract: twice that, so that lanes may grow before matches do. */
	maxApplyBatch: 512,
	/** Inputs stored and not yet applied for one match: half an hour of a busy match; beyond it the provider is told to wait. */
	maxBacklog: 10_000,
	/**
	 * Inputs of a lane, over all its matches that answer, that wait to be applied: two and a half seconds of the busiest (a quarter of 100,000
	 * a minute), since after three a match counts its mark as lost. As many as one push may hold.
	 */
	maxWaiting: 1_000,
	/**
	 * So long pushes are refused once lanes were behind, after which they are asked again: as long as `retry-after` says, so that nothing newer
	 * is taken before what was refused comes again.
	 */
	behindMs: 1_000,
	/** Pushes of one provider that an isolate works on: lanes store a push in some ms, so that this many are under way only where they do not. */
	pushesUnderWay: 64,
	/** Lanes answer a push or time out long before: one that is there longer has been dropped with its caller. */
	longestPushMs: 30_000,
	/** A provider that was told `busy` waits so long: forty batches of a few ms empty the fullest backlog once its match answers. */
	busyRetryMs: 1_000,
	/**
	 * Failed deliveries are repeated after 250 ms, doubling to 10 s: a match restarts within a second, a region within minutes.
	 * In play they double to `markMs` only, which is no more than a match in play is called anyway.
	 */
	retryMinMs: 250,
	retryMaxMs: 10_000,
	/** The alarm under a lane's timers; Cloudflare moves an object within a minute. */
	netMs: 10_000,
	/** A trader waits so long for the match to act; the command itself never expires. */
	commandWaitMs: 5_000,
	/** A lane keeps the log of an ended match for a week: late corrections come within three days. */
	keepEndedMs: 604_800_000,
	/** Old logs are looked for once an hour at most: a week is not counted in minutes. */
	pruneMs: 3_600_000,
	/** Refusals of matches that one answer of one lane tells: a provider that gets more at once has a fault, and asks for the list. */
	refusalsTold: 16,
	/** Refusals a lane gives at a time to who asks for them: at ≈ 300 B each 30 kB. */
	refusalsPerPage: 100,
	/** Answers of a match by which it knows when its feed spoke: a mark a second and a batch or two between them. */
	answersKept: 64,
	/** Two objects' clocks drift apart by milliseconds within one call; a lane that counts more than this beyond what its match counts was set. */
	clockDriftMs: 250,
	/** A match in play whose feed has been silent for longer is told to operators; the strictest provider's limit is 20 s. */
	quietMs: 15_000,
} as const;

/** What a lane keeps in memory of what it has stored */
export const LANE_KEEPS = {
	/** Rows of matches that wait for nothing, a few hundred bytes each: a busy week of a group is some 2,000. */
	matches: 4_096,
	/** Inputs on their way to their matches, ≈ 1 kB each: a full push and a little more. What is beyond is read from storage again. */
	inputs: 1_024,
} as const;
