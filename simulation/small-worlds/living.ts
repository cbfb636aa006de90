/** One object by itself: it is told what reaches it, and nothing that it sends goes anywhere. */
import type { Ports } from "../../durable-objects/runtime/ports.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { Superseded } from "../../testing/world.ts";
import type { Disk } from "./disk.ts";
import { type Actor, type Due, digest, type Event, type Outcome, type Sent } from "./past.ts";

type Timer = { readonly atMs: number; readonly no: number; readonly run: () => void };
type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (fault: unknown) => void };
/** What ends with an instance. */
type Instance = {
	readonly instanceNo: number;
	actor: Actor | null;
	timers: Timer[];
	timersMade: number;
	requests: number;
	callsMade: number;
	readonly calls: Map<number, Waiting>;
};
/** Names of other objects to whom it may talk. */
export type Client = <Contract extends object>(to: string) => Contract;
export type Make = (name: string, ports: Ports, client: Client, self: () => Actor) => Actor;

const notStarted = (instanceNo: number): Instance => ({
	instanceNo,
	actor: null,
	timers: [],
	timersMade: 0,
	requests: 0,
	callsMade: 0,
	calls: new Map(),
});

/** The scene is set by an instance before the first. */
const SETTING = 0;

export class Living {
	readonly name: string;
	readonly disk: Disk;
	readonly #make: Make;
	readonly #startMs: number;
	#clockMs: number;
	#alarmAtMs: number | null = null;
	#instance = notStarted(SETTING);
	#sent: Sent[] = [];
	#faults: unknown[] = [];
	#returned: unknown = null;

	constructor(name: string, disk: Disk, make: Make, startMs: number) {
		this.name = name;
		this.disk = disk;
		this.#make = make;
		this.#startMs = startMs;
		this.#clockMs = startMs;
	}

	/** The instance as it is now; it starts when it is first needed. */
	actor(): Actor {
		const instance = this.#instance;
		instance.actor ??= this.#make(this.name, this.#ports(instance), this.#client(instance), () => this.actor());
		return instance.actor;
	}

	/** To look at an object must not wake it. */
	get awake(): Actor | null {
		return this.#instance.actor;
	}

	/** As it was when the scene had been set, and asleep. */
	back(): void {
		this.disk.back();
		this.#clockMs = this.#startMs;
		this.#alarmAtMs = null;
		this.#instance = notStarted(SETTING + 1);
	}

	/** What an object that has just died will be made from, and which of its instances comes next. */
	get remains(): string {
		return `${this.disk.content()} ${this.#alarmAtMs} ${this.#instance.instanceNo}`;
	}

	/** All promises that wait for nothing but each other run to their end before it returns. */
	async tell(event: Event): Promise<Outcome> {
		this.#clockMs = event.atMs;
		this.#sent = [];
		this.#faults = [];
		this.#returned = null;
		await this.#take(event);
		await new Promise((resolve) => setImmediate(resolve));
		const { requests } = this.#instance;
		return { sent: this.#sent, due: this.#due(), requests, returned: this.#returned, faults: this.#faults };
	}

	async #take(event: Event): Promise<void> {
		const instance = this.#instance;
		switch (event.kind) {
			case "request":
				return this.#serve(event.method, structuredClone(event.body));
			case "answer": {
				const waiting = instance.calls.get(event.no);
				instance.calls.delete(event.no);
				if (event.fault === null) waiting?.resolve(structuredClone(event.body));
				else waiting?.reject(event.fault);
				return;
			}
			case "timer": {
				const due = instance.timers.find(({ no }) => no === event.no);
				instance.timers = instance.timers.filter((timer) => timer !== due);
				due?.run();
				return;
			}
			case "alarm":
				this.#alarmAtMs = null;
				this.#background(Promise.resolve(this.actor().onAlarm()).then(() => {}));
				return;
			case "happens":
				this.#returned = await event.run(this.actor());
				return;
			case "death":
				this.#instance = notStarted(instance.instanceNo + 1);
				return;
		}
	}

	#serve(method: string, body: unknown): void {
		const instance = this.#instance;
		const requestNo = ++instance.requests;
		const actor = this.actor() as Actor & Record<string, (request: unknown) => unknown>;
		const answer = (value: unknown, fault: unknown): void => {
			if (instance !== this.#instance) return;
			if (fault !== null && !(fault instanceof Error)) this.#faults.push(fault);
			const answered = structuredClone(value);
			this.#send({ kind: "answer", requestNo, method, content: contentOf(value, fault), body: answered, fault });
		};
		const run = async (): Promise<unknown> => actor[method]?.(body);
		run().then(
			(value) => answer(value, null),
			(fault) => answer(null, fault),
		);
	}

	#send(sent: Sent): void {
		this.#sent.push(sent);
	}

	/** The alarm goes before timers, and timers in the order of their making, where time has passed both. */
	#due(): Due | null {
		let soonest: Due | null = this.#alarmAtMs === null ? null : { atMs: this.#alarmAtMs, told: { kind: "alarm" } };
		for (const { atMs, no } of this.#instance.timers)
			if (soonest === null || atMs < soonest.atMs) soonest = { atMs, told: { kind: "timer", no } };
		return soonest;
	}

	#background(work: Promise<void>): void {
		work.catch((fault) => {
			if (!(fault instanceof Superseded)) this.#faults.push(fault);
		});
	}

	/** Calls cross as data. One that nobody answers is given up by its caller's own clock. */
	#client(instance: Instance): Client {
		return <Contract extends object>(to: string) =>
			new Proxy({} as Contract, {
				get: (_, method: string) => (request: unknown) =>
					new Promise((resolve, reject) => {
						if (instance !== this.#instance) return reject(new Superseded(this.name));
						const no = ++instance.callsMade;
						instance.calls.set(no, { resolve, reject });
						const body = structuredClone(request);
						this.#send({ kind: "request", no, to, method, content: contentOf(body, null), body });
					}),
			});
	}

	#ports(instance: Instance): Ports {
		const { disk, name } = this;
		const isAlive = (): boolean => instance === this.#instance;
		const alive = (): void => {
			if (!isAlive()) throw new Superseded(name);
		};
		const random = seededRandom(instance.instanceNo + 1);
		return {
			sql: {
				exec: (query, ...bindings) => {
					alive();
					return disk.exec(query, ...bindings);
				},
				transaction: (run) => {
					alive();
					return disk.transaction(run);
				},
			},
			now: () => this.#clockMs,
			random,
			newId: () =>
				Math.floor(random() * 2 ** 48)
					.toString(16)
					.padStart(16, "0"),
			timer: (delayMs, run) => {
				const timer: Timer = { atMs: this.#clockMs + Math.max(0, delayMs), no: ++instance.timersMade, run };
				instance.timers.push(timer);
				return () => {
					instance.timers = instance.timers.filter((other) => other !== timer);
				};
			},
			setAlarm: (atMs) => {
				if (isAlive()) this.#alarmAtMs = atMs;
			},
			sync: async () => alive(),
			background: (work) => this.#background(work),
			log: { info: () => {}, warn: () => {}, error: () => {} },
		};
	}
}

const contentOf = (body: unknown, fault: unknown): string => digest(JSON.stringify([body, String(fault)]));
