/** A whole football book, repriced second by second: fair prices, margin, ladder; the way of the platform and the obvious one. */
import type { Input } from "../shared/feeds/canonical.ts";
import { type BookMarket, createBookMargin } from "../shared/pricing/fast-margin.ts";
import { marginOf, profileOf } from "../shared/pricing/margin-profile.ts";
import { priceMarket } from "../shared/pricing/price-market.ts";
import { sportModule } from "../shared/pricing/registry.ts";
import type { AnySportModule, FairMarket } from "../shared/pricing/sport.ts";
import { AT, fixture, phase } from "../shared/pricing/testing.ts";

/** Prices a book at a tick and returns a number that depends on all of it. */
export type Reprice = (tickMs: number) => number;
export type Moment = { readonly module: AnySportModule; readonly state: unknown; readonly params: unknown };

/** The second minute of a match: the widest book there is in play. */
export function kickedOff(inputs: readonly Input[] = [phase("first_half", 60)]): Moment {
	const module = sportModule("football");
	if (module === null) throw new Error("football is always there");
	const played = fixture();
	const solved = module.params(played);
	if (!solved.ok) throw new Error(solved.message);
	let state = module.initial(played);
	for (const input of inputs) {
		const reduced = module.reduce(state, input, AT);
		if (!reduced.ok) throw new Error(reduced.message);
		state = reduced.state;
	}
	return { module, state, params: solved.params };
}

const STANDARD = profileOf("standard");
export function marketOf({ spec }: Pick<FairMarket, "spec">): BookMarket {
	if (STANDARD === null) throw new Error("the view standard is always there");
	const rule = marginOf(STANDARD, { sport: "football", group: spec.group, inPlay: true });
	return { outcomes: spec.outcomes.length, winners: spec.winners, rule };
}

/** Market by market, with arrays made on the way: easy to read, and what the fast way must agree with. */
export function obviousReprice({ module, state, params }: Moment): Reprice {
	return (tickMs) => {
		let total = 0;
		for (const market of module.book(state, params, tickMs)) {
			const { rule, winners } = marketOf(market);
			for (const odds of priceMarket(market.fair, rule, winners)) total += odds ?? 0;
		}
		return total;
	};
}

/** The module's book, its prices all at once. */
export function platformReprice({ module, state, params }: Moment): Reprice {
	let listed: readonly FairMarket[] = [];
	let margin = createBookMargin([]);
	let fair = new Float64Array(0);
	let odds = new Int32Array(0);
	return (tickMs) => {
		const book = module.book(state, params, tickMs);
		if (book.length !== listed.length || book.some(({ spec }, index) => spec !== listed[index]?.spec)) {
			margin = createBookMargin(book.map(marketOf));
			fair = new Float64Array(margin.outcomes);
			odds = new Int32Array(margin.outcomes);
		}
		listed = book;
		let at = 0;
		for (const market of book) for (const p of market.fair) fair[at++] = p;
		margin.apply(fair, odds);
		return totalOf(odds);
	};
}

export function totalOf(odds: Int32Array): number {
	let total = 0;
	for (let i = 0; i < odds.length; i++) total += odds[i] ?? 0;
	return total;
}
