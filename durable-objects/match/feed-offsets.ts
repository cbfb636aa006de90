/**
 * How far the deciding feed's clock is from ours, and how much longer than usual a message of it was under way (SET-4). The lane
 * dated it to the millisecond and may move to a machine whose clock is another; the tick is ours and known to the second. Whichever
 * of the two says less is believed, so that one clock of ours that was set voids no bet. Pure.
 */
import type { LoggedInput } from "../../shared/feeds/canonical.ts";
import { FEED } from "../../shared/limits.ts";
import { type MatchState, TICK_END_MS } from "./state.ts";

type Offsets = Pick<MatchState, "feedOffsetsMs" | "feedTickOffsetsMs">;
type Receipt = { readonly sentAtMs: number; readonly receivedAtMs: number; readonly tickMs: number };

export function withFeedOffset(state: MatchState, { input, provider, receivedAtMs }: LoggedInput): MatchState {
	if (provider !== state.provider) return state;
	const add = (known: readonly number[], offsetMs: number): readonly number[] =>
		[...known, offsetMs].slice(-FEED.offsetsKept);
	return {
		...state,
		feedOffsetsMs: add(state.feedOffsetsMs, receivedAtMs - input.sentAtMs),
		feedTickOffsetsMs: add(state.feedTickOffsetsMs, state.lastTick - input.sentAtMs),
	};
}

/**
 * The median of the newest differences, in which the usual time under way is included: a message that was dated wrongly, or took
 * long, does not move it. Where there is none no message counts as unusual.
 */
const middleOf = (offsetsMs: readonly number[]): number | null =>
	offsetsMs.toSorted((a, b) => a - b)[Math.floor(offsetsMs.length / 2)] ?? null;

/** What to add to a time of the feed's to have it on the match's own clock. */
export function usualOffsetMs({ feedOffsetsMs, feedTickOffsetsMs }: Offsets): number {
	const byLaneMs = middleOf(feedOffsetsMs) ?? 0;
	const byTickMs = middleOf(feedTickOffsetsMs);
	if (byTickMs === null) return byLaneMs;
	return Math.min(Math.max(byLaneMs, byTickMs - FEED.clockOffMs), byTickMs + TICK_END_MS);
}

/** How much longer than usual, at least. */
export function underWayMs(
	{ feedOffsetsMs, feedTickOffsetsMs }: Offsets,
	{ sentAtMs, receivedAtMs, tickMs }: Receipt,
): number {
	const beyond = (offsetMs: number, known: readonly number[]): number => offsetMs - (middleOf(known) ?? offsetMs);
	const byLaneMs = beyond(receivedAtMs - sentAtMs, feedOffsetsMs);
	const byTickMs = beyond(tickMs - sentAtMs, feedTickOffsetsMs) + TICK_END_MS;
	return Math.min(Math.max(0, Math.min(byLaneMs, byTickMs)), FEED.maxUnderWayMs);
}
