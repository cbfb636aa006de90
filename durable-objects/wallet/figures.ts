/** What operators and reconciliation ask of a wallet as a whole. */
import type { WalletConservation, WalletMeasures } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import type { Histogram } from "../../shared/metrics.ts";
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
