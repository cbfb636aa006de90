/**
 * Words about incidents, in the order of their provider's clock: a newer word of an incident stands before an older one however
 * they arrive, and a word may come before the incident that it is about. For sports whose state keeps incidents.
 */

/** A word about an incident that has not been told yet. */
export type AheadWord = {
	readonly incidentId: string;
	readonly word: "cancelled" | "confirmed";
	readonly saidAtMs: number;
};

/** More words that wait for their incident than this are another match's. */
const MAX_AHEAD = 100;

/** Remembers a word for its incident; the newest of an incident stays. Null where too many wait. */
export function withAhead(ahead: readonly AheadWord[], word: AheadWord): readonly AheadWord[] | null {
	const known = ahead.find(({ incidentId }) => incidentId === word.incidentId);
	if (known !== undefined && known.saidAtMs > word.saidAtMs) return ahead;
	const others = ahead.filter((other) => other !== known);
	return others.length >= MAX_AHEAD ? null : [...others, word];
}

/** What an incident is told to be by the word that came before it; an incident told anew after that word is as it is told. */
export function standingAhead(
	ahead: readonly AheadWord[],
	incidentId: string,
	saidAtMs: number,
): AheadWord["word"] | null {
	const known = ahead.find((word) => word.incidentId === incidentId);
	return known === undefined || known.saidAtMs < saidAtMs ? null : known.word;
}

export const withoutAhead = (ahead: readonly AheadWord[], incidentId: string): readonly AheadWord[] =>
	ahead.some((word) => word.incidentId === incidentId) ? ahead.filter((word) => word.incidentId !== incidentId) : ahead;

/** Whether a word is older than the one an incident already has. */
export const isOutdated = (known: { readonly saidAtMs?: number }, saidAtMs: number): boolean =>
	saidAtMs < (known.saidAtMs ?? 0);
