/**
 * Waiting for what was written to be durable. Each wait crosses into the runtime: whoever has written nothing since the last
 * one waits for nothing, and many who wait for the same writes share one.
 */
export class Durable {
	readonly #sync: () => Promise<void>;
	#written = 0;
	#durable = 0;
	#waiting: { readonly for: number; readonly done: Promise<void> } | null = null;

	constructor(sync: () => Promise<void>) {
		this.#sync = sync;
	}

	wrote(): void {
		this.#written++;
	}

	/** Resolves once every write so far is durable; rejects as storage does. */
	sync(): Promise<void> {
		const written = this.#written;
		if (this.#durable === written) return Promise.resolve();
		if (this.#waiting?.for === written) return this.#waiting.done;
		const done = this.#wait(written);
		this.#waiting = { for: written, done };
		return done;
	}

	/** After a failure storage is asked again: it alone knows whether what it has lost will ever be there. */
	async #wait(written: number): Promise<void> {
		try {
			await this.#sync();
			this.#durable = Math.max(this.#durable, written);
		} finally {
			if (this.#waiting?.for === written) this.#waiting = null;
		}
	}
}
