/** The limits of reports on their way to Postgres; `limits.ts` gives these too. */

/** Reports */
export const REPORTS = {
	/** Of a message's rows. Queues take 128 kB and count an operation for each 64: the envelope and 100 bytes of theirs fit below that. */
	maxMessageBytes: 63_000,
	/** Of the messages sent in one call: Queues take 256 kB. A message alone may be larger than its share, by a row that is. */
	maxBatchBytes: 250_000,
	/** Rows that the consumer reads and writes at a time: some 15 ms of work, of the 100 that a full batch of the queue has. */
	rowsAtATime: 500,
	/** Rows of so long go in one message; a tenth of what the queue itself waits for more. */
	gatherMs: 100,
	/** REP-2 */
	resendRows: 500,
	resendMinMs: 5_000,
	resendMaxMs: 300_000,
	/** A batch of 20 messages is stored in well under a second; a database that says nothing for so long is out of reach. */
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
