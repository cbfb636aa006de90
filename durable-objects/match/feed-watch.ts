/** Whether the match still hears its feed: by the lane's marks, and by when the feed last spoke (LAN-2, LAN-3). */
import type { ApplyRequest, Speech } from "../../shared/contracts/match.ts";
import { FEED } from "../../shared/limits.ts";
import type { MatchLog } from "./match-log.ts";
import { SpeechClock } from "./speech.ts";
import { isInPlay, type MatchState } from "./state.ts";

const isHeldFor = (state: MatchState, why: "feed_silent" | "restart"): boolean =>
	state.holds.some(({ reason }) => reason === why);

export class FeedWatch {
	readonly #log: MatchLog;
	readonly #speech: SpeechClock;
	#quietLimitMs = 0;
	#markedAtMs: number | null = null;

	constructor(epoch: string, log: MatchLog) {
		this.#log = log;
		this.#speech = new SpeechClock(epoch);
	}

	get quietLimitMs(): number {
		return this.#quietLimitMs;
	}

	spokeAgoMs(nowMs: number): number | null {
		return this.#speech.spokeAgoMs(nowMs);
	}

	/** The match may be cut off from its feed. */
	marksLost(nowMs: number): boolean {
		return this.#markedAtMs === null || nowMs - this.#markedAtMs > FEED.markLostMs;
	}

	/** What readers see as stale. */
	isStale(state: MatchState, nowMs: number): boolean {
		return isInPlay(state) && (this.marksLost(nowMs) || isHeldFor(state, "feed_silent"));
	}

	/** A lane that is up to date calls; before its inputs. */
	marked({ quietLimitMs, lostAfterMs }: ApplyRequest, nowMs: number): void {
		this.#markedAtMs = nowMs;
		this.#quietLimitMs = quietLimitMs;
		// LAN-3: a lane that has just started, or was cut off, no longer knows how long its feed was silent; the match does.
		const { state } = this.#log;
		if (state === null || !isInPlay(state) || isHeldFor(state, "feed_silent")) return;
		if ((this.#speech.spokeAgoMs(nowMs) ?? 0) > lostAfterMs) this.#log.enter(state, { kind: "feed_lost" });
	}

	hear(speech: Speech | null, nowMs: number): void {
		this.#speech.hear(speech, nowMs);
	}

	/** The same lane, after its inputs: the feed is lost, or has told again all that there was. */
	told({ feedLost, headSeq }: ApplyRequest, nowMs: number): void {
		const before = this.#log.state;
		if (before === null || !isInPlay(before)) return;
		const state =
			feedLost && !isHeldFor(before, "feed_silent") ? this.#log.enter(before, { kind: "feed_lost" }) : before;
		if (isHeldFor(before, "restart") && this.#log.lastSeq >= headSeq && this.#speech.spokeAgoMs(nowMs) !== null)
			this.#log.enter(state, { kind: "restart_over" });
	}

	/** The number of the answer given now. */
	answer(nowMs: number): number {
		return this.#speech.answer(nowMs);
	}
}
