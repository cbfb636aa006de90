/** What a trader's command does to a match. Refusals leave the match as it was. Pure. */
import type { Input, TraderAction } from "../../shared/feeds/canonical.ts";
import { DEVIATION_REASON, deviating } from "./deviation.ts";
import { ALL, addHold, type Hold, liftReason } from "./holds.ts";
import { marketOf } from "./listing.ts";
import {
	MAX_TRADER_SHIFT_MILLI,
	type PriceRules,
	withMargin,
	withoutTraderShifts,
	withTraderShift,
} from "./price-rules.ts";
import { waive } from "./references.ts";
import type { MatchState } from "./state.ts";

export type Traded =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string };

const refuse = (code: string, message: string): Traded => ({ ok: false, code, message });
const unknownMarket = (marketId: string): Traded => refuse("unknown_market", `no market ${marketId}`);

export function withTraderAction(state: MatchState, input: Input): Traded {
	if (input.kind !== "trader") return { ok: true, state };
	const { command } = input;
	const done = (change: Partial<MatchState>): Traded => ({ ok: true, state: { ...state, ...change } });
	const priced = (pricing: PriceRules | null, code: string, message: string): Traded =>
		pricing === null ? refuse(code, message) : done({ pricing });
	switch (command.action) {
		case "suspend": {
			const scopes =
				command.marketIds === undefined
					? [ALL]
					: command.marketIds.map((marketId) => ({ kind: "market" as const, marketId }));
			return done({
				holds: scopes.reduce<readonly Hold[]>((holds, scope) => addHold(holds, "trader", scope), state.holds),
			});
		}
		case "reopen":
			return { ok: true, state: reopened(state, command.marketIds) };
		case "set_cap":
			return done({ capBaseMinor: command.capBaseMinor });
		case "set_delay":
			return done({ delayMs: command.delayMs });
		case "set_margin": {
			const { view = null, group = null, marginPpm } = command;
			const rules = withMargin(state.pricing, view, group, marginPpm);
			return priced(rules, "too_many_margins", "take other margins back first");
		}
		case "shift": {
			const { marketId, outcomeId, stepMilli } = command;
			const spec = marketOf(state, marketId)?.spec;
			if (spec === undefined) return unknownMarket(marketId);
			if (!spec.outcomes.some((outcome) => outcome.outcomeId === outcomeId))
				return refuse("unknown_outcome", `no outcome ${outcomeId} in ${marketId}`);
			const rules = withTraderShift(state.pricing, marketId, outcomeId, stepMilli);
			return priced(rules, "shift_too_far", `a shift stays within ±${MAX_TRADER_SHIFT_MILLI} thousandths of a logit`);
		}
		case "clear_shifts":
			return done({ pricing: withoutTraderShifts(state.pricing, command.marketId) });
		case "set_liability_shift":
			return done({ pricing: { ...state.pricing, liabilityMaxMilli: command.maxMilli } });
		case "void_market":
		case "rollback_result":
		case "settle_market":
			return withTraderResult(state, command);
	}
}

/** Lifts what traders and deviations hold; a difference is waived with it, or the next tick would alarm again. */
function reopened(state: MatchState, marketIds: readonly string[] | undefined): MatchState {
	if (marketIds === undefined) {
		return {
			...state,
			holds: liftReason(liftReason(state.holds, "trader"), DEVIATION_REASON),
			deviations: waive(state.deviations, deviating(state)),
		};
	}
	const lifts = ({ reason, scope }: Hold): boolean =>
		(reason === "trader" || reason === DEVIATION_REASON) &&
		scope.kind === "market" &&
		marketIds.includes(scope.marketId);
	const alarmed = deviating(state).filter((marketId) => marketIds.includes(marketId));
	return {
		...state,
		holds: state.holds.filter((hold) => !lifts(hold)),
		deviations: waive(state.deviations, alarmed),
	};
}

type ResultCommand = Extract<TraderAction, { action: "void_market" | "rollback_result" | "settle_market" }>;

function withTraderResult(state: MatchState, command: ResultCommand): Traded {
	const { marketId } = command;
	const decided = (result: MatchState["traderResults"][string]): Traded => ({
		ok: true,
		state: { ...state, traderResults: { ...state.traderResults, [marketId]: result } },
	});
	switch (command.action) {
		case "void_market":
			if (marketOf(state, marketId) === undefined) return unknownMarket(marketId);
			return decided({ kind: "void", reason: command.reason });
		case "rollback_result":
			if (state.results[marketId] === undefined) return unknownMarket(marketId);
			return decided({ kind: "open", reason: command.reason });
		case "settle_market": {
			const spec = marketOf(state, marketId)?.spec;
			if (spec === undefined) return unknownMarket(marketId);
			const stranger = command.winners.find((winner) => !spec.outcomes.some(({ outcomeId }) => outcomeId === winner));
			if (stranger !== undefined) return refuse("unknown_outcome", `no outcome ${stranger} in ${marketId}`);
			const outcomes = Object.fromEntries(
				spec.outcomes.map(({ outcomeId }) => [
					outcomeId,
					{ kind: command.winners.includes(outcomeId) ? ("win" as const) : ("lose" as const) },
				]),
			);
			return decided({ kind: "settled", outcomes });
		}
	}
}
