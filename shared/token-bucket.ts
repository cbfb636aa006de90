/** A token bucket: so many at once, and so many a second from then on. Pure; its keeper says what time it is. */

export type BucketTerms = {
	/** What may be taken at once after a long rest. */
	readonly burst: number;
	/** What comes back a second. */
	readonly perSec: number;
};
/** In thousandths of a token, so that every amount is a whole number: a millisecond gives back `perSec` of them. */
export type Bucket = { readonly milli: number; readonly atMs: number };
export type Taken = {
	readonly bucket: Bucket;
	/** Null: it was granted. Otherwise after so long one more would be. */
	readonly retryAfterMs: number | null;
};

const ONE = 1_000;

/** Takes one. A clock that steps back gives nothing and takes nothing away. */
export function take(bucket: Bucket | undefined, terms: BucketTerms, nowMs: number): Taken {
	const milli = filled(bucket, terms, nowMs);
	if (milli >= ONE) return { bucket: { milli: milli - ONE, atMs: nowMs }, retryAfterMs: null };
	return { bucket: { milli, atMs: nowMs }, retryAfterMs: Math.ceil((ONE - milli) / terms.perSec) };
}

export const isFull = (bucket: Bucket, terms: BucketTerms, nowMs: number): boolean =>
	filled(bucket, terms, nowMs) >= terms.burst * ONE;

/** What is in it now; a bucket nobody has kept is full. */
function filled(bucket: Bucket | undefined, { burst, perSec }: BucketTerms, nowMs: number): number {
	if (bucket === undefined) return burst * ONE;
	return Math.min(burst * ONE, bucket.milli + Math.max(0, nowMs - bucket.atMs) * perSec);
}

/**
 * Buckets by who takes, in memory: a restart fills them, which costs nothing but one more burst, and a write for every call would
 * cost more than the calls. Bounded: a full bucket need not be kept, and beyond the bound the oldest goes.
 */
export class Buckets {
	readonly #terms: BucketTerms;
	readonly #maxKept: number;
	readonly #kept = new Map<string, Bucket>();

	constructor(terms: BucketTerms, maxKept: number) {
		this.#terms = terms;
		this.#maxKept = maxKept;
	}

	get size(): number {
		return this.#kept.size;
	}

	/** Null: granted. Otherwise how long to wait. */
	take(key: string, nowMs: number): number | null {
		const { bucket, retryAfterMs } = take(this.#kept.get(key), this.#terms, nowMs);
		this.#kept.delete(key);
		if (this.#kept.size >= this.#maxKept) this.#makeRoom(nowMs);
		this.#kept.set(key, bucket);
		return retryAfterMs;
	}

	/** Whether the next would be granted; takes nothing. */
	has(key: string, nowMs: number): boolean {
		const bucket = this.#kept.get(key);
		return bucket === undefined || filled(bucket, this.#terms, nowMs) >= ONE;
	}

	/** In order of use: those at the front have rested longest. */
	#makeRoom(nowMs: number): void {
		for (const [key, bucket] of this.#kept) {
			if (this.#kept.size < this.#maxKept && !isFull(bucket, this.#terms, nowMs)) return;
			this.#kept.delete(key);
		}
	}
}
