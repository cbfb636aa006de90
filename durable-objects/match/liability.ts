/** Shifts that sold bets ask for: once a tick at most, before its first price, in the journal (MAT-2). Pure. */
import { liabilityShift } from "../../pricing/shift.ts";
import type { JournalEvent } from "./journal.ts";
import { marketOf } from "./listing.ts";
import type { ShiftsMilli } from "./price-adjustments.ts";
import type { MatchState } from "./state.ts";

/** What each outcome of a market costs if it wins, over all desks, in minor units of the base currency. */
export type RiskOf = (marketId: string, outcomeId: string) => number;

/** New shifts of those of the named markets whose risk asks for other ones than are in force; null: none does. */
export function liabilityEvent(state: MatchState, marketIds: Iterable<string>, riskOf: RiskOf): JournalEvent | null {
	const shifts: { marketId: string; shiftsMilli: ShiftsMilli }[] = [];
	for (const marketId of marketIds) {
		const market = marketOf(state, marketId);
		// What is settled has no price any more.
		if (market === undefined || market.status === "settled") continue;
		const ids = market.spec.outcomes.map(({ outcomeId }) => outcomeId);
		const inForce = state.pricing.liabilityShifts[marketId] ?? {};
		const wanted = wantedShifts(state, marketId, ids, inForce, riskOf);
		if (ids.some((outcomeId) => (inForce[outcomeId] ?? 0) !== (wanted[outcomeId] ?? 0)))
			shifts.push({ marketId, shiftsMilli: wanted });
	}
	return shifts.length === 0 ? null : { kind: "liability", shifts };
}

/** Outcomes without a shift are left out, so that a market without any has an empty entry. */
function wantedShifts(
	state: MatchState,
	marketId: string,
	ids: readonly string[],
	inForce: ShiftsMilli,
	riskOf: RiskOf,
): ShiftsMilli {
	const logits = liabilityShift(
		ids.map((outcomeId) => riskOf(marketId, outcomeId)),
		state.capBaseMinor,
		{
			maxLogit: state.pricing.liabilityMaxMilli / 1_000,
			previous: ids.map((outcomeId) => (inForce[outcomeId] ?? 0) / 1_000),
		},
	);
	const entries = ids.map((outcomeId, index) => [outcomeId, Math.round((logits[index] ?? 0) * 1_000)] as const);
	return Object.fromEntries(entries.filter(([, shift]) => shift !== 0));
}
