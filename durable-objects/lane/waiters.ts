/** Traders who wait until the match has acted on their commands. */
import type { CommandAnswer } from "../../shared/contracts/lane.ts";
import { LANE_SHARE } from "../../shared/limits.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";

type Waiter = { readonly resolve: (answer: CommandAnswer) => void; readonly cancel: Cancel };

/** Of one match: one that does not act holds up no more than its share of them (SHR-1). */
export class CommandWaiters {
	readonly #ports: Pick<Ports, "timer">;
	readonly #waiting = new Map<number, Set<Waiter>>();
	#waits = 0;

	constructor(ports: Pick<Ports, "timer">) {
		this.#ports = ports;
	}

	/** Resolves with what the match makes of this seq, or with `pending` after `waitMs`, and at once where too many wait. */
	wait(seq: number, waitMs: number): Promise<CommandAnswer> {
		if (this.#waits >= LANE_SHARE.commandWaits) return Promise.resolve({ kind: "pending", seq });
		this.#waits++;
		return new Promise((resolve) => {
			const waiters = this.#waiting.get(seq) ?? new Set<Waiter>();
			const cancel = this.#ports.timer(waitMs, () => {
				waiters.delete(waiter);
				if (waiters.size === 0) this.#waiting.delete(seq);
				this.#waits--;
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
				this.#waits--;
				resolve(verdict(seq));
			}
		}
	}
}
