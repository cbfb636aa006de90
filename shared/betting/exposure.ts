/**
 * What a leg puts at risk on its outcome, in base minor units (MON-5): the payout less the stake for a single; for an
 * accumulator's leg min(payout, cap) × the other legs' fair probability at the offer. Always rounded up.
 */
import type { Rate } from "../ticket/terms.ts";
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
const ODDS_UNIT = 1_000n;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Risk of the whole stake at this price. */
export function legRiskBaseMinor(terms: RiskTerms, oddsMilli: number): number {
	return riskOfStake(terms, oddsMilli, terms.stakeMinor);
}

function riskOfStake(terms: RiskTerms, oddsMilli: number, stakeMinor: number): number {
	const payout = payoutMinor(stakeMinor, [oddsMilli, terms.otherOddsMilli], terms.maxPayoutMinor);
	if (terms.legCount === 1) return toBaseMinor(Math.max(0, payout - stakeMinor), terms.rate);
	return Number(ceilDiv(BigInt(toBaseMinor(payout, terms.rate)) * BigInt(terms.weightPpm), PPM));
}

/**
 * BET-6: the largest stake (0 to the one asked) whose risk fits into the room.
 *
 * Risk grows with the stake until the payout reaches its cap and falls from there. Where the stake asked does not fit,
 * nothing between the cap and it does either, so below it "fits" turns into "does not fit" once and can be halved.
 */
export function largestStakeThatFits(terms: RiskTerms, oddsMilli: number, roomBaseMinor: number): number {
	const fits = (stakeMinor: number): boolean => riskOfStake(terms, oddsMilli, stakeMinor) <= roomBaseMinor;
	if (fits(terms.stakeMinor)) return terms.stakeMinor;
	let low = 0;
	let high = terms.stakeMinor - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (fits(middle)) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** Product of fair probabilities in ppm, rounded up. */
export function jointPpm(fairPpm: readonly number[]): number {
	return Number(fairPpm.reduce((product, ppm) => ceilDiv(product * BigInt(ppm), PPM), PPM));
}

/** Product of odds in thousandths, rounded up, and held within exact numbers: any payout is capped far below. */
export function jointOddsMilli(oddsMilli: readonly number[]): number {
	const product = oddsMilli.reduce((joint, odds) => ceilDiv(joint * BigInt(odds), ODDS_UNIT), ODDS_UNIT);
	return product > MAX_EXACT ? Number.MAX_SAFE_INTEGER : Number(product);
}

/** What a desk or a wallet knows of a leg: our own figures, and never a client's. */
export type OurTerms = { readonly fairPpm: number; readonly oddsMilli: number };

/** MON-5: what a leg of an accumulator carries of its ticket's other legs. */
export function weighedBy(others: readonly OurTerms[]): Pick<RiskTerms, "weightPpm" | "otherOddsMilli"> {
	return {
		weightPpm: jointPpm(others.map(({ fairPpm }) => fairPpm)),
		otherOddsMilli: jointOddsMilli(others.map(({ oddsMilli }) => oddsMilli)),
	};
}
