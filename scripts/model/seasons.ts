/** Seasons in the order of time: they are named by their years, so that the names' order is theirs. */

/** All that belong to a season together, season after season. */
export function seasonsOf<T>(all: readonly T[], seasonOf: (one: T) => string): readonly (readonly T[])[] {
	const named = Map.groupBy(all, seasonOf);
	return [...named.keys()].sort().map((season) => named.get(season) ?? []);
}
