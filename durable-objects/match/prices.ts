/** Fair probabilities → the book of a view: shifts, margin, ladder (MAT-5). Pure. */

import { type OfferedOdds, priceMarket } from "../../pricing/price-market.ts";
import { shiftFair } from "../../pricing/shift.ts";
import type { FairMarket } from "../../pricing/sport.ts";
import type { MarginProfile, MarginRule } from "../../shared/catalogue/schemas.ts";
import { marginOf } from "../../shared/catalogue/views.ts";
import type { BookEngine, MarketToPrice } from "./book-engine.ts";
import { fairMarkets } from "./listing.ts";
import { heldIn, logitsOf, type Opinions, opinionOf } from "./on-sale.ts";
import { marginOverride } from "./price-adjustments.ts";
import { isInPlay, type MatchState } from "./state.ts";

export type PricedMarket = {
	readonly marketId: string;
	/** In the order of the market's outcomes; null where an outcome is not offered. */
	readonly oddsMilli: OfferedOdds;
	/** What the match thinks, a trader's shift included; without what bets have done to prices. */
	readonly fairPpm: readonly number[];
};
export type Book = {
	/** Prices a market when it is first asked for: a confirmation needs a few, and not the whole book. */
	readonly get: (marketId: string) => PricedMarket | undefined;
	/** Prices all that is not priced yet, at once: a frame needs every market. */
	readonly fill: (engine: BookEngine) => void;
};

/** Frames ask for odds alone: fair probabilities are rounded where a bet asks for them. */
class Priced implements PricedMarket {
	readonly oddsMilli: OfferedOdds;
	readonly #market: FairMarket;
	readonly #opinions: Opinions;

	constructor(market: FairMarket, opinions: Opinions, odds: OfferedOdds) {
		const { alive } = market;
		this.#market = market;
		this.#opinions = opinions;
		this.oddsMilli = alive.includes(false) ? odds.map((price, at) => (alive[at] ? price : null)) : odds;
	}

	get marketId(): string {
		return this.#market.spec.marketId;
	}

	get fairPpm(): readonly number[] {
		const opinion = opinionOf(this.#market, this.#opinions);
		return opinion.map((p) => Math.min(1_000_000, Math.round(p * 1_000_000)));
	}
}

/**
 * The most that sold bets may shift an outcome, as a multiple of the margin: what keeps two sister markets from becoming a
 * sure profit together (pricing/shift.ts has the proof).
 */
const LIABILITY_PER_MARGIN = 2;

/** `made` hears of each price as it is made. */
export function bookOf(
	state: MatchState,
	tickMs: number,
	profile: MarginProfile,
	made: (market: PricedMarket) => void = () => {},
): Book {
	const fair = fairMarkets(state, tickMs);
	const ruleOf = marginRulesOf(state, profile);
	const priced = new Map<string, PricedMarket>();
	const prepared = (market: FairMarket): MarketToPrice => toPrice(market, state, ruleOf(market.spec.group));
	const keep = (market: FairMarket, odds: OfferedOdds): PricedMarket => {
		const kept = new Priced(market, state, odds);
		priced.set(kept.marketId, kept);
		made(kept);
		return kept;
	};
	return {
		get: (marketId) => {
			const known = priced.get(marketId);
			if (known !== undefined) return known;
			const market = fair.get(marketId);
			if (market === undefined) return undefined;
			const { rule, fair: moved, spec } = prepared(market);
			return keep(market, priceMarket(moved, rule, spec.winners));
		},
		fill: (engine) => {
			if (priced.size === fair.size) return;
			const markets = [...fair.values()];
			const odds = engine.price(markets.map(prepared));
			for (const [index, market] of markets.entries()) keep(market, odds[index] ?? []);
		},
	};
}

/** The profile's rule for a group, with a trader's margin where there is one. */
export function marginRulesOf(state: MatchState, profile: MarginProfile): (group: string) => MarginRule {
	const inPlay = isInPlay(state);
	const byGroup = new Map<string, MarginRule>();
	return (group) => {
		let rule = byGroup.get(group);
		if (rule === undefined) {
			rule = marginOf(profile, { sport: state.fixture.sport, group, inPlay });
			const overridePpm = marginOverride(state.pricing, profile.view, group);
			if (overridePpm !== null) rule = { ...rule, margin: overridePpm / 1_000_000 };
			byGroup.set(group, rule);
		}
		return rule;
	};
}

function toPrice(market: FairMarket, opinions: Opinions, rule: MarginRule): MarketToPrice {
	const { spec } = market;
	const opinion = opinionOf(market, opinions);
	const sold = opinions.pricing.liabilityShifts[spec.marketId];
	// Bets do not move what a trader holds still.
	if (sold === undefined || heldIn(opinions, market) !== null) return { spec, rule, fair: opinion };
	const most = LIABILITY_PER_MARGIN * rule.margin;
	const logits = logitsOf(spec.outcomes, sold).map((shift) => Math.min(shift, most));
	return { spec, rule, fair: shiftFair(opinion, logits, spec.winners) };
}
