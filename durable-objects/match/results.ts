/** Results and their versions (SET-1): one counter a market, raised by result, correction, rollback and cancellation. */

import type { SettledMarket } from "../../pricing/sport.ts";
import type { LegOutcome, MarketResult, MarketResultState, VoidSpan } from "../../shared/contracts/results.ts";

const UNDECIDED: MarketResultState = { kind: "open", reason: "undecided" };
const TAKEN_BACK: MarketResultState = { kind: "open", reason: "taken back" };

type Results = Readonly<Record<string, MarketResult>>;

/**
 * What stands now against what stood: unchanged results keep their version, changed and vanished ones get the next. A sport
 * may name every market that is decided; only those that were ever listed have a result. The same object where nothing moved.
 */
export function mergeResults(
	before: Results,
	decided: readonly SettledMarket[],
	byTraders: Readonly<Record<string, MarketResultState>>,
	isListed: (marketId: string) => boolean,
	voids: ReadonlyMap<string, readonly VoidSpan[]> = new Map(),
): Results {
	const now = new Map<string, MarketResultState>();
	for (const { spec, state } of decided) if (isListed(spec.marketId)) now.set(spec.marketId, state);
	for (const marketId of Object.keys(before)) if (!now.has(marketId)) now.set(marketId, TAKEN_BACK);
	for (const [marketId, state] of Object.entries(byTraders)) now.set(marketId, state);
	for (const marketId of voids.keys()) if (!now.has(marketId)) now.set(marketId, UNDECIDED);
	const merged: Record<string, MarketResult> = {};
	let isSame = true;
	for (const [marketId, state] of now) {
		const known = before[marketId];
		const spans = voids.get(marketId);
		if (known === undefined && state.kind === "open" && spans === undefined) continue;
		if (known !== undefined && sameResult(known.state, state) && sameSpans(known.voids, spans)) {
			merged[marketId] = known;
			continue;
		}
		isSame = false;
		const settlementVersion = (known?.settlementVersion ?? 0) + 1;
		merged[marketId] = { marketId, settlementVersion, state, ...(spans === undefined ? {} : { voids: [...spans] }) };
	}
	return isSame ? before : merged;
}

const sameSpans = (a: readonly VoidSpan[] | undefined, b: readonly VoidSpan[] | undefined): boolean =>
	a === b || JSON.stringify(a ?? []) === JSON.stringify(b ?? []);

/** What the feed's facts decide, less what a trader took back and they have not changed since. */
export function standingOf(
	decided: readonly SettledMarket[],
	rolledBack: Readonly<Record<string, MarketResultState>>,
): readonly SettledMarket[] {
	if (Object.keys(rolledBack).length === 0) return decided;
	return decided.filter(({ spec, state }) => {
		const taken = Object.hasOwn(rolledBack, spec.marketId) ? rolledBack[spec.marketId] : undefined;
		return taken === undefined || !sameResult(taken, state);
	});
}

/** The reason of an open result is words; only that it is open counts. */
export function sameResult(a: MarketResultState, b: MarketResultState): boolean {
	if (a === b) return true;
	switch (a.kind) {
		case "open":
			return b.kind === "open";
		case "void":
			return b.kind === "void" && a.reason === b.reason;
		case "settled": {
			if (b.kind !== "settled") return false;
			const ids = Object.keys(a.outcomes);
			return (
				ids.length === Object.keys(b.outcomes).length && ids.every((id) => sameOutcome(a.outcomes[id], b.outcomes[id]))
			);
		}
	}
}

function sameOutcome(a: LegOutcome | undefined, b: LegOutcome | undefined): boolean {
	if (a === undefined || b === undefined || a.kind !== b.kind) return false;
	if (a.kind !== "dead_heat") return true;
	return b.kind === "dead_heat" && a.places === b.places && a.tied === b.tied;
}
