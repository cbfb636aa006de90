/**
 * The storage of one object in a test world. Without a `DiskModel` every write is durable at once. With one, what the object
 * writes is durable only after a while, or when somebody has waited for it; an object that dies loses what is not, from some
 * turn on: a turn's writes are kept or lost together, as write coalescing does it, and never without those before them. The
 * alarm is storage as well.
 */

import type { Sql } from "../durable-objects/runtime/ports.ts";
import { type NodeSql, nodeSql } from "./node-sql.ts";

export type DiskModel = {
	/** How long a turn's writes take to be durable while nobody waits for them. */
	readonly lazyMs: (owner: string) => number;
	/** Of so many turns that are not durable, how many outlive the death all the same. */
	readonly outlive: (owner: string, turns: number) => number;
};

type Turn = { readonly alarmBeforeMs: number | null; durableAtMs: number };

const READS = /^\s*(SELECT|PRAGMA)\b/i;
/** By query, whether it only reads: a history runs some hundred queries ten thousands of times. */
const READING = new Map<string, boolean>();

function isReading(query: string): boolean {
	const known = READING.get(query);
	if (known !== undefined) return known;
	const reads = READS.test(query);
	READING.set(query, reads);
	return reads;
}

export class TestDisk {
	/** For the object. */
	readonly sql: Sql;
	/** For whoever looks from outside: what stands now, durable or not. */
	readonly outside: NodeSql;
	readonly #owner: string;
	readonly #model: DiskModel | null;
	readonly #now: () => number;
	readonly #database: NodeSql;
	/** Turns that wrote, oldest first, since all was durable. */
	#turns: Turn[] = [];
	#open: Turn | null = null;
	#alarmAtMs: number | null = null;
	#isMade = false;
	#isInside = false;
	/** Turns to be taken back when the transaction in which the object died has ended. */
	#owed = 0;

	constructor(owner: string, model: DiskModel | null, now: () => number) {
		this.#owner = owner;
		this.#model = model;
		this.#now = now;
		this.#database = nodeSql();
		this.sql = {
			exec: (query, ...bindings) => {
				if (!isReading(query)) this.#write();
				return this.outside.exec(query, ...bindings);
			},
			transaction: (run) => this.#transaction(run),
		};
		this.outside = {
			...this.#database,
			exec: (query, ...bindings) =>
				this.#hasTables() || !readsTables(query) ? this.#database.exec(query, ...bindings) : [],
		};
	}

	get alarmAtMs(): number | null {
		return this.#alarmAtMs;
	}

	/** An alarm that fires is spent with the writes of its handler, and comes again where those are lost. */
	set alarmAtMs(atMs: number | null) {
		if (atMs === this.#alarmAtMs) return;
		this.#write();
		this.#alarmAtMs = atMs;
	}

	isDurable(): boolean {
		return (this.#turns.at(-1)?.durableAtMs ?? 0) <= this.#now();
	}

	/** Somebody waits: what has been written so far is durable at this time, what comes after is not. */
	durableAt(atMs: number): void {
		this.#open = null;
		for (const turn of this.#turns) turn.durableAtMs = Math.min(turn.durableAtMs, atMs);
	}

	/** The object has died. Returns how many turns were lost. */
	die(): number {
		if (this.#model === null) return 0;
		const nowMs = this.#now();
		const first = this.#turns.findIndex(({ durableAtMs }) => durableAtMs > nowMs);
		const unsure = first === -1 ? 0 : this.#turns.length - first;
		const lost = unsure === 0 ? 0 : unsure - this.#model.outlive(this.#owner, unsure);
		const oldest = this.#turns[this.#turns.length - lost];
		if (oldest !== undefined) this.#alarmAtMs = oldest.alarmBeforeMs;
		if (this.#isInside) this.#owed = lost;
		else this.#takeBack(lost);
		return lost;
	}

	/** Whoever dies in the midst of a transaction has not made it. */
	#transaction<T>(run: () => T): T {
		this.#write();
		this.#isInside = true;
		try {
			return this.#database.transaction(run);
		} finally {
			this.#isInside = false;
			if (this.#owed > 0) this.#takeBack(this.#owed);
			this.#owed = 0;
		}
	}

	#takeBack(turns: number): void {
		this.#database.takeBack(turns);
		this.#forgetTurns();
		this.#isMade = false;
	}

	/** A turn begins with its first write and ends when nothing runs without having waited. */
	#write(): void {
		if (this.#model === null || this.#open !== null || this.#isInside) return;
		if (this.#turns.length > 0 && this.isDurable()) this.#forgetTurns();
		this.#database.mark();
		const nowMs = this.#now();
		const durableAtMs = Math.max(this.#turns.at(-1)?.durableAtMs ?? 0, nowMs + this.#model.lazyMs(this.#owner));
		const turn = { alarmBeforeMs: this.#alarmAtMs, durableAtMs };
		this.#turns.push(turn);
		this.#open = turn;
		queueMicrotask(() => {
			if (this.#open === turn) this.#open = null;
		});
	}

	#forgetTurns(): void {
		this.#database.keep();
		this.#turns = [];
		this.#open = null;
	}

	/** Whoever looks into storage that has no table yet finds nothing, as its owner does. */
	#hasTables(): boolean {
		this.#isMade ||= this.#database.exec("SELECT 1 AS one FROM sqlite_master").length > 0;
		return this.#isMade;
	}
}

const readsTables = (query: string): boolean =>
	/^\s*(SELECT|DELETE|UPDATE)\b/.test(query) && !query.includes("sqlite_master");
