/**
 * A small world with a clock that only moves when told, for unit tests of actors. Storage of a name survives
 * `world.crash(name)`; timers and everything in memory do not.
 */

import type { Log, Ports } from "../durable-objects/runtime/ports.ts";
import { seededRandom } from "../shared/seeded-random.ts";
import { type DiskModel, TestDisk } from "./disk.ts";
import type { NodeSql } from "./node-sql.ts";
import { type Due, Timeline } from "./timeline.ts";

type Owner = {
	readonly no: number;
	readonly disk: TestDisk;
	skewMs: number;
	alarm: Due | null;
	/** How often it died: its timers of before never run. */
	crashes: number;
	generation: number;
	timersFrom: number;
};

export type WorldOptions = {
	/** How far an owner's clock is from the true one. */
	readonly skewMs?: (owner: string) => number;
	/** How long a write takes to be durable: a place to die in. */
	readonly syncMs?: (owner: string) => number;
	/** An owner begins to wait for a write to be durable. */
	readonly syncing?: (owner: string) => void;
	/** An instance touches its storage for the first time: the statement of its own at which it dies, if it does. */
	readonly starting?: (owner: string) => { readonly atStatement: number; readonly die: () => void } | null;
	/** What a death loses; absent: nothing. */
	readonly disk?: DiskModel;
	/** Stands between an owner and its ports, to count what goes through them. */
	readonly between?: (owner: string, ports: Ports) => Ports;
	/** Nothing in this world waits for anything but promises and its clock, so that settling needs no turn of the event loop. */
	readonly isSelfContained?: boolean;
};

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
	/** The actor's memory is gone: its timers never run, its alarm still does. Returns how many turns of writes are lost. */
	readonly crash: (owner: string) => number;
	/** A newer instance has taken over: the old one still runs, timers and all, but can no longer write. */
	readonly supersede: (owner: string) => number;
	/** What an owner's own clock shows now. */
	readonly clockOf: (owner: string) => number;
	/** An owner's clock is set by so much: its timers run on, its alarm stands at a time of that clock. */
	readonly setClock: (owner: string, byMs: number) => void;
	/** Which instance of the object is the current one; rises with every death. */
	readonly generation: (owner: string) => number;
	readonly isDurable: (owner: string) => boolean;
	/** Resolves once everything the object has written is durable; never, or by a fault, if it dies before. */
	readonly durable: (owner: string) => Promise<void>;
	/** True time, of which every owner's clock is a guess. */
	readonly storage: (owner: string) => NodeSql;
	readonly onAlarm: (owner: string, run: () => void | Promise<void>) => void;
	readonly alarmOf: (owner: string) => number | null;
	/** Lets pending promises run until nothing moves. */
	readonly settle: () => Promise<void>;
	/** Moves the clock, running timers and alarms in order and settling after each. */
	readonly advance: (ms: number) => Promise<void>;
	/** Nobody looks any more: gives back what every owner's storage holds, which no collector knows the size of. */
	readonly close: () => void;
	readonly logs: readonly LogLine[];
	/** Rejections of background work; empty in a healthy test. */
	readonly faults: readonly unknown[];
};

/** 2026-06-11T00:00:00Z: any fixed day would do. */
const START_MS = 1_781_136_000_000;
/** One turn runs every promise that waits for nothing but others; a second one for those that a turn's end wakes. */
const SETTLE_TURNS = 3;
/** Alarms go before timers of the same time, in the order in which their owners came. */
const ALARMS_FIRST = -1_000_000;
const ALARM_AGAIN_MS = 2_000;
/** A former instance is ended after so long: what it tries again until it is answered would otherwise run for ever. */
export const FORMER_MS = 60_000;
/** Events in one advance beyond which something calls itself without letting time pass. */
const MAX_EVENTS = 100_000;

/** What a dead instance meets when it touches its storage. */
export class Superseded extends Error {
	constructor(owner: string) {
		super(`${owner} is no longer the current instance`);
		this.name = "Superseded";
	}
}

export function createTestWorld(seed = 1, startMs = START_MS, options: WorldOptions = {}): TestWorld {
	return new World(seed, startMs, options);
}

function runTimer(run: () => void): void {
	try {
		run();
	} catch (fault) {
		// What a dead instance's timer runs into is nobody's concern any more.
		if (!(fault instanceof Superseded)) throw fault;
	}
}

class World implements TestWorld {
	readonly logs: LogLine[] = [];
	readonly faults: unknown[] = [];
	readonly #random: () => number;
	readonly #options: WorldOptions;
	readonly #owners = new Map<string, Owner>();
	readonly #alarms = new Map<string, () => void | Promise<void>>();
	readonly #timeline = new Timeline();
	#clock: number;
	#order = 0;

	constructor(seed: number, startMs: number, options: WorldOptions) {
		this.#random = seededRandom(seed);
		this.#clock = startMs;
		this.#options = options;
	}

	now = (): number => this.#clock;

	ports = (name: string): Ports => {
		const owner = this.#owner(name);
		const generation = owner.generation;
		const alive = (): boolean => owner.generation === generation;
		let statements = 0;
		let death: ReturnType<NonNullable<WorldOptions["starting"]>> = null;
		// A superseded instance may still run, but it can no longer write, and nothing it says leaves.
		const touch = (): void => {
			if (statements++ === 0 && alive()) death = this.#options.starting?.(name) ?? null;
			if (statements === death?.atStatement && alive()) death.die();
			if (!alive()) throw new Superseded(name);
		};
		const ports: Ports = {
			sql: {
				exec: (query, ...bindings) => {
					touch();
					return owner.disk.sql.exec(query, ...bindings);
				},
				transaction: (run) => {
					touch();
					return owner.disk.sql.transaction(run);
				},
			},
			now: () => this.#clock + owner.skewMs,
			random: this.#random,
			newId: () =>
				Math.floor(this.#random() * 2 ** 48)
					.toString(16)
					.padStart(16, "0"),
			timer: (delayMs, run) => this.#timer(name, delayMs, () => generation >= owner.timersFrom && run()),
			setAlarm: (atMs) => {
				if (alive()) this.#setAlarm(name, owner, atMs === null ? null : atMs - owner.skewMs);
			},
			sync: () => this.#sync(name, owner, generation),
			background: (work) => {
				work.catch((fault) => {
					if (!(fault instanceof Superseded)) this.faults.push(fault);
				});
			},
			log: this.#log(name),
		};
		return this.#options.between?.(name, ports) ?? ports;
	};

	/** Storage is durable in the order of its writes, and what waits is told at the same time. */
	async #sync(name: string, owner: Owner, generation: number): Promise<void> {
		const requireAlive = (): void => {
			if (owner.generation !== generation) throw new Superseded(name);
		};
		const takesMs = this.#options.syncMs?.(name) ?? 0;
		this.#options.syncing?.(name);
		requireAlive();
		owner.disk.durableAt(this.#clock + takesMs);
		if (takesMs > 0) await new Promise<void>((durable) => this.#timer(name, takesMs, durable));
		requireAlive();
	}

	generation = (name: string): number => this.#owner(name).generation;

	isDurable = (name: string): boolean => this.#owner(name).disk.isDurable();

	durable = async (name: string): Promise<void> => {
		const owner = this.#owner(name);
		if (!owner.disk.isDurable()) await this.#sync(name, owner, owner.generation);
	};

	crash = (name: string): number => {
		const owner = this.#owner(name);
		owner.generation++;
		owner.timersFrom = owner.generation;
		owner.crashes++;
		return this.#die(name, owner);
	};

	supersede = (name: string): number => {
		const owner = this.#owner(name);
		const newer = ++owner.generation;
		const end = (): void => {
			owner.timersFrom = Math.max(owner.timersFrom, newer);
		};
		this.#timer(name, FORMER_MS, end);
		return this.#die(name, owner);
	};

	clockOf = (name: string): number => this.#clock + this.#owner(name).skewMs;

	setClock = (name: string, byMs: number): void => {
		const owner = this.#owner(name);
		owner.skewMs += byMs;
		if (owner.alarm !== null) this.#setAlarm(name, owner, owner.alarm.atMs - byMs);
	};

	storage = (name: string): NodeSql => this.#owner(name).disk.outside;

	onAlarm = (owner: string, run: () => void | Promise<void>): void => {
		this.#alarms.set(owner, run);
	};

	alarmOf = (owner: string): number | null => this.#owner(owner).alarm?.atMs ?? null;

	settle = async (): Promise<void> => {
		// Node runs every promise that can go on before it comes to what waits for the next tick.
		if (this.#options.isSelfContained === true) await new Promise<void>((resolve) => process.nextTick(resolve));
		else for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
	};

	advance = async (ms: number): Promise<void> => {
		const limit = this.#clock + ms;
		await this.settle();
		let events = 0;
		for (let due = this.#timeline.take(limit); due !== null; due = this.#timeline.take(limit)) {
			if (++events > MAX_EVENTS) throw new Error(`time stands still: a timer or alarm of ${due.what} runs for ever`);
			this.#clock = Math.max(this.#clock, due.atMs);
			await due.run();
			await this.settle();
		}
		this.#clock = limit;
	};

	close = (): void => {
		for (const { disk } of this.#owners.values()) disk.outside.close();
	};

	#owner(name: string): Owner {
		let owner = this.#owners.get(name);
		if (owner === undefined) {
			owner = {
				no: this.#owners.size,
				disk: new TestDisk(name, this.#options.disk ?? null, this.now),
				skewMs: this.#options.skewMs?.(name) ?? 0,
				alarm: null,
				crashes: 0,
				generation: 0,
				timersFrom: 0,
			};
			this.#owners.set(name, owner);
		}
		return owner;
	}

	#timer(name: string, delayMs: number, run: () => void): () => void {
		const owner = this.#owner(name);
		const { crashes } = owner;
		const due = this.#timeline.add({
			atMs: this.#clock + Math.max(0, delayMs),
			order: this.#order++,
			what: name,
			run: () => {
				if (owner.crashes === crashes) runTimer(run);
			},
			isOff: false,
		});
		return () => {
			due.isOff = true;
		};
	}

	#die(name: string, owner: Owner): number {
		const lost = owner.disk.die();
		if (owner.disk.alarmAtMs !== (owner.alarm?.atMs ?? null)) this.#arm(name, owner, owner.disk.alarmAtMs);
		return lost;
	}

	#setAlarm(name: string, owner: Owner, atMs: number | null): void {
		owner.disk.alarmAtMs = atMs;
		this.#arm(name, owner, atMs);
	}

	#arm(name: string, owner: Owner, atMs: number | null): void {
		if (owner.alarm !== null) owner.alarm.isOff = true;
		owner.alarm =
			atMs === null
				? null
				: this.#timeline.add({
						atMs,
						order: ALARMS_FIRST + owner.no,
						what: name,
						run: () => this.#runAlarm(name, owner),
						isOff: false,
					});
	}

	#log(owner: string): Log {
		const write =
			(level: LogLine["level"]) =>
			(event: string, fields?: Readonly<Record<string, unknown>>): void => {
				this.logs.push({ level, event, fields, owner });
			};
		return { info: write("info"), warn: write("warn"), error: write("error") };
	}

	/** The platform runs an alarm again that did not come to its end. */
	#alarmFailed(name: string, owner: Owner): void {
		if (owner.alarm === null) this.#setAlarm(name, owner, this.#clock + ALARM_AGAIN_MS);
	}

	async #runAlarm(name: string, owner: Owner): Promise<void> {
		owner.alarm = null;
		owner.disk.alarmAtMs = null;
		try {
			// Started, not awaited: what it waits for may need the clock to move.
			const running = this.#alarms.get(name)?.();
			if (running instanceof Promise)
				running.catch((fault) => {
					this.#alarmFailed(name, owner);
					if (!(fault instanceof Superseded)) this.faults.push(fault);
				});
		} catch (fault) {
			this.#alarmFailed(name, owner);
			if (!(fault instanceof Superseded)) throw fault;
		}
	}
}
