/**
 * The match, purely: inputs and journal entries at named ticks → state. Replaying both in order gives the same bytes
 * (MAT-2), so everything that decides whether a bet may be taken stands in here and nowhere else.
 */
import type { Input, LoggedInput } from "../../shared/feeds/canonical.ts";
import { sportModule } from "../../shared/pricing/registry.ts";
import type { InputEffect } from "../../shared/pricing/sport.ts";
import { DEVIATION_REASON, deviationEvent } from "./deviation.ts";
import { ALL, addHold, type Hold, incidentReason, liftFeedHolds, liftReason, scopesOf } from "./holds.ts";
import type { JournalEntry, JournalEvent } from "./journal.ts";
import { liabilityEvent, type RiskOf } from "./liability.ts";
import { fairMarkets, isListingDue, marketOf, type Reissued, relist } from "./listing.ts";
import { withLiabilityShifts } from "./price-rules.ts";
import { withoutMoved, withReference } from "./references.ts";
import { hasEnded, isInPlay, type MatchState, STARTING, sportOf, tickAt, tickOf } from "./state.ts";
import { withTraderAction } from "./trading.ts";

export { hasEnded, isInPlay, type MatchState, sportOf, tickOf } from "./state.ts";

export type Applied =
	| { readonly ok: true; readonly state: MatchState }
	| { readonly ok: false; readonly code: string; readonly message: string };

/** The first input of a match; null state until then. */
export function openMatch(logged: LoggedInput, tickMs: number): Applied {
	const { input } = logged;
	if (input.kind !== "fixture")
		return { ok: false, code: "no_fixture", message: "the first input of a match is its fixture" };
	const sport = sportModule(input.sport);
	if (sport === null) return { ok: false, code: "unknown_sport", message: `there is no model of ${input.sport}` };
	const params = sport.params(input);
	if (!params.ok) return { ok: false, code: params.code, message: params.message };
	const state: MatchState = {
		...STARTING,
		fixture: input,
		provider: logged.provider,
		params: params.params,
		sport: sport.initial(input),
		lastSeq: logged.seq,
		lastTick: tickMs,
	};
	return { ok: true, state: relist(state, tickMs, "none") };
}

/** Applies one input. A refusal leaves everything but `lastSeq` as it was. */
export function applyInput(state: MatchState, logged: LoggedInput, tickMs: number): Applied {
	const { input, seq, provider } = logged;
	const sport = sportOf(state);
	const effect = sport.effect(state.sport, input);
	const reduced = sport.reduce(state.sport, input, tickMs);
	if (!reduced.ok) return { ok: false, code: reduced.code, message: reduced.message };
	const before = { ...state, lastSeq: seq, lastTick: tickMs };
	const wasInPlay = isInPlay(before);
	let next: MatchState = { ...before, sport: reduced.state };
	next = withInputHolds(next, input, provider, tickMs);
	next = withEffect(next, effect, input, provider);
	const referred = withProviderPrices(next, input, provider, tickMs);
	if (!referred.ok) return referred;
	const traded = withTraderAction(referred.state, input);
	if (!traded.ok) return traded;
	// Withdrawn and reopened in one turn: the version alone tells, and it must (MAT-1, MAT-6).
	const reissued: Reissued =
		!wasInPlay && isInPlay(traded.state) ? "all" : effect.until === "self" ? effect.withdraw : "none";
	return { ok: true, state: relist(traded.state, tickMs, reissued) };
}

function withEffect(state: MatchState, { withdraw, until }: InputEffect, input: Input, provider: string): MatchState {
	if (withdraw === "none") return state;
	const specOf = (marketId: string) => marketOf(state, marketId)?.spec;
	const deviations = withoutMoved(state.deviations, withdraw, provider, input.sentAtMs, specOf);
	if (until !== "feed" || input.kind !== "incident") return { ...state, deviations };
	const scopes = scopesOf(withdraw === "all" ? undefined : withdraw);
	const reason = incidentReason(input.incidentId);
	const holds = scopes.reduce<readonly Hold[]>((all, scope) => addHold(all, reason, scope), state.holds);
	return { ...state, deviations, holds };
}

function withProviderPrices(state: MatchState, input: Input, provider: string, tickMs: number): Applied {
	if (input.kind !== "reference_prices") return { ok: true, state };
	const market = fairMarkets(state, tickMs).get(input.marketId);
	const kept = withReference(state.deviations, input, provider, market, tickMs);
	return kept.ok ? { ok: true, state: { ...state, deviations: kept.deviations } } : kept;
}

export function applyJournal(state: MatchState, entry: JournalEntry): MatchState {
	const tickMs = tickOf(entry.atMs);
	const at = { ...state, lastTick: tickMs };
	const held = (reason: string): MatchState => ({ ...at, holds: addHold(at.holds, reason, ALL) });
	switch (entry.kind) {
		case "restart":
			return relist(held("restart"), tickMs, "none");
		case "restart_over":
			return relist({ ...at, holds: liftReason(at.holds, "restart") }, tickMs, "none");
		case "kickoff_due":
			return relist({ ...held("kick_off"), kickOffDue: true }, tickMs, "none");
		case "feed_lost":
			return relist(held("feed_silent"), tickMs, "none");
		case "clock":
			return relist(at, tickMs, "none");
		case "deviation_alarm": {
			const holds = entry.markets.reduce<readonly Hold[]>(
				(all, { marketId }) => addHold(all, DEVIATION_REASON, { kind: "market", marketId }),
				at.holds,
			);
			return relist({ ...at, holds }, tickMs, "none");
		}
		case "deviation_over":
			return relist(withoutDeviations(at, new Set(entry.marketIds)), tickMs, "none");
		case "liability":
			// Prices move and nothing is withdrawn: the price policy of each bet answers for it (BET-4).
			return { ...at, pricing: withLiabilityShifts(at.pricing, entry.shifts) };
	}
}

function withoutDeviations(state: MatchState, over: ReadonlySet<string>): MatchState {
	const isOver = ({ reason, scope }: Hold): boolean =>
		reason === DEVIATION_REASON && scope.kind === "market" && over.has(scope.marketId);
	const waived = state.deviations.waived.filter((marketId) => !over.has(marketId));
	return {
		...state,
		holds: state.holds.filter((hold) => !isOver(hold)),
		deviations: { ...state.deviations, waived },
	};
}

/** MAT-6: at its scheduled start a match counts as in play, whoever notices first. */
export const isKickOffDue = (state: MatchState, nowMs: number): boolean =>
	nowMs >= state.fixture.scheduledAtMs && !hasEnded(state) && !isInPlay(state);

/** What bets have put at risk since prices last looked at it. */
export type SoldSince = { readonly marketIds: Iterable<string>; readonly riskOf: RiskOf };

/**
 * The next entry that time asks for, or null. Whoever looks at the match applies them one after another, at the first look
 * at each tick and before it shows or confirms anything: nobody needs to have listened (MAT-4).
 */
export function dueEvent(state: MatchState, nowMs: number, sold: SoldSince): JournalEvent | null {
	if (hasEnded(state)) return null;
	if (isKickOffDue(state, nowMs)) return { kind: "kickoff_due" };
	const tickMs = tickAt(state, nowMs);
	if (isListingDue(state, tickMs)) return { kind: "clock" };
	return deviationEvent(state, tickMs) ?? liabilityEvent(state, sold.marketIds, sold.riskOf);
}

function withInputHolds(state: MatchState, input: Input, provider: string, tickMs: number): MatchState {
	const isDeciding = provider === state.provider;
	switch (input.kind) {
		case "bet_stop":
			return {
				...state,
				holds: scopesOf(input.groups).reduce((holds, scope) => addHold(holds, "bet_stop", scope), state.holds),
			};
		case "bet_start": {
			const lifted = liftFeedHolds(state.holds, input.groups);
			return { ...state, holds: isDeciding ? liftReason(lifted, "feed_silent") : lifted };
		}
		case "confirmation":
		case "cancellation":
			return { ...state, holds: liftReason(state.holds, incidentReason(input.incidentId)) };
		case "danger":
			if (input.on === state.danger) return state;
			return { ...state, danger: input.on, dangerEndedAtMs: input.on ? state.dangerEndedAtMs : tickMs + 999 };
		case "state": {
			// LAN-3: a full statement is fresh. MAT-6: only the feed says that play runs.
			const fresh = isDeciding ? liftReason(state.holds, "feed_silent") : state.holds;
			return {
				...state,
				holds: isDeciding && sportOf(state).inPlay(state.sport) ? liftReason(fresh, "kick_off") : fresh,
			};
		}
		case "recovery_complete":
			return isDeciding ? { ...state, holds: liftReason(state.holds, "feed_silent") } : state;
		default:
			return state;
	}
}
