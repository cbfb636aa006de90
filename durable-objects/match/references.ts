/** The provider's own prices of our markets, as fair probabilities: what the deviation alarm compares with. Pure. */

import { quotedFair } from "../../pricing/margin.ts";
import type { FairMarket, InputEffect, MarketSpec } from "../../pricing/sport.ts";
import type { Input } from "../../shared/feeds/canonical.ts";

export type Reference = {
	/** The tick at which it was applied, on the match's clock. */
	readonly atMs: number;
	/** When the provider sent it, on its own clock; absent in what older code stored. */
	readonly saidAtMs?: number;
	/** By outcome, the provider's margin removed. */
	readonly fairPpm: Readonly<Record<string, number>>;
};
export type Deviations = {
	/** The newest by market. */
	readonly references: Readonly<Record<string, Reference>>;
	/** Markets that a trader reopened in spite of a difference: none is alarmed again until it has agreed once. */
	readonly waived: readonly string[];
	/** By provider, its own time of the newest input that withdrew something: prices it made before are of another match. */
	readonly movedAtMs: Readonly<Record<string, number>>;
};
export const NO_DEVIATIONS: Deviations = { references: {}, waived: [], movedAtMs: {} };

type ReferenceInput = Extract<Input, { kind: "reference_prices" }>;
type PriceRefusal = { readonly ok: false; readonly code: string; readonly message: string };

/**
 * Keeps a provider's prices of a market. What cannot be compared is left out: prices from before an incident, or older than
 * those it has told already, markets that are not priced now, books that lack an outcome or have a strange one. Refuses only prices that are no book at all.
 */
export function withReference(
	deviations: Deviations,
	input: ReferenceInput,
	provider: string,
	market: FairMarket | undefined,
	tickMs: number,
): { readonly ok: true; readonly deviations: Deviations } | PriceRefusal {
	const isOld = input.sentAtMs < movedAt(deviations, provider);
	const isOvertaken = input.sentAtMs < (deviations.references[input.marketId]?.saidAtMs ?? 0);
	if (isOld || isOvertaken || market === undefined || !isWhole(market, input)) return { ok: true, deviations };
	const odds = input.prices.map(({ oddsMilli }) => oddsMilli / 1_000);
	const fair = quotedFair("power", odds, market.spec.winners);
	if (!fair.ok) return { ok: false, code: "bad_prices", message: `${input.marketId}: ${fair.message}` };
	const fairPpm = Object.fromEntries(
		input.prices.map(({ outcomeId }, index) => [outcomeId, Math.round((fair.values[index] ?? 0) * 1_000_000)]),
	);
	const references = {
		...deviations.references,
		[input.marketId]: { atMs: tickMs, saidAtMs: input.sentAtMs, fairPpm },
	};
	return { ok: true, deviations: { ...deviations, references } };
}

const movedAt = ({ movedAtMs }: Deviations, provider: string): number =>
	Object.hasOwn(movedAtMs, provider) ? (movedAtMs[provider] ?? 0) : 0;

/** Every outcome that can still win is priced once, nothing else is, and not all of them win. */
function isWhole({ spec, fair }: FairMarket, { prices }: ReferenceInput): boolean {
	const named = new Set(prices.map(({ outcomeId }) => outcomeId));
	if (named.size !== prices.length || prices.length <= spec.winners) return false;
	const known = new Set(spec.outcomes.map(({ outcomeId }) => outcomeId));
	if (prices.some(({ outcomeId }) => !known.has(outcomeId))) return false;
	return spec.outcomes.every(({ outcomeId }, index) => (fair[index] ?? 0) === 0 || named.has(outcomeId));
}

/** An input that withdraws markets makes what was known of them old, and what a trader thought of it too. */
export function withoutMoved(
	deviations: Deviations,
	withdraw: InputEffect["withdraw"],
	provider: string,
	sentAtMs: number,
	specOf: (marketId: string) => Pick<MarketSpec, "group"> | undefined,
): Deviations {
	if (withdraw === "none") return deviations;
	const stays = (marketId: string): boolean => withdraw !== "all" && !withdraw.includes(specOf(marketId)?.group ?? "");
	return {
		references: Object.fromEntries(Object.entries(deviations.references).filter(([marketId]) => stays(marketId))),
		waived: deviations.waived.filter(stays),
		movedAtMs: { ...deviations.movedAtMs, [provider]: Math.max(sentAtMs, movedAt(deviations, provider)) },
	};
}

/** A trader has looked at these markets (all, where none is named), and reopens them as they are. */
export function waive(deviations: Deviations, marketIds: readonly string[]): Deviations {
	return { ...deviations, waived: [...new Set([...deviations.waived, ...marketIds])] };
}

/** How far a provider's prices of a market are from ours: on the outcome where they are furthest apart, in parts per million. */
export function distancePpm(opinion: readonly number[], market: FairMarket, { fairPpm }: Reference): number {
	let most = 0;
	for (const [index, { outcomeId }] of market.spec.outcomes.entries()) {
		const ours = Math.round((opinion[index] ?? 0) * 1_000_000);
		const theirs = fairPpm[outcomeId];
		if (theirs !== undefined) most = Math.max(most, Math.abs(ours - theirs));
	}
	return Math.min(most, 1_000_000);
}
