/**
 * How fresh what a relay has of a topic is: when its publisher was last heard, what of it is known to be missing, and whether its
 * silence means anything (FRM-2, FRM-6). Pure: time and the head of what is here come in.
 */
import { SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";

export class Freshness {
	#heardAtMs: number;
	/** When it was last heard with nothing missing. */
	#wholeAtMs: number;
	/** The publisher's head as far as it is known and has not been reached here: what readers have is old until then. */
	#missing: Position | null = null;
	#isBeating = false;
	/** Since when whoever it is taken from does not say that it is fresh: a relay that has answered and not said yet, or says it is not. */
	#unsaidSinceMs: number | null = null;
	/** Nothing has ever been missing from what was heard. */
	#hasBeenWhole = false;
	#mayMissBeats = false;
	#isStale = false;

	constructor(nowMs: number) {
		this.#heardAtMs = nowMs;
		this.#wholeAtMs = nowMs;
	}

	get isStale(): boolean {
		return this.#isStale;
	}

	/** It is in play, as far as its beats have told: each second something comes. */
	get isBeating(): boolean {
		return this.#isBeating;
	}

	/** True where it was not stale until now. */
	setStale(): boolean {
		const isNew = !this.#isStale;
		this.#isStale = true;
		return isNew;
	}

	/** The publisher has spoken. True where the topic is fresh from now on and was not. */
	heard(head: Position | null, nowMs: number): boolean {
		this.#heardAtMs = nowMs;
		if (this.#missing !== null && !hasReached(head, this.#missing)) return false;
		if (this.#unsaidSinceMs !== null) return false;
		this.#hasBeenWhole = true;
		const wasStale = this.#isStale;
		this.#missing = null;
		this.#wholeAtMs = nowMs;
		this.#isStale = false;
		return wasStale;
	}

	/**
	 * It has been answered, by its publisher or by a relay, whose word of it stands behind the answer: until then nothing is fresher
	 * than it was, and what has never been fresh is not.
	 */
	answered(isByRelay: boolean, nowMs: number): void {
		this.#unsaidSinceMs = isByRelay ? nowMs : null;
		if (isByRelay && !this.#hasBeenWhole) this.#isStale = true;
	}

	/** The word of whoever it is taken from. */
	said(isStale: boolean, nowMs: number): void {
		this.#unsaidSinceMs = isStale ? (this.#unsaidSinceMs ?? nowMs) : null;
		if (isStale) this.#isBeating = false;
	}

	/** It is taken from somebody who does not say that it is fresh: silence or not, it grows old. */
	get isUnsaid(): boolean {
		return this.#unsaidSinceMs !== null;
	}

	beat(isLast: boolean): void {
		this.#isBeating = !isLast;
	}

	/** The publisher is known to be at `there`. True where that is further than `head`, which is here. */
	lacks(there: Position, head: Position | null): boolean {
		if (hasReached(head, there)) return false;
		this.#missing = there;
		return true;
	}

	/** A newer word of the head comes, or an image of another history has: what was missing is no more, unless it is of `epoch`. */
	forgetMissing(epoch: string | null = null): void {
		if (epoch === null || this.#missing?.epoch !== epoch) this.#missing = null;
	}

	/** The connection to the publisher has gone: its last beat may go by meanwhile. */
	disconnected(): void {
		this.#mayMissBeats ||= this.#isBeating;
	}

	/** A new connection has answered: from here on its beats tell whether the topic is in play. True where a last one may have gone by. */
	reconnected(): boolean {
		const mayHaveMissed = this.#mayMissBeats;
		this.#mayMissBeats = false;
		this.#isBeating = false;
		return mayHaveMissed;
	}

	isSilent(nowMs: number): boolean {
		return nowMs - this.#wholeAtMs > SOCKET.staleMs;
	}

	/** For how long nothing has come, where something should have, or not been called fresh; null where silence means nothing. */
	silentMs(nowMs: number): number | null {
		const sinceMs = Math.min(
			this.#isBeating ? this.#heardAtMs : Number.POSITIVE_INFINITY,
			this.#unsaidSinceMs ?? Number.POSITIVE_INFINITY,
		);
		return Number.isFinite(sinceMs) ? nowMs - sinceMs : null;
	}
}

function hasReached(head: Position | null, { epoch, offset }: Position): boolean {
	return head?.epoch === epoch && head.offset >= offset;
}
