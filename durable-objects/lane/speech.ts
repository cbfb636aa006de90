/**
 * When each feed last spoke, on the lane's clock (LAN-2). Only what a provider itself sends counts. Kept in memory: after a
 * restart nothing has been heard, which can only refuse bets. An age is never told shorter than it is.
 */
import type { Speech } from "../../shared/contracts/match.ts";

/** The newest answer the lane has had from a match, and when it came. */
export type HeardAnswer = { readonly epoch: string; readonly answerNo: number; readonly atMs: number };

export class FeedSpeech {
	readonly #spokeAt = new Map<string, number>();
	#startedAtMs: number;
	#latestMs: number;

	constructor(startedAtMs: number) {
		this.#startedAtMs = startedAtMs;
		this.#latestMs = startedAtMs;
	}

	/** Everything the provider said up to then is stored. What overtook it has spoken later already. */
	spoke(provider: string, atMs: number, nowMs: number): void {
		this.#look(nowMs);
		const before = this.#spokeAt.get(provider);
		if (before === undefined || atMs > before) this.#spokeAt.set(provider, atMs);
	}

	sinceSpokeMs(provider: string, nowMs: number): number | null {
		this.#look(nowMs);
		const at = this.#spokeAt.get(provider);
		return at === undefined ? null : Math.max(0, nowMs - at);
	}

	/** LAN-3: silent beyond the limit; a lane that has just started gives the feed as long to be heard. */
	isLost(provider: string, nowMs: number, lostAfterMs: number): boolean {
		this.#look(nowMs);
		return nowMs - (this.#spokeAt.get(provider) ?? this.#startedAtMs) > lostAfterMs;
	}

	/** Ages for the match, or null while it has not answered this lane or the feed has not been heard. */
	ages(provider: string, answer: HeardAnswer | null, nowMs: number): Speech | null {
		const sinceSpokeMs = this.sinceSpokeMs(provider, nowMs);
		if (answer === null || sinceSpokeMs === null || answer.atMs > nowMs) return null;
		return { epoch: answer.epoch, answerNo: answer.answerNo, sinceAnswerMs: nowMs - answer.atMs, sinceSpokeMs };
	}

	/** A clock set back makes old speech look new: what was heard before is forgotten. */
	#look(nowMs: number): void {
		if (nowMs < this.#latestMs) {
			this.#spokeAt.clear();
			this.#startedAtMs = nowMs;
		}
		this.#latestMs = nowMs;
	}
}
