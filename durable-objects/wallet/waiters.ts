/** Callers that wait for a ticket: for the desks' first word (when it will be decided), or for its decision. */
import type { Ports } from "../runtime/ports.ts";

type Until = "first word" | "decision";
type Waiter = { readonly until: Until; readonly finish: () => void };

export class TicketWaiters {
	readonly #ports: Pick<Ports, "timer">;
	readonly #waiters = new Map<string, Set<Waiter>>();

	constructor(ports: Pick<Ports, "timer">) {
		this.#ports = ports;
	}

	/** Resolves at what is waited for, or when the time is up; the caller looks at the ticket again either way. */
	wait(key: string, waitMs: number, until: Until): Promise<void> {
		return new Promise((resolve) => {
			const waiters = this.#waiters.get(key) ?? new Set();
			this.#waiters.set(key, waiters);
			const finish = (): void => {
				cancel();
				waiters.delete(waiter);
				if (waiters.size === 0) this.#waiters.delete(key);
				resolve();
			};
			const waiter: Waiter = { until, finish };
			const cancel = this.#ports.timer(waitMs, finish);
			waiters.add(waiter);
		});
	}

	firstWord(key: string): void {
		for (const waiter of [...(this.#waiters.get(key) ?? [])]) if (waiter.until === "first word") waiter.finish();
	}

	decided(key: string): void {
		for (const waiter of [...(this.#waiters.get(key) ?? [])]) waiter.finish();
	}
}
