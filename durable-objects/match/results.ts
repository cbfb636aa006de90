/** Results and their versions (SET-1): one counter a market, raised by result, correction, rollback and cancellation. */
import type { MarketResult, MarketResultState } from "../../shared/contracts/results.ts";
import type { SettledMarket } from "../../shared/pricing/sport.ts";

const TAKEN_BACK: MarketResultState = { kind: "open", reason: "taken back" };

/** What stands now against what stood: unchanged results keep their version, changed and vanished ones get the next. */
export function mergeResults(
	before: Readonly<Record<string, MarketResult>>,
	decided: readonly SettledMarket[],
	byTraders: Readonly<Record<string, MarketResultState>>,
): Readonly<Record<string, MarketResult>> {
	const now = new Map<string, MarketResultState>(decided.map(({ spec, state }) => [spec.marketId, state]));
	for (const marketId of Object.keys(before)) if (!now.has(marketId)) now.set(marketId, TAKEN_BACK);
	for (const [marketId, state] of Object.entries(byTraders)) now.set(marketId, state);
	const merged: Record<string, MarketResult> = {};
	for (const [marketId, state] of now) {
		const known = before[marketId];
		if (known === undefined && state.kind === "open") continue;
		const isSame = known !== undefined && sameResult(known.state, state);
		merged[marketId] = isSame ? known : { marketId, settlementVersion: (known?.settlementVersion ?? 0) + 1, state };
	}
	return merged;
}

/** The reason of an open result is words; only that it is open counts. */
function sameResult(a: MarketResultState, b: MarketResultState): boolean {
	if (a.kind === "open" || b.kind === "open") return a.kind === b.kind;
	return JSON.stringify(a) === JSON.stringify(b);
}

/** Results that are new or changed between two states. */
export function changedResults(
	before: Readonly<Record<string, MarketResult>>,
	after: Readonly<Record<string, MarketResult>>,
): readonly MarketResult[] {
	return Object.values(after).filter(
		(result) => before[result.marketId]?.settlementVersion !== result.settlementVersion,
	);
}
