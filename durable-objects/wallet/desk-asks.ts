/** P5: after its deadline a ticket is asked about, until every desk has answered. No answer: the hold stays; never a guess. */
import { askAnswerSchema, type DeskRpc, type LegRef, type Vote } from "../../shared/contracts/desk.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { CallRefused, withTimeout } from "../runtime/rpc-timeout.ts";
import type { WalletStore } from "./store.ts";

export type DeskAsksDeps = {
	readonly ports: Ports;
	readonly wallet: string;
	readonly store: WalletStore;
	readonly desk: (name: string) => Pick<DeskRpc, "ask">;
	readonly voted: (desk: string, votes: readonly Vote[]) => Promise<void>;
	readonly wakeAt: (atMs: number) => void;
};

export class DeskAsks {
	readonly #deps: DeskAsksDeps;
	/** Desks that refuse the question as none, and when they are asked again: a deploy may have reached them by then. The hold stays. */
	readonly #parkedUntilMs = new Map<string, number>();
	#isAsking = false;

	constructor(deps: DeskAsksDeps) {
		this.#deps = deps;
	}

	/** Sets the alarm by the next deadline of a ticket that waits. */
	arm(): void {
		const { ports, store, wakeAt } = this.#deps;
		const deadlineMs = store.nextDeadline();
		if (deadlineMs === null) return;
		const askAtMs = deadlineMs + BET.askAfterMs;
		const nowMs = ports.now();
		wakeAt(Math.max(askAtMs, nowMs + (askAtMs <= nowMs ? RETRY.askMs : 0)));
	}

	async askOverdue(): Promise<void> {
		if (this.#isAsking) return;
		this.#isAsking = true;
		const { ports, store } = this.#deps;
		const byDesk = new Map<string, LegRef[]>();
		const isParked = (desk: string): boolean => ports.now() < (this.#parkedUntilMs.get(desk) ?? 0);
		for (const ticket of store.pending(ports.now() - BET.askAfterMs)) {
			for (const leg of ticket.legs) {
				if (leg.vote === null && !isParked(leg.desk))
					byDesk.set(leg.desk, [...(byDesk.get(leg.desk) ?? []), { ticketKey: ticket.key, legNo: leg.legNo }]);
			}
		}
		await Promise.all([...byDesk].map(([desk, legs]) => this.#ask(desk, legs.slice(0, BET.legsPerWalletCall))));
		this.#isAsking = false;
	}

	async #ask(desk: string, legs: LegRef[]): Promise<void> {
		const { ports, wallet, voted } = this.#deps;
		try {
			const call = this.#deps.desk(desk).ask({ v: 1, desk, wallet, legs });
			const answer = await withTimeout(ports, "desk.ask", RPC_TIMEOUT_MS, call);
			await voted(desk, decodeRpc("ask answer", askAnswerSchema, answer).votes);
		} catch (fault) {
			if (fault instanceof CallRefused) this.#parkedUntilMs.set(desk, ports.now() + RETRY.refusedMs);
			ports.log.error("ask_not_answered", { wallet, desk, legs: legs.length, fault: faultText(fault) });
		}
	}
}
