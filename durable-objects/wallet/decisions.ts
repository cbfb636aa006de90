/** How long tickets waited for their decision, on this wallet's own clock, bet delay included; since this instance started. */
import { emptyHistogram, type Histogram, observe } from "../../shared/metrics.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";

export class Decisions {
	#histogram: Histogram = emptyHistogram();

	get histogram(): Histogram {
		return this.#histogram;
	}

	/** Takes in what a commit has decided; other tickets do not count. */
	count(tickets: readonly Ticket[]): void {
		for (const { decidedAtMs, placedAtMs } of tickets)
			if (decidedAtMs !== null) this.#histogram = observe(this.#histogram, Math.max(0, decidedAtMs - placedAtMs));
	}
}
