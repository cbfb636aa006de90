/** Which lines of a family a trader offers. A family's markets have one id but for the number at its end (`ou:2.5`, `h1:ah:-0.5`). Pure. */
import type { FairMarket } from "../../shared/pricing/sport.ts";

/** By family, the markets that a trader chose. */
export type OfferedLines = Readonly<Record<string, readonly string[]>>;

export function familyOf(marketId: string): string | null {
	return /^(.+):-?\d+(?:\.\d+)?$/.exec(marketId)?.[1] ?? null;
}

/** The book without lines that were not chosen. A choice of which nothing is left on offer (the match has passed it) is none. */
export function withChosenLines(book: readonly FairMarket[], lines: OfferedLines): readonly FairMarket[] {
	const families = Object.keys(lines);
	if (families.length === 0) return book;
	const ids = new Set(book.map(({ spec }) => spec.marketId));
	const inForce = new Map(
		families.flatMap((family) => {
			const chosen = (lines[family] ?? []).filter((marketId) => ids.has(marketId));
			return chosen.length === 0 ? [] : [[family, new Set(chosen)] as const];
		}),
	);
	return book.filter(({ spec }) => {
		const chosen = inForce.get(familyOf(spec.marketId) ?? "");
		return chosen === undefined || chosen.has(spec.marketId);
	});
}
