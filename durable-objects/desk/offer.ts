/** Judging an offered leg against a quote (P2). It refuses early what a confirmation would refuse; it accepts nothing. */
import type { LegRefusal, OfferedLeg } from "../../shared/contracts/desk.ts";
import type { QuoteAnswer } from "../../shared/contracts/match.ts";
import type { PendingLeg } from "./decide.ts";

export type Noted =
	| { readonly ok: true; readonly leg: Omit<PendingLeg, "order" | "wallet"> }
	| { readonly ok: false; readonly code: LegRefusal; readonly oddsMilli?: number; readonly marketVersion?: number };

const SINGLE_WEIGHT_PPM = 1_000_000;
const SINGLE_OTHER_ODDS_MILLI = 1_000;

type Quoted = QuoteAnswer["markets"][number];

/** Checks in their documented order (BET-2). */
export function note(offer: OfferedLeg, quote: QuoteAnswer, nowMs: number): Noted {
	if (!quote.known) return { ok: false, code: "unknown_match" };
	const market = quote.markets.find(
		(candidate) => candidate.market === offer.marketId && candidate.view === offer.view,
	);
	if (market === undefined || market.status === "unknown") return { ok: false, code: "unknown_market" };
	const outcome = market.outcomes[offer.outcomeId];
	if (outcome === undefined) return { ok: false, code: "unknown_outcome" };
	if (quote.inPlay ? !offer.allowInPlay : !offer.allowPreMatch) return { ok: false, code: "not_allowed" };
	const refusal = refusalOf(market, offer.marketVersion);
	if (refusal !== null) return { ok: false, code: refusal, marketVersion: market.version };
	if (outcome.oddsMilli === null) return { ok: false, code: "outcome_closed" };
	return {
		ok: true,
		leg: {
			offer,
			notedAtMs: nowMs,
			startedAtMs: offer.deskCount === 1 ? nowMs : null,
			delayMs: market.delayMs,
			version: offer.marketVersion ?? (quote.inPlay ? market.version : null),
			fairPpm: outcome.fairPpm,
			matchState: quote.matchState,
			weightPpm: SINGLE_WEIGHT_PPM,
			otherOddsMilli: SINGLE_OTHER_ODDS_MILLI,
			askOddsMilli: Math.max(offer.oddsMilli, outcome.oddsMilli),
		},
	};
}

/** What a market's status and version say about a leg that saw `version`; null: nothing against it. */
export function refusalOf(market: Quoted, version: number | null | undefined): LegRefusal | null {
	if (market.status === "closed" || market.status === "settled" || market.status === "unknown") return "market_closed";
	if (market.status === "suspended") return "market_suspended";
	if (version !== null && version !== undefined && version !== market.version) return "market_changed";
	return null;
}
