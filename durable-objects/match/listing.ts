/** Which markets a match lists, with their statuses and versions, by what the sport offers at a tick. Pure. */

import type { FairMarket, InputEffect, MarketSpec, SettledMarket } from "../../pricing/sport.ts";
import type { MarketStatus } from "../../shared/contracts/match.ts";
import type { MarketResult, MarketResultState } from "../../shared/contracts/results.ts";
import { isHeld } from "./holds.ts";
import { type OnSale, onSaleAt } from "./on-sale.ts";
import { mergeResults, standingOf } from "./results.ts";
import { type MatchState, sportOf } from "./state.ts";
import type { ListedMarket } from "./state-parts.ts";
import { voidSpans } from "./void-windows.ts";

/** Markets that are withdrawn and reopen in the same turn: the version alone tells, and it must (MAT-1). */
export type Reissued = InputEffect["withdraw"];

/** The last decided markets of each sport's state, by the state: it is replaced and never changed. */
const DECIDED = new WeakMap<object, readonly SettledMarket[]>();
/** By id, where each market stands in a list: one that only changes statuses and versions has the places of the one before. */
const PLACES = new WeakMap<readonly ListedMarket[], ReadonlyMap<string, number>>();

const keyOf = (sport: unknown): object => {
	if (typeof sport !== "object" || sport === null) throw new Error("a sport's state is an object");
	return sport;
};

const onSaleNow = (state: MatchState, tickMs: number): OnSale =>
	onSaleAt(state, tickMs, (marketId) => marketOf(state, marketId)?.status);

function decidedIn(state: MatchState): readonly SettledMarket[] {
	const key = keyOf(state.sport);
	let decided = DECIDED.get(key);
	if (decided === undefined) {
		decided = sportOf(state).results(state.sport);
		DECIDED.set(key, decided);
	}
	return decided;
}

/** The one set of fair probabilities from which every view derives its book (MAT-5), by market id. */
export function fairMarkets(state: MatchState, tickMs: number): ReadonlyMap<string, FairMarket> {
	return onSaleNow(state, tickMs).byId;
}

function placesOf(markets: readonly ListedMarket[]): ReadonlyMap<string, number> {
	let places = PLACES.get(markets);
	if (places === undefined) {
		places = new Map(markets.map(({ spec }, place) => [spec.marketId, place]));
		PLACES.set(markets, places);
	}
	return places;
}

export function marketOf({ markets }: Pick<MatchState, "markets">, marketId: string): ListedMarket | undefined {
	const place = placesOf(markets).get(marketId);
	return place === undefined ? undefined : markets[place];
}

export const isAvailable = (status: MarketStatus): boolean => status === "open" || status === "danger";

/** Whether the clock alone has opened or closed something since the list was made (MAT-3). */
export function isListingDue(state: MatchState, tickMs: number): boolean {
	const { byId, book } = onSaleNow(state, tickMs);
	const isKept = state.markets.every(
		({ spec, status }) => status === "settled" || (status === "closed") === !byId.has(spec.marketId),
	);
	if (!isKept) return true;
	const places = placesOf(state.markets);
	return book.some(({ spec }) => !places.has(spec.marketId));
}

/**
 * Lists what the sport offers, derives each market's status, and raises its version at every withdrawal and every
 * reopening. An equal version therefore means: open throughout. What did not change stays the same object.
 */
export function relist(state: MatchState, tickMs: number, reissued: Reissued): MatchState {
	const { book, byId } = onSaleNow(state, tickMs);
	const places = placesOf(state.markets);
	const added = book.filter(({ spec }) => !places.has(spec.marketId));
	const isListed = (marketId: string): boolean => places.has(marketId) || byId.has(marketId);
	const decided = standingOf(decidedIn(state), state.rolledBack);
	const spans = voidSpans(
		state,
		[...state.markets, ...added].map(({ spec }) => spec),
	);
	const results = mergeResults(state.results, decided, state.traderResults, isListed, spans);
	const isReissued = (group: string): boolean =>
		reissued !== "none" && (reissued === "all" || reissued.includes(group));
	let isSame = added.length === 0;
	const listed = state.markets.map((market): ListedMarket => {
		const { spec, version, status } = market;
		const now = marketStatusOf(state, spec, byId.has(spec.marketId), results[spec.marketId]);
		const moved = isAvailable(status) !== isAvailable(now) || (isAvailable(now) && isReissued(spec.group));
		if (!moved && now === status) return market;
		isSame = false;
		return { spec, version: moved ? version + 1 : version, status: now };
	});
	const fresh = added.map(
		({ spec }): ListedMarket => ({
			spec,
			version: 1,
			status: marketStatusOf(state, spec, true, results[spec.marketId]),
		}),
	);
	const markets = isSame ? state.markets : [...listed, ...fresh];
	if (added.length === 0) PLACES.set(markets, places);
	return { ...state, markets, results: results === state.results ? results : inListedOrder(results, markets) };
}

/** One order, whichever came first: what is stored of a result is its market's place in the listing. */
const inListedOrder = (results: MatchState["results"], markets: readonly ListedMarket[]): MatchState["results"] =>
	Object.fromEntries(
		markets.flatMap(({ spec: { marketId } }) => {
			const result = results[marketId];
			return result === undefined ? [] : [[marketId, result]];
		}),
	);

/** What the feed's facts decide now of a market; null where nothing. */
export function decidedOf(state: MatchState, marketId: string): MarketResultState | null {
	return decidedIn(state).find(({ spec }) => spec.marketId === marketId)?.state ?? null;
}

function marketStatusOf(
	state: MatchState,
	spec: MarketSpec,
	isOffered: boolean,
	result: MarketResult | undefined,
): MarketStatus {
	if (result !== undefined && result.state.kind !== "open") return "settled";
	if (!isOffered) return "closed";
	if (isHeld(state.holds, spec)) return "suspended";
	return state.danger ? "danger" : "open";
}
