/** Confirmations by desk: which pair (inc, n) was the highest, and what each may carry, stored in the turn that answers. */
import { outcomeKey, type Region } from "../../shared/contracts/ids.ts";
import { type ConfirmAnswer, type ConfirmRequest, outcomeRisk } from "../../shared/contracts/match.ts";
import type { Ports } from "../runtime/ports.ts";
import { type ConfirmFacts, codeOf, confirmMarket } from "./confirm.ts";
import type { Grants } from "./grants.ts";
import { officialResults } from "./official.ts";
import { sidesStandSinceMs } from "./sides.ts";
import { isInPlay, tickOf } from "./state.ts";
import type { MatchStore } from "./store.ts";
import type { TimeKeeper } from "./time-keeper.ts";
import { matchWords } from "./wire.ts";

export type DeskConfirmsDeps = {
	readonly ports: Pick<Ports, "sql">;
	readonly store: MatchStore;
	readonly grants: Grants;
	readonly time: TimeKeeper;
	/** A desk has asked for the first time: results that there are already wait for it. */
	readonly firstAsked: () => void;
};

export class DeskConfirms {
	readonly #deps: DeskConfirmsDeps;
	readonly #highest: Map<Region, { readonly inc: number; readonly n: number }>;

	constructor(deps: DeskConfirmsDeps) {
		this.#deps = deps;
		this.#highest = new Map(deps.store.desks());
	}

	/** No answer is replayed. */
	isStale({ region, inc, n }: ConfirmRequest): boolean {
		const highest = this.#highest.get(region);
		return highest !== undefined && (inc < highest.inc || (inc === highest.inc && n <= highest.n));
	}

	answer(
		{ region, inc, n, asks, totals }: ConfirmRequest,
		epoch: string,
		nowMs: number,
		facts: ConfirmFacts,
	): ConfirmAnswer {
		const { ports, store, grants, time, firstAsked } = this.#deps;
		const highest = this.#highest.get(region);
		const { state } = facts;
		const risks = totals.map(outcomeRisk);
		const rising = new Set(asks.filter((ask) => codeOf(ask, facts) === "ok").map((ask) => ask.market));
		const isNewIncarnation = highest !== undefined && inc > highest.inc;
		const named = isNewIncarnation ? grants.complete(region, risks) : risks;
		const changed = grants.ask(region, named, state.capBaseMinor, (marketId) => rising.has(marketId));
		ports.sql.transaction(() => {
			store.saveDesk(region, inc, n);
			for (const grant of changed) store.saveGrant(grant);
			if (highest === undefined) for (const result of officialResults(state)) store.queueResult(region, result);
		});
		// Nothing of it counts here before it is stored: what a full disk has refused would be granted to nobody else, and to them.
		grants.take(changed);
		time.sold(changed);
		time.confirmed(rising, nowMs);
		this.#highest.set(region, { inc, n });
		if (highest === undefined) firstAsked();
		const asked = new Map(risks.map((risk) => [outcomeKey(risk.marketId, risk.outcomeId), risk.riskBaseMinor]));
		return {
			kind: "answer",
			v: 1,
			inc,
			n,
			epoch,
			seq: state.lastSeq,
			tick: tickOf(nowMs),
			// SET-4: by a clock that was set back since home and away changed places, a bet on the sides of now is none of before.
			atMs: Math.max(nowMs, sidesStandSinceMs(state)),
			inPlay: isInPlay(state),
			spokeAgoMs: facts.spokeAgoMs,
			matchState: matchWords(state, tickOf(nowMs)),
			markets: asks.map((ask) => confirmMarket(ask, asked, facts)),
		};
	}
}
