/**
 * Exposure by desk (docs/decisions/0002-exposure-instead-of-leases.md). A grant is what a desk may carry on an outcome at
 * most; the sum of all desks' grants stays within the cap, and a grant is never below what its desk may already hold.
 */
import type { ExposureTotal } from "../../shared/contracts/match.ts";

export type Grant = {
	readonly region: string;
	readonly market: string;
	readonly outcome: string;
	readonly riskBaseMinor: number;
	readonly stakeBaseMinor: number;
};

const keyOf = (market: string, outcome: string): string => `${market}\n${outcome}`;

export class Grants {
	readonly #byOutcome = new Map<string, Map<string, Grant>>();

	constructor(stored: readonly Grant[]) {
		for (const grant of stored) this.#set(grant);
	}

	/**
	 * Grants for a desk's totals. `mayRise` says for which markets new risk may be granted (the answer is `ok`); elsewhere a
	 * grant only falls: min(previous, asked).
	 */
	ask(
		region: string,
		totals: readonly ExposureTotal[],
		capBaseMinor: number,
		mayRise: (market: string) => boolean,
	): readonly Grant[] {
		const changed: Grant[] = [];
		for (const { market, outcome, riskBaseMinor, stakeBaseMinor } of totals) {
			const desks = this.#byOutcome.get(keyOf(market, outcome));
			const previous = desks?.get(region)?.riskBaseMinor ?? 0;
			const kept = Math.min(previous, riskBaseMinor);
			const room = mayRise(market) ? capBaseMinor - this.#sumOfOthers(region, market, outcome) : 0;
			const granted = mayRise(market) ? Math.max(kept, Math.min(riskBaseMinor, Math.max(0, room))) : kept;
			const grant: Grant = { region, market, outcome, riskBaseMinor: granted, stakeBaseMinor };
			const known = desks?.get(region);
			if (known?.riskBaseMinor === granted && known.stakeBaseMinor === stakeBaseMinor) continue;
			this.#set(grant);
			changed.push(grant);
		}
		return changed;
	}

	/**
	 * The first batch of a new incarnation names all the risk its desk has: what it does not name is gone, for instance what
	 * was asked for just before a crash.
	 */
	complete(region: string, totals: readonly ExposureTotal[]): readonly ExposureTotal[] {
		const named = new Set(totals.map(({ market, outcome }) => keyOf(market, outcome)));
		const gone = [...this.#byOutcome.values()].flatMap((desks) => desks.get(region) ?? []);
		const zeros = gone
			.filter(({ market, outcome }) => !named.has(keyOf(market, outcome)))
			.map(({ market, outcome }): ExposureTotal => ({ market, outcome, riskBaseMinor: 0, stakeBaseMinor: 0 }));
		return [...totals, ...zeros];
	}

	of(region: string, market: string, outcome: string): number {
		return this.#byOutcome.get(keyOf(market, outcome))?.get(region)?.riskBaseMinor ?? 0;
	}

	/** What an outcome costs if it wins, over all desks. */
	riskOf(market: string, outcome: string): number {
		return this.#sumOfOthers(null, market, outcome);
	}

	/** Markets on which any desk has had risk. */
	markets(): ReadonlySet<string> {
		const markets = new Set<string>();
		for (const desks of this.#byOutcome.values()) for (const { market } of desks.values()) markets.add(market);
		return markets;
	}

	/** Over all desks. */
	totals(): readonly {
		readonly market: string;
		readonly outcome: string;
		readonly riskBaseMinor: number;
		readonly stakeBaseMinor: number;
	}[] {
		return [...this.#byOutcome.values()].map((desks) => {
			const grants = [...desks.values()];
			const sum = (pick: (grant: Grant) => number): number => grants.reduce((total, grant) => total + pick(grant), 0);
			const { market = "", outcome = "" } = grants[0] ?? {};
			return {
				market,
				outcome,
				riskBaseMinor: sum((grant) => grant.riskBaseMinor),
				stakeBaseMinor: sum((grant) => grant.stakeBaseMinor),
			};
		});
	}

	#sumOfOthers(region: string | null, market: string, outcome: string): number {
		let sum = 0;
		for (const grant of this.#byOutcome.get(keyOf(market, outcome))?.values() ?? []) {
			if (grant.region !== region) sum += grant.riskBaseMinor;
		}
		return sum;
	}

	#set(grant: Grant): void {
		const key = keyOf(grant.market, grant.outcome);
		const desks = this.#byOutcome.get(key) ?? new Map<string, Grant>();
		desks.set(grant.region, grant);
		this.#byOutcome.set(key, desks);
	}
}
