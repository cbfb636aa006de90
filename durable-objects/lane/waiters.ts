/** Traders who wait until the match has acted on their commands. */
import type { CommandAnswer } from "../../shared/contracts/lane.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";

type Waiter = { readonly resolve: (answer: CommandAnswer) => void; readonly cancel: Cancel };

export class CommandWaiters {
	readonly #ports: Pick<Ports, "timer">;
	readonly #waiting = new Map<number, Set<Waiter>>();

	constructor(ports: Pick<Ports, "timer">) {
		this.#ports = ports;
	}

	/** Resolves with what the match makes of this seq, or with `pending` after `waitMs`. */
	wait(seq: number, waitMs: number): Promise<CommandAnswer> {
		return new Promise((resolve) => {
			const waiters = this.#waiting.get(seq) ?? new Set<Waiter>();
			const cancel = this.#ports.timer(waitMs, () => {
				waiters.delete(waiter);
				resolve({ kind: "pending", seq });
			});
			const waiter: Waiter = { resolve, cancel };
			this.#waiting.set(seq, waiters.add(waiter));
		});
	}

	/** The match has passed `lastSeq`: everybody up to it gets the verdict. */
	passed(lastSeq: number, verdict: (seq: number) => CommandAnswer): void {
		for (const [seq, waiters] of this.#waiting) {
			if (seq > lastSeq) continue;
			this.#waiting.delete(seq);
			for (const { resolve, cancel } of waiters) {
				cancel();
				resolve(verdict(seq));
			}
		}
	}
}
