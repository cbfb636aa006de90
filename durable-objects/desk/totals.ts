/**
 * The desk's exposure by outcome: absolute, never netted, so that a retry says the same thing again (MON-5). It also knows
 * what the match has been told: where that may differ from what is reserved, the difference is owed. Markets with a result
 * count on: it may be taken back, and until every desk had said so again the others would fill the room.
 */
import type { ExposureTotal } from "../../shared/contracts/match.ts";

export type Risk = { readonly riskBaseMinor: number; readonly stakeBaseMinor: number };
export type Total = Risk & { readonly market: string; readonly outcome: string };

export const outcomeKey = (market: string, outcome: string): string => `${market}\n${outcome}`;
const NOTHING: Risk = { riskBaseMinor: 0, stakeBaseMinor: 0 };
const isSame = (a: Risk, b: Risk): boolean =>
	a.riskBaseMinor === b.riskBaseMinor && a.stakeBaseMinor === b.stakeBaseMinor;

export class Totals {
	readonly #reserved = new Map<string, Total>();
	/** What the match holds of us; null where an answer is missing, so that it may hold either of two. */
	readonly #told = new Map<string, Risk | null>();
	readonly #owed = new Set<string>();
	/** A new incarnation names all its risk in its first batch: the match takes what is not named for nothing. */
	#owesAll: boolean;

	/** `hasAsked`: an earlier start of this desk has asked the match, which may hold more for us than is stored. */
	constructor(stored: readonly Total[], hasAsked: boolean) {
		for (const total of stored) this.#set(total);
		this.#owesAll = hasAsked;
	}

	reserved(market: string, outcome: string): Risk {
		return this.#reserved.get(outcomeKey(market, outcome)) ?? NOTHING;
	}

	add(total: Total): void {
		this.#change(total, 1);
	}

	subtract(total: Total): void {
		this.#change(total, -1);
	}

	/** The match may hold anything of us: the next batch names all. */
	forgetTold(): void {
		this.#owesAll = true;
	}

	get isOwed(): boolean {
		return this.#owesAll || this.#owed.size > 0;
	}

	/**
	 * What a batch says: reserved plus asked on every asked outcome, every other outcome of the asked markets with risk, and
	 * everything that is owed. Until `answered` the match may hold these or what it held before.
	 */
	say(asked: readonly Total[]): readonly ExposureTotal[] {
		const isFirst = this.#owesAll;
		const said = new Map<string, Total>();
		for (const ask of asked) {
			const key = outcomeKey(ask.market, ask.outcome);
			said.set(key, plus(said.get(key) ?? { ...ask, ...this.reserved(ask.market, ask.outcome) }, ask, 1));
		}
		const markets = new Set(asked.map(({ market }) => market));
		for (const [key, total] of this.#reserved) {
			const isNamed = this.#owed.has(key) || (total.riskBaseMinor > 0 && (isFirst || markets.has(total.market)));
			if (isNamed && !said.has(key)) said.set(key, total);
		}
		for (const [key, total] of said) {
			if (!this.#reserved.has(key)) this.#set({ ...total, ...NOTHING });
			this.#told.set(key, null);
			this.#owed.add(key);
		}
		return [...said.values()].map(({ market, outcome, riskBaseMinor, stakeBaseMinor }) => ({
			market,
			outcome,
			riskBaseMinor,
			stakeBaseMinor,
		}));
	}

	/** The match has answered the batch that said this, and holds at most so much. Call it after the batch was decided. */
	answered(said: ReadonlyMap<string, Risk>): void {
		if (this.#owesAll) {
			this.#told.clear();
			this.#owesAll = false;
		}
		for (const [key, risk] of said) this.#told.set(key, risk);
		for (const key of this.#reserved.keys()) this.#judge(key);
	}

	#change(total: Total, sign: 1 | -1): void {
		this.#set(plus({ ...total, ...this.reserved(total.market, total.outcome) }, total, sign));
	}

	#set({ market, outcome, riskBaseMinor, stakeBaseMinor }: Total): void {
		const key = outcomeKey(market, outcome);
		this.#reserved.set(key, { market, outcome, riskBaseMinor, stakeBaseMinor });
		this.#judge(key);
	}

	#judge(key: string): void {
		const told = this.#told.has(key) ? this.#told.get(key) : NOTHING;
		if (told && isSame(told, this.#reserved.get(key) ?? NOTHING)) this.#owed.delete(key);
		else this.#owed.add(key);
	}
}

function plus(total: Total, risk: Risk, sign: 1 | -1): Total {
	return {
		...total,
		riskBaseMinor: total.riskBaseMinor + sign * risk.riskBaseMinor,
		stakeBaseMinor: total.stakeBaseMinor + sign * risk.stakeBaseMinor,
	};
}
