/**
 * A small world with a clock that only moves when told, for unit tests of actors. Storage of a name survives
 * `world.crash(name)`; timers and everything in memory do not.
 */
import { type NodeSql, nodeSql } from "./node-sql.ts";
import type { Log, Ports } from "./ports.ts";

type Event = { readonly atMs: number; readonly order: number; readonly owner: string; readonly run: () => void };
type Owner = { readonly sql: NodeSql; alarmAtMs: number | null; generation: number };

export type LogLine = {
	readonly level: "info" | "warn" | "error";
	readonly event: string;
	readonly fields: unknown;
	readonly owner: string;
};

export type TestWorld = {
	readonly now: () => number;
	/** Ports of one actor. Calling it again after a crash gives the new instance's ports on the same storage. */
	readonly ports: (owner: string) => Ports;
	/** The actor's memory is gone: its timers never run, its alarm still does. */
	readonly crash: (owner: string) => void;
	readonly onAlarm: (owner: string, run: () => void | Promise<void>) => void;
	readonly alarmOf: (owner: string) => number | null;
	/** Lets pending promises run until nothing moves. */
	readonly settle: () => Promise<void>;
	/** Moves the clock, running timers and alarms in order and settling after each. */
	readonly advance: (ms: number) => Promise<void>;
	readonly logs: readonly LogLine[];
	/** Rejections of background work; empty in a healthy test. */
	readonly faults: readonly unknown[];
};

/** mulberry32: small, seeded, good enough to spread things. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** 2026-06-11T00:00:00Z: any fixed day would do. */
const START_MS = 1_781_136_000_000;
/** Long chains of awaits between two events settle within so many turns of the microtask queue. */
const SETTLE_TURNS = 40;

/** What a dead instance meets when it touches its storage. */
export class Superseded extends Error {
	constructor(owner: string) {
		super(`${owner} is no longer the current instance`);
		this.name = "Superseded";
	}
}

export function createTestWorld(seed = 1, startMs = START_MS): TestWorld {
	return new World(seed, startMs);
}

class World implements TestWorld {
	readonly logs: LogLine[] = [];
	readonly faults: unknown[] = [];
	readonly #random: () => number;
	readonly #owners = new Map<string, Owner>();
	readonly #alarms = new Map<string, () => void | Promise<void>>();
	#events: Event[] = [];
	#clock: number;
	#order = 0;

	constructor(seed: number, startMs: number) {
		this.#random = seededRandom(seed);
		this.#clock = startMs;
	}

	now = (): number => this.#clock;

	ports = (name: string): Ports => {
		const owner = this.#owner(name);
		const generation = owner.generation;
		const alive = (): boolean => owner.generation === generation;
		// A superseded instance may still run, but it can no longer write, and nothing it says leaves.
		const requireAlive = (): void => {
			if (!alive()) throw new Superseded(name);
		};
		return {
			sql: {
				exec: (query, ...bindings) => {
					requireAlive();
					return owner.sql.exec(query, ...bindings);
				},
				transaction: (run) => {
					requireAlive();
					return owner.sql.transaction(run);
				},
			},
			now: this.now,
			random: this.#random,
			newId: () =>
				Math.floor(this.#random() * 2 ** 48)
					.toString(16)
					.padStart(16, "0"),
			timer: (delayMs, run) => this.#timer(name, delayMs, () => alive() && run()),
			setAlarm: (atMs) => {
				if (alive()) owner.alarmAtMs = atMs;
			},
			sync: async () => requireAlive(),
			background: (work) => {
				work.catch((fault) => {
					if (!(fault instanceof Superseded)) this.faults.push(fault);
				});
			},
			log: this.#log(name),
		};
	};

	crash = (name: string): void => {
		this.#owner(name).generation++;
		this.#events = this.#events.filter((event) => event.owner !== name);
	};

	onAlarm = (owner: string, run: () => void | Promise<void>): void => {
		this.#alarms.set(owner, run);
	};

	alarmOf = (owner: string): number | null => this.#owner(owner).alarmAtMs;

	settle = async (): Promise<void> => {
		for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
	};

	advance = async (ms: number): Promise<void> => {
		const limit = this.#clock + ms;
		await this.settle();
		for (let due = this.#nextDue(limit); due !== null; due = this.#nextDue(limit)) {
			this.#clock = Math.max(this.#clock, due.atMs);
			await due.run();
			await this.settle();
		}
		this.#clock = limit;
	};

	#owner(name: string): Owner {
		let owner = this.#owners.get(name);
		if (owner === undefined) {
			owner = { sql: nodeSql(), alarmAtMs: null, generation: 0 };
			this.#owners.set(name, owner);
		}
		return owner;
	}

	#timer(owner: string, delayMs: number, run: () => void): () => void {
		const event: Event = { atMs: this.#clock + Math.max(0, delayMs), order: this.#order++, owner, run };
		this.#events.push(event);
		return () => {
			this.#events = this.#events.filter((other) => other !== event);
		};
	}

	#log(owner: string): Log {
		const write =
			(level: LogLine["level"]) =>
			(event: string, fields?: Readonly<Record<string, unknown>>): void => {
				this.logs.push({ level, event, fields, owner });
			};
		return { info: write("info"), warn: write("warn"), error: write("error") };
	}

	/** The earliest timer or alarm up to the limit; of two at one time, the alarm, then the older timer. */
	#nextDue(limitMs: number): { readonly atMs: number; readonly run: () => unknown } | null {
		let best: { atMs: number; order: number; run: () => unknown } | null = null;
		const offer = (atMs: number, order: number, run: () => unknown): void => {
			if (atMs > limitMs) return;
			if (best === null || atMs < best.atMs || (atMs === best.atMs && order < best.order)) best = { atMs, order, run };
		};
		for (const event of this.#events) offer(event.atMs, event.order, () => this.#runTimer(event));
		for (const [name, owner] of this.#owners) {
			if (owner.alarmAtMs !== null) offer(owner.alarmAtMs, -1, () => this.#runAlarm(name, owner));
		}
		return best;
	}

	#runTimer(event: Event): void {
		this.#events = this.#events.filter((other) => other !== event);
		event.run();
	}

	async #runAlarm(name: string, owner: Owner): Promise<void> {
		owner.alarmAtMs = null;
		await this.#alarms.get(name)?.();
	}
}
