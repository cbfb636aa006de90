/**
 * The desk's exposure by outcome: absolute, never netted, so that a retry says the same thing again (MON-5). It also knows
 * what the match has been told: where that may differ from what is reserved, the difference is owed. Markets with a result
 * count on: it may be taken back, and until every desk had said so again the others would fill the room.
 */
import { outcomeKey } from "../../shared/contracts/ids.ts";
import { type ExposureTotal, exposureTotal, type OutcomeRisk } from "../../shared/contracts/match.ts";

export type Risk = Pick<OutcomeRisk, "riskBaseMinor" | "stakeBaseMinor">;

const NOTHING: Risk = { riskBaseMinor: 0, stakeBaseMinor: 0 };
const isSame = (a: Risk, b: Risk): boolean =>
	a.riskBaseMinor === b.riskBaseMinor && a.stakeBaseMinor === b.stakeBaseMinor;

export class Totals {
	readonly #reserved = new Map<string, OutcomeRisk>();
	/** What the match holds of us; null where an answer is missing, so that it may hold either of two. */
	readonly #told = new Map<string, Risk | null>();
	readonly #owed = new Set<string>();
	/** A new incarnation names all its risk in its first batch: the match takes what is not named for nothing. */
	#owesAll: boolean;

	/** `hasAsked`: an earlier start of this desk has asked the match, which may hold more for us than is stored. */
	constructor(stored: readonly OutcomeRisk[], hasAsked: boolean) {
		for (const total of stored) this.#set(total);
		this.#owesAll = hasAsked;
	}

	reserved(marketId: string, outcomeId: string): Risk {
		return this.#reserved.get(outcomeKey(marketId, outcomeId)) ?? NOTHING;
	}

	add(total: OutcomeRisk): void {
		this.#change(total, 1);
	}

	subtract(total: OutcomeRisk): void {
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
	say(asked: readonly OutcomeRisk[]): readonly ExposureTotal[] {
		const isFirst = this.#owesAll;
		const said = new Map<string, OutcomeRisk>();
		for (const ask of asked) {
			const key = outcomeKey(ask.marketId, ask.outcomeId);
			said.set(key, plus(said.get(key) ?? { ...ask, ...this.reserved(ask.marketId, ask.outcomeId) }, ask, 1));
		}
		const markets = new Set(asked.map(({ marketId }) => marketId));
		for (const [key, total] of this.#reserved) {
			const isNamed = this.#owed.has(key) || (total.riskBaseMinor > 0 && (isFirst || markets.has(total.marketId)));
			if (isNamed && !said.has(key)) said.set(key, total);
		}
		for (const [key, total] of said) {
			if (!this.#reserved.has(key)) this.#set({ ...total, ...NOTHING });
			this.#told.set(key, null);
			this.#owed.add(key);
		}
		return [...said.values()].map(exposureTotal);
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

	#change(total: OutcomeRisk, sign: 1 | -1): void {
		this.#set(plus({ ...total, ...this.reserved(total.marketId, total.outcomeId) }, total, sign));
	}

	#set({ marketId, outcomeId, riskBaseMinor, stakeBaseMinor }: OutcomeRisk): void {
		const key = outcomeKey(marketId, outcomeId);
		this.#reserved.set(key, { marketId, outcomeId, riskBaseMinor, stakeBaseMinor });
		this.#judge(key);
	}

	#judge(key: string): void {
		const told = this.#told.has(key) ? this.#told.get(key) : NOTHING;
		if (told && isSame(told, this.#reserved.get(key) ?? NOTHING)) this.#owed.delete(key);
		else this.#owed.add(key);
	}
}

function plus(total: OutcomeRisk, risk: Risk, sign: 1 | -1): OutcomeRisk {
	return {
		...total,
		riskBaseMinor: total.riskBaseMinor + sign * risk.riskBaseMinor,
		stakeBaseMinor: total.stakeBaseMinor + sign * risk.stakeBaseMinor,
	};
}
