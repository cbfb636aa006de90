/** What a trader's command does to a match. Refusals leave the match as it was. Pure. */

import type { MarketSpec } from "../../pricing/sport.ts";
import type { LegOutcome, MarketResultState } from "../../shared/contracts/results.ts";
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import { resolved } from "./contradictions.ts";
import { DEVIATION_REASON, deviating } from "./deviation.ts";
import { ALL, addHold, type Hold, liftReason } from "./holds.ts";
import { decidedOf, marketOf } from "./listing.ts";
import {
	MAX_TRADER_SHIFT_MILLI,
	type PriceAdjustments,
	withMargin,
	withoutTraderShifts,
	withTraderShift,
} from "./price-adjustments.ts";
import { withPriceCommand } from "./price-commands.ts";
import { waive } from "./references.ts";
import { hasEnded, type MatchState } from "./state.ts";

export type Traded =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string };

/** Commands that act on the match; the others act on what waits for approval. */
export type OwnAction = Exclude<TraderAction, { action: "approve" | "dismiss" }>;

type Refused = Extract<Traded, { ok: false }>;
const refuse = (code: string, message: string): Refused => ({ ok: false, code, message });
const unknownMarket = (marketId: string): Traded => refuse("unknown_market", `no market ${marketId}`);

/** Everything that a trader may do by himself; what needs a second person is `approvals.ts`. */
export function withTraderAction(state: MatchState, command: OwnAction, trader: string, tickMs: number): Traded {
	const done = (change: Partial<MatchState>): Traded => ({ ok: true, state: { ...state, ...change } });
	const priced = (pricing: PriceAdjustments | null, code: string, message: string): Traded =>
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
			const adjusted = withMargin(state.pricing, view, group, marginPpm);
			return priced(adjusted, "too_many_margins", "take other margins back first");
		}
		case "shift": {
			const { marketId, outcomeId, stepMilli } = command;
			const spec = marketOf(state, marketId)?.spec;
			if (spec === undefined) return unknownMarket(marketId);
			if (!spec.outcomes.some((outcome) => outcome.outcomeId === outcomeId))
				return refuse("unknown_outcome", `no outcome ${outcomeId} in ${marketId}`);
			const adjusted = withTraderShift(state.pricing, marketId, outcomeId, stepMilli);
			return priced(
				adjusted,
				"shift_too_far",
				`a shift stays within ±${MAX_TRADER_SHIFT_MILLI} thousandths of a logit`,
			);
		}
		case "clear_shifts":
			return done({ pricing: withoutTraderShifts(state.pricing, command.marketId) });
		case "set_liability_shift":
			return done({ pricing: { ...state.pricing, liabilityMaxMilli: command.maxMilli } });
		case "set_strengths":
		case "clear_strengths":
		case "set_following":
		case "set_price":
		case "clear_prices":
		case "set_lines":
		case "clear_lines":
			return withPriceCommand(state, command, trader, tickMs);
		case "void_market":
		case "rollback_result":
		case "settle_market":
			return withTraderResult(state, command);
		case "resolve":
			return resolved(state, command.take, tickMs);
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
	switch (command.action) {
		case "void_market":
			if (marketOf(state, marketId) === undefined) return unknownMarket(marketId);
			return decidedByTrader(state, marketId, { kind: "void", reason: command.reason });
		case "rollback_result":
			return rolledBack(state, marketId);
		case "settle_market": {
			const spec = marketOf(state, marketId)?.spec;
			if (spec === undefined) return unknownMarket(marketId);
			const read = outcomesOf(spec, command);
			return read.ok ? decidedByTrader(state, marketId, { kind: "settled", outcomes: read.outcomes }) : read;
		}
	}
}

function decidedByTrader(state: MatchState, marketId: string, result: MarketResultState): Traded {
	return { ok: true, state: { ...state, traderResults: { ...state.traderResults, [marketId]: result } } };
}

/**
 * The market goes back to the feed. A trader's result goes, and the feed's stands; a result of the feed's own is taken back until
 * its facts say something else. After the end nothing stays open by a trader's word: what the feed says stands.
 */
function rolledBack(state: MatchState, marketId: string): Traded {
	if (state.results[marketId] === undefined) return unknownMarket(marketId);
	if (Object.hasOwn(state.traderResults, marketId)) {
		const { [marketId]: _, ...traderResults } = state.traderResults;
		return { ok: true, state: { ...state, traderResults } };
	}
	const decided = decidedOf(state, marketId);
	if (decided === null) return refuse("not_decided", `${marketId} has no result to take back`);
	if (hasEnded(state))
		return refuse("ended", `${marketId} follows from what was played: correct the facts, settle it or void it`);
	return { ok: true, state: { ...state, rolledBack: { ...state.rolledBack, [marketId]: decided } } };
}

type Outcomes = { readonly ok: true; readonly outcomes: Record<string, LegOutcome> } | Extract<Traded, { ok: false }>;

/** SET-7: what each outcome gets. A result in which nobody wins, or everybody wins in full, is taken for a slip and refused. */
function outcomesOf(spec: MarketSpec, command: Extract<ResultCommand, { action: "settle_market" }>): Outcomes {
	const { marketId } = spec;
	const ids = spec.outcomes.map(({ outcomeId }) => outcomeId);
	const named = [...(command.winners ?? []), ...Object.keys(command.outcomes ?? {})];
	const stranger = named.find((outcomeId) => !ids.includes(outcomeId));
	if (stranger !== undefined) return refuse("unknown_outcome", `no outcome ${stranger} in ${marketId}`);
	if ((command.winners === undefined) === (command.outcomes === undefined))
		return refuse("bad_outcomes", "either winners or outcomes say what each outcome gets");
	const entries = ids.map((outcomeId): readonly [string, LegOutcome | undefined] => [
		outcomeId,
		command.winners === undefined
			? command.outcomes?.[outcomeId]
			: { kind: command.winners.includes(outcomeId) ? "win" : "lose" },
	]);
	const missing = entries.find(([, outcome]) => outcome === undefined);
	if (missing !== undefined) return refuse("bad_outcomes", `nothing is said of ${missing[0]}`);
	const outcomes = Object.fromEntries(entries) as Record<string, LegOutcome>;
	const wrong = wrongOutcomes(spec, Object.values(outcomes));
	return wrong === null ? { ok: true, outcomes } : refuse("bad_outcomes", `${marketId}: ${wrong}`);
}

function wrongOutcomes(spec: MarketSpec, outcomes: readonly LegOutcome[]): string | null {
	const count = (kind: LegOutcome["kind"]): number => outcomes.filter((outcome) => outcome.kind === kind).length;
	if (count("lose") + count("half_lose") === outcomes.length) return "nobody wins: void it if that is meant";
	if (count("win") === outcomes.length) return "everybody wins: void it if that is meant";
	if (count("win") > spec.winners) return `at most ${spec.winners} of its outcomes can win`;
	const heats = outcomes.flatMap((outcome) => (outcome.kind === "dead_heat" ? [outcome] : []));
	const [heat] = heats;
	if (heat === undefined) return null;
	if (heats.some(({ tied, places }) => tied !== heat.tied || places !== heat.places)) return "one dead heat, one count";
	if (heat.places >= heat.tied) return "a dead heat has fewer places than outcomes that tie for them";
	return heats.length > heat.tied ? `${heats.length} outcomes tie, not ${heat.tied}` : null;
}
