/** What a test world's future holds: timers and alarms, the soonest first; of two at one time the alarm, then the older timer. */

export type Due = {
	readonly atMs: number;
	/** Which of two goes first at one time: the lower. */
	readonly order: number;
	/** What it is, for whoever finds that it runs for ever. */
	readonly what: string;
	readonly run: () => unknown;
	/** Taken back: it stays where it is and is passed over. */
	isOff: boolean;
};

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A binary heap: a simulated hour has millions of timers, and most of them are taken back before they run. */
export class Timeline {
	readonly #heap: Due[] = [];

	add(due: Due): Due {
		const heap = this.#heap;
		let at = heap.length;
		for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
			const above = heap[parent] as Due;
			if (!isBefore(due, above)) break;
			heap[at] = above;
			at = parent;
		}
		heap[at] = due;
		return due;
	}

	/** Takes the first that is due by `limitMs`, or null. */
	take(limitMs: number): Due | null {
		for (let first = this.#heap[0]; first !== undefined && first.atMs <= limitMs; first = this.#heap[0]) {
			this.#dropFirst();
			if (!first.isOff) return first;
		}
		return null;
	}

	#dropFirst(): void {
		const heap = this.#heap;
		const last = heap.pop();
		if (last === undefined || heap.length === 0) return;
		let at = 0;
		for (;;) {
			const left = 2 * at + 1;
			const right = left + 1;
			if (left >= heap.length) break;
			const child = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due) ? right : left;
			const below = heap[child] as Due;
			if (!isBefore(below, last)) break;
			heap[at] = below;
			at = child;
		}
		heap[at] = last;
	}
}
