/** One leg against one answer of its match (BET-3 to BET-6). Pure: the whole decision stands here. */
import { largestStakeThatFits, legRiskBaseMinor, type RiskTerms } from "../../shared/betting/exposure.ts";
import { toBaseMinor } from "../../shared/betting/money.ts";
import { judgePrice } from "../../shared/betting/price-policy.ts";
import type { ConfirmAnswer, ConfirmMarket } from "../../shared/contracts/match.ts";
import { BET } from "../../shared/limits.ts";
import type { LegRefusal } from "../../shared/ticket/refusals.ts";
import type { PendingLeg } from "./windows.ts";

export type Answer = Extract<ConfirmAnswer, { kind: "answer" }>;

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
	readonly answer: Answer;
	readonly market: ConfirmMarket;
	/** When the batch was sent, on the desk's clock: ages count up to here. */
	readonly sentAtMs: number;
	/** Risk this desk already carries on the outcome, legs decided before this one included. */
	readonly carriedBaseMinor: number;
	/** What it may carry there; the batch's own total where the answer names none. */
	readonly grantedBaseMinor: number;
};

function riskTerms({ offer, weightPpm, otherOddsMilli }: PendingLeg): RiskTerms {
	const { stakeMinor, rate, maxPayoutMinor, legCount } = offer;
	return { stakeMinor, rate, maxPayoutMinor, legCount, weightPpm, otherOddsMilli };
}

/** The risk a leg is asked about with. */
export const askedRiskOf = (leg: PendingLeg): number => legRiskBaseMinor(riskTerms(leg), leg.askOddsMilli);
export const stakeBaseOf = ({ offer }: PendingLeg): number => toBaseMinor(offer.stakeMinor, offer.rate);

export function decide(leg: PendingLeg, facts: LegFacts): Decision {
	const { answer, market, sentAtMs } = facts;
	const { offer } = leg;
	const no = (code: LegRefusal): Decision => ({ kind: "no", code });
	if (answer.inPlay ? !offer.allowInPlay : !offer.allowPreMatch) return no("not_allowed");
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
	if (leg.version !== null && leg.version !== market.version) return no("market_changed");
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
	const { market, carriedBaseMinor, grantedBaseMinor, sentAtMs } = facts;
	const { offer } = leg;
	const nowOddsMilli = market.oddsMilli[offer.outcomeId];
	if (nowOddsMilli === undefined) return { kind: "no", code: "outcome_closed" };
	const price = judgePrice(offer.pricePolicy, offer.oddsMilli, nowOddsMilli);
	if (!price.ok) return { kind: "no", code: "price_changed", oddsMilli: price.oddsMilli };
	const oddsMilli = price.takenOddsMilli;
	const riskBaseMinor = legRiskBaseMinor(riskTerms(leg), oddsMilli);
	const roomBaseMinor = Math.max(0, grantedBaseMinor - carriedBaseMinor);
	if (riskBaseMinor <= roomBaseMinor)
		return { kind: "yes", oddsMilli, riskBaseMinor, stakeBaseMinor: stakeBaseOf(leg) };
	// All that was asked for was granted, and prices rose meanwhile: ask once more, at this one.
	if (market.code === "ok")
		return wait({ ...leg, askOddsMilli: oddsMilli }, facts, "over_limit", sentAtMs + BET.confirmMinMs);
	const maxStakeMinor = largestStakeThatFits(riskTerms(leg), oddsMilli, roomBaseMinor);
	return { kind: "no", code: "over_limit", maxStakeMinor };
}

/** Waits a little longer, or is refused with what it has waited for in vain. */
function wait(leg: PendingLeg, facts: LegFacts, because: LegRefusal, notBeforeMs?: number): Decision {
	const { sentAtMs, market } = facts;
	const delayMs = Math.max(leg.delayMs, market.delayMs);
	const holdMs = because === "feed_silent" ? leg.offer.feedQuietMs : leg.offer.maxHoldMs;
	if (sentAtMs - (leg.startedAtMs ?? sentAtMs) >= delayMs + holdMs) return { kind: "no", code: because };
	return {
		kind: "wait",
		// A leg without a version holds on to the one it has met: while it waits, it may not move either.
		leg: { ...leg, delayMs, because, version: leg.version ?? market.version },
		notBeforeMs: notBeforeMs ?? sentAtMs + BET.confirmMaxMs,
	};
}
