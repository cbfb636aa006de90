/** How far a provider's prices of a market are from ours. Pure. */
import type { FairMarket } from "../../shared/pricing/sport.ts";
import type { Reference } from "./references.ts";

/** How far apart the two are on the outcome where they are furthest apart, in parts per million. */
export function distancePpm(opinion: readonly number[], market: FairMarket, { fairPpm }: Reference): number {
	let most = 0;
	for (const [index, { outcomeId }] of market.spec.outcomes.entries()) {
		const ours = Math.round((opinion[index] ?? 0) * 1_000_000);
		const theirs = fairPpm[outcomeId];
		if (theirs !== undefined) most = Math.max(most, Math.abs(ours - theirs));
	}
	return Math.min(most, 1_000_000);
}
