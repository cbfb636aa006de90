/**
 * Quotes of the match, kept for a quarter of a second: one call in flight, and everybody who asks meanwhile shares the
 * next. They decide nothing; an old one can only refuse.
 */
import {
	type MatchRpc,
	type NamedMarket,
	namedMarket,
	type QuoteAnswer,
	quoteAnswerSchema,
} from "../../shared/contracts/match.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";

export type QuoteAsk = { readonly marketId: string; readonly view: string };
export type QuotedMarket = NamedMarket<QuoteAnswer["markets"][number]>;
export type Quote = {
	readonly known: boolean;
	readonly inPlay: boolean;
	readonly matchState: string;
	/** Prices beside those of now that players may still have before them; undefined: the match does not say. */
	readonly recent?: {
		/** Whether there were no others. */
		readonly isComplete: boolean;
		readonly has: (ask: QuoteAsk, outcomeId: string, oddsMilli: number) => boolean;
	};
	/** Undefined: the match did not speak of it. */
	readonly market: (ask: QuoteAsk) => QuotedMarket | undefined;
};

type RecentPrices = NonNullable<QuoteAnswer["recentPrices"]>["markets"][number]["oddsMilli"];
type Kept = {
	readonly atMs: number;
	readonly market: QuotedMarket | undefined;
	readonly recentOddsMilli: RecentPrices | undefined;
};
type Head = Pick<Quote, "known" | "inPlay" | "matchState"> & { readonly isComplete: boolean | undefined };
const keyOf = ({ marketId, view }: QuoteAsk): string => `${marketId}\n${view}`;

export class Quotes {
	readonly #ports: Ports;
	readonly #matchId: string;
	readonly #match: () => Pick<MatchRpc, "quote">;
	readonly #kept = new Map<string, Kept>();
	#head: Head | null = null;
	readonly #wanted = new Map<string, QuoteAsk>();
	#inFlight: Promise<void> | null = null;

	constructor(ports: Ports, matchId: string, match: () => Pick<MatchRpc, "quote">) {
		this.#ports = ports;
		this.#matchId = matchId;
		this.#match = match;
	}

	/** Null when the match does not answer. */
	async tryAsk(asks: readonly QuoteAsk[], maxAgeMs?: number): Promise<Quote | null> {
		try {
			return await this.ask(asks, maxAgeMs);
		} catch (fault) {
			this.#ports.log.warn("quote_failed", { matchId: this.#matchId, fault: faultText(fault) });
			return null;
		}
	}

	/** Rejects when the match does not answer. */
	async ask(asks: readonly QuoteAsk[], maxAgeMs: number = BET.quoteKeepMs): Promise<Quote> {
		if (this.#head === null || !asks.every((ask) => this.#isFresh(keyOf(ask), maxAgeMs))) await this.#askMatch(asks);
		const kept = new Map(asks.map((ask) => [keyOf(ask), this.#kept.get(keyOf(ask))]));
		const { isComplete, ...head } = this.#head ?? {
			known: false,
			inPlay: false,
			matchState: "",
			isComplete: undefined,
		};
		const quote: Quote = { ...head, market: (ask) => kept.get(keyOf(ask))?.market };
		if (isComplete === undefined) return quote;
		const has = (ask: QuoteAsk, outcomeId: string, oddsMilli: number): boolean =>
			kept.get(keyOf(ask))?.recentOddsMilli?.[outcomeId]?.includes(oddsMilli) ?? false;
		return { ...quote, recent: { isComplete, has } };
	}

	/** What was kept at a time that has not come yet was kept by a clock that has been set since: nobody knows how old it is. */
	#isFresh(key: string, maxAgeMs: number): boolean {
		const atMs = this.#kept.get(key)?.atMs;
		const nowMs = this.#ports.now();
		return atMs !== undefined && atMs <= nowMs && nowMs - atMs < maxAgeMs;
	}

	async #askMatch(asks: readonly QuoteAsk[]): Promise<void> {
		for (const ask of asks) this.#wanted.set(keyOf(ask), ask);
		// The call in flight left without us; whatever becomes of it, the next one takes all who wait.
		if (this.#inFlight !== null) await this.#inFlight.catch(() => {});
		this.#inFlight ??= this.#fetch().finally(() => {
			this.#inFlight = null;
		});
		await this.#inFlight;
	}

	async #fetch(): Promise<void> {
		const wanted = [...this.#wanted];
		this.#wanted.clear();
		const answers: QuoteAnswer[] = [];
		for (let from = 0; from < wanted.length; from += BET.marketsPerQuote) {
			const some = wanted.slice(from, from + BET.marketsPerQuote);
			const asks = some.map(([, { marketId, view }]) => ({ market: marketId, view }));
			const call = this.#match().quote({ v: 1, matchId: this.#matchId, asks });
			const answer = await withTimeout(this.#ports, "match.quote", RPC_TIMEOUT_MS, call);
			answers.push(decodeRpc("quote answer", quoteAnswerSchema, answer));
		}
		this.#keep(
			wanted.map(([key]) => key),
			answers,
		);
	}

	#keep(keys: readonly string[], answers: readonly QuoteAnswer[]): void {
		const newest = answers.at(-1);
		if (newest === undefined) return;
		const atMs = this.#ports.now();
		const { known, inPlay, matchState, recentPrices } = newest;
		this.#head = { known, inPlay, matchState, isComplete: recentPrices?.isComplete };
		for (const key of this.#kept.keys()) if (!this.#isFresh(key, BET.quoteKeepMs)) this.#kept.delete(key);
		const quoted = answers.flatMap(({ markets }) => markets.map(namedMarket));
		const markets = new Map(quoted.map((market) => [keyOf(market), market]));
		const recent = new Map(
			answers
				.flatMap(({ recentPrices }) => recentPrices?.markets ?? [])
				.map(({ market: marketId, view, oddsMilli }) => [keyOf({ marketId, view }), oddsMilli]),
		);
		for (const key of keys) this.#kept.set(key, { atMs, market: markets.get(key), recentOddsMilli: recent.get(key) });
	}
}
