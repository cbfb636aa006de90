/** From desk to wallets (P4, SET-2): votes at once, leg results at their own pace, both repeated until answered. */
import {
	type LegRef,
	type LegsAnswered,
	legsAnsweredSchema,
	type RefusedLeg,
	type Vote,
} from "../../shared/contracts/desk.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET } from "../../shared/limits.ts";
import { PeerSender, type SendDurable } from "../runtime/peer-sender.ts";
import type { Ports } from "../runtime/ports.ts";
import type { DeskStore } from "./store.ts";

export type WalletLineDeps = {
	readonly ports: Ports;
	readonly desk: string;
	readonly store: DeskStore;
	readonly wallet: (name: string) => Pick<WalletRpc, "votes" | "legResults">;
	readonly wakeAt: (atMs: number) => void;
};

export const legKey = ({ ticketKey, legNo }: LegRef): string => `${ticketKey}#${legNo}`;

export class WalletLine {
	readonly #deps: WalletLineDeps;
	readonly #votes: PeerSender;
	readonly #results: PeerSender;
	/** No-votes that are not answered yet, in memory only: a no reserves nothing, and a lost one is asked for. */
	readonly #refused = new Map<string, Map<string, RefusedLeg>>();

	constructor(deps: WalletLineDeps) {
		const { ports, store, wakeAt } = deps;
		this.#deps = deps;
		this.#votes = new PeerSender({
			ports,
			what: "votes",
			wakeAt,
			peers: () => [...new Set([...this.#refused.keys(), ...store.unansweredWallets()])],
			sendBatch: (wallet, send) => this.#sendVotes(wallet, send),
		});
		this.#results = new PeerSender({
			ports,
			what: "leg_results",
			wakeAt,
			peers: () => store.untoldWallets(),
			sendBatch: (wallet, send) => this.#sendResults(wallet, send),
			parallel: BET.settlingWallets,
		});
	}

	kickVotes(): void {
		this.#votes.kick();
	}

	kickResults(): void {
		this.#results.kick();
	}

	refuse(wallet: string, vote: RefusedLeg): void {
		const refused = this.#refused.get(wallet) ?? new Map<string, RefusedLeg>();
		this.#refused.set(wallet, refused.set(legKey(vote), vote));
	}

	/** The no that is under way to the wallet. */
	refused(wallet: string, ref: LegRef): RefusedLeg | null {
		return this.#refused.get(wallet)?.get(legKey(ref)) ?? null;
	}

	/** The wallet knows: nothing of this leg is left to be said. */
	forget(wallet: string, refs: readonly LegRef[]): void {
		const refused = this.#refused.get(wallet);
		for (const ref of refs) refused?.delete(legKey(ref));
		if (refused?.size === 0) this.#refused.delete(wallet);
	}

	async #sendVotes(wallet: string, send: SendDurable): Promise<boolean> {
		const { store, desk } = this.#deps;
		const refused = [...(this.#refused.get(wallet)?.values() ?? [])].slice(0, BET.legsPerWalletCall);
		const votes: Vote[] = [...store.unansweredVotes(wallet, BET.legsPerWalletCall), ...refused];
		if (votes.length === 0) return false;
		const answered = answeredOf(await send(() => this.#deps.wallet(wallet).votes({ v: 1, wallet, desk, votes })));
		store.transaction(() => {
			for (const ref of answered) store.voteAnswered(ref);
		});
		this.forget(wallet, answered);
		return true;
	}

	async #sendResults(wallet: string, send: SendDurable): Promise<boolean> {
		const { store, desk } = this.#deps;
		const results = [...store.untoldResults(wallet, BET.legsPerWalletCall)];
		if (results.length === 0) return false;
		const answered = answeredOf(
			await send(() => this.#deps.wallet(wallet).legResults({ v: 1, wallet, desk, results })),
		);
		const versions = new Map(results.map((result) => [legKey(result), result.settlementVersion]));
		store.transaction(() => {
			for (const ref of answered) store.resultAnswered(ref, versions.get(legKey(ref)) ?? 0);
		});
		return true;
	}
}

/** An answer that answers nothing is none: the batch would be sent again at once. */
function answeredOf(answer: LegsAnswered): readonly LegRef[] {
	const { answered } = decodeRpc("legs answered", legsAnsweredSchema, answer);
	if (answered.length === 0) throw new Error("nothing was answered");
	return answered;
}
