/** One leg against one answer of its match (BET-3 to BET-6). Pure: the whole decision stands here. */

import { largestStakeThatFits, legRiskBaseMinor, type RiskTerms } from "../../shared/betting/exposure.ts";
import { toBaseMinor } from "../../shared/betting/money.ts";
import { judgePrice } from "../../shared/betting/price-policy.ts";
import type { LegRefusal, OfferedLeg } from "../../shared/contracts/desk.ts";
import type { ConfirmAnswer, ConfirmMarket } from "../../shared/contracts/match.ts";

/** A leg in its window, in memory only: a desk that dies forgets it, and its wallet asks. */
export type PendingLeg = {
	readonly offer: OfferedLeg;
	readonly wallet: string;
	/** Arrival order: exposure is given in it. */
	readonly order: number;
	readonly notedAtMs: number;
	/** When its window began; null until `start` says so. */
	readonly startedAtMs: number | null;
	readonly delayMs: number;
	/** Null: taken before the match without a version; it takes the one that the `ok` finds (MAT-6). */
	readonly version: number | null;
	readonly fairPpm: number;
	readonly matchState: string;
	readonly weightPpm: number;
	readonly otherOddsMilli: number;
	/** The price its risk is asked at: the one it would be taken at as far as we know. */
	readonly askOddsMilli: number;
};

export type Decision =
	| {
			readonly kind: "yes";
			readonly oddsMilli: number;
			readonly riskBaseMinor: number;
			readonly stakeBaseMinor: number;
	  }
	| { readonly kind: "no"; readonly code: LegRefusal; readonly maxStakeMinor?: number; readonly oddsMilli?: number }
	/** `because` is what it will be refused with if it waits too long. `retryMs`: not before. */
	| { readonly kind: "wait"; readonly because: LegRefusal; readonly askOddsMilli?: number; readonly delayMs?: number };

export type AnsweredFacts = {
	readonly answer: Extract<ConfirmAnswer, { kind: "answer" }>;
	readonly market: ConfirmMarket;
	/** When the batch was sent, on the desk's clock: ages count up to here. */
	readonly sentAtMs: number;
	/** Risk this desk already carries on the outcome, legs decided before this one included. */
	readonly carriedBaseMinor: number;
	/** What it was granted there; the batch's own total where the answer names none. */
	readonly grantedBaseMinor: number;
};

export function riskTerms(leg: PendingLeg): RiskTerms {
	const { stakeMinor, rate, maxPayoutMinor, legCount } = leg.offer;
	return { stakeMinor, rate, maxPayoutMinor, legCount, weightPpm: leg.weightPpm, otherOddsMilli: leg.otherOddsMilli };
}

export const riskOf = (leg: PendingLeg): number => legRiskBaseMinor(riskTerms(leg), leg.askOddsMilli);
export const stakeBaseOf = (leg: PendingLeg): number => toBaseMinor(leg.offer.stakeMinor, leg.offer.rate);

export function decide(leg: PendingLeg, facts: AnsweredFacts): Decision {
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
			return { kind: "wait", because: market.clearForMs === 0 ? "danger" : "feed_silent", delayMs: market.delayMs };
		case "ok":
		case "over_limit":
			break;
	}
	const ageMs = sentAtMs - (leg.startedAtMs ?? sentAtMs);
	// BET-3: the window is elapsed time here; the delay is the match's.
	if (ageMs < market.delayMs) return { kind: "wait", because: "timed_out", delayMs: market.delayMs };
	// LAN-2: the feed must have spoken after we noted the leg.
	if (answer.inPlay && (answer.spokeAgoMs === null || sentAtMs - leg.notedAtMs <= answer.spokeAgoMs))
		return { kind: "wait", because: "feed_silent" };
	if (market.clearForMs < market.delayMs) return { kind: "wait", because: "danger" };
	return decidePrice(leg, facts);
}

function decidePrice(leg: PendingLeg, { market, carriedBaseMinor, grantedBaseMinor }: AnsweredFacts): Decision {
	const { offer } = leg;
	const nowOddsMilli = market.oddsMilli[offer.outcomeId];
	if (nowOddsMilli === undefined) return { kind: "no", code: "outcome_closed" };
	const price = judgePrice(offer.pricePolicy, offer.oddsMilli, nowOddsMilli);
	if (!price.ok) return { kind: "no", code: "price_changed", oddsMilli: price.oddsMilli };
	const riskBaseMinor = legRiskBaseMinor(riskTerms(leg), price.takenOddsMilli);
	const room = grantedBaseMinor - carriedBaseMinor;
	if (riskBaseMinor <= room)
		return { kind: "yes", oddsMilli: price.takenOddsMilli, riskBaseMinor, stakeBaseMinor: stakeBaseOf(leg) };
	// The price rose since we asked: ask once more, at this one.
	if (market.code === "ok" && price.takenOddsMilli !== leg.askOddsMilli)
		return { kind: "wait", because: "over_limit", askOddsMilli: price.takenOddsMilli };
	return {
		kind: "no",
		code: "over_limit",
		maxStakeMinor: largestStakeThatFits(riskTerms(leg), price.takenOddsMilli, Math.max(0, room)),
	};
}

/** How long a leg may wait for this reason, from the start of its window. */
export function waitLimitMs(leg: PendingLeg, because: LegRefusal): number {
	const { maxHoldMs, feedQuietMs } = leg.offer;
	return leg.delayMs + (because === "feed_silent" ? feedQuietMs : maxHoldMs);
}

/** The longest a leg may stay undecided at all. */
export const longestWaitMs = (leg: PendingLeg): number => leg.delayMs + leg.offer.maxHoldMs + leg.offer.feedQuietMs;
