/** The limits of reports on their way to Postgres; `limits.ts` gives these too. */

/** Reports */
export const REPORTS = {
	/** Queues: 128 kB a message; rows are cut at 100 kB so that the envelope fits. */
	maxMessageBytes: 100_000,
	/** Rows of so long go in one message; a tenth of what the queue itself waits for more. */
	gatherMs: 100,
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
