/**
 * A replay as a provider's messages with their due times. Pure: replay, seed, speed and starting minute give the same
 * timeline. The match runs at `speed`; what is about betting (suspensions, danger, heartbeats) runs in real time.
 */
import type { Replay } from "../../replays/replay.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";

export type TimelineOptions<R = Replay> = {
	readonly replay: R;
	readonly matchId: string;
	readonly seed: number;
	/** Match seconds per real second. */
	readonly speed: number;
	/** Where to begin on the match's clock; what was before is sent at once. */
	readonly fromMinute: number;
	/** When the timeline's zero is, on the sender's clock. */
	readonly startMs: number;
};
export type Due = { readonly dueMs: number; readonly message: FeedMessage };
export type Timeline = { readonly events: readonly Due[]; readonly endsMs: number };
