/** What matches told their desks of results, and how far each had read its feed when it first said so. */

import type { ToldResult } from "../audit/match-truth.ts";
import type { Platform } from "../world/platform.ts";
import type { Asking, Observer } from "../world/wire.ts";
import { type OutcomeWords, wordOf } from "./money-evidence.ts";

type StoredMarketResult = {
	readonly marketId: string;
	readonly settlementVersion: number;
	readonly state: { readonly kind: string; readonly outcomes?: Readonly<Record<string, OutcomeWords>> };
};

export const kindsOf = (outcomes: Readonly<Record<string, OutcomeWords>> = {}): ReadonlyMap<string, string> =>
	new Map(Object.entries(outcomes).map(([outcomeId, outcome]) => [outcomeId, wordOf(outcome)]));

const resultsOf = (request: unknown): readonly StoredMarketResult[] =>
	(request as { readonly results: readonly StoredMarketResult[] }).results;

export class ToldResults {
	readonly all = new Map<string, ToldResult[]>();
	readonly #platform: Platform;
	/** By match, market and version. A call may be on its way while its match hears more: it says what was so when it left. */
	readonly #saidAtSeq = new Map<string, number>();

	constructor(platform: Platform) {
		this.#platform = platform;
	}

	/** A match begins to tell a desk. */
	asks({ from, method, request }: Asking): void {
		if (method !== "results") return;
		const row = this.#platform.world.storage(from).exec("SELECT last_seq FROM meta")[0];
		for (const result of resultsOf(request)) {
			const key = keyOf(from, result);
			if (!this.#saidAtSeq.has(key)) this.#saidAtSeq.set(key, Number(row?.last_seq));
		}
	}

	/** A desk has been told. */
	observe({ from, to, method, request }: Parameters<Observer>[0]): void {
		if (method !== "results") return;
		const matchId = from.slice("match:".length);
		const list = this.all.get(matchId) ?? [];
		for (const result of resultsOf(request)) {
			const seq = this.#saidAtSeq.get(keyOf(from, result));
			if (seq === undefined) throw new Error(`${to} was told what ${from} never said`);
			list.push({
				seq,
				marketId: result.marketId,
				outcomes: kindsOf(result.state.outcomes),
				atMs: this.#platform.world.now(),
				desk: to,
				version: result.settlementVersion,
				says: JSON.stringify(result),
			});
		}
		this.all.set(matchId, list);
	}
}

const keyOf = (match: string, { marketId, settlementVersion }: StoredMarketResult): string =>
	`${match} ${marketId} ${settlementVersion}`;
