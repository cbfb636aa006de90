/**
 * The match, purely: inputs and journal entries at named ticks → state. Replaying both in order gives the same bytes
 * (MAT-2), so everything that decides whether a bet may be taken stands here, or in what this file calls.
 */

import { sportModule } from "../../pricing/registry.ts";
import type { SportRefusal } from "../../pricing/sport.ts";
import type { MatchTerms } from "../../shared/catalogue/schemas.ts";
import type { Input, LoggedInput, SportId } from "../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { withCommand } from "./approvals.ts";
import { heard, withCalibration } from "./calibration.ts";
import {
	isFact,
	reconsidered,
	withContradiction,
	withOverruledOf,
	withoutOverruled,
	withUnprovenHold,
} from "./contradictions.ts";
import { DEVIATION_REASON } from "./deviation.ts";
import { withFeedOffset } from "./feed-offsets.ts";
import { keptPrices } from "./fixed-prices.ts";
import { unknownOffered, withFixture } from "./fixture-change.ts";
import { ALL, addHold, type Hold, liftReason } from "./holds.ts";
import { strangeGroups, withEffect, withInputHolds } from "./input-holds.ts";
import type { JournalEntry } from "./journal.ts";
import { decidedOf, fairMarkets, type Reissued, relist } from "./listing.ts";
import { changesPaid, undecided, withOfficial, withWaiting } from "./official.ts";
import { withLiabilityShifts } from "./price-adjustments.ts";
import { withProposal } from "./proposals.ts";
import { withReference } from "./references.ts";
import { sameResult } from "./results.ts";
import { type Applied, hasEnded, isInPlay, type MatchState, STARTING, sportOf, tickOf, withTerms } from "./state.ts";
import type { Contradiction } from "./state-parts.ts";
import { withLateBetsFound, withVoidWindows } from "./void-windows.ts";

export { hasEnded, isInPlay, type MatchState, sportOf, tickOf } from "./state.ts";

/** The first input of a match; null state until then. `termsFor` says what it takes of the catalogue: of now, or in a replay of then (MAT-2). */
export function openMatch(
	logged: LoggedInput,
	tickMs: number,
	termsFor: (sport: SportId, provider: string) => MatchTerms,
): Applied {
	const { input } = logged;
	if (input.kind !== "fixture")
		return { ok: false, code: "no_fixture", message: "the first input of a match is its fixture" };
	const sport = sportModule(input.sport);
	if (sport === null) return { ok: false, code: "unknown_sport", message: `there is no model of ${input.sport}` };
	const strange = unknownOffered(input);
	if (strange !== null) return strange;
	const params = sport.params(input);
	if (!params.ok) return { ok: false, code: params.code, message: params.message };
	const state: MatchState = {
		...STARTING,
		...withTerms(termsFor(input.sport, logged.provider)),
		fixture: input,
		provider: logged.provider,
		params: params.params,
		following: { ...STARTING.following, sinceMs: tickMs },
		sport: sport.initial(input),
		lastSeq: logged.seq,
		lastTick: tickMs,
	};
	return { ok: true, state: relist(state, tickMs, "none") };
}

/** Applies one input. */
export function applyInput(state: MatchState, logged: LoggedInput, tickMs: number): Applied {
	const { input } = logged;
	const at: MatchState = withFeedOffset({ ...state, lastSeq: logged.seq, lastTick: tickMs }, logged);
	if (input.kind === "trader") return withCommand(at, input, tickMs, relisted, applyFact);
	if (input.kind === "fixture") {
		const changed = withFixture(at, input, logged.provider, tickMs);
		return changed.ok ? { ok: true, state: relisted(state, changed.state, tickMs, changed.reissued) } : changed;
	}
	const strange = strangeGroups(at, input);
	if (strange.length > 0 && input.kind !== "bet_stop")
		return { ok: false, code: "unknown_group", message: `${at.fixture.sport} has no group ${strange.join(", ")}` };
	const applied = applyFact(at, logged, tickMs);
	const isCorrecting = isFact(input) || input.kind === "void_window" || input.kind === "void_window_rollback";
	if (!applied.ok || !isCorrecting || !isCorrectionClosed(at, tickMs) || !changesPaid(at, applied.state))
		return applied;
	// SET-1: its time is over, and money has moved on it: a trader decides.
	const proposalId = `correction:${logged.seq}`;
	const proposed = withProposal(at, { proposalId, by: null, sinceMs: tickMs, what: { kind: "correction", logged } });
	const message = `corrections of this match have closed; ${proposalId} waits for a trader`;
	return { ok: false, code: "correction_closed", message, state: proposed };
}

/** An input of a feed, whenever it comes. */
function applyFact(state: MatchState, logged: LoggedInput, tickMs: number): Applied {
	const { provider } = logged;
	const sport = sportOf(state);
	const input = withoutOverruled(state, logged.input);
	const effect = sport.effect(state.sport, input);
	const reduced = sport.reduce(state.sport, input, tickMs);
	if (!reduced.ok) return refused(state, logged, reduced, tickMs);
	const wasInPlay = isInPlay(state);
	let next: MatchState = { ...state, sport: reduced.state };
	next = withInputHolds(next, input, provider, tickMs);
	next = withEffect(next, effect, input, provider);
	const referred = withProviderPrices(next, input, provider, tickMs);
	if (!referred.ok) return referred;
	next = withVoidWindows(withUnprovenHold(referred.state), logged, effect, tickMs);
	if (isFact(input) && provider === state.provider)
		next =
			reduced.unclear === undefined
				? reconsidered(next, input, tickMs, reduced.isOvertaken !== true)
				: withContradiction(next, contradictionOf(input, reduced.unclear, tickMs, true));
	next = withOverruledOf(state, next, input);
	next = { ...next, fixed: keptPrices(state, next, effect.withdraw) };
	// Withdrawn and reopened in one turn: the version alone tells, and it must (MAT-1, MAT-6).
	const reissued: Reissued = !wasInPlay && isInPlay(next) ? "all" : effect.until === "self" ? effect.withdraw : "none";
	return { ok: true, state: relisted(state, next, tickMs, reissued) };
}

const contradictionOf = (input: Input, message: string, tickMs: number, needsFull: boolean): Contradiction => ({
	message: message.slice(0, CONTRACT.textChars),
	sinceMs: tickMs,
	statement: input.kind === "state" ? input : null,
	needsFull,
	incidentId: input.kind === "confirmation" || input.kind === "cancellation" ? input.incidentId : null,
});

/** MAT-8: what the deciding feed says of the match and does not fit holds everything: it knows something that we do not. */
function refused(
	state: MatchState,
	{ input, provider }: LoggedInput,
	{ code, message }: SportRefusal,
	tickMs: number,
): Applied {
	if (!isFact(input) || provider !== state.provider || code === "outdated") return { ok: false, code, message };
	const needsFull = input.kind !== "state" || code === "contradiction";
	const held = withContradiction(state, contradictionOf(input, message, tickMs, needsFull));
	return { ok: false, code, message, state: relisted(state, held, tickMs, "none") };
}

/** SET-1: the longest of its licences' correction windows has passed since the match ended. */
function isCorrectionClosed({ endedAtMs, terms }: MatchState, tickMs: number): boolean {
	const windowMs = Math.max(0, ...terms.map(({ correctionWindowMs }) => correctionWindowMs));
	return endedAtMs !== null && terms.length > 0 && tickMs > endedAtMs + windowMs;
}

/** Lists anew, and sees to it that results wait for their time. */
function relisted(
	before: MatchState,
	next: MatchState,
	tickMs: number,
	reissued: Reissued,
	isTraders = false,
): MatchState {
	const isOver = hasEnded(next);
	const dated: MatchState = {
		...next,
		startedAtMs: next.startedAtMs ?? (isInPlay(next) ? tickMs : null),
		endedAtMs: isOver ? (next.endedAtMs ?? tickMs) : null,
		rolledBack: isOver ? {} : stillRolledBack(next),
	};
	const listed = withWaiting(before, relist(dated, tickMs, reissued), tickMs, isTraders);
	return listed.isOverdue && undecided(listed).length === 0 ? { ...listed, isOverdue: false } : listed;
}

/** A result that a trader took back stays away while the feed's facts say just that again. */
function stillRolledBack(state: MatchState): MatchState["rolledBack"] {
	const kept = Object.entries(state.rolledBack).filter(([marketId, taken]) => {
		const now = decidedOf(state, marketId);
		return now !== null && sameResult(taken, now);
	});
	return kept.length === Object.keys(state.rolledBack).length ? state.rolledBack : Object.fromEntries(kept);
}

function withProviderPrices(state: MatchState, input: Input, provider: string, tickMs: number): Applied {
	if (input.kind !== "reference_prices") return { ok: true, state };
	const market = fairMarkets(state, tickMs).get(input.marketId);
	const kept = withReference(state.deviations, input, provider, market, tickMs);
	if (!kept.ok) return kept;
	const following = heard(state, kept.deviations, input, provider, market);
	return { ok: true, state: { ...state, deviations: kept.deviations, following } };
}

export function applyJournal(state: MatchState, entry: JournalEntry): MatchState {
	const tickMs = tickOf(entry.atMs);
	const at = { ...state, lastTick: tickMs };
	const list = (next: MatchState): MatchState => relisted(state, next, tickMs, "none");
	const held = (reason: string): MatchState => ({ ...at, holds: addHold(at.holds, reason, ALL) });
	switch (entry.kind) {
		case "restart":
			return list(held("restart"));
		case "restart_over":
			return list({ ...at, holds: liftReason(at.holds, "restart") });
		case "kickoff_due":
			return list({ ...held("kick_off"), kickOffDue: true });
		case "feed_lost":
			return list(held("feed_silent"));
		case "clock":
			return list(at);
		case "results_official":
			return withOfficial(at, entry.marketIds);
		case "inferred_stands": {
			const stood = sportOf(at).stand(at.sport, entry.incidentIds);
			return list(withUnprovenHold({ ...at, sport: stood }));
		}
		case "late_bets":
			return list(withLateBetsFound(at, entry.windowId, entry.marketIds, tickMs));
		case "overdue":
			return { ...at, isOverdue: true };
		case "deviation_alarm": {
			const holds = entry.markets.reduce<readonly Hold[]>(
				(all, { marketId }) => addHold(all, DEVIATION_REASON, { kind: "market", marketId }),
				at.holds,
			);
			return list({ ...at, holds });
		}
		case "calibration":
			return list(withCalibration(at, entry, tickMs));
		case "deviation_over":
			return list(withoutDeviations(at, new Set(entry.marketIds)));
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
