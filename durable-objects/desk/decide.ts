/** One leg against one answer of its match (BET-3 to BET-6). Pure: the whole decision stands here. */
import { largestStakeThatFits, legRiskBaseMinor, type RiskTerms } from "../../shared/betting/exposure.ts";
import { toBaseMinor } from "../../shared/betting/money.ts";
import { judgePrice } from "../../shared/betting/price-policy.ts";
import type { ConfirmAnswer, ConfirmMarket, NamedMarket } from "../../shared/contracts/match.ts";
import { BET } from "../../shared/limits.ts";
import type { LegRefusal } from "../../shared/ticket/refusals.ts";
import type { DeskTerms } from "../../shared/ticket/terms.ts";
import type { PendingLeg } from "./windows.ts";

export type ConfirmedMarket = NamedMarket<ConfirmMarket>;
export type Answer = Omit<Extract<ConfirmAnswer, { kind: "answer" }>, "markets"> & {
	readonly markets: readonly ConfirmedMarket[];
};

export type Decision =
	| {
			readonly kind: "yes";
			readonly oddsMilli: number;
			readonly riskBaseMinor: number;
			readonly stakeBaseMinor: number;
	  }
	| { readonly kind: "no"; readonly code: LegRefusal; readonly maxStakeMinor?: number; readonly oddsMilli?: number }
	/** `leg`: what is known of it now. */
	| { readonly kind: "wait"; readonly leg: PendingLeg; readonly notBeforeMs: number };

export type LegFacts = {
	readonly terms: DeskTerms;
	readonly answer: Answer;
	readonly market: ConfirmedMarket;
	/** When the batch was sent, on the desk's clock: ages count up to here. */
	readonly sentAtMs: number;
	/** Risk this desk already carries on the outcome, legs decided before this one included. */
	readonly carriedBaseMinor: number;
	/** What it may carry there; the batch's own total where the answer names none. */
	readonly grantedBaseMinor: number;
};

function riskTerms(terms: DeskTerms, { weightPpm, otherOddsMilli }: PendingLeg): RiskTerms {
	const { stakeMinor, rate, maxPayoutMinor, legCount } = terms;
	return { stakeMinor, rate, maxPayoutMinor, legCount, weightPpm, otherOddsMilli };
}

/** The risk a leg is asked about with. */
export const askedRiskOf = (terms: DeskTerms, leg: PendingLeg): number =>
	legRiskBaseMinor(riskTerms(terms, leg), leg.askOddsMilli);
export const stakeBaseOf = ({ stakeMinor, rate }: DeskTerms): number => toBaseMinor(stakeMinor, rate);

export function decide(leg: PendingLeg, facts: LegFacts): Decision {
	const { terms, answer, market, sentAtMs } = facts;
	const no = (code: LegRefusal): Decision => ({ kind: "no", code });
	if (answer.inPlay ? !terms.allowInPlay : !terms.allowPreMatch) return no("not_allowed");
	switch (market.code) {
		case "closed":
			return no("market_closed");
		case "suspended":
			return no("market_suspended");
		case "moved":
			return no("market_changed");
		case "wait":
			return wait(leg, facts, market.clearForMs === 0 ? "danger" : "feed_silent");
		case "ok":
		case "over_limit":
			break;
	}
	// An answer is matched by the version asked about, so this only differs where the match contradicts itself.
	if (leg.marketVersion !== null && leg.marketVersion !== market.marketVersion) return no("market_changed");
	const startedAtMs = leg.startedAtMs ?? sentAtMs;
	// BET-3: the window is elapsed time here; the delay is the match's, and may have grown since the offer.
	if (sentAtMs - startedAtMs < market.delayMs)
		return wait({ ...leg, delayMs: market.delayMs }, facts, "timed_out", startedAtMs + market.delayMs);
	// LAN-2: the feed must have spoken after we noted the leg.
	if (answer.inPlay && (answer.spokeAgoMs === null || sentAtMs - leg.notedAtMs <= answer.spokeAgoMs))
		return wait(leg, facts, "feed_silent");
	if (market.clearForMs < market.delayMs) return wait(leg, facts, "danger");
	return decidePrice(leg, facts);
}

function decidePrice(leg: PendingLeg, facts: LegFacts): Decision {
	const { terms, market, carriedBaseMinor, grantedBaseMinor, sentAtMs } = facts;
	const { offered } = leg;
	const nowOddsMilli = market.oddsMilli[offered.outcomeId];
	if (nowOddsMilli === undefined) return { kind: "no", code: "outcome_closed" };
	const price = judgePrice(terms.pricePolicy, offered.oddsMilli, nowOddsMilli);
	if (!price.ok) return { kind: "no", code: "price_changed", oddsMilli: price.oddsMilli };
	const oddsMilli = price.takenOddsMilli;
	const riskBaseMinor = legRiskBaseMinor(riskTerms(terms, leg), oddsMilli);
	const roomBaseMinor = Math.max(0, grantedBaseMinor - carriedBaseMinor);
	if (riskBaseMinor <= roomBaseMinor)
		return { kind: "yes", oddsMilli, riskBaseMinor, stakeBaseMinor: stakeBaseOf(terms) };
	const maxStakeMinor = largestStakeThatFits(riskTerms(terms, leg), oddsMilli, roomBaseMinor);
	if (market.code !== "ok") return { kind: "no", code: "over_limit", maxStakeMinor };
	// All that was asked for was granted, and prices rose meanwhile: ask once more, at this one.
	const asking = { ...leg, askOddsMilli: oddsMilli, fitsStakeMinor: maxStakeMinor };
	return wait(asking, facts, "over_limit", sentAtMs + BET.roomAgainMs);
}

/** BET-6: whoever has waited for room in vain is told what there was. */
export function refusalAfterWait(leg: PendingLeg, code: LegRefusal = leg.because) {
	return code === "over_limit" ? { code, maxStakeMinor: leg.fitsStakeMinor ?? 0 } : { code };
}

/** Waits a little longer, or is refused with what it has waited for in vain. */
function wait(leg: PendingLeg, facts: LegFacts, because: LegRefusal, notBeforeMs?: number): Decision {
	const { terms, sentAtMs, market } = facts;
	const delayMs = Math.max(leg.delayMs, market.delayMs);
	const holdMs = because === "feed_silent" ? terms.feedQuietMs : terms.maxHoldMs;
	if (sentAtMs - (leg.startedAtMs ?? sentAtMs) >= delayMs + holdMs)
		return { kind: "no", ...refusalAfterWait(leg, because) };
	return {
		kind: "wait",
		// A leg without a version holds on to the one it has met: while it waits, it may not move either.
		leg: { ...leg, delayMs, because, marketVersion: leg.marketVersion ?? market.marketVersion },
		notBeforeMs: notBeforeMs ?? sentAtMs + BET.confirmMaxMs,
	};
}
