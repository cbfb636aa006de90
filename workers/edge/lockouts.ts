/** Who is, or is not, listened to for a while. Bounded: at the bound the oldest is let go. */
export class Lockouts {
	readonly #max: number;
	readonly #untilMs = new Map<string, number>();

	constructor(max: number) {
		this.#max = max;
	}

	get size(): number {
		return this.#untilMs.size;
	}

	has(key: string, nowMs: number): boolean {
		const untilMs = this.#untilMs.get(key);
		if (untilMs === undefined) return false;
		if (untilMs > nowMs) return true;
		this.#untilMs.delete(key);
		return false;
	}

	add(key: string, untilMs: number): void {
		this.#untilMs.delete(key);
		// All last equally long, so the order of entry is the order in which they end.
		for (const oldest of this.#untilMs.keys()) {
			if (this.#untilMs.size < this.#max) break;
			this.#untilMs.delete(oldest);
		}
		this.#untilMs.set(key, untilMs);
	}
}
