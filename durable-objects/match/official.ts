/**
 * Provisional results and official ones (SET-5). What is decided stands at once and closes its market; it pays when it has stood
 * for its hold-off, so that a slip that is put right within seconds moves no money. Pure.
 */
import { holdOffMs, UNDECIDED_AFTER_MS } from "../../shared/catalogue/hold-offs.ts";
import type { MarketResult } from "../../shared/contracts/results.ts";
import type { JournalEvent } from "./journal.ts";
import { marketOf } from "./listing.ts";
import { hasEnded, type MatchState, sportOf } from "./state.ts";

/** Results that changed between two states wait from this tick on; a trader's word waits for nothing. */
export function withWaiting(before: MatchState, after: MatchState, tickMs: number, isTraders: boolean): MatchState {
	if (before.results === after.results) return after;
	const waiting: Record<string, number> = { ...after.waiting };
	for (const { marketId, settlementVersion } of Object.values(after.results)) {
		if (before.results[marketId]?.settlementVersion === settlementVersion) continue;
		const group = marketOf(after, marketId)?.spec.group ?? "";
		if (isTraders) delete waiting[marketId];
		else waiting[marketId] = tickMs + holdOffMs(after.holdOff, group);
	}
	return { ...after, waiting };
}

/** What desks, players' money and Postgres know: results that wait for nothing. */
export const officialResults = ({
	results,
	waiting,
}: Pick<MatchState, "results" | "waiting">): readonly MarketResult[] =>
	Object.values(results).filter(({ marketId }) => waiting[marketId] === undefined);

/** Results that became official between two states, new or changed. */
export function newlyOfficial(before: MatchState | null, after: MatchState): readonly MarketResult[] {
	if (before !== null && before.results === after.results && before.waiting === after.waiting) return [];
	return officialResults(after).filter(
		({ marketId, settlementVersion }) =>
			before?.results[marketId]?.settlementVersion !== settlementVersion || before.waiting[marketId] !== undefined,
	);
}

/** Whether a step changes what may have been paid. */
export const changesPaid = (before: MatchState, after: MatchState): boolean =>
	officialResults(before).some(
		({ marketId, settlementVersion, state }) =>
			state.kind !== "open" && after.results[marketId]?.settlementVersion !== settlementVersion,
	);

/** When the next result, fact or alarm is due by time alone; null: never. */
export function nextDueAtMs(state: MatchState): number | null {
	const unproven = sportOf(state).unproven.of(state.sport);
	const waiting = state.contradiction === null ? Object.values(state.waiting) : [];
	const times = [...waiting, ...unproven.map(({ sinceMs }) => sinceMs + state.inferredStandsMs)];
	if (!state.isOverdue) times.push(overdueAtMs(state));
	return times.length === 0 ? null : Math.min(...times);
}

function overdueAtMs(state: MatchState): number {
	const expected = state.fixture.scheduledAtMs + sportOf(state).longestMs(state.fixture);
	return hasEnded(state) && state.endedAtMs !== null ? state.endedAtMs + UNDECIDED_AFTER_MS : expected;
}

/** Markets that were offered and have no result. */
export const undecided = (state: MatchState): readonly string[] =>
	state.markets.flatMap(({ spec, status }) => (status === "settled" ? [] : [spec.marketId]));

/** The next entry that time asks of results and facts, or null. */
export function officialEvent(state: MatchState, tickMs: number): JournalEvent | null {
	const due = Object.entries(state.waiting).flatMap(([marketId, atMs]) => (atMs <= tickMs ? [marketId] : []));
	// While the feed's words do not go together, nobody knows what has been played: what has not been paid waits.
	if (due.length > 0 && state.contradiction === null) return { kind: "results_official", marketIds: due };
	const proven = sportOf(state)
		.unproven.of(state.sport)
		.filter(({ sinceMs }) => sinceMs + state.inferredStandsMs <= tickMs);
	if (proven.length > 0) return { kind: "inferred_stands", incidentIds: proven.map(({ incidentId }) => incidentId) };
	const isOverdue = !state.isOverdue && tickMs >= overdueAtMs(state) && undecided(state).length > 0;
	return isOverdue ? { kind: "overdue" } : null;
}

/** These results have stood for their time. */
export function withOfficial(state: MatchState, marketIds: readonly string[]): MatchState {
	const ids = new Set(marketIds);
	return { ...state, waiting: Object.fromEntries(Object.entries(state.waiting).filter(([id]) => !ids.has(id))) };
}
