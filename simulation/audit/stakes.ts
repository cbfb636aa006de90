/** What fits into a limit, by arithmetic of the auditor's own: every stake is tried by halving, risk is counted exactly. */

export type Fit = {
	readonly stakeMinor: number;
	readonly maxPayoutMinor: number;
	readonly isSingle: boolean;
	readonly rate: { readonly num: number; readonly den: number };
	readonly weightPpm: number;
	readonly otherOddsMilli: number;
	readonly oddsMilli: number;
};

const upTo = (amount: bigint, unit: bigint): bigint => (amount + unit - 1n) / unit;
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** MON-5: a single risks its payout less its stake, an accumulator's leg its payout by the chance that the others win. */
function riskBaseMinor(fit: Fit, stakeMinor: bigint): bigint {
	const payout = (stakeMinor * BigInt(fit.oddsMilli) * BigInt(fit.otherOddsMilli)) / 1_000_000n;
	const capped = least(payout, BigInt(fit.maxPayoutMinor));
	const base = (minor: bigint): bigint => upTo(minor * BigInt(fit.rate.num), BigInt(fit.rate.den));
	if (fit.isSingle) return capped > stakeMinor ? base(capped - stakeMinor) : 0n;
	return upTo(base(capped) * BigInt(fit.weightPpm), 1_000_000n);
}

/** BET-6: the largest stake below the one asked whose risk fits into the room. */
export function largestFit(fit: Fit, roomBaseMinor: number): number {
	const room = BigInt(Math.max(0, roomBaseMinor));
	let fits = 0;
	let tooMuch = fit.stakeMinor;
	while (tooMuch - fits > 1) {
		const middle = fits + Math.floor((tooMuch - fits) / 2);
		if (riskBaseMinor(fit, BigInt(middle)) <= room) fits = middle;
		else tooMuch = middle;
	}
	return fits;
}

/** The largest stake that returns no more than `mostMinor` at these odds. */
export function mostWithin(oddsMilli: readonly number[], mostMinor: number): number {
	const odds = oddsMilli.reduce((product, milli) => product * BigInt(milli), 1n);
	const unit = 1_000n ** BigInt(oddsMilli.length);
	// floor(stake × odds) ≤ most is stake × odds < most + 1.
	return Number(upTo((BigInt(mostMinor) + 1n) * unit, odds) - 1n);
}

/** What a player may be told: no more than the largest stake, and none below the least. */
export function acceptable(
	largestMinor: number,
	{ leastStakeMinor, mostStakeMinor }: { readonly leastStakeMinor: number; readonly mostStakeMinor: number },
): number {
	const most = Math.min(largestMinor, mostStakeMinor);
	return most < leastStakeMinor ? 0 : most;
}
