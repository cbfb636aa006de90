/** Fair probabilities → the book of a view: margin by the power method, then down to the ladder (MAT-5). */
import { toOddsMilli } from "../../shared/pricing/ladder.ts";
import { applyMargin } from "../../shared/pricing/margin.ts";
import type { FairMarket } from "../../shared/pricing/sport.ts";
import { marginOf } from "./rules.ts";

export type PricedMarket = {
	readonly marketId: string;
	/** In the order of the market's outcomes; null where an outcome is not offered. */
	readonly oddsMilli: readonly (number | null)[];
	readonly fairPpm: readonly number[];
};
export type Book = ReadonlyMap<string, PricedMarket>;

/** A market whose book cannot carry its margin has no prices at all: it stays listed and cannot be bet on. */
export function priceBook(markets: readonly FairMarket[]): Book {
	return new Map(
		markets.map(({ spec, fair }) => {
			const withMargin = applyMargin("power", fair, marginOf(spec.group), spec.winners);
			const oddsMilli = fair.map((_p, index) => (withMargin.ok ? toOddsMilli(withMargin.values[index] ?? 0) : null));
			const fairPpm = fair.map((p) => Math.min(1_000_000, Math.round(p * 1_000_000)));
			return [spec.marketId, { marketId: spec.marketId, oddsMilli, fairPpm }];
		}),
	);
}
