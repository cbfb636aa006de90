/**
 * How far strengths follow the provider's prices once a match runs (MAT-9), by sport and provider. The large feeds price with
 * traders of their own and restate every few seconds: a twentieth of the way halves a difference in a quarter of a minute or so,
 * and a price that is late by one goal moves little before the goal is heard of. Replays and sources of unknown quality: none,
 * the deviation alarm alone watches.
 */
import type { FollowingRow } from "./schemas.ts";
import { rowsOfSports } from "./sports.ts";

export const FOLLOWING_SHARES: readonly FollowingRow[] = rowsOfSports(({ following }) => following);
export const CURRENT_FOLLOWING_SHARES = "2026-11";

export function inPlayPpmOf({ otherwisePpm, byProviderPpm }: FollowingRow, provider: string): number {
	return Object.hasOwn(byProviderPpm, provider) ? (byProviderPpm[provider] ?? otherwisePpm) : otherwisePpm;
}
