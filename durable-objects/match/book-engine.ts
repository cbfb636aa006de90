/** Prices all markets of a view at once, in arrays that are kept from book to book (pricing/fast-margin.ts). */

import { type BookMargin, createBookMargin, NOT_OFFERED } from "../../pricing/fast-margin.ts";
import type { OfferedOdds } from "../../pricing/price-market.ts";
import type { MarketSpec } from "../../pricing/sport.ts";
import type { MarginRule } from "../../shared/catalogue/schemas.ts";

/** A market on its way to its prices: shifted probabilities, in the order of the outcomes. */
export type MarketToPrice = { readonly spec: MarketSpec; readonly rule: MarginRule; readonly fair: readonly number[] };

const sameRule = (a: MarginRule, b: MarginRule): boolean =>
	a === b ||
	(a.method === b.method &&
		a.margin === b.margin &&
		a.minOddsMilli === b.minOddsMilli &&
		a.maxOddsMilli === b.maxOddsMilli);

export class BookEngine {
	#layout: readonly MarketToPrice[] = [];
	#margin: BookMargin = createBookMargin([]);
	#fair = new Float64Array(0);
	#odds = new Int32Array(0);

	/** The very prices of `priceMarket`, market by market. */
	price(markets: readonly MarketToPrice[]): readonly OfferedOdds[] {
		if (!this.#fits(markets)) this.#layOut(markets);
		this.#layout = markets;
		let at = 0;
		for (const { fair } of markets) for (const p of fair) this.#fair[at++] = p;
		this.#margin.apply(this.#fair, this.#odds);
		at = 0;
		return markets.map(({ fair }) =>
			fair.map(() => {
				const odds = this.#odds[at++] ?? NOT_OFFERED;
				return odds === NOT_OFFERED ? null : odds;
			}),
		);
	}

	#fits(markets: readonly MarketToPrice[]): boolean {
		const before = this.#layout;
		return (
			before.length === markets.length &&
			markets.every(({ spec, rule }, index) => {
				const known = before[index];
				return known !== undefined && known.spec.marketId === spec.marketId && sameRule(known.rule, rule);
			})
		);
	}

	#layOut(markets: readonly MarketToPrice[]): void {
		this.#margin = createBookMargin(
			markets.map(({ spec, rule }) => ({ outcomes: spec.outcomes.length, winners: spec.winners, rule })),
		);
		this.#fair = new Float64Array(this.#margin.outcomes);
		this.#odds = new Int32Array(this.#margin.outcomes);
	}
}
