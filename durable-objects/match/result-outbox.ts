/** Results on their way to every desk this match ever granted to (SET-2): sent until answered, one call in flight a desk. */
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import { deskName, type Region } from "../../shared/contracts/ids.ts";
import { BET, RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { CallRefused, withTimeout } from "../runtime/rpc-timeout.ts";
import type { MatchStore } from "./store.ts";

export type ResultOutboxDeps = {
	readonly ports: Ports;
	readonly matchId: string;
	readonly store: MatchStore;
	readonly desk: (region: Region) => Pick<DeskRpc, "results">;
	/** Asks for `kick` from the alarm: the net under the timers. */
	readonly wakeAt: (atMs: number) => void;
};

export class ResultOutbox {
	readonly #deps: ResultOutboxDeps;
	readonly #busy = new Set<Region>();
	readonly #failures = new Map<Region, number>();
	/** Desks that refuse the call as none, and when it is said again: a deploy may have reached them by then. */
	readonly #parkedUntilMs = new Map<Region, number>();

	constructor(deps: ResultOutboxDeps) {
		this.#deps = deps;
	}

	/** Call after the transaction that queued. */
	kick(): void {
		const { store, ports, wakeAt } = this.#deps;
		for (const region of store.outboxRegions()) {
			if (this.#busy.has(region) || ports.now() < (this.#parkedUntilMs.get(region) ?? 0)) continue;
			this.#busy.add(region);
			// Whoever dies with a call under way has nobody else to wake it: before the match and after it no marks come.
			wakeAt(ports.now() + RPC_TIMEOUT_MS + RETRY.resultsMaxMs);
			ports.background(this.#drain(region));
		}
	}

	async #drain(region: Region): Promise<void> {
		const { ports, store, matchId, desk } = this.#deps;
		const name = deskName(matchId, region);
		try {
			for (
				let results = store.queuedResults(region, BET.resultsPerDeskCall);
				results.length > 0;
				results = store.queuedResults(region, BET.resultsPerDeskCall)
			) {
				await ports.sync();
				const call = desk(region).results({ v: 1, desk: name, matchId, results: [...results] });
				const { stored } = await withTimeout(ports, "desk.results", RPC_TIMEOUT_MS, call);
				if (stored.length === 0) throw new Error(`${name} stored nothing`);
				store.transaction(() => {
					for (const { marketId, settlementVersion } of stored)
						store.resultDelivered(region, marketId, settlementVersion);
				});
				this.#failures.delete(region);
				this.#parkedUntilMs.delete(region);
			}
			this.#busy.delete(region);
		} catch (fault) {
			this.#busy.delete(region);
			if (fault instanceof CallRefused) {
				this.#parkedUntilMs.set(region, ports.now() + RETRY.refusedMs);
				ports.log.error("results_parked", { matchId, region, fault: faultText(fault) });
				this.#kickIn(RETRY.refusedMs);
				return;
			}
			const failures = (this.#failures.get(region) ?? 0) + 1;
			this.#failures.set(region, failures);
			const delayMs = Math.min(RETRY.resultsMinMs * 2 ** (failures - 1), RETRY.resultsMaxMs);
			ports.log.warn("results_not_delivered", { matchId, region, failures, fault: faultText(fault) });
			this.#kickIn(delayMs);
		}
	}

	#kickIn(delayMs: number): void {
		const { ports, wakeAt } = this.#deps;
		ports.timer(delayMs, () => this.kick());
		wakeAt(ports.now() + delayMs + RETRY.resultsMaxMs);
	}
}
