/**
 * How much is under way, by name, and no more than so much of each. A runtime that drops a request whose caller has gone runs nothing of
 * it any more, not even a `finally`: what began too long ago counts as over, or each of these would take a place for good.
 */
export class UnderWay {
	readonly #most: number;
	readonly #longestMs: number;
	readonly #now: () => number;
	/** When each began, the oldest first. */
	readonly #began = new Map<string, Map<symbol, number>>();

	constructor(most: number, longestMs: number, now: () => number) {
		this.#most = most;
		this.#longestMs = longestMs;
		this.#now = now;
	}

	hasRoom(name: string): boolean {
		return this.#of(name).size < this.#most;
	}

	/** Null: there is no room. Otherwise call what it returns, once or more, when it is over. */
	enter(name: string): (() => void) | null {
		const own = this.#of(name);
		if (own.size >= this.#most) return null;
		const one = Symbol();
		this.#began.set(name, own.set(one, this.#now()));
		return () => {
			own.delete(one);
			if (own.size === 0 && this.#began.get(name) === own) this.#began.delete(name);
		};
	}

	#of(name: string): Map<symbol, number> {
		const own = this.#began.get(name) ?? new Map<symbol, number>();
		const nowMs = this.#now();
		for (const [one, atMs] of own) {
			// A clock that was set back makes nothing younger.
			if (nowMs >= atMs && nowMs - atMs <= this.#longestMs) break;
			own.delete(one);
		}
		return own;
	}
}
