/** A whole football book, repriced second by second: fair prices, margin, ladder; the way of the platform and the obvious one. */

import { type BookMarket, createBookMargin } from "../pricing/fast-margin.ts";
import { football } from "../pricing/football/football.ts";
import type { Rates } from "../pricing/football/outlook.ts";
import { createFootballPricer } from "../pricing/football/pricer.ts";
import { referencePrices } from "../pricing/football/reference.ts";
import type { FootballState } from "../pricing/football/state.ts";
import { priceMarket } from "../pricing/price-market.ts";
import type { FairMarket } from "../pricing/sport.ts";
import { CURRENT_MARGINS, marginOf, profileOf } from "../shared/catalogue/views.ts";
import type { Input } from "../shared/feeds/canonical.ts";
import { AT, fixture, phase } from "../testing/football-inputs.ts";

/** Prices a book at a tick and returns a number that depends on all of it. */
export type Reprice = (tickMs: number) => number;
export type Moment = { readonly state: FootballState; readonly params: Rates };

/** The second minute of a match: the widest book there is in play. */
export function kickedOff(inputs: readonly Input[] = [phase("first_half", 60)]): Moment {
	const played = fixture();
	const solved = football.params(played);
	if (!solved.ok) throw new Error(solved.message);
	let state = football.initial(played);
	for (const input of inputs) {
		const reduced = football.reduce(state, input, AT);
		if (!reduced.ok) throw new Error(reduced.message);
		state = reduced.state;
	}
	return { state, params: solved.params };
}

const STANDARD = profileOf("standard", CURRENT_MARGINS);
export function marketOf({ spec }: Pick<FairMarket, "spec">): BookMarket {
	if (STANDARD === null) throw new Error("the view standard is always there");
	const rule = marginOf(STANDARD, { sport: "football", group: spec.group, inPlay: true });
	return { outcomes: spec.outcomes.length, winners: spec.winners, rule };
}

/** Summed over the joint law market by market, with arrays made on the way: what the fast way must agree with. */
export function obviousReprice({ state, params }: Moment): Reprice {
	const listed = createFootballPricer();
	return (tickMs) => {
		listed.price(state, params, tickMs);
		const specs = listed.markets.slice(0, listed.count()).map(({ spec }) => spec);
		const fair = referencePrices(state, params, tickMs, new Set(specs.map(({ marketId }) => marketId)));
		let total = 0;
		for (const spec of specs) {
			const { rule, winners } = marketOf({ spec });
			for (const odds of priceMarket(fair.get(spec.marketId) ?? [], rule, winners)) total += odds ?? 0;
		}
		return total;
	};
}

/** The compiled pricer's array, margins and ladder at once; laid out anew only when other markets come on offer. */
export function platformReprice({ params }: Pick<Moment, "params">): (state: FootballState, tickMs: number) => number {
	const pricer = createFootballPricer();
	let layoutNo = -1;
	let margin = createBookMargin([]);
	let odds = new Int32Array(0);
	return (state, tickMs) => {
		pricer.price(state, params, tickMs);
		if (pricer.layoutNo() !== layoutNo) {
			layoutNo = pricer.layoutNo();
			margin = createBookMargin(pricer.markets.slice(0, pricer.count()).map(marketOf));
			odds = new Int32Array(margin.outcomes);
		}
		margin.apply(pricer.fair, odds);
		return totalOf(odds);
	};
}

export function totalOf(odds: Int32Array): number {
	let total = 0;
	for (let i = 0; i < odds.length; i++) total += odds[i] ?? 0;
	return total;
}
