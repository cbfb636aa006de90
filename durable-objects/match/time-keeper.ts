/** Sees to it that what time asks for is in the journal before anything is shown or confirmed (MAT-3). */
import { dueEvent, isKickOffDue } from "./core.ts";
import type { Grant, Grants } from "./grants.ts";
import type { JournalEvent } from "./journal.ts";
import { type MatchState, tickAt, tickOf } from "./state.ts";

export class TimeKeeper {
	readonly #grants: Grants;
	/** The state and tick that were asked last. */
	#asked: { readonly state: MatchState; readonly tickMs: number } | null = null;
	/** Markets with bets that prices have not looked at yet, and the tick up to which they have. */
	#sold: Set<string>;
	#soldTickMs: number;
	/** By market, when a bet on it was last confirmed; and since when that is known. */
	readonly #confirmedAtMs = new Map<string, number>();
	readonly #knownSinceMs: number;

	/** What a former life showed in this second stays as it was (MAT-2): bets move prices from the next one on. */
	constructor(grants: Grants, nowMs: number) {
		this.#grants = grants;
		this.#sold = new Set(grants.markets());
		this.#soldTickMs = tickOf(nowMs);
		this.#knownSinceMs = nowMs;
	}

	/** Bets on these markets may be accepted by the answer that is given now. */
	confirmed(marketIds: Iterable<string>, nowMs: number): void {
		for (const marketId of marketIds) this.#confirmedAtMs.set(marketId, nowMs);
	}

	/** What a former life confirmed is not known in time: every market that was ever bet on is meant then. */
	#betSince(atMs: number): Iterable<string> {
		if (atMs < this.#knownSinceMs) return this.#grants.markets();
		return [...this.#confirmedAtMs].flatMap(([marketId, lastMs]) => (lastMs >= atMs ? [marketId] : []));
	}

	sold(changed: readonly Grant[]): void {
		for (const { marketId } of changed) this.#sold.add(marketId);
	}

	/** The cap or the strength of shifts may have changed: all bets ask anew. */
	applied(before: MatchState | null, after: MatchState | null): void {
		const isSameCap = before?.capBaseMinor === after?.capBaseMinor;
		const isSameStrength = before?.pricing.liabilityMaxMilli === after?.pricing.liabilityMaxMilli;
		if (!isSameCap || !isSameStrength) this.#sold = new Set(this.#grants.markets());
	}

	/** Enters all that is due, at the first look at a state and a tick; gives the state that follows. */
	notice(before: MatchState, nowMs: number, enter: (state: MatchState, event: JournalEvent) => MatchState): MatchState {
		const tickMs = tickAt(before, nowMs);
		const isKnown = this.#asked?.state === before && this.#asked.tickMs === tickMs;
		if (isKnown && !isKickOffDue(before, nowMs)) return before;
		// Bets move prices once a tick, before its first price: so (seq, tick) names one set of prices (MAT-2).
		const isNewTick = tickMs > this.#soldTickMs;
		const riskOf = (marketId: string, outcomeId: string): number => this.#grants.riskOf(marketId, outcomeId);
		const betSince = (atMs: number): Iterable<string> => this.#betSince(atMs);
		const sold = { marketIds: isNewTick ? this.#sold : [], riskOf, betSince };
		let state = before;
		for (let event = dueEvent(state, nowMs, sold); event !== null; event = dueEvent(state, nowMs, sold))
			state = enter(state, event);
		if (isNewTick) {
			this.#soldTickMs = tickMs;
			this.#sold.clear();
		}
		this.#asked = { state, tickMs };
		return state;
	}
}
