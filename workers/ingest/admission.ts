/**
 * Pushes that are taken at a time, by provider: one more is answered 429 before its messages are read. Counted are those that the provider
 * has signed, so that nobody else can take its share.
 */
import { FEED } from "../../shared/limits.ts";
import { UnderWay } from "../../shared/under-way.ts";

/** Of this isolate: a neighbour is told by the lanes itself. */
export class Admission {
	readonly #now: () => number;
	readonly #underWay: UnderWay;
	/** Providers of whose inputs too many wait to be applied, and until when that is believed. */
	readonly #behindUntilMs = new Map<string, number>();

	constructor(now: () => number) {
		this.#now = now;
		this.#underWay = new UnderWay(FEED.pushesUnderWay, FEED.longestPushMs, now);
	}

	/** Null: too much. Otherwise call what it returns when the push is answered. */
	enter(provider: string): (() => void) | null {
		const untilMs = this.#behindUntilMs.get(provider) ?? 0;
		const leftMs = untilMs - this.#now();
		// A clock that was set back makes no pause longer.
		const isBehind = leftMs > 0 && leftMs <= FEED.behindMs;
		return isBehind ? null : this.#underWay.enter(provider);
	}

	/** How many inputs wait at the fullest lane that has answered. */
	waiting(provider: string, inputs: number): void {
		if (inputs > FEED.maxWaiting) this.#behindUntilMs.set(provider, this.#now() + FEED.behindMs);
	}
}
