/** When the matches in play are to have their marks: one timer for all of them, since a lane has hundreds. */
import { FEED } from "../../shared/limits.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";

export class Marks {
	readonly #ports: Pick<Ports, "now" | "timer">;
	readonly #call: (matchId: string) => void;
	/** Matches that nobody is calling now. */
	readonly #dueAtMs = new Map<string, number>();
	#armed: { readonly atMs: number; readonly cancel: Cancel } | null = null;
	#sweptAtMs = Number.NEGATIVE_INFINITY;

	constructor(ports: Pick<Ports, "now" | "timer">, call: (matchId: string) => void) {
		this.#ports = ports;
		this.#call = call;
	}

	/** The match has answered, and is to have its mark at this time, or with others a little before. */
	setAt(matchId: string, atMs: number): void {
		// Behind the others: those that wait longest are first.
		this.#dueAtMs.delete(matchId);
		this.#dueAtMs.set(matchId, atMs);
		this.#arm(atMs);
	}

	/** It is being called, or needs no mark any more. */
	clear(matchId: string): void {
		this.#dueAtMs.delete(matchId);
	}

	/** Whether its mark is coming, as far as a timer can be believed. */
	isSet(matchId: string): boolean {
		const atMs = this.#dueAtMs.get(matchId);
		return atMs !== undefined && Math.abs(atMs - this.#ports.now()) <= FEED.markMs;
	}

	/** By elapsed time, and never longer than a mark's time: a clock that was set back keeps nobody waiting. */
	#arm(dueAtMs: number): void {
		const nowMs = this.#ports.now();
		const soonestMs = this.#sweptAtMs > nowMs ? nowMs : Math.max(nowMs, this.#sweptAtMs + FEED.sweepMs);
		const atMs = Math.min(Math.max(dueAtMs, soonestMs), nowMs + FEED.markMs);
		if (this.#armed !== null && this.#armed.atMs <= atMs) return;
		this.#armed?.cancel();
		const cancel = this.#ports.timer(Math.max(1, atMs - nowMs), () => {
			this.#armed = null;
			this.#sweep(Math.min(FEED.markMs, Math.max(0, this.#ports.now() - atMs)));
		});
		this.#armed = { atMs, cancel };
	}

	/**
	 * Whatever would be due before the next sweep can come. Matches that one push or one start has brought together would go
	 * together for ever, and hold up pushes for as long each second: a quarter of all goes at a time, and stays apart from then on. What a
	 * busy lane's timer is late by is made up, or each of the four quarters would be as late again.
	 */
	#sweep(lateMs: number): void {
		const nowMs = this.#ports.now();
		this.#sweptAtMs = nowMs;
		const most = Math.max(FEED.sweepMatches, Math.ceil((this.#dueAtMs.size * (FEED.sweepMs + lateMs)) / FEED.markMs));
		const due: string[] = [];
		let nextAtMs = Number.POSITIVE_INFINITY;
		for (const [matchId, atMs] of this.#dueAtMs) {
			// None is due later than this by a clock that was not set back.
			const isDue = atMs < nowMs + FEED.sweepMs || atMs > nowMs + FEED.markMs;
			if (isDue && due.length < most) due.push(matchId);
			else nextAtMs = Math.min(nextAtMs, atMs);
		}
		for (const matchId of due) this.#dueAtMs.delete(matchId);
		// First: who is called here is due again after all that are left.
		if (nextAtMs !== Number.POSITIVE_INFINITY) this.#arm(nextAtMs);
		for (const matchId of due) this.#call(matchId);
	}
}
