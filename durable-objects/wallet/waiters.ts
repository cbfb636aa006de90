/** Callers that wait for a ticket: for the desks' first word (when it will be decided), or for its decision. */
import { WALLET_SHARE } from "../../shared/limits.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";

type Until = "first word" | "decision";
type Waiter = {
	readonly until: Until;
	readonly sinceMs: number;
	readonly endsAtMs: number;
	readonly finish: () => void;
};

/** Waits end by one timer, so much late at most: nearly all end before, at what they wait for. */
const STEP_MS = 20;

export class TicketWaiters {
	readonly #ports: Pick<Ports, "timer" | "now">;
	readonly #waiters = new Map<string, Set<Waiter>>();
	/** How many wait, by player and in all (SHR-1). */
	readonly #waitsOf = new Map<string, number>();
	#waits = 0;

	#timer: { readonly atMs: number; readonly cancel: Cancel } | null = null;

	constructor(ports: Pick<Ports, "timer" | "now">) {
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
				waiters.delete(waiter);
				if (waiters.size === 0) this.#waiters.delete(key);
				this.#gone(playerId);
				resolve();
			};
			const sinceMs = this.#ports.now();
			const endsAtMs = Math.ceil((sinceMs + waitMs) / STEP_MS) * STEP_MS;
			const waiter: Waiter = { until, sinceMs, endsAtMs, finish };
			waiters.add(waiter);
			this.#wakeAt(endsAtMs);
		});
	}

	#wakeAt(atMs: number): void {
		if (this.#timer !== null && this.#timer.atMs <= atMs) return;
		this.#timer?.cancel();
		const cancel = this.#ports.timer(Math.max(0, atMs - this.#ports.now()), () => {
			this.#timer = null;
			this.#finishDue();
		});
		this.#timer = { atMs, cancel };
	}

	#finishDue(): void {
		const nowMs = this.#ports.now();
		const all = [...this.#waiters.values()].flatMap((waiters) => [...waiters]);
		// By a clock that was set back nobody knows how long it has been.
		const isDue = ({ sinceMs, endsAtMs }: Waiter): boolean => endsAtMs <= nowMs || nowMs < sinceMs;
		for (const waiter of all) if (isDue(waiter)) waiter.finish();
		const left = all.filter((waiter) => !isDue(waiter));
		if (left.length > 0)
			this.#wakeAt(left.reduce((soonest, { endsAtMs }) => Math.min(soonest, endsAtMs), Number.POSITIVE_INFINITY));
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
