/** P2: what a desk answers of each leg that it is offered. A leg noted before keeps its clock, a decided one gives its vote again. */
import type { NotedLeg, RefusedLeg, Vote } from "../../shared/contracts/desk.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import type { LegOffer } from "../../shared/contracts/offers.ts";
import { BET } from "../../shared/limits.ts";
import { askOf, knowsPrice, note } from "./offer.ts";
import type { Quote, Quotes } from "./quotes.ts";
import type { DeskStore } from "./store.ts";
import type { WalletCourier } from "./wallet-courier.ts";
import type { PendingLeg, Windows } from "./windows.ts";

export type LegNotesDeps = {
	readonly store: Pick<DeskStore, "votes" | "tombstoned" | "changes">;
	readonly windows: Windows;
	readonly windowMs: () => number;
	readonly quotes: Pick<Quotes, "tryAsk">;
	/** Refusals that are on their way to the wallet. */
	readonly wallets: Pick<WalletCourier, "refused">;
};

type StoredLegs = {
	/** Of the store, when it was asked. */
	readonly changes: number;
	readonly votes: ReadonlyMap<string, Vote>;
	readonly tombstoned: ReadonlySet<string>;
};

export class LegNotes {
	readonly #deps: LegNotesDeps;

	constructor(deps: LegNotesDeps) {
		this.#deps = deps;
	}

	async answer(offered: readonly LegOffer[], wallet: string): Promise<(Vote | NotedLeg)[]> {
		const before = this.#stored(offered);
		const fresh = offered.filter((offer) => this.#known(offer, wallet, before) === null);
		const quote = fresh.length === 0 ? null : await this.#quoteOf(fresh);
		// Others may have come in while we waited: look again before anything is noted.
		const now = this.#deps.store.changes === before.changes ? before : this.#stored(offered);
		return offered.map((offer) => this.#known(offer, wallet, now) ?? this.#note(offer, wallet, quote));
	}

	/** What storage has of these legs. */
	#stored(refs: readonly LegRef[]): StoredLegs {
		const { store } = this.#deps;
		return { changes: store.changes, votes: store.votes(refs), tombstoned: store.tombstoned(refs) };
	}

	/** What has become of a leg, as far as it has been here. */
	#known(ref: LegRef, wallet: string, { votes, tombstoned }: StoredLegs): Vote | NotedLeg | null {
		const { wallets, windows } = this.#deps;
		const vote = votes.get(legKey(ref)) ?? wallets.refused(wallet, ref);
		if (vote !== null) return vote;
		const leg = windows.leg(ref);
		if (leg !== undefined) return notedAnswer(ref, leg);
		return tombstoned.has(legKey(ref)) ? { ...refOf(ref), vote: "no", code: "timed_out" } : null;
	}

	/** A kept quote may be older than a price that a player has just been shown: none is called unknown by it. */
	async #quoteOf(legs: readonly LegOffer[]): Promise<Quote | null> {
		const { quotes } = this.#deps;
		const asks = legs.map(askOf);
		const quote = await quotes.tryAsk(asks);
		return quote === null || legs.every((leg) => knowsPrice(leg, quote)) ? quote : await quotes.tryAsk(asks, 0);
	}

	/** A no at the offer is this answer and nothing else: nothing is reserved, so nothing needs to be kept. */
	#note(offer: LegOffer, wallet: string, quote: Quote | null): RefusedLeg | NotedLeg {
		const { windows, windowMs } = this.#deps;
		if (quote === null || windows.legCount >= BET.maxPendingLegs) return { ...refOf(offer), vote: "no", code: "busy" };
		const noted = note(offer, quote, windowMs());
		if (!noted.ok) {
			const { ok, ...refusal } = noted;
			return { ...refOf(offer), vote: "no", matchState: quote.matchState, ...refusal };
		}
		windows.add(wallet, offer, noted.leg);
		return notedAnswer(offer, noted.leg);
	}
}

const refOf = ({ ticketKey, legNo }: LegRef): LegRef => ({ ticketKey, legNo });

function notedAnswer(ref: LegRef, leg: PendingLeg): NotedLeg {
	const { delayMs, marketVersion, fairPpm, matchState, askOddsMilli: oddsMilli } = leg;
	return { ...refOf(ref), vote: "noted", delayMs, version: marketVersion, fairPpm, oddsMilli, matchState };
}
