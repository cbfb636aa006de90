/** The desk's exposure by outcome: absolute, never netted, so that a retry says the same thing again (MON-5). */
import type { ExposureTotal } from "../../shared/contracts/match.ts";

export type Total = {
	readonly market: string;
	readonly outcome: string;
	readonly riskBaseMinor: number;
	readonly stakeBaseMinor: number;
};
export type Risk = { readonly riskBaseMinor: number; readonly stakeBaseMinor: number };

const keyOf = (market: string, outcome: string): string => `${market}\n${outcome}`;

export class Totals {
	readonly #reserved = new Map<string, Total>();
	/** Outcomes of which the match may still think more than is reserved. */
	readonly #dirty = new Set<string>();

	/** After a start everything is told once more. */
	constructor(stored: readonly Total[]) {
		for (const total of stored) {
			this.#reserved.set(keyOf(total.market, total.outcome), total);
			this.#dirty.add(keyOf(total.market, total.outcome));
		}
	}

	reserved(market: string, outcome: string): Risk {
		return this.#reserved.get(keyOf(market, outcome)) ?? { riskBaseMinor: 0, stakeBaseMinor: 0 };
	}

	add(market: string, outcome: string, risk: Risk): void {
		const now = this.reserved(market, outcome);
		this.#reserved.set(keyOf(market, outcome), {
			market,
			outcome,
			riskBaseMinor: now.riskBaseMinor + risk.riskBaseMinor,
			stakeBaseMinor: now.stakeBaseMinor + risk.stakeBaseMinor,
		});
	}

	/** Reservations went or markets were settled: what stands now, and the fallen ones to be told. */
	replace(stored: readonly Total[]): void {
		const next = new Map(stored.map((total) => [keyOf(total.market, total.outcome), total]));
		for (const [key, total] of this.#reserved) {
			const now = next.get(key);
			if (now?.riskBaseMinor === total.riskBaseMinor) continue;
			this.#dirty.add(key);
			next.set(key, now ?? { ...total, riskBaseMinor: 0, stakeBaseMinor: 0 });
		}
		this.#reserved.clear();
		for (const [key, total] of next) this.#reserved.set(key, total);
	}

	markDirty(market: string, outcome: string): void {
		this.#dirty.add(keyOf(market, outcome));
		if (!this.#reserved.has(keyOf(market, outcome))) {
			this.#reserved.set(keyOf(market, outcome), { market, outcome, riskBaseMinor: 0, stakeBaseMinor: 0 });
		}
	}

	get isDirty(): boolean {
		return this.#dirty.size > 0;
	}

	/** What a batch says: reserved plus asked on every asked outcome, and everything that is not yet told. */
	forBatch(asked: readonly Total[]): { readonly totals: readonly ExposureTotal[]; readonly told: readonly string[] } {
		const byKey = new Map<string, Total>();
		for (const ask of asked) {
			const key = keyOf(ask.market, ask.outcome);
			const before = byKey.get(key) ?? { ...ask, ...this.reserved(ask.market, ask.outcome) };
			byKey.set(key, {
				...before,
				riskBaseMinor: before.riskBaseMinor + ask.riskBaseMinor,
				stakeBaseMinor: before.stakeBaseMinor + ask.stakeBaseMinor,
			});
		}
		const told = [...this.#dirty];
		for (const key of told) {
			const total = this.#reserved.get(key);
			if (!byKey.has(key) && total !== undefined) byKey.set(key, total);
		}
		const totals = [...byKey.values()].map(({ market, outcome, riskBaseMinor, stakeBaseMinor }) => ({
			market,
			outcome,
			riskBaseMinor,
			stakeBaseMinor,
		}));
		return { totals, told };
	}

	/** After an answered batch was decided: where exactly what was asked is reserved, there is nothing to give back. */
	wasGranted(said: ReadonlyMap<string, number>): void {
		for (const [key, riskBaseMinor] of said) {
			if ((this.#reserved.get(key)?.riskBaseMinor ?? 0) === riskBaseMinor) this.#dirty.delete(key);
		}
	}

	/** The match has answered a batch that told these. */
	wasTold(keys: readonly string[]): void {
		for (const key of keys) this.#dirty.delete(key);
	}
}
