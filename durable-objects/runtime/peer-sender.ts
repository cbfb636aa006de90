/**
 * To each peer object one call in flight, repeated with back-off until everything it shall know has been answered. A peer that
 * refuses the call as none is parked: a repetition would be refused as well, until a deploy has reached it. What it shall know
 * stays stored, and is said again once a minute.
 */

import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "./log.ts";
import type { Ports } from "./ports.ts";
import { CallRefused, withTimeout } from "./rpc-timeout.ts";

/** Calls once everything that the call rests on is durable, and no longer than a call may take. */
export type SendDurable = <T>(call: () => Promise<T>) => Promise<T>;

export type SenderDeps = {
	readonly ports: Ports;
	readonly what: string;
	/** Peers (object names) with something to be told. */
	readonly peers: () => readonly string[];
	/** Sends one batch to a peer and takes off what was answered. False: there was nothing to send. */
	readonly sendBatch: (peer: string, send: SendDurable) => Promise<boolean>;
	/** The net under the timers. */
	readonly wakeAt: (atMs: number) => void;
	/** Peers talked to at a time, where a wave must not crowd out what is live; without it, all. */
	readonly parallel?: number;
};

export class PeerSender {
	readonly #deps: SenderDeps;
	readonly #queued = new Set<string>();
	readonly #busy = new Set<string>();
	/** Busy peers that got more to be told: their last look may have been a moment too early. */
	readonly #again = new Set<string>();
	readonly #failed = new Map<string, { readonly count: number; readonly retryAtMs: number }>();

	constructor(deps: SenderDeps) {
		this.#deps = deps;
	}

	/** Call after everything that may have given a peer something to be told. A peer that failed waits for its time. */
	kick(): void {
		const nowMs = this.#deps.ports.now();
		for (const peer of this.#deps.peers()) {
			if (this.#busy.has(peer)) this.#again.add(peer);
			else if ((this.#failed.get(peer)?.retryAtMs ?? nowMs) <= nowMs) this.#queued.add(peer);
		}
		this.#pump();
	}

	#pump(): void {
		const { ports, wakeAt, parallel } = this.#deps;
		for (const peer of this.#queued) {
			if (this.#busy.size >= (parallel ?? Number.POSITIVE_INFINITY)) return;
			this.#queued.delete(peer);
			this.#busy.add(peer);
			// Whoever dies with a call under way may have nobody else to wake it.
			wakeAt(ports.now() + RPC_TIMEOUT_MS + RETRY.peerMaxMs);
			ports.background(this.#drain(peer));
		}
	}

	async #drain(peer: string): Promise<void> {
		const { ports, what, sendBatch } = this.#deps;
		const send: SendDurable = async (call) => {
			// What the batch has read may have been written a moment ago, while the one before it was under way.
			await ports.sync();
			return withTimeout(ports, what, RPC_TIMEOUT_MS, call());
		};
		try {
			do {
				this.#again.delete(peer);
				// Whatever else is written in this turn goes along.
				await ports.sync();
				while (await sendBatch(peer, send)) this.#failed.delete(peer);
			} while (this.#again.has(peer));
		} catch (fault) {
			this.#retryLater(peer, fault);
		}
		this.#busy.delete(peer);
		this.#pump();
	}

	#retryLater(peer: string, fault: unknown): void {
		const { ports, what, wakeAt } = this.#deps;
		const isRefused = fault instanceof CallRefused;
		const count = (this.#failed.get(peer)?.count ?? 0) + 1;
		const delayMs = isRefused ? RETRY.refusedMs : Math.min(RETRY.peerMinMs * 2 ** (count - 1), RETRY.peerMaxMs);
		this.#failed.set(peer, { count, retryAtMs: ports.now() + delayMs });
		if (isRefused) ports.log.error(`${what}_parked`, { peer, fault: faultText(fault) });
		else ports.log.warn(`${what}_not_answered`, { peer, failures: count, fault: faultText(fault) });
		ports.timer(delayMs, () => this.kick());
		wakeAt(ports.now() + delayMs + RETRY.peerMaxMs);
	}
}
