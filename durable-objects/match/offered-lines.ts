/** Which groups and lines of a family are offered, by the fixture or a trader. A family's markets have one id but for the number at its end (`ou:2.5`, `h1:ah:-0.5`). Pure. */

import type { FairMarket } from "../../pricing/sport.ts";
import type { FixtureInput } from "../../shared/feeds/canonical.ts";

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

/** The book without groups that the fixture leaves out (OFF-3): first, since nobody need have an opinion of what is not offered. */
export function withGroups(book: readonly FairMarket[], { offered }: FixtureInput): readonly FairMarket[] {
	const groups = offered?.groups;
	return groups === undefined ? book : book.filter(({ spec }) => groups.includes(spec.group));
}

/** The book without lines that the fixture leaves out (OFF-3). A trader's choice of a family's lines stands before the fixture's. */
export function withLines(
	book: readonly FairMarket[],
	{ offered }: FixtureInput,
	chosen: OfferedLines,
): readonly FairMarket[] {
	const lines = offered?.lines;
	return withChosenLines(book, lines === undefined ? chosen : { ...byFamily(lines), ...chosen });
}

/** Of each fixture's lines: they are asked for at every tick. */
const FAMILIES = new WeakMap<readonly string[], OfferedLines>();

function byFamily(lines: readonly string[]): OfferedLines {
	const known = FAMILIES.get(lines);
	if (known !== undefined) return known;
	const families = new Set(lines.map(familyOf).filter((family) => family !== null));
	const byName = Object.fromEntries(
		[...families].map((family) => [family, lines.filter((marketId) => familyOf(marketId) === family)]),
	);
	FAMILIES.set(lines, byName);
	return byName;
}

/** The fixture with all lines of its groups. */
export function withoutLines({ offered, ...fixture }: FixtureInput): FixtureInput {
	return offered?.groups === undefined ? fixture : { ...fixture, offered: { groups: offered.groups } };
}
