/** What operators and reconciliation ask of a wallet as a whole. */
import type { WalletConservation, WalletMeasures } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import { emptyHistogram, type Histogram, observe } from "../../shared/metrics.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import type { ReportOutbox } from "../runtime/report-outbox.ts";
import type { WalletStore } from "./store.ts";

/** What a wallet has besides its store, when it is asked. */
export type WalletFacts = {
	readonly wallet: string;
	readonly nowMs: number;
	readonly store: WalletStore;
	readonly reports: ReportOutbox;
};

export function conservationOf({ wallet, nowMs, store, reports }: WalletFacts): WalletConservation {
	return {
		wallet,
		atMs: nowMs,
		...store.conservation(nowMs - BET.overdueMs),
		lastSeq: reports.lastSeq(),
		confirmedSeq: reports.confirmedSeq(),
	};
}

export function measuresOf({ wallet, nowMs, store, reports }: WalletFacts, betToDecision: Histogram): WalletMeasures {
	return {
		wallet,
		...store.counts(nowMs - BET.overdueMs),
		reportOutboxDepth: reports.depth(),
		reportOutboxAgeMs: reports.oldestAgeMs(),
		betToDecision,
	};
}

/** How long tickets waited for their decision, on this wallet's own clock, bet delay included; since this instance started. */
export class DecisionTimes {
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
