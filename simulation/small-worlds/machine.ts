/**
 * The world between objects, in which nothing happens by itself: a schedule says which message arrives next, who dies, and
 * when time passes. An object's memory follows from what was stored at its birth and from what has reached it since, in order;
 * so those histories, with what is under way, are the state, and two schedules with the same state have the same future.
 */
import { hash } from "node:crypto";
import type { Ports } from "../../durable-objects/runtime/ports.ts";
import { Superseded, seededRandom } from "../../durable-objects/runtime/testing.ts";
import type { Disk } from "./disk.ts";

export const digest = (text: string): string => hash("md5", text, "base64");

type Timer = { readonly atMs: number; readonly no: number; readonly run: () => void };
export type Actor = object & { readonly onAlarm: () => unknown };
type Owner = {
	readonly name: string;
	readonly disk: Disk;
	life: number;
	actor: Actor | null;
	timers: Timer[];
	timersMade: number;
	calls: number;
	alarmAtMs: number | null;
	history: string;
	/** Requests it has taken and not answered. */
	readonly answering: Set<Call>;
};
export type Call = {
	readonly caller: string;
	readonly callerLife: number;
	readonly no: number;
	readonly sentAtMs: number;
	readonly method: string;
	readonly resolve: (value: unknown) => void;
	readonly reject: (fault: unknown) => void;
};
export type Message = {
	/** The same in every schedule that has made it in the same way: choices name messages by it. */
	readonly id: string;
	readonly kind: "request" | "answer";
	readonly from: string;
	readonly to: string;
	readonly method: string;
	readonly content: string;
	readonly body: unknown;
	readonly fault: unknown;
	readonly call: Call;
	/** A copy of one that has arrived: nobody waits for its answer. */
	readonly isCopy: boolean;
	isHeld: boolean;
};
/** Told of whatever has just been answered, or has arrived. */
export type Observer = {
	readonly arrived: (message: Message, body: unknown, atMs: number) => void;
	readonly answered: (request: Message, answer: unknown, atMs: number) => void;
};
export type MachineDeps = {
	readonly make: (name: string, ports: Ports, machine: Machine) => Actor;
	readonly observer: Observer;
};

class Lost extends Error {
	constructor(what: string) {
		super(`${what}: lost`);
		this.name = "Lost";
	}
}

export class Machine {
	readonly #deps: MachineDeps;
	readonly #owners = new Map<string, Owner>();
	readonly faults: unknown[] = [];
	flying: Message[] = [];
	clockMs: number;
	readonly #startMs: number;
	#fromOutside = 0;

	constructor(deps: MachineDeps, disks: ReadonlyMap<string, Disk>, startMs: number) {
		this.#deps = deps;
		this.#startMs = startMs;
		this.clockMs = startMs;
		for (const [name, disk] of disks) {
			this.#owners.set(name, {
				name,
				disk,
				life: 0,
				actor: null,
				timers: [],
				timersMade: 0,
				calls: 0,
				alarmAtMs: null,
				history: "",
				answering: new Set(),
			});
		}
	}

	get names(): readonly string[] {
		return [...this.#owners.keys()];
	}

	get passedMs(): number {
		return this.clockMs - this.#startMs;
	}

	disk(name: string): Disk {
		return this.#owner(name).disk;
	}

	/** The living instance; it is born when it is first needed. */
	actor(name: string): Actor {
		const owner = this.#owner(name);
		owner.actor ??= this.#deps.make(name, this.#ports(owner), this);
		return owner.actor;
	}

	/** To look at an object must not wake it. */
	isAwake(name: string): boolean {
		return this.#owner(name).actor !== null;
	}

	/** All promises that wait for nothing but each other run to their end. */
	settle(): Promise<void> {
		return new Promise((resolve) => setImmediate(resolve));
	}

	/** Something that happens to an object from outside of the protocol. */
	async happens(name: string, what: string, run: () => unknown): Promise<void> {
		this.#note(this.#owner(name), what);
		await run();
		await this.settle();
	}

	/** Calls cross as data. One that nobody answers is given up by its caller's own clock. */
	client<Contract extends object>(from: string, to: string): Contract {
		const life = this.#owners.get(from)?.life ?? 0;
		return new Proxy({} as Contract, {
			get: (_, method: string) => (request: unknown) =>
				new Promise((resolve, reject) => {
					const caller = this.#owners.get(from);
					if (caller !== undefined && caller.life !== life) return reject(new Superseded(from));
					const no = caller === undefined ? ++this.#fromOutside : ++caller.calls;
					const call: Call = { caller: from, callerLife: life, no, sentAtMs: this.clockMs, method, resolve, reject };
					this.#send({ kind: "request", from, to, method, body: structuredClone(request), fault: null, call });
				}),
		});
	}

	async deliver(id: string, keepsCopy = false): Promise<void> {
		const message = this.#take(id);
		if (keepsCopy) this.flying.push({ ...message, id: `${id}+`, isCopy: true, isHeld: true });
		if (message.kind === "answer") this.#takeAnswer(message);
		else this.#serve(message);
		await this.settle();
	}

	hold(id: string): void {
		const message = this.flying.find((other) => other.id === id);
		if (message !== undefined) message.isHeld = true;
	}

	/** What is held now never comes. */
	dropHeld(): void {
		this.flying = this.flying.filter(({ isHeld }) => !isHeld);
	}

	/**
	 * Memory, timers and whatever was being answered are gone; storage and the alarm stay. `loses`: what was on its way there is
	 * gone too, which is also how it looks when something arrived and was not stored in time.
	 */
	async crash(name: string, loses: boolean): Promise<void> {
		const owner = this.#owner(name);
		const answering = [...owner.answering];
		owner.answering.clear();
		owner.life++;
		owner.actor = null;
		owner.timers = [];
		owner.calls = 0;
		owner.timersMade = 0;
		owner.history = digest(`${owner.disk.content()} ${owner.alarmAtMs} ${owner.life}`);
		const isOwnAnswer = ({ kind, to }: Message): boolean => kind === "answer" && to === name;
		const lost = this.flying.filter(({ kind, to }) => loses && kind === "request" && to === name);
		this.flying = this.flying.filter((message) => !isOwnAnswer(message) && !lost.includes(message));
		for (const call of answering) this.#fail(name, call);
		for (const { call, isCopy } of lost) if (!isCopy) this.#fail(name, call);
		await this.settle();
	}

	/** When a timer or an alarm is due next; null: nothing will ever happen by itself. */
	nextAtMs(): number | null {
		const times = [...this.#owners.values()].flatMap(({ timers, alarmAtMs }) => [
			...timers.map(({ atMs }) => atMs),
			...(alarmAtMs === null ? [] : [alarmAtMs]),
		]);
		return times.length === 0 ? null : Math.max(this.clockMs, Math.min(...times));
	}

	/** Time passes up to the next timer or alarm, which runs. */
	async pass(): Promise<void> {
		const atMs = this.nextAtMs();
		if (atMs === null) return;
		this.clockMs = atMs;
		for (const owner of this.#owners.values()) {
			if (owner.alarmAtMs !== null && owner.alarmAtMs <= atMs) return this.#alarm(owner);
			const due = owner.timers.find((timer) => timer.atMs <= atMs);
			if (due === undefined) continue;
			owner.timers = owner.timers.filter((timer) => timer !== due);
			this.#note(owner, `timer ${due.no}`);
			due.run();
			return this.settle();
		}
	}

	/** Histories of the living, what is under way and between whom. */
	key(): string {
		const link = ({ caller, callerLife, no }: Call): string =>
			`${caller}.${(this.#owners.get(caller)?.life ?? 0) === callerLife ? no : "dead"}`;
		const owners = [...this.#owners.values()].map((owner) => [
			owner.history,
			owner.alarmAtMs,
			[...owner.answering].map(link),
		]);
		const flying = this.flying
			.map(({ kind, to, method, content, call, isHeld, isCopy }) =>
				[kind, to, method, content, link(call), isHeld, isCopy].join(),
			)
			.toSorted();
		return JSON.stringify([this.passedMs, owners, flying]);
	}

	#owner(name: string): Owner {
		const owner = this.#owners.get(name);
		if (owner === undefined) throw new Error(`there is no ${name}`);
		return owner;
	}

	#note(owner: Owner, what: string): void {
		owner.history = digest(`${owner.history}\n${this.passedMs} ${what}`);
	}

	#send(message: Omit<Message, "id" | "isHeld" | "isCopy" | "content">): void {
		const { kind, from, to, method, call, body, fault } = message;
		const owner = this.#owners.get(call.caller);
		const id = `${call.caller}${owner === undefined ? "" : `/${call.callerLife}`}.${call.no} ${method} ${kind} ${from}>${to}`;
		const content = digest(JSON.stringify([body, String(fault)]));
		const sent: Message = { ...message, id, content, isHeld: false, isCopy: false };
		// Whoever stands outside learns of it now or later: that changes nothing in here.
		if (kind === "answer" && owner === undefined) this.#takeAnswer(sent);
		else this.flying.push(sent);
	}

	#take(id: string): Message {
		const message = this.flying.find((other) => other.id === id);
		if (message === undefined) throw new Error(`nothing is under way as ${id}`);
		this.flying = this.flying.filter((other) => other !== message);
		return message;
	}

	#takeAnswer(message: Message): void {
		const { call, to, body, fault, content } = message;
		const owner = this.#owners.get(to);
		if (owner !== undefined) {
			if (owner.life !== call.callerLife) return;
			this.#note(owner, `answer to ${call.no} ${content}`);
		}
		this.#deps.observer.arrived(message, body, this.clockMs);
		if (fault === null) call.resolve(body);
		else call.reject(fault);
	}

	#serve(message: Message): void {
		const { to, from, method, body, call, content, isCopy } = message;
		const owner = this.#owner(to);
		const { life } = owner;
		this.#note(owner, `${method} ${content} of ${from}`);
		this.#deps.observer.arrived(message, body, this.clockMs);
		const actor = this.actor(to) as Actor & Record<string, (request: unknown) => unknown>;
		if (!isCopy) owner.answering.add(call);
		const answer = (value: unknown, fault: unknown): void => {
			if (owner.life !== life) return;
			if (fault === null) this.#deps.observer.answered(message, value, this.clockMs);
			else if (!(fault instanceof Error)) this.faults.push(fault);
			const caller = this.#owners.get(call.caller);
			const isAwaited = caller === undefined || caller.life === call.callerLife;
			owner.answering.delete(call);
			if (isCopy || !isAwaited) return;
			this.#send({ kind: "answer", from: to, to: from, method, body: structuredClone(value), fault, call });
		};
		const run = async (): Promise<unknown> => actor[method]?.(structuredClone(body));
		run().then(
			(value) => answer(value, null),
			(fault) => answer(null, fault),
		);
	}

	#fail(name: string, call: Call): void {
		const { caller, method } = call;
		this.#send({ kind: "answer", from: name, to: caller, method, body: null, fault: new Lost(method), call });
	}

	async #alarm(owner: Owner): Promise<void> {
		owner.alarmAtMs = null;
		this.#note(owner, "alarm");
		this.#background(Promise.resolve(this.actor(owner.name).onAlarm()).then(() => {}));
		await this.settle();
	}

	#background(work: Promise<void>): void {
		work.catch((fault) => {
			if (!(fault instanceof Superseded)) this.faults.push(fault);
		});
	}

	#ports(owner: Owner): Ports {
		const { life, disk, name } = owner;
		const alive = (): void => {
			if (owner.life !== life) throw new Superseded(name);
		};
		const random = seededRandom(life + 1);
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
			now: () => this.clockMs,
			random,
			newId: () =>
				Math.floor(random() * 2 ** 48)
					.toString(16)
					.padStart(16, "0"),
			timer: (delayMs, run) => {
				const timer: Timer = { atMs: this.clockMs + Math.max(0, delayMs), no: ++owner.timersMade, run };
				if (owner.life === life) owner.timers.push(timer);
				return () => {
					owner.timers = owner.timers.filter((other) => other !== timer);
				};
			},
			setAlarm: (atMs) => {
				if (owner.life === life) owner.alarmAtMs = atMs;
			},
			sync: async () => alive(),
			background: (work) => this.#background(work),
			log: { info: () => {}, warn: () => {}, error: () => {} },
		};
	}
}
