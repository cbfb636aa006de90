/**
 * How far a provider's clock is from ours, learned from what it signs (LAN-4). An offset is our time of hearing less the signed
 * time: transit, delay and the difference of the clocks in one number, of which only the smallest can be the clocks' own.
 */
import { FEED } from "../../shared/limits.ts";

export type ProviderClock = {
	readonly firstSignedAtMs: number;
	/** The smallest offset there ever was. */
	readonly smallestMs: number;
	/** It has signed for longer than a signature is good for: replays alone cannot have made it look late. */
	readonly isKnown: boolean;
	/** The smallest offset since then, and in the period before. */
	readonly periodAtMs: number;
	readonly lowMs: number;
	readonly lowBeforeMs: number | null;
};

/** The same object where nothing new was learned, so that a heartbeat writes nothing. */
export function observed(before: ProviderClock | null, signedAtMs: number, nowMs: number): ProviderClock {
	const offsetMs = nowMs - signedAtMs;
	if (before === null) {
		const lows = { periodAtMs: nowMs, lowMs: offsetMs, lowBeforeMs: null };
		return { firstSignedAtMs: signedAtMs, smallestMs: offsetMs, isKnown: false, ...lows };
	}
	const isKnown = before.isKnown || signedAtMs - before.firstSignedAtMs > FEED.clockMemoryMs;
	const sinceMs = nowMs - before.periodAtMs;
	const isRolling = sinceMs >= FEED.clockMemoryMs;
	if (!isRolling && offsetMs >= before.lowMs && isKnown === before.isKnown) return before;
	const lows = isRolling
		? { periodAtMs: nowMs, lowMs: offsetMs, lowBeforeMs: sinceMs < 2 * FEED.clockMemoryMs ? before.lowMs : null }
		: { lowMs: Math.min(before.lowMs, offsetMs) };
	return { ...before, isKnown, smallestMs: Math.min(before.smallestMs, offsetMs), ...lows };
}

/**
 * What to add to a signed time to have it on our clock. Ahead: the smallest offset of late, since a clock may be put right.
 * Behind: only the smallest there ever was, once the provider is known, for a feed that has become late looks like a clock
 * that has been set back, and is none.
 */
export function offsetOf(clock: ProviderClock | null): number {
	if (clock === null) return 0;
	const recentMs = Math.min(clock.lowMs, clock.lowBeforeMs ?? clock.lowMs);
	if (recentMs < 0) return recentMs;
	return clock.isKnown ? Math.max(0, clock.smallestMs) : 0;
}
