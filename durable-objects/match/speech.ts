/**
 * When the deciding feed last spoke, on the match's own clock (LAN-2). The lane sends ages only: it spoke no earlier than
 * the time of our answer number n, plus how long ago the lane had that answer, less how long ago the feed spoke. A clock that was
 * set, ours or the lane's, would make old speech look new: what was heard by it is forgotten.
 */
import type { Speech } from "../../shared/contracts/match.ts";
import { FEED } from "../../shared/limits.ts";

export class SpeechClock {
	readonly #epoch: string;
	readonly #answeredAt = new Map<number, number>();
	#spokeAtMs: number | null = null;
	#answerNo = 0;
	#latestMs = Number.NEGATIVE_INFINITY;

	constructor(epoch: string) {
		this.#epoch = epoch;
	}

	/** A number of another epoch, or one we do not remember, counts as not spoken. */
	hear(speech: Speech | null, nowMs: number): void {
		this.#look(nowMs);
		if (speech === null || speech.epoch !== this.#epoch) return;
		const answeredAtMs = this.#answeredAt.get(speech.answerNo);
		if (answeredAtMs === undefined) return;
		// The lane cannot have had our answer for longer than it is since we gave it.
		if (speech.sinceAnswerMs > nowMs - answeredAtMs + FEED.clockDriftMs) return;
		const spokeAtMs = Math.min(nowMs, answeredAtMs + speech.sinceAnswerMs - speech.sinceSpokeMs);
		if (this.#spokeAtMs === null || spokeAtMs > this.#spokeAtMs) this.#spokeAtMs = spokeAtMs;
	}

	/** The number of the answer given now. */
	answer(nowMs: number): number {
		this.#look(nowMs);
		this.#answerNo++;
		this.#answeredAt.set(this.#answerNo, nowMs);
		this.#answeredAt.delete(this.#answerNo - FEED.answersKept);
		return this.#answerNo;
	}

	spokeAgoMs(nowMs: number): number | null {
		this.#look(nowMs);
		return this.#spokeAtMs === null ? null : Math.max(0, nowMs - this.#spokeAtMs);
	}

	#look(nowMs: number): void {
		if (nowMs < this.#latestMs) {
			this.#spokeAtMs = null;
			this.#answeredAt.clear();
		}
		this.#latestMs = nowMs;
	}
}
