/**
 * What an actor may touch of the world. Objects pass the real thing, tests and the simulator pass their own, so the same
 * actor runs in workerd, in unit tests and under virtual time.
 */

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** SQLite, synchronous, as Durable Objects offer it. Integers beyond 2^53 do not survive it. */
export type Sql = {
	readonly exec: (query: string, ...bindings: readonly SqlValue[]) => readonly SqlRow[];
	/** All or nothing; nesting is a bug. */
	readonly transaction: <T>(run: () => T) => T;
};

export type Cancel = () => void;

export type Ports = {
	readonly sql: Sql;
	/** Wall clock in ms. Stands still inside a synchronous run. */
	readonly now: () => number;
	/** [0, 1) */
	readonly random: () => number;
	/** 16 lower-case hex digits, unpredictable. */
	readonly newId: () => string;
	/** Runs once after `delayMs` unless cancelled or the object goes; alarms are the net under timers. */
	readonly timer: (delayMs: number, run: () => void) => Cancel;
	/** The object's one alarm; null clears it. Only `deadlines.ts` calls it. */
	readonly setAlarm: (atMs: number | null) => void;
	/** Resolves once every write so far is durable. Effects on others wait for it. */
	readonly sync: () => Promise<void>;
	/** Keeps the object awake until the promise settles; a rejection is logged, never lost. */
	readonly background: (work: Promise<void>) => void;
	readonly log: Log;
};

/** One structured line per call, for `wrangler tail`. Never a secret, a token or a signature. */
export type Log = {
	readonly info: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
	readonly warn: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
	readonly error: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
};
