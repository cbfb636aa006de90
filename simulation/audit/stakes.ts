/** What fits into a limit, by arithmetic of the auditor's own. */

const upTo = (amount: bigint, unit: bigint): bigint => (amount + unit - 1n) / unit;

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
