/**
 * Votes that wallets have not answered (P4), in memory as storage has them: each is looked for several times within the moment
 * that it waits. That one has been answered is noted in storage with what is written next.
 */
import type { ReservedLeg } from "../../shared/contracts/desk.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";

type Stored = { readonly wallet: string; readonly vote: ReservedLeg };

export class UnansweredVotes {
	readonly #load: () => readonly Stored[];
	#byWallet: Map<string, Map<string, ReservedLeg>>;
	/** Answered, and not noted in storage yet. */
	#answered = new Map<string, LegRef>();
	#count = 0;

	/** `load` gives what storage knows as unanswered. */
	constructor(load: () => readonly Stored[]) {
		this.#load = load;
		this.#byWallet = new Map();
		this.reload();
	}

	/** After a transaction that came to nothing. What has been answered stays so. */
	reload(): void {
		const stored = this.#load();
		this.#byWallet = new Map();
		this.#count = 0;
		for (const { wallet, vote } of stored) if (!this.#answered.has(legKey(vote))) this.add(wallet, vote);
	}

	get count(): number {
		return this.#count;
	}

	add(wallet: string, vote: ReservedLeg): void {
		const votes = this.#byWallet.get(wallet) ?? new Map<string, ReservedLeg>();
		this.#byWallet.set(wallet, votes.set(legKey(vote), vote));
		this.#count++;
	}

	/** The reservation is gone. */
	remove(ref: LegRef): void {
		this.#answered.delete(legKey(ref));
		this.#take(legKey(ref));
	}

	answered(ref: LegRef): void {
		const { ticketKey, legNo } = ref;
		if (this.#take(legKey(ref))) this.#answered.set(legKey(ref), { ticketKey, legNo });
	}

	wallets(): readonly string[] {
		return [...this.#byWallet.keys()];
	}

	of(wallet: string, limit: number): readonly ReservedLeg[] {
		return [...(this.#byWallet.get(wallet)?.values() ?? [])].slice(0, limit);
	}

	toNote(): readonly LegRef[] {
		return [...this.#answered.values()];
	}

	/** They are noted. */
	noted(): void {
		this.#answered = new Map();
	}

	#take(key: string): boolean {
		for (const [wallet, votes] of this.#byWallet) {
			if (!votes.delete(key)) continue;
			this.#count--;
			if (votes.size === 0) this.#byWallet.delete(wallet);
			return true;
		}
		return false;
	}
}
