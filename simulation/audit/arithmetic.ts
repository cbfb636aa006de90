/** The auditor's own exact arithmetic: integers and ratios of integers, and one rounding where a rule names one. */

export type Exact = { readonly num: bigint; readonly den: bigint };
export type StoredRate = { readonly num: number; readonly den: number };

export const exact = (num: number, den = 1): Exact => ({ num: BigInt(num), den: BigInt(den) });
export const times = (a: Exact, b: Exact): Exact => ({ num: a.num * b.num, den: a.den * b.den });
export const floorOf = ({ num, den }: Exact): number => Number(num / den);
export const ceilOf = ({ num, den }: Exact): number => Number((num + den - 1n) / den);

/** What a stake returns when all its legs win: rounded down, once. */
export const payoutOf = (stakeMinor: number, oddsMilli: readonly number[]): number =>
	floorOf(oddsMilli.reduce((product, odds) => times(product, exact(odds, 1_000)), exact(stakeMinor)));

export const inBase = (minor: number, { num, den }: StoredRate): number => ceilOf(times(exact(minor), exact(num, den)));

/** What a leg multiplies its ticket's stake by; `kind` as the match told it, a dead heat with its places and who tied for them. */
export function factorOf(kind: string, oddsMilli: number): Exact {
	const [word, places = "1", tied = "1"] = kind.split(" ");
	switch (word) {
		case "win":
			return exact(oddsMilli, 1_000);
		case "half_win":
			return exact(oddsMilli + 1_000, 2_000);
		case "void":
			return exact(1);
		case "half_lose":
			return exact(1, 2);
		case "dead_heat":
			return times(exact(oddsMilli, 1_000), exact(Number(places), Number(tied)));
		default:
			return exact(0);
	}
}
