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

export function createTestWorld(seed = 1, startMs = START_MS): TestWorld {
	const random = seededRandom(seed);
	const owners = new Map<string, Owner>();
	const alarms = new Map<string, () => void | Promise<void>>();
	const logs: LogLine[] = [];
	const faults: unknown[] = [];
	let events: Event[] = [];
	let clock = startMs;
	let order = 0;

	const ownerOf = (name: string): Owner => {
		let owner = owners.get(name);
		if (owner === undefined) {
			owner = { sql: nodeSql(), alarmAtMs: null, generation: 0 };
			owners.set(name, owner);
		}
		return owner;
	};
	const logOf = (owner: string): Log => ({
		info: (event, fields) => void logs.push({ level: "info", event, fields, owner }),
		warn: (event, fields) => void logs.push({ level: "warn", event, fields, owner }),
		error: (event, fields) => void logs.push({ level: "error", event, fields, owner }),
	});
	const settle = async (): Promise<void> => {
		for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
	};
	const nextDue = (limitMs: number): { atMs: number; run: () => void | Promise<void> } | null => {
		let best: { atMs: number; order: number; run: () => void | Promise<void> } | null = null;
		for (const event of events) {
			if (
				event.atMs <= limitMs &&
				(best === null || event.atMs < best.atMs || (event.atMs === best.atMs && event.order < best.order))
			) {
				best = { ...event, run: () => runEvent(event) };
			}
		}
		for (const [name, owner] of owners) {
			const at = owner.alarmAtMs;
			if (at !== null && at <= limitMs && (best === null || at < best.atMs))
				best = { atMs: at, order: -1, run: () => runAlarm(name, owner) };
		}
		return best;
	};
	const runEvent = (event: Event): void => {
		events = events.filter((other) => other !== event);
		event.run();
	};
	const runAlarm = async (name: string, owner: Owner): Promise<void> => {
		owner.alarmAtMs = null;
		await alarms.get(name)?.();
	};

	return {
		now: () => clock,
		ports: (name) => {
			const owner = ownerOf(name);
			const generation = owner.generation;
			return {
				sql: owner.sql,
				now: () => clock,
				random,
				newId: () =>
					Math.floor(random() * 2 ** 48)
						.toString(16)
						.padStart(16, "0"),
				timer: (delayMs, run) => {
					const event: Event = {
						atMs: clock + Math.max(0, delayMs),
						order: order++,
						owner: name,
						run: () => {
							if (owner.generation === generation) run();
						},
					};
					events.push(event);
					return () => {
						events = events.filter((other) => other !== event);
					};
				},
				setAlarm: (atMs) => {
					if (owner.generation === generation) owner.alarmAtMs = atMs;
				},
				sync: async () => {},
				background: (work) => {
					work.catch((fault) => faults.push(fault));
				},
				log: logOf(name),
			};
		},
		crash: (name) => {
			ownerOf(name).generation++;
			events = events.filter((event) => event.owner !== name);
		},
		onAlarm: (name, run) => void alarms.set(name, run),
		alarmOf: (name) => ownerOf(name).alarmAtMs,
		settle,
		advance: async (ms) => {
			const limit = clock + ms;
			await settle();
			for (let due = nextDue(limit); due !== null; due = nextDue(limit)) {
				clock = Math.max(clock, due.atMs);
				await due.run();
				await settle();
			}
			clock = limit;
		},
		logs,
		faults,
	};
}
