/** From desk to wallets (P4, SET-2): votes at once, leg results at their own pace, both repeated until answered. */
import type { LegResult, RefusedLeg, Vote } from "../../shared/contracts/desk.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import { Courier, someOf } from "../runtime/courier.ts";
import { legCourierPolicy } from "../runtime/leg-courier.ts";
import type { Ports } from "../runtime/ports.ts";
import type { DeskStore } from "./store.ts";

export type WalletCourierDeps = {
	readonly ports: Ports;
	readonly desk: string;
	readonly store: Pick<
		DeskStore,
		"unansweredWallets" | "unansweredVotes" | "votesAnswered" | "untoldWallets" | "untoldResults" | "resultsAnswered"
	>;
	readonly wallet: (name: string) => Pick<WalletRpc, "votes" | "legResults">;
	readonly wakeAt: (atMs: number) => void;
};

export class WalletCourier {
	readonly #deps: WalletCourierDeps;
	readonly #votes: Courier<readonly Vote[], readonly LegRef[]>;
	readonly #results: Courier<readonly LegResult[], readonly LegRef[]>;
	/** No-votes that are not answered yet, in memory only: a no reserves nothing, and a lost one is asked for. */
	readonly #refused = new Map<string, Map<string, RefusedLeg>>();

	constructor(deps: WalletCourierDeps) {
		const { desk, store, wallet: walletOf } = deps;
		this.#deps = deps;
		this.#votes = new Courier({
			...legCourierPolicy("votes", deps),
			peers: () => new Set([...this.#refused.keys(), ...store.unansweredWallets()]),
			batch: (wallet) => someOf(this.#unanswered(wallet)),
			send: (wallet, votes) => walletOf(wallet).votes({ v: 1, wallet, desk, votes: [...votes] }),
			answered: (wallet, _, answered) => this.#votesAnswered(wallet, answered),
		});
		this.#results = new Courier({
			...legCourierPolicy("leg_results", deps),
			peers: () => store.untoldWallets(),
			batch: (wallet) => someOf(store.untoldResults(wallet, BET.legsPerResultCall)),
			send: (wallet, results) => walletOf(wallet).legResults({ v: 1, wallet, desk, results: [...results] }),
			answered: (_, results, answered) => this.#resultsAnswered(results, answered),
			parallel: BET.settlingWallets,
			pauseMs: BET.settlePauseMs,
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

	#unanswered(wallet: string): readonly Vote[] {
		const refused = [...(this.#refused.get(wallet)?.values() ?? [])].slice(0, BET.legsPerWalletCall);
		return [...this.#deps.store.unansweredVotes(wallet, BET.legsPerWalletCall), ...refused];
	}

	#votesAnswered(wallet: string, answered: readonly LegRef[]): void {
		const { store } = this.#deps;
		store.votesAnswered(answered);
		this.forget(wallet, answered);
	}

	#resultsAnswered(results: readonly LegResult[], answered: readonly LegRef[]): void {
		const { store } = this.#deps;
		const versions = new Map(results.map((result) => [legKey(result), result.settlementVersion]));
		store.resultsAnswered(answered.map((ref) => ({ ...ref, settlementVersion: versions.get(legKey(ref)) ?? 0 })));
	}
}
