/** How far strengths follow the provider's prices once a match runs: data, by provider and sport. */
import type { SportId } from "../shared/feeds/canonical.ts";

/**
 * Share of the way to the provider's strengths, each time it states prices of a running match. The large feeds price with
 * traders of their own and restate every few seconds: a twentieth of the way halves a difference in a quarter of a minute or so,
 * and a price that is late by one goal moves little before the goal is heard of. Replays and sources of unknown quality: none,
 * the deviation alarm alone watches.
 */
const IN_PLAY: Readonly<Record<string, Readonly<Record<SportId, number>>>> = {
	uof: { football: 0.05, tennis: 0.05, basketball: 0.05 },
	genius: { football: 0.05, tennis: 0.05, basketball: 0.05 },
	replay: { football: 0, tennis: 0, basketball: 0 },
	json: { football: 0, tennis: 0, basketball: 0 },
};

export const inPlayWeight = (provider: string, sport: SportId): number =>
	Object.hasOwn(IN_PLAY, provider) ? (IN_PLAY[provider]?.[sport] ?? 0) : 0;
