/** Suite `pricing`: a football book with margin and ladder, against the obvious way of pricing it, and a package's grid. */
import { createBookMargin } from "../pricing/fast-margin.ts";
import { football } from "../pricing/football/football.ts";
import { priceMarket } from "../pricing/price-market.ts";
import { AT, incident, phase } from "../testing/football-inputs.ts";
import { kickedOff, type Moment, marketOf, obviousReprice, platformReprice, totalOf } from "./football-book.ts";
import { bytesPerCall, type Effort, measure } from "./measure.ts";
import { firstQuarter, rallies } from "./other-books.ts";
import { jstatGrid } from "./peers/score-grid.ts";
import type { Row, Suite } from "./suite.ts";

/** Ticks a call apart are a second apart, and come round after ten minutes: every probability moves with each call. */
const TICKS = 600;
/** The obvious way may be slow: both are compared at some ticks only. */
const CHECKED_EACH = 200;
const tickOf = (call: number): number => AT + (call % TICKS) * 1_000;

const KICK_OFF = phase("first_half", 60);
const GOAL = incident("goal", "home", "goal", "1");
const RED = incident("red_card", "away", "red", "1");

export const pricing: Suite = {
	name: "pricing",
	run: (effort) => [
		...wholeBook(kickedOff(), effort),
		...marginAndLadder(kickedOff(), effort),
		...otherSports(effort),
		jstatGrid(effort),
	],
};

/** Fair prices only, as a match asks for them: tennis after a point, since time moves nothing there, and basketball at a tick. */
function otherSports(effort: Effort): readonly Row[] {
	const rally = rallies();
	const quarter = firstQuarter();
	const row = (name: string, books: (call: number) => readonly unknown[]): Row => ({
		name,
		of: `${books(0).length} markets: fair prices`,
		timing: measure((call) => books(call).length, effort),
		against: null,
	});
	return [row("tennis book, a point", rally), row("basketball book, a tick", (call) => quarter(call % TICKS))];
}

/** Ticks, on which only time moves, and inputs, each of which changes who leads or how many play, and what is on offer. */
function wholeBook(moment: Moment, effort: Effort): readonly Row[] {
	const reprice = platformReprice(moment);
	const slow = obviousReprice(moment);
	const tick = (call: number): number => reprice(moment.state, tickOf(call));
	for (let call = 0; call < TICKS; call += CHECKED_EACH)
		if (tick(call) !== slow(tickOf(call))) throw new Error("the two ways disagree on a price");
	const after = [[GOAL], [GOAL, RED]].map((inputs) => kickedOff([KICK_OFF, ...inputs]));
	for (const other of after)
		if (reprice(other.state, AT) !== obviousReprice(other)(AT)) throw new Error("the two ways disagree on a price");
	const states = [moment, ...after].map(({ state }) => state);
	const input = (call: number): number => reprice(states[call % states.length] ?? moment.state, tickOf(call));
	const book = football.book(moment.state, moment.params, AT);
	const outcomes = book.reduce((sum, { spec }) => sum + spec.outcomes.length, 0);
	const of = `${book.length} markets, ${outcomes} outcomes: fair prices, margin, ladder`;
	const row = (name: string, what: string, run: (call: number) => number): Row => {
		const timing = measure(run, effort);
		return { name, of: what, timing, bytes: bytesPerCall(run, effort.heapChunks), against: null };
	};
	return [
		row("football book, a tick", of, tick),
		row("football book, an input", `${of}; a goal, a dismissal, both taken back`, input),
		{
			name: "football book, the obvious way",
			of,
			timing: measure((call) => slow(tickOf(call)), effort),
			against: "football book, a tick",
		},
	];
}

/** The same without fair prices: these are worked out before. */
function marginAndLadder({ state, params }: Moment, effort: Effort): readonly Row[] {
	const first = football.book(state, params, AT);
	const markets = first.map(marketOf);
	const ids = first.map(({ spec }) => spec.marketId).join();
	// Ticks at which the same markets are on offer.
	const books = Array.from({ length: TICKS }, (_none, call) => football.book(state, params, tickOf(call))).filter(
		(book) => book.map(({ spec }) => spec.marketId).join() === ids,
	);
	const fair = books.map((book) => book.map((market) => market.fair));
	const flat = fair.map((book) => Float64Array.from(book.flat()));
	const margin = createBookMargin(markets);
	const odds = new Int32Array(margin.outcomes);
	const of = `${markets.length} markets, ${margin.outcomes} outcomes: margin and ladder only`;
	const fast = (call: number): number => {
		margin.apply(flat[call % flat.length] ?? new Float64Array(0), odds);
		return totalOf(odds);
	};
	const slow = (call: number): number => {
		let total = 0;
		for (const [index, market] of (fair[call % fair.length] ?? []).entries()) {
			const { rule, winners } = markets[index] ?? markets[0]!;
			for (const price of priceMarket(market, rule, winners)) total += price ?? 0;
		}
		return total;
	};
	for (let call = 0; call < books.length; call++)
		if (fast(call) !== slow(call)) throw new Error("the two ways disagree on a price");
	return [
		{ name: "margin and ladder", of, timing: measure(fast, effort), against: null },
		{
			name: "margin and ladder, market by market",
			of,
			timing: measure(slow, effort),
			against: "margin and ladder",
		},
	];
}
