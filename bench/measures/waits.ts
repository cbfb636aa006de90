/**
 * How long each of a closed loop's clients waited for each answer. What is still under way at the end has taken at least so long: left
 * out, the slowest of all would be none.
 */
export class Waits {
	readonly #begunAtMs = new Map<number, number>();
	readonly #takenMs: number[] = [];

	/** A client has one request under way. */
	begin(client: number, nowMs: number): void {
		this.#begunAtMs.set(client, nowMs);
	}

	/** Answers that do not count leave nothing. */
	end(client: number, nowMs: number, isCounted: boolean): void {
		const begunAtMs = this.#begunAtMs.get(client);
		this.#begunAtMs.delete(client);
		if (isCounted && begunAtMs !== undefined) this.#takenMs.push(nowMs - begunAtMs);
	}

	/** All that were answered, and how long those under way have waited by now. */
	allMs(nowMs: number): readonly number[] {
		return [...this.#takenMs, ...[...this.#begunAtMs.values()].map((begunAtMs) => nowMs - begunAtMs)];
	}
}
