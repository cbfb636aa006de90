/** Judging an offered leg against a quote (P2). It refuses early what a confirmation would refuse; it accepts nothing. */
import type { LegOffer, OfferedLeg } from "../../shared/contracts/offers.ts";
import type { LegRefusal } from "../../shared/ticket/refusals.ts";
import type { Quote, QuoteAsk, QuotedMarket } from "./quotes.ts";
import type { PendingLeg } from "./windows.ts";

export type Noted =
	| { readonly ok: true; readonly leg: PendingLeg }
	| { readonly ok: false; readonly code: LegRefusal; readonly marketVersion?: number; readonly oddsMilli?: number };

const SINGLE_WEIGHT_PPM = 1_000_000;
const SINGLE_OTHER_ODDS_MILLI = 1_000;

/**
 * Checks in their documented order (BET-2). Danger and a price that moved refuse nothing here: danger may pass and a price may
 * come back within the window, and only the price in an `ok` decides. A price that was never ours refuses.
 */
export function note(offer: LegOffer, quote: Quote, nowMs: number): Noted {
	const { terms, leg } = offer;
	if (!quote.known) return { ok: false, code: "unknown_match" };
	const market = quote.market(askOf(offer));
	if (market === undefined || market.status === "unknown") return { ok: false, code: "unknown_market" };
	const outcome = outcomeOf(leg, market);
	if (outcome === undefined) return { ok: false, code: "unknown_outcome" };
	if (quote.inPlay ? !terms.allowInPlay : !terms.allowPreMatch) return { ok: false, code: "not_allowed" };
	const refusal = refusalOf(market, leg.marketVersion);
	if (refusal !== null) return { ok: false, code: refusal, marketVersion: market.marketVersion };
	const nowOddsMilli = outcome.oddsMilli;
	if (nowOddsMilli === null) return { ok: false, code: "outcome_closed", marketVersion: market.marketVersion };
	if (!knowsPrice(offer, quote)) {
		// BET-4: what we cannot know is not called an invention; either way the player is told the price of now.
		const code = quote.recent?.isComplete ? "price_unknown" : "price_changed";
		return { ok: false, code, marketVersion: market.marketVersion, oddsMilli: nowOddsMilli };
	}
	return {
		ok: true,
		leg: {
			offered: leg,
			notedAtMs: nowMs,
			startedAtMs: terms.deskCount === 1 ? nowMs : null,
			delayMs: market.delayMs,
			marketVersion: versionOf(offer, quote, market),
			fairPpm: outcome.fairPpm,
			matchState: quote.matchState,
			weightPpm: SINGLE_WEIGHT_PPM,
			otherOddsMilli: SINGLE_OTHER_ODDS_MILLI,
			askOddsMilli: takenAtOddsMilli(offer, nowOddsMilli),
			because: "timed_out",
			fitsStakeMinor: null,
		},
	};
}

/** What a match is asked of a leg. */
export const askOf = ({ terms, leg }: LegOffer): QuoteAsk => ({ marketId: leg.marketId, view: terms.view });

function outcomeOf({ outcomeId }: OfferedLeg, market: QuotedMarket | undefined) {
	// Its own outcomes only: a record also has what every object has, and that has no price.
	return market !== undefined && Object.hasOwn(market.outcomes, outcomeId) ? market.outcomes[outcomeId] : undefined;
}

/**
 * False: the price that the client says was shown is not on our book, and by this quote was not lately. A match that does not
 * say vouches for any.
 */
export function knowsPrice(offer: LegOffer, quote: Quote): boolean {
	const ask = askOf(offer);
	const { outcomeId, oddsMilli } = offer.leg;
	const outcome = outcomeOf(offer.leg, quote.market(ask));
	if (outcome === undefined || quote.recent === undefined) return true;
	return outcome.oddsMilli === oddsMilli || quote.recent.has(ask, outcomeId, oddsMilli);
}

/** MON-5: the price it would be taken at as far as we know: ours of now, and under a policy that takes no lower one, at least the asked. */
const takenAtOddsMilli = ({ terms, leg }: LegOffer, nowOddsMilli: number): number =>
	terms.pricePolicy.kind === "any" ? nowOddsMilli : Math.max(leg.oddsMilli, nowOddsMilli);

/**
 * The version a leg is taken under. Only where it is decided at once (before the match, one desk) and names none may it be
 * left to the answer: a leg that waits for others must find its market as it was at the offer (BET-5, MAT-6).
 */
function versionOf({ terms, leg }: LegOffer, quote: Quote, market: QuotedMarket): number | null {
	const isDecidedAtOnce = !quote.inPlay && terms.deskCount === 1;
	return leg.marketVersion ?? (isDecidedAtOnce ? null : market.marketVersion);
}

/** What a market's status and version say about a leg that saw `marketVersion`; null: nothing against it. */
export function refusalOf(market: QuotedMarket, marketVersion: number | null | undefined): LegRefusal | null {
	if (market.status === "closed" || market.status === "settled" || market.status === "unknown") return "market_closed";
	if (market.status === "suspended") return "market_suspended";
	if (marketVersion !== null && marketVersion !== undefined && marketVersion !== market.marketVersion)
		return "market_changed";
	return null;
}
