/** To each peer object one call in flight, repeated with back-off until everything it shall know has been answered. */
import { RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "./log.ts";
import type { Ports } from "./ports.ts";
import { withTimeout } from "./rpc-timeout.ts";

const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 15_000;

export type SenderDeps = {
	readonly ports: Ports;
	readonly what: string;
	/** Peers (object names) with something to be told. */
	readonly peers: () => readonly string[];
	/** Sends one batch to a peer and takes off what was answered. False: there was nothing to send. */
	readonly sendBatch: (peer: string, timed: <T>(call: Promise<T>) => Promise<T>) => Promise<boolean>;
	/** The net under the timers. */
	readonly wakeAt: (atMs: number) => void;
};

export class PeerSender {
	readonly #deps: SenderDeps;
	readonly #busy = new Set<string>();
	readonly #failures = new Map<string, number>();

	constructor(deps: SenderDeps) {
		this.#deps = deps;
	}

	kick(): void {
		for (const peer of this.#deps.peers()) {
			if (this.#busy.has(peer)) continue;
			this.#busy.add(peer);
			this.#deps.ports.background(this.#drain(peer));
		}
	}

	async #drain(peer: string): Promise<void> {
		const { ports, what, sendBatch, wakeAt } = this.#deps;
		try {
			await ports.sync();
			while (await sendBatch(peer, (call) => withTimeout(ports, what, RPC_TIMEOUT_MS, call)))
				this.#failures.delete(peer);
			this.#busy.delete(peer);
		} catch (fault) {
			this.#busy.delete(peer);
			const failures = (this.#failures.get(peer) ?? 0) + 1;
			this.#failures.set(peer, failures);
			const delayMs = Math.min(RETRY_MIN_MS * 2 ** (failures - 1), RETRY_MAX_MS);
			ports.log.warn(`${what}_not_answered`, { peer, failures, fault: faultText(fault) });
			ports.timer(delayMs, () => this.kick());
			wakeAt(ports.now() + delayMs + RETRY_MAX_MS);
		}
	}
}
