/**
 * Fewer, larger changes: a publisher that changes faster than its readers need holds changes back and merges them, before
 * they are numbered. What withdraws a price is never held and never merged away (FRM-2).
 */

export type ConflatorOptions<Body> = {
	/** At most one body in so many ms; 0 holds nothing. */
	readonly minGapMs: number;
	/** `earlier` then `later` as one body with the same effect. */
	readonly merge: (earlier: Body, later: Body) => Body;
};

export class Conflator<Body> {
	readonly #options: ConflatorOptions<Body>;
	#held: Body | null = null;
	#lastAtMs: number | null = null;

	constructor(options: ConflatorOptions<Body>) {
		this.#options = options;
	}

	/**
	 * What must be published now, or null: then it is held, and `takeDue` gives it at `dueAtMs`. An urgent body (it withdraws
	 * something) goes out at once, with what was held before it.
	 */
	offer(body: Body, isUrgent: boolean, nowMs: number): Body | null {
		this.#held = this.#held === null ? body : this.#options.merge(this.#held, body);
		return isUrgent ? this.takeAll(nowMs) : this.takeDue(nowMs);
	}

	/** What was held long enough, or null. */
	takeDue(nowMs: number): Body | null {
		const dueAtMs = this.dueAtMs;
		return dueAtMs !== null && dueAtMs <= nowMs ? this.takeAll(nowMs) : null;
	}

	/** When the held body must go out; null where nothing is held. */
	get dueAtMs(): number | null {
		if (this.#held === null) return null;
		return this.#lastAtMs === null ? 0 : this.#lastAtMs + this.#options.minGapMs;
	}

	/** What is held, due or not; null where nothing is. */
	takeAll(nowMs: number): Body | null {
		const body = this.#held;
		if (body === null) return null;
		this.#held = null;
		this.#lastAtMs = nowMs;
		return body;
	}
}
