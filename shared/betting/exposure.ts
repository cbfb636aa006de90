/**
 * What a leg puts at risk on its outcome, in base minor units (MON-5): the payout less the stake for a single; for an
 * accumulator's leg min(payout, cap) × the other legs' fair probability at the offer. Always rounded up.
 */
import type { Rate } from "../contracts/desk.ts";
import { ceilDiv, payoutMinor, toBaseMinor } from "./money.ts";

export type RiskTerms = {
	readonly stakeMinor: number;
	readonly rate: Rate;
	readonly maxPayoutMinor: number;
	readonly legCount: number;
	/** Product of the other legs' fair probabilities, ppm; 1,000,000 for a single. */
	readonly weightPpm: number;
	/** Product of the other legs' odds in thousandths, rounded up; 1,000 for a single. */
	readonly otherOddsMilli: number;
};

const PPM = 1_000_000n;

/** Risk of the whole stake at this price. */
export function legRiskBaseMinor(terms: RiskTerms, oddsMilli: number): number {
	return riskOfStake(terms, oddsMilli, terms.stakeMinor);
}

function riskOfStake(terms: RiskTerms, oddsMilli: number, stakeMinor: number): number {
	const payout = payoutMinor(stakeMinor, [oddsMilli, terms.otherOddsMilli], terms.maxPayoutMinor);
	if (terms.legCount === 1) return toBaseMinor(Math.max(0, payout - stakeMinor), terms.rate);
	return Number(ceilDiv(BigInt(toBaseMinor(payout, terms.rate)) * BigInt(terms.weightPpm), PPM));
}

/** BET-6: the largest stake (0 to the one asked) whose risk fits into the room. Risk grows with the stake, so it is searched by halves. */
export function largestStakeThatFits(terms: RiskTerms, oddsMilli: number, roomBaseMinor: number): number {
	let low = 0;
	let high = terms.stakeMinor;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (riskOfStake(terms, oddsMilli, middle) <= roomBaseMinor) low = middle;
		else high = middle - 1;
	}
	return low;
}
