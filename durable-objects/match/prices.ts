/** Fair probabilities → the book of a view: shifts, margin, ladder (MAT-5). Pure. */
import { MAX_ODDS_MILLI, toOddsMilli } from "../../shared/pricing/ladder.ts";
import { applyMargin } from "../../shared/pricing/margin.ts";
import { type MarginProfile, marginOf } from "../../shared/pricing/margin-profile.ts";
import { shiftFair } from "../../shared/pricing/shift.ts";
import type { FairMarket } from "../../shared/pricing/sport.ts";
import { fairMarkets } from "./listing.ts";
import { marginOverride, type PriceRules, type ShiftsMilli } from "./price-rules.ts";
import { isInPlay, type MatchState } from "./state.ts";

export type PricedMarket = {
	readonly marketId: string;
	/** In the order of the market's outcomes; null where an outcome is not offered. */
	readonly oddsMilli: readonly (number | null)[];
	/** What the match thinks, a trader's shift included; without what bets have done to prices. */
	readonly fairPpm: readonly number[];
};
/** Prices a market when it is first asked for: a confirmation needs one, a frame all. */
export type Book = { readonly get: (marketId: string) => PricedMarket | undefined };

/**
 * The most that sold bets may shift an outcome, as a multiple of the margin: what keeps two sister markets from becoming a
 * sure profit together (shared/pricing/shift.ts has the proof).
 */
const LIABILITY_PER_MARGIN = 2;

export function bookOf(state: MatchState, tickMs: number, profile: MarginProfile): Book {
	const fair = fairMarkets(state, tickMs);
	const inPlay = isInPlay(state);
	const priced = new Map<string, PricedMarket>();
	return {
		get: (marketId) => {
			const known = priced.get(marketId);
			if (known !== undefined) return known;
			const market = fair.get(marketId);
			if (market === undefined) return undefined;
			const made = priceMarket(market, state, inPlay, profile);
			priced.set(marketId, made);
			return made;
		},
	};
}

/** The fair probabilities of a market as this match thinks of them: the model's, moved by a trader. */
export function opinionOf({ spec, fair }: FairMarket, rules: PriceRules): readonly number[] {
	const shifts = rules.traderShifts[spec.marketId];
	return shifts === undefined ? fair : shiftFair(fair, logitsOf(spec.outcomes, shifts), spec.winners);
}

/** A market whose book cannot carry its margin has no prices at all: it stays listed and cannot be bet on. */
function priceMarket(market: FairMarket, state: MatchState, inPlay: boolean, profile: MarginProfile): PricedMarket {
	const { spec, alive } = market;
	const { marketId, group, outcomes, winners } = spec;
	const rule = marginOf(profile, { sport: state.fixture.sport, group, inPlay });
	const overridePpm = marginOverride(state.pricing, profile.view, group);
	const margin = overridePpm === null ? rule.margin : overridePpm / 1_000_000;
	const opinion = opinionOf(market, state.pricing);
	const sold = state.pricing.liabilityShifts[marketId];
	const most = LIABILITY_PER_MARGIN * margin;
	const moved =
		sold === undefined
			? opinion
			: shiftFair(
					opinion,
					logitsOf(outcomes, sold).map((shift) => Math.min(shift, most)),
					winners,
				);
	const withMargin = applyMargin(rule.method, moved, margin, winners);
	const oddsMilli = outcomes.map((_outcome, index) => {
		const odds = withMargin.ok && alive[index] !== false ? toOddsMilli(withMargin.values[index] ?? 0) : null;
		return odds === null || odds < rule.minOddsMilli ? null : Math.min(odds, rule.maxOddsMilli, MAX_ODDS_MILLI);
	});
	const fairPpm = opinion.map((p) => Math.min(1_000_000, Math.round(p * 1_000_000)));
	return { marketId, oddsMilli, fairPpm };
}

function logitsOf(outcomes: FairMarket["spec"]["outcomes"], shifts: ShiftsMilli): readonly number[] {
	return outcomes.map(({ outcomeId }) => (shifts[outcomeId] ?? 0) / 1_000);
}
