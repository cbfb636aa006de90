/**
 * Exposure by desk (docs/decisions/0002-exposure-instead-of-leases.md). A grant is what a desk may carry on an outcome at
 * most; the sum of all desks' grants stays within the cap, and a grant is never below what its desk may already hold.
 */
import { outcomeKey } from "../../shared/contracts/ids.ts";
import type { OutcomeRisk } from "../../shared/contracts/match.ts";

export type Grant = OutcomeRisk & { readonly region: string };

export class Grants {
	readonly #byOutcome = new Map<string, Map<string, Grant>>();

	constructor(stored: readonly Grant[]) {
		for (const grant of stored) this.#set(grant);
	}

	/**
	 * What a desk's totals change of its grants; they count once they are stored (`take`). `mayRise` says for which markets new risk
	 * may be granted (the answer is `ok`); elsewhere a grant only falls: min(previous, asked).
	 */
	ask(
		region: string,
		totals: readonly OutcomeRisk[],
		capBaseMinor: number,
		mayRise: (marketId: string) => boolean,
	): readonly Grant[] {
		const changed = new Map<string, Grant>();
		for (const { marketId, outcomeId, riskBaseMinor, stakeBaseMinor } of totals) {
			const key = outcomeKey(marketId, outcomeId);
			const known = changed.get(key) ?? this.#byOutcome.get(key)?.get(region);
			const previous = known?.riskBaseMinor ?? 0;
			const kept = Math.min(previous, riskBaseMinor);
			const room = mayRise(marketId) ? capBaseMinor - this.#sumOfOthers(region, marketId, outcomeId) : 0;
			const granted = mayRise(marketId) ? Math.max(kept, Math.min(riskBaseMinor, Math.max(0, room))) : kept;
			if (known?.riskBaseMinor === granted && known.stakeBaseMinor === stakeBaseMinor) continue;
			changed.set(key, { region, marketId, outcomeId, riskBaseMinor: granted, stakeBaseMinor });
		}
		return [...changed.values()];
	}

	/** They are stored. */
	take(changed: readonly Grant[]): void {
		for (const grant of changed) this.#set(grant);
	}

	/**
	 * The first batch of a new incarnation names all the risk its desk has: what it does not name is gone, for instance what
	 * was asked for just before a crash.
	 */
	complete(region: string, totals: readonly OutcomeRisk[]): readonly OutcomeRisk[] {
		const named = new Set(totals.map(({ marketId, outcomeId }) => outcomeKey(marketId, outcomeId)));
		const gone = [...this.#byOutcome.values()].flatMap((desks) => desks.get(region) ?? []);
		const zeros = gone
			.filter(({ marketId, outcomeId }) => !named.has(outcomeKey(marketId, outcomeId)))
			.map(({ marketId, outcomeId }): OutcomeRisk => ({ marketId, outcomeId, riskBaseMinor: 0, stakeBaseMinor: 0 }));
		return [...totals, ...zeros];
	}

	of(region: string, marketId: string, outcomeId: string): number {
		return this.#byOutcome.get(outcomeKey(marketId, outcomeId))?.get(region)?.riskBaseMinor ?? 0;
	}

	/** What an outcome costs if it wins, over all desks. */
	riskOf(marketId: string, outcomeId: string): number {
		return this.#sumOfOthers(null, marketId, outcomeId);
	}

	/** Markets on which any desk has had risk. */
	markets(): ReadonlySet<string> {
		const markets = new Set<string>();
		for (const desks of this.#byOutcome.values()) for (const { marketId } of desks.values()) markets.add(marketId);
		return markets;
	}

	/** Over all desks. */
	totals(): readonly OutcomeRisk[] {
		return [...this.#byOutcome.values()].map((desks) => {
			const grants = [...desks.values()];
			const sum = (pick: (grant: Grant) => number): number => grants.reduce((total, grant) => total + pick(grant), 0);
			const { marketId = "", outcomeId = "" } = grants[0] ?? {};
			return {
				marketId,
				outcomeId,
				riskBaseMinor: sum((grant) => grant.riskBaseMinor),
				stakeBaseMinor: sum((grant) => grant.stakeBaseMinor),
			};
		});
	}

	#sumOfOthers(region: string | null, marketId: string, outcomeId: string): number {
		let sum = 0;
		for (const grant of this.#byOutcome.get(outcomeKey(marketId, outcomeId))?.values() ?? []) {
			if (grant.region !== region) sum += grant.riskBaseMinor;
		}
		return sum;
	}

	#set(grant: Grant): void {
		const key = outcomeKey(grant.marketId, grant.outcomeId);
		const desks = this.#byOutcome.get(key) ?? new Map<string, Grant>();
		desks.set(grant.region, grant);
		this.#byOutcome.set(key, desks);
	}
}
