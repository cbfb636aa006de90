/**
 * When the deciding feed last spoke, on the match's own clock (LAN-2). The lane sends ages only: it spoke no earlier than
 * the time of our answer number n, plus how long ago the lane had that answer, less how long ago the feed spoke.
 */
import type { Speech } from "../../shared/contracts/match.ts";
import { FEED } from "../../shared/limits.ts";

export class SpeechClock {
	readonly #epoch: string;
	readonly #answeredAt = new Map<number, number>();
	#spokeAtMs: number | null = null;
	#answerNo = 0;

	constructor(epoch: string) {
		this.#epoch = epoch;
	}

	/** A number of another epoch, or one we do not remember, counts as not spoken. */
	hear(speech: Speech | null, nowMs: number): void {
		if (speech === null || speech.epoch !== this.#epoch) return;
		const answeredAtMs = this.#answeredAt.get(speech.answerNo);
		if (answeredAtMs === undefined) return;
		const spokeAtMs = Math.min(nowMs, answeredAtMs + speech.sinceAnswerMs - speech.sinceSpokeMs);
		if (this.#spokeAtMs === null || spokeAtMs > this.#spokeAtMs) this.#spokeAtMs = spokeAtMs;
	}

	/** The number of the answer given now. */
	answer(nowMs: number): number {
		this.#answerNo++;
		this.#answeredAt.set(this.#answerNo, nowMs);
		this.#answeredAt.delete(this.#answerNo - FEED.answersKept);
		return this.#answerNo;
	}

	spokeAgoMs(nowMs: number): number | null {
		return this.#spokeAtMs === null ? null : Math.max(0, nowMs - this.#spokeAtMs);
	}
}
