/** What a match has for sale at a tick: the sport's book, without what cannot be sold (OFF-1). Pure. */

import { isOnSale } from "../../pricing/on-sale.ts";
import { shiftFair } from "../../pricing/shift.ts";
import type { FairMarket } from "../../pricing/sport.ts";
import type { MarketStatus } from "../../shared/contracts/match.ts";
import { withGroups, withLines } from "./offered-lines.ts";
import type { ShiftsMilli } from "./price-adjustments.ts";
import { type MatchState, sportOf } from "./state.ts";

export type OnSale = { readonly book: readonly FairMarket[]; readonly byId: ReadonlyMap<string, FairMarket> };

type Book = { readonly params: unknown; readonly tickMs: number; readonly markets: readonly FairMarket[] };
type Known = { readonly tickMs: number; readonly onSale: OnSale };

/**
 * The last book of each sport's state, and what each match last had for sale. Both are pure functions, and a turn asks for
 * them several times: to list, to price, to compare with the provider. States are replaced and never changed, so they are the keys.
 */
const BOOKS = new WeakMap<object, Book>();
const LISTS = new WeakMap<MatchState, Known>();

function bookAt({ fixture, sport, params }: MatchState, tickMs: number): readonly FairMarket[] {
	if (typeof sport !== "object" || sport === null) throw new Error("a sport's state is an object");
	const known = BOOKS.get(sport);
	if (known !== undefined && known.params === params && known.tickMs === tickMs) return known.markets;
	const markets = sportOf({ fixture }).book(sport, params, tickMs);
	BOOKS.set(sport, { params, tickMs, markets });
	return markets;
}

export function onSaleAt(
	state: MatchState,
	tickMs: number,
	statusOf: (marketId: string) => MarketStatus | undefined,
): OnSale {
	const known = LISTS.get(state);
	if (known?.tickMs === tickMs) return known.onSale;
	const onSale = withGroups(bookAt(state, tickMs), state.fixture).filter((market) => {
		const opinion = opinionOf(market, state);
		// Which of the two bounds counts is asked only between them.
		if (isOnSale(opinion, false)) return true;
		return isOnSale(opinion, true) && wasOnSale(statusOf(market.spec.marketId));
	});
	const book = withLines(onSale, state.fixture, state.lines);
	const onSaleNow = { book, byId: new Map(book.map((market) => [market.spec.marketId, market])) };
	LISTS.set(state, { tickMs, onSale: onSaleNow });
	return onSaleNow;
}

const wasOnSale = (status: MarketStatus | undefined): boolean =>
	status === "open" || status === "danger" || status === "suspended";

/** What moves the model's probabilities to the match's opinion. */
export type Opinions = Pick<MatchState, "pricing" | "fixed">;

/** A price that a trader holds, while the market has the outcomes that it had. */
export function heldIn({ fixed }: Opinions, { spec, fair }: FairMarket): readonly number[] | null {
	const held = Object.hasOwn(fixed, spec.marketId) ? fixed[spec.marketId]?.fair : undefined;
	return held?.length === fair.length ? held : null;
}

/** The fair probabilities of a market as this match thinks of them: the model's, moved by a trader, or held by him. */
export function opinionOf(market: FairMarket, opinions: Opinions): readonly number[] {
	const held = heldIn(opinions, market);
	if (held !== null) return held;
	const { spec, fair } = market;
	const shifts = opinions.pricing.traderShifts[spec.marketId];
	return shifts === undefined ? fair : shiftFair(fair, logitsOf(spec.outcomes, shifts), spec.winners);
}

export function logitsOf(outcomes: FairMarket["spec"]["outcomes"], shifts: ShiftsMilli): readonly number[] {
	return outcomes.map(({ outcomeId }) => (shifts[outcomeId] ?? 0) / 1_000);
}
