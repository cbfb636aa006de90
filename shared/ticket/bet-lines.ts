/**
 * The bet lines of a ticket: which of its legs win or lose together, and what is staked on them. A single and an accumulator are one
 * line over all legs; a system is one for each of its combinations.
 */
export type BetLine = { readonly legNos: readonly number[]; readonly stakeMinor: number };

export function betLinesOf(ticket: {
	readonly stakeMinor: number;
	readonly legs: readonly unknown[];
}): readonly BetLine[] {
	return [{ legNos: ticket.legs.map((_, legNo) => legNo), stakeMinor: ticket.stakeMinor }];
}
