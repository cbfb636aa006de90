/** The answer to a desk (BET-3): the only prices, versions and delays by which a bet is decided. Pure. */
import { outcomeKey } from "../../shared/contracts/ids.ts";
import type { ConfirmMarket, ConfirmRequest, QuoteAnswer, QuoteRequest } from "../../shared/contracts/match.ts";
import { BET } from "../../shared/limits.ts";
import { marketOf } from "./listing.ts";
import type { Book } from "./prices.ts";
import { isInPlay, type MatchState, tickOf } from "./state.ts";
import { matchWords } from "./wire.ts";

/** MAT-5: the book of a view; null where there is no such view, and then nothing is priced by another. */
export type Books = (view: string) => Book | null;

export type ConfirmFacts = {
	readonly state: MatchState;
	readonly books: Books;
	/** For how long there has been no danger. */
	readonly clearForMs: number;
	/** LAN-2: how long ago the deciding feed spoke; null: not in this epoch. */
	readonly spokeAgoMs: number | null;
	readonly quietLimitMs: number;
	/** Marks from the lane have stopped: the match may be cut off from its feed. */
	readonly marksLost: boolean;
	readonly granted: (marketId: string, outcomeId: string) => number;
};

export const delayOf = (state: MatchState): number => (isInPlay(state) ? state.delayMs : 0);

type Ask = ConfirmRequest["asks"][number];

/** Whether the market as it stands lets a bet of this version be taken; exposure comes after. */
export function codeOf(
	{ market: marketId, version: askedVersion, view }: Pick<Ask, "market" | "version" | "view">,
	facts: Omit<ConfirmFacts, "granted">,
): ConfirmMarket["code"] {
	const { state, spokeAgoMs, quietLimitMs, marksLost } = facts;
	const market = marketOf(state, marketId);
	if (market === undefined || market.status === "closed" || market.status === "settled") return "closed";
	if (facts.books(view) === null) return "closed";
	if (market.status === "suspended") return "suspended";
	const inPlay = isInPlay(state);
	// MAT-6: only before the match may a leg take the version that the answer finds.
	if (askedVersion === null ? inPlay : askedVersion !== market.version) return "moved";
	if (market.status === "danger") return "wait";
	if (inPlay && (marksLost || spokeAgoMs === null || spokeAgoMs > quietLimitMs)) return "wait";
	return "ok";
}

export function confirmMarket(ask: Ask, totals: ReadonlyMap<string, number>, facts: ConfirmFacts): ConfirmMarket {
	const { market: marketId, version: askedVersion, outcomes: outcomeIds, view } = ask;
	const { state, clearForMs } = facts;
	const market = marketOf(state, marketId);
	const priced = facts.books(view)?.get(marketId);
	const fair = priced?.fairPpm;
	const oddsMilli: Record<string, number> = {};
	const fairPpm: Record<string, number> = {};
	const granted: Record<string, number> = {};
	let isOver = false;
	for (const [index, { outcomeId }] of (market?.spec.outcomes ?? []).entries()) {
		if (!outcomeIds.includes(outcomeId)) continue;
		const odds = priced?.oddsMilli[index];
		if (odds !== null && odds !== undefined) oddsMilli[outcomeId] = odds;
		fairPpm[outcomeId] = fair?.[index] ?? 0;
		granted[outcomeId] = facts.granted(marketId, outcomeId);
		if ((totals.get(outcomeKey(marketId, outcomeId)) ?? 0) > granted[outcomeId]) isOver = true;
	}
	const code = codeOf(ask, facts);
	return {
		market: marketId,
		view,
		askedVersion,
		code: code === "ok" && isOver ? "over_limit" : code,
		version: market?.version ?? 0,
		delayMs: delayOf(state),
		clearForMs,
		granted: code === "ok" && !isOver ? null : granted,
		oddsMilli,
		fairPpm,
		settlementVersion: state.results[marketId]?.settlementVersion ?? 0,
	};
}

/** What a quote rests on. */
export type QuoteFacts = {
	readonly epoch: string;
	/** Null while there is no match. */
	readonly state: MatchState | null;
	readonly books: Books;
	/** Whether the recent prices are all there were; asked once the markets are priced. */
	readonly knowsRecentPrices: () => boolean;
	readonly recent: RecentPrices;
};

export function quoteOf(asks: QuoteRequest["asks"], nowMs: number, facts: QuoteFacts): QuoteAnswer {
	const { epoch, state, books, knowsRecentPrices, recent } = facts;
	const head = { v: 1 as const, epoch, tick: tickOf(nowMs), known: state !== null };
	if (state === null) return { ...head, inPlay: false, matchState: "", markets: unknownMarkets(asks) };
	const markets = quoteMarkets(asks, state, books);
	return {
		...head,
		inPlay: isInPlay(state),
		matchState: matchWords(state, tickOf(nowMs)),
		markets,
		recentPrices: { isComplete: knowsRecentPrices(), markets: recentPrices(markets, state, recent) },
	};
}

const UNKNOWN = { status: "unknown", version: 0, outcomes: {} } as const;

/** What a match that has no fixture says. */
const unknownMarkets = (asks: QuoteRequest["asks"]): QuoteAnswer["markets"] =>
	asks.map(({ market, view }) => ({ market, view, delayMs: 0, ...UNKNOWN }));

function quoteMarkets(asks: QuoteRequest["asks"], state: MatchState, books: Books): QuoteAnswer["markets"] {
	return asks.map(({ market: marketId, view }) => {
		const market = marketOf(state, marketId);
		const book = books(view);
		if (market === undefined || book === null) return { market: marketId, view, delayMs: delayOf(state), ...UNKNOWN };
		const priced = book.get(marketId);
		const fair = priced?.fairPpm;
		const outcomes = Object.fromEntries(
			market.spec.outcomes.map(({ outcomeId }, index) => [
				outcomeId,
				{ oddsMilli: priced?.oddsMilli[index] ?? null, fairPpm: fair?.[index] ?? 0 },
			]),
		);
		return {
			market: marketId,
			view,
			status: market.status,
			version: market.version,
			delayMs: delayOf(state),
			outcomes,
		};
	});
}

/** Prices of an outcome that players may still have before them, newest first; the one of now may be among them. */
type RecentPrices = (view: string, marketId: string, outcomeIndex: number) => readonly number[];

/** What was on the book lately beside what is now: by this a desk knows a price that was never ours (BET-4). */
function recentPrices(
	quoted: QuoteAnswer["markets"],
	state: MatchState,
	recent: RecentPrices,
): NonNullable<QuoteAnswer["recentPrices"]>["markets"] {
	return quoted.flatMap(({ market: marketId, view, outcomes }) => {
		const oddsMilli = Object.fromEntries(
			(marketOf(state, marketId)?.spec.outcomes ?? []).flatMap(({ outcomeId }, index) => {
				const others = new Set(recent(view, marketId, index));
				others.delete(outcomes[outcomeId]?.oddsMilli ?? 0);
				return others.size === 0 ? [] : [[outcomeId, [...others].slice(0, BET.pricesKept)]];
			}),
		);
		return Object.keys(oddsMilli).length === 0 ? [] : [{ market: marketId, view, oddsMilli }];
	});
}
