/** The deviation alarm: a market whose prices are far from the provider's is suspended until they agree again. Pure. */
import { DEVIATION } from "../../shared/limits.ts";
import type { JournalEvent } from "./journal.ts";
import { fairMarkets, marketOf } from "./listing.ts";
import { opinionOf } from "./on-sale.ts";
import { distancePpm } from "./references.ts";
import type { MatchState } from "./state.ts";

export const DEVIATION_REASON = "deviation";

/** Markets under alarm, in the order of their alarms. */
export function deviating(state: Pick<MatchState, "holds">): readonly string[] {
	return state.holds.flatMap(({ reason, scope }) =>
		reason === DEVIATION_REASON && scope.kind === "market" ? [scope.marketId] : [],
	);
}

/** Fresh comparisons at a tick: by market, the distance. A market that is not priced, or has no fresh reference, has none. */
export function distances(state: MatchState, tickMs: number): ReadonlyMap<string, number> {
	const found = new Map<string, number>();
	const entries = Object.entries(state.deviations.references);
	if (entries.length === 0) return found;
	const fair = fairMarkets(state, tickMs);
	for (const [marketId, reference] of entries) {
		const market = fair.get(marketId);
		if (market === undefined || tickMs - reference.atMs > DEVIATION.maxAgeMs) continue;
		found.set(marketId, distancePpm(opinionOf(market, state), market, reference));
	}
	return found;
}

/**
 * What the comparison asks for at this tick: alarms first, then what is over. An alarm without fresh prices stays: silence
 * shows no agreement. What is settled needs no alarm.
 */
export function deviationEvent(state: MatchState, tickMs: number): JournalEvent | null {
	const held = new Set(deviating(state));
	const waived = new Set(state.deviations.waived);
	const now = distances(state, tickMs);
	const alarmed = [...now].filter(
		([marketId, distance]) => distance > DEVIATION.alarmPpm && !held.has(marketId) && !waived.has(marketId),
	);
	if (alarmed.length > 0) {
		const markets = alarmed.map(([marketId, distance]) => ({ marketId, distancePpm: distance }));
		return { kind: "deviation_alarm", markets };
	}
	const isOver = (marketId: string): boolean =>
		(now.get(marketId) ?? Number.POSITIVE_INFINITY) < DEVIATION.overPpm ||
		marketOf(state, marketId)?.status === "settled";
	const over = [...new Set([...held, ...waived])].filter(isOver);
	return over.length === 0 ? null : { kind: "deviation_over", marketIds: over };
}
