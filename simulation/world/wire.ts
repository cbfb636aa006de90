/**
 * Calls between objects, as data: nothing is shared between two of them. A network may hold calls back, lose and repeat them, and
 * some reach an instance that has been superseded.
 */

import type { Ports } from "../../durable-objects/runtime/ports.ts";
import { RpcTimeout } from "../../durable-objects/runtime/rpc-timeout.ts";
import { Superseded, type TestWorld } from "../../testing/world.ts";
import { copied } from "./copied.ts";
import { LostCall } from "./lost-call.ts";
import type { OutputGate } from "./output-gate.ts";

/** What becomes of a call: it goes through, or this is awaited first, or it throws. */
export type Gate = (call: {
	readonly from: string;
	readonly to: string;
	readonly method: string;
}) => Promise<void> | void;

/** What a network does to one call; all zero is a good one. */
export type Fate = {
	readonly delayMs: number;
	readonly answerDelayMs: number;
	readonly lose: "" | "request" | "answer";
	readonly twice: boolean;
	/** When the repeated request arrives. */
	readonly againMs: number;
	/** After this call, requests to the same object that had been on their way for long come out once more. */
	readonly echoes: boolean;
};
export type Network = (call: { readonly from: string; readonly to: string; readonly method: string }) => Fate;

/** Told of what an object has just answered, before anybody else hears of it. */
export type Observer = (call: {
	readonly from: string;
	readonly to: string;
	readonly method: string;
	readonly request: unknown;
	readonly answer: unknown;
	/** An instance has answered that is no longer the current one. */
	readonly isByOld: boolean;
}) => void;

/** A call as its caller makes it. */
export type Asking = {
	readonly from: string;
	readonly to: string;
	readonly method: string;
	readonly request: unknown;
};

/** A call reaches an object. */
export type Enter = (actor: object, to: string, method: string, request: unknown) => unknown;
export const enter: Enter = (actor, _, method, request) =>
	(actor as Record<string, (argument: unknown) => unknown>)[method]?.call(actor, request);

/** Whoever wants to know of calls, or to decide what becomes of them. */
export type WireHooks = {
	readonly gate: Gate;
	readonly network: Network | null;
	/** Told of a call when it is made. */
	readonly asks: (call: Asking) => void;
	readonly observe: Observer;
	readonly promised: Observer;
	readonly enter: Enter;
};

const GOOD: Fate = { delayMs: 0, answerDelayMs: 0, lose: "", twice: false, againMs: 0, echoes: false };
/** An offer this old has been decided elsewhere: its wallet has asked, and its desk has answered for good. */
const OLD_MS = 35_000;
const REMEMBERED = 64;
const ECHO_MS = 500;
/** Calls in one moment beyond which two objects talk without letting time pass. */
const MAX_CALLS_A_MOMENT = 5_000;

export class Wire {
	readonly #world: TestWorld;
	readonly #gate: OutputGate;
	readonly #hooks: WireHooks;
	readonly #network: Ports;
	/** Instances that have been superseded and still answer some of the calls. */
	readonly #former = new Map<string, { readonly actor: object; readonly untilMs: number }>();
	/** Offers by desk, for a network that brings them once more when all is decided. */
	readonly #offers = new Map<string, { readonly atMs: number; readonly again: () => void }[]>();
	#turns = 0;
	#lastCallMs = 0;
	#callsNow = 0;

	constructor(world: TestWorld, gate: OutputGate, hooks: WireHooks) {
		this.#world = world;
		this.#gate = gate;
		this.#hooks = hooks;
		this.#network = world.ports("network");
	}

	/** For a while some calls still reach this former instance. */
	keepFormer(name: string, actor: object, untilMs: number): void {
		this.#former.set(name, { actor, untilMs });
	}

	/**
	 * What an object answers. One that breaks over a call is a fault, whatever its caller makes of it; one that died is none, nor
	 * is a lane that cannot ask whose a match is: its provider pushes again (LAN-6).
	 */
	async #run(from: string, to: string, method: string, target: () => object, request: unknown): Promise<unknown> {
		try {
			return await this.#answer(from, to, method, target, request);
		} catch (fault) {
			const isSilence = method === "append" && fault instanceof RpcTimeout;
			if (!(fault instanceof Superseded || fault instanceof LostCall || isSilence))
				this.#network.background(Promise.reject(fault));
			throw fault;
		}
	}

	async #answer(from: string, to: string, method: string, target: () => object, request: unknown): Promise<unknown> {
		if (this.#lastCallMs !== this.#world.now()) this.#callsNow = 0;
		this.#lastCallMs = this.#world.now();
		if (++this.#callsNow > MAX_CALLS_A_MOMENT)
			throw new Error(`time stands still: ${from} calls ${to}.${method} for ever`);
		const former = this.#former.get(to);
		const isByOld = former !== undefined && this.#world.now() < former.untilMs && this.#turns++ % 2 === 0;
		const life = this.#world.generation(to);
		const actor = isByOld ? former.actor : target();
		// Whoever wakes an object that dies in its start gets no answer, as from one that dies in the midst of a call.
		if (this.#world.generation(to) !== life) throw new LostCall(to, method);
		const answer = await this.#hooks.enter(actor, to, method, copied(request));
		if (!isByOld) this.#gate.lives(to, method, life);
		this.#hooks.observe({ from, to, method, request, answer, isByOld });
		if (!isByOld) await this.#gate.answers(to, method, life);
		this.#hooks.promised({ from, to, method, request, answer, isByOld });
		return answer;
	}

	/** The same request once more, later: a platform that restarted replays it. */
	async #again(
		ms: number,
		from: string,
		to: string,
		method: string,
		target: () => object,
		request: unknown,
	): Promise<void> {
		await this.#pass(ms);
		await this.#run(from, to, method, target, request).catch(() => {});
	}

	#remember(to: string, again: () => void): void {
		const kept = [...(this.#offers.get(to) ?? []), { atMs: this.#world.now(), again }];
		this.#offers.set(to, kept.slice(-REMEMBERED));
	}

	#echo(to: string): void {
		const [old, young] = [true, false].map((isOld) =>
			(this.#offers.get(to) ?? []).filter(({ atMs }) => this.#world.now() - atMs > OLD_MS === isOld),
		);
		this.#offers.set(to, young ?? []);
		for (const { again } of old ?? []) again();
	}

	#pass(ms: number): Promise<void> {
		return ms === 0 ? Promise.resolve() : new Promise((arrived) => void this.#network.timer(ms, () => arrived()));
	}

	/** Calls cross as data, like RPC: nothing is shared between two objects. */
	client<Contract extends object>(from: string, to: string, target: () => object): Contract {
		return new Proxy({} as Contract, {
			get: (_, method: string) => async (request: unknown) => {
				this.#hooks.asks({ from, to, method, request });
				await this.#hooks.gate({ from, to, method });
				const fate = this.#hooks.network?.({ from, to, method }) ?? GOOD;
				await this.#pass(fate.delayMs);
				if (fate.lose === "request") throw new LostCall(to, method);
				if (fate.twice) void this.#again(fate.againMs, from, to, method, target, request);
				if (fate.echoes) this.#echo(to);
				if (method === "offer") this.#remember(to, () => void this.#again(ECHO_MS, from, to, method, target, request));
				const answer = await this.#run(from, to, method, target, request);
				await this.#pass(fate.answerDelayMs);
				if (fate.lose === "answer") throw new LostCall(to, method);
				await this.#hooks.gate({ from: to, to: from, method: `${method}:answer` });
				return copied(answer);
			},
		});
	}
}
