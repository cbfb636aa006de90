/**
 * Prices that were ours a moment ago, by market and outcome: what a player may still have before them when the bet arrives
 * (docs/decisions/0014-prices-that-were-ours.md). Only changes are kept; time is the tick, as pricing knows it.
 */
import { BET } from "../../shared/limits.ts";
import type { PricedMarket } from "./prices.ts";

/** A price that was replaced, and the tick from which another stood there. */
type Past = { readonly outcome: number; readonly oddsMilli: number; readonly untilMs: number };
type Kept = { now: PricedMarket["oddsMilli"]; past: readonly Past[] };

export class PriceMemory {
	readonly #markets = new Map<string, Kept>();

	/** Every price that is made for anybody to see passes here. */
	saw({ marketId, oddsMilli }: PricedMarket, tickMs: number): void {
		const kept = this.#markets.get(marketId);
		if (kept === undefined) {
			this.#markets.set(marketId, { now: oddsMilli, past: [] });
			return;
		}
		if (isSame(kept.now, oddsMilli)) return;
		const replaced = kept.now.flatMap((price, outcome): readonly Past[] =>
			price === null || price === oddsMilli[outcome] ? [] : [{ outcome, oddsMilli: price, untilMs: tickMs }],
		);
		kept.now = oddsMilli;
		if (replaced.length === 0) return;
		kept.past = [...kept.past.filter(({ untilMs }) => isRecent(untilMs, tickMs)), ...replaced];
	}

	/** The newest price of an outcome, and before it those that were still ours within `BET.shownPriceMs`, newest first. */
	recent(marketId: string, outcome: number, tickMs: number): readonly number[] {
		const { now = [], past = [] } = this.#markets.get(marketId) ?? {};
		const prices = past.filter((entry) => entry.outcome === outcome && isRecent(entry.untilMs, tickMs));
		const newest = now[outcome] ?? null;
		return [...(newest === null ? [] : [newest]), ...prices.map(({ oddsMilli }) => oddsMilli).toReversed()];
	}
}

const isRecent = (untilMs: number, tickMs: number): boolean => tickMs - untilMs <= BET.shownPriceMs;
/** Most books repeat the one before: what they cost here is this look. */
const isSame = (before: PricedMarket["oddsMilli"], now: PricedMarket["oddsMilli"]): boolean =>
	before.length === now.length && before.every((price, outcome) => price === now[outcome]);
