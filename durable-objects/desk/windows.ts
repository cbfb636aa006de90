/**
 * Undecided legs in their windows, by ticket: all legs of a ticket at this desk are asked about together. In memory only: a
 * desk that dies forgets them, and their wallets ask. Time is what the desk's own clock counts; nothing here reads it.
 */
import { weighedBy } from "../../shared/betting/exposure.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import type { LegOffer, OfferedLeg } from "../../shared/contracts/offers.ts";
import type { LegRefusal } from "../../shared/ticket/refusals.ts";
import type { DeskTerms } from "../../shared/ticket/terms.ts";

export type PendingLeg = {
	readonly offered: OfferedLeg;
	readonly notedAtMs: number;
	/** When its window began; null until `start` says so. */
	readonly startedAtMs: number | null;
	readonly delayMs: number;
	/** Null: taken before the match without a version; it takes the one that the `ok` finds (MAT-6). */
	readonly marketVersion: number | null;
	readonly fairPpm: number;
	readonly matchState: string;
	readonly weightPpm: number;
	readonly otherOddsMilli: number;
	/** The price its risk is asked at: the one it would be taken at as far as we know. */
	readonly askOddsMilli: number;
	/** What it waits for beyond its window; it is refused with this when it has waited too long. */
	readonly because: LegRefusal;
	/** BET-6: the largest stake that fitted when it last met its limit; null: it never did. */
	readonly fitsStakeMinor: number | null;
};

export type PendingTicket = {
	readonly ticketKey: string;
	readonly terms: DeskTerms;
	readonly wallet: string;
	/** Arrival order: exposure is given in it. */
	readonly order: number;
	readonly legs: readonly PendingLeg[];
	/** After a `wait`: not asked about again before this. */
	readonly notBeforeMs: number;
};

export type Start = {
	readonly delayMs: number;
	readonly weightPpm: number;
	readonly otherOddsMilli: number;
};

type End = { readonly atMs: number; readonly ticketKey: string };

export class Windows {
	readonly #tickets = new Map<string, PendingTicket>();
	/** A binary heap of window ends, soonest first; an entry that its ticket no longer agrees with is passed over. */
	readonly #ends: End[] = [];
	/** Tickets whose windows have ended. */
	readonly #ripe = new Set<string>();
	#legs = 0;
	#order = 0;

	get legCount(): number {
		return this.#legs;
	}

	tickets(): Iterable<PendingTicket> {
		return this.#tickets.values();
	}

	ticket(ticketKey: string): PendingTicket | undefined {
		return this.#tickets.get(ticketKey);
	}

	leg({ ticketKey, legNo }: LegRef): PendingLeg | undefined {
		return this.#tickets.get(ticketKey)?.legs.find(({ offered }) => offered.legNo === legNo);
	}

	/** A ticket's terms are those it came with first. */
	add(wallet: string, { ticketKey, terms: said }: Pick<LegOffer, "ticketKey" | "terms">, leg: PendingLeg): void {
		const known = this.#tickets.get(ticketKey);
		const { terms, order } = known ?? { terms: said, order: this.#order++ };
		const legs = [...(known?.legs ?? []), leg].toSorted((a, b) => a.offered.legNo - b.offered.legNo);
		this.#legs++;
		this.#put({ ticketKey, terms, wallet, order, legs: weighed(terms, legs), notBeforeMs: 0 });
	}

	/** A leg starts once: said again, nothing changes. */
	start(ref: LegRef, { delayMs, weightPpm, otherOddsMilli }: Start, nowMs: number): void {
		const ticket = this.#tickets.get(ref.ticketKey);
		const leg = this.leg(ref);
		if (ticket === undefined || leg === undefined || leg.startedAtMs !== null) return;
		const started = {
			...leg,
			startedAtMs: nowMs,
			delayMs: Math.max(leg.delayMs, delayMs),
			weightPpm,
			otherOddsMilli,
		};
		this.#put({ ...ticket, legs: ticket.legs.map((other) => (other === leg ? started : other)) });
	}

	/** After a `wait`: the legs as they are known now, not to be asked about before `notBeforeMs`. */
	hold(ticketKey: string, legs: readonly PendingLeg[], notBeforeMs: number): void {
		const ticket = this.#tickets.get(ticketKey);
		if (ticket === undefined) return;
		this.#ripe.delete(ticketKey);
		this.#put({ ...ticket, legs, notBeforeMs });
	}

	/** The ticket is decided, or will never be: its other legs here are lost with it. */
	forgetTicket(ticketKey: string): void {
		this.#legs -= this.#tickets.get(ticketKey)?.legs.length ?? 0;
		this.#tickets.delete(ticketKey);
		this.#ripe.delete(ticketKey);
	}

	/** When the next window ends: 0 where one has, null where none is open. */
	nextRipeAtMs(): number | null {
		if (this.#ripe.size > 0) return 0;
		return this.#soonest()?.atMs ?? null;
	}

	/** Tickets whose windows have ended, in order of arrival, whole tickets of at most so many legs; they stay here. */
	ripe(nowMs: number, maxLegs: number): readonly PendingTicket[] {
		for (let end = this.#soonest(); end !== null && end.atMs <= nowMs; end = this.#soonest()) {
			this.#ripe.add(end.ticketKey);
			this.#pop();
		}
		const ripe = [...this.#ripe].flatMap((key) => this.#tickets.get(key) ?? []).toSorted((a, b) => a.order - b.order);
		let legs = 0;
		const past = ripe.findIndex((ticket) => {
			legs += ticket.legs.length;
			return legs > maxLegs;
		});
		return past === -1 ? ripe : ripe.slice(0, past);
	}

	#put(ticket: PendingTicket): void {
		this.#tickets.set(ticket.ticketKey, ticket);
		const atMs = ripeAtMs(ticket);
		if (atMs !== null) this.#push({ atMs, ticketKey: ticket.ticketKey });
	}

	#soonest(): End | null {
		for (let end = this.#ends[0]; end !== undefined; end = this.#ends[0]) {
			const ticket = this.#tickets.get(end.ticketKey);
			if (ticket !== undefined && !this.#ripe.has(end.ticketKey) && ripeAtMs(ticket) === end.atMs) return end;
			this.#pop();
		}
		return null;
	}

	#push(end: End): void {
		const heap = this.#ends;
		let at = heap.length;
		heap.push(end);
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if ((heap[parent]?.atMs ?? 0) <= end.atMs) break;
			heap[at] = heap[parent] as End;
			at = parent;
		}
		heap[at] = end;
	}

	#pop(): void {
		const heap = this.#ends;
		const last = heap.pop();
		if (last === undefined || heap.length === 0) return;
		let at = 0;
		for (let child = 1; child < heap.length; child = 2 * at + 1) {
			const right = heap[child + 1];
			if (right !== undefined && right.atMs < (heap[child]?.atMs ?? 0)) child++;
			if ((heap[child]?.atMs ?? 0) >= last.atMs) break;
			heap[at] = heap[child] as End;
			at = child;
		}
		heap[at] = last;
	}
}

/** When a ticket may be asked about; null while legs of it are missing or not started. */
export function ripeAtMs({ terms, legs, notBeforeMs }: PendingTicket): number | null {
	if (terms.deskCount === 1 && legs.length < terms.legCount) return null;
	let atMs = notBeforeMs;
	for (const { startedAtMs, delayMs } of legs) {
		if (startedAtMs === null) return null;
		atMs = Math.max(atMs, startedAtMs + delayMs);
	}
	return atMs;
}

/** A ticket whose legs are all at this desk is weighed here; over several desks `start` brings the weights (MON-5). */
function weighed({ deskCount, legCount }: DeskTerms, legs: readonly PendingLeg[]): readonly PendingLeg[] {
	if (deskCount !== 1 || legCount === 1 || legs.length < legCount) return legs;
	return legs.map((leg) => {
		const others = legs.filter((other) => other !== leg);
		return {
			...leg,
			...weighedBy(others.map(({ fairPpm, askOddsMilli }) => ({ fairPpm, oddsMilli: askOddsMilli }))),
		};
	});
}

/** The longest a leg may stay undecided, counted from the start of its window. */
const longestWaitMs = ({ maxHoldMs, feedQuietMs }: DeskTerms, { delayMs }: PendingLeg): number =>
	delayMs + maxHoldMs + feedQuietMs;

/** The leg of a ticket that has waited too long for anything still to become of it. */
export function overdueLeg({ terms, legs }: PendingTicket, nowMs: number): PendingLeg | undefined {
	return legs.find((leg) => nowMs - (leg.startedAtMs ?? leg.notedAtMs) >= longestWaitMs(terms, leg));
}
