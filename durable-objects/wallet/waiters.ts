/** Callers that wait for a ticket: for the desks' first word (when it will be decided), or for its decision. */
import { WALLET_SHARE } from "../../shared/limits.ts";
import type { Ports } from "../runtime/ports.ts";

type Until = "first word" | "decision";
type Waiter = { readonly until: Until; readonly finish: () => void };

export class TicketWaiters {
	readonly #ports: Pick<Ports, "timer">;
	readonly #waiters = new Map<string, Set<Waiter>>();
	/** How many wait, by player and in all (SHR-1). */
	readonly #waitsOf = new Map<string, number>();
	#waits = 0;

	constructor(ports: Pick<Ports, "timer">) {
		this.#ports = ports;
	}

	/**
	 * Resolves at what is waited for, or when the time is up; the caller looks at the ticket again either way. At once where the player
	 * has its share of waits, or there are too many in all.
	 */
	wait(playerId: string, key: string, waitMs: number, until: Until): Promise<void> {
		const waits = this.#waitsOf.get(playerId) ?? 0;
		if (waits >= WALLET_SHARE.waits || this.#waits >= WALLET_SHARE.maxWaits) return Promise.resolve();
		this.#waitsOf.set(playerId, waits + 1);
		this.#waits++;
		return new Promise((resolve) => {
			const waiters = this.#waiters.get(key) ?? new Set();
			this.#waiters.set(key, waiters);
			const finish = (): void => {
				cancel();
				waiters.delete(waiter);
				if (waiters.size === 0) this.#waiters.delete(key);
				this.#gone(playerId);
				resolve();
			};
			const waiter: Waiter = { until, finish };
			const cancel = this.#ports.timer(waitMs, finish);
			waiters.add(waiter);
		});
	}

	#gone(playerId: string): void {
		const left = (this.#waitsOf.get(playerId) ?? 0) - 1;
		this.#waits--;
		if (left > 0) this.#waitsOf.set(playerId, left);
		else this.#waitsOf.delete(playerId);
	}

	firstWord(key: string): void {
		for (const waiter of [...(this.#waiters.get(key) ?? [])]) if (waiter.until === "first word") waiter.finish();
	}

	decided(key: string): void {
		for (const waiter of [...(this.#waiters.get(key) ?? [])]) waiter.finish();
	}
}
