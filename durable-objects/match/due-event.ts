/** What time asks of a match. */
import { calibrationEvent } from "./calibration.ts";
import { deviationEvent } from "./deviation.ts";
import type { JournalEvent } from "./journal.ts";
import { liabilityEvent, type RiskOf } from "./liability.ts";
import { isListingDue } from "./listing.ts";
import { officialEvent } from "./official.ts";
import { hasEnded, isInPlay, type MatchState, tickAt } from "./state.ts";
import { type BetSince, lateBetsEvent } from "./void-windows.ts";

/** MAT-6: at its scheduled start a match counts as in play, whoever notices first. */
export const isKickOffDue = (state: MatchState, nowMs: number): boolean =>
	nowMs >= state.fixture.scheduledAtMs && !hasEnded(state) && !isInPlay(state);

/** What bets have put at risk since prices last looked at it. */
export type SoldSince = {
	readonly marketIds: Iterable<string>;
	readonly riskOf: RiskOf;
	/** Whatever was sold since a moment, prices looked at it or not. */
	readonly betSince: BetSince;
};

/**
 * The next entry that time asks for, or null. Whoever looks at the match applies them one after another, at the first look
 * at each tick and before it shows or confirms anything: nobody needs to have listened (MAT-4).
 */
export function dueEvent(state: MatchState, nowMs: number, sold: SoldSince): JournalEvent | null {
	const due = lateBetsEvent(state, sold.betSince) ?? officialEvent(state, tickAt(state, nowMs));
	if (due !== null || hasEnded(state)) return due;
	if (isKickOffDue(state, nowMs)) return { kind: "kickoff_due" };
	const tickMs = tickAt(state, nowMs);
	if (isListingDue(state, tickMs)) return { kind: "clock" };
	// What strengths can follow they follow; the alarm is for what is left.
	return (
		calibrationEvent(state, tickMs) ??
		deviationEvent(state, tickMs) ??
		liabilityEvent(state, sold.marketIds, sold.riskOf)
	);
}
