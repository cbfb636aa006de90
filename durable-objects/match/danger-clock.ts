/**
 * How long there has been no danger, on the match's own clock (MAT-1). By a clock that was set back it would end only in the future,
 * and bets would be refused for as long: then it counts from when that was seen.
 */
import { type MatchState, TICK_END_MS } from "./state.ts";

/** Where there was no danger: longer than any delay. */
const ALWAYS_CLEAR_MS = 1_000_000_000;

export class DangerClock {
	/** An end of danger that lies ahead of the clock, and when that was first seen. */
	#ahead: { readonly endedAtMs: number; readonly seenAtMs: number } | null = null;

	/** There is danger again: its end may have the same time as the last one, if the clock stood still between them. */
	begun(): void {
		this.#ahead = null;
	}

	clearForMs({ danger, dangerEndedAtMs }: Pick<MatchState, "danger" | "dangerEndedAtMs">, nowMs: number): number {
		if (danger) return 0;
		if (dangerEndedAtMs === null) return ALWAYS_CLEAR_MS;
		if (nowMs >= dangerEndedAtMs - TICK_END_MS) return Math.max(0, nowMs - dangerEndedAtMs);
		const isKnown = this.#ahead?.endedAtMs === dangerEndedAtMs && this.#ahead.seenAtMs <= nowMs;
		if (!isKnown) this.#ahead = { endedAtMs: dangerEndedAtMs, seenAtMs: nowMs };
		return nowMs - (this.#ahead?.seenAtMs ?? nowMs);
	}
}
