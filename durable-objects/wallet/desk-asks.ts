/** P5: after its deadline a ticket is asked about, until every desk has answered. No answer: the hold stays; never a guess. */
import { askAnswerSchema, type DeskRpc, type Vote } from "../../shared/contracts/desk.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RETRY } from "../../shared/limits.ts";
import { AFTER_A_DEPLOY, Courier, someOf } from "../runtime/courier.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import type { WalletStore } from "./store.ts";

export type DeskAsksDeps = {
	readonly ports: Ports;
	readonly wallet: string;
	readonly store: Pick<WalletStore, "pending" | "isPending" | "nextDeadline">;
	readonly desk: (name: string) => Pick<DeskRpc, "ask">;
	readonly voted: (desk: string, votes: readonly Vote[]) => Promise<void>;
	readonly wakeAt: (atMs: number) => void;
};

export class DeskAsks {
	readonly #deps: DeskAsksDeps;
	readonly #courier: Courier<readonly LegRef[], readonly Vote[]>;
	/** Legs without a vote whose tickets were past their deadline at the last look, by desk. */
	#overdue: ReadonlyMap<string, readonly LegRef[]> = new Map();

	constructor(deps: DeskAsksDeps) {
		const { ports, wallet, store, desk: deskOf, voted } = deps;
		this.#deps = deps;
		this.#courier = new Courier<readonly LegRef[], readonly Vote[]>({
			ports,
			what: "desk.ask",
			peers: () => this.#look().keys(),
			batch: (desk) => {
				const unasked = (this.#overdue.get(desk) ?? []).filter(({ ticketKey }) => store.isPending(ticketKey));
				return someOf(unasked.slice(0, BET.legsPerWalletCall));
			},
			// What is asked about was written before its deadline.
			needsNoSync: () => true,
			send: (desk, legs) => deskOf(desk).ask({ v: 1, desk, wallet, legs: [...legs] }),
			decode: (answer) => decodeRpc("ask answer", askAnswerSchema, answer).votes,
			answered: async (desk, legs, votes) => {
				await voted(desk, votes);
				this.#asked(desk, legs);
			},
			retryMs: () => RETRY.askMs,
			refused: AFTER_A_DEPLOY,
			failed: ({ peer: desk, batch, fault }) =>
				ports.log.error("ask_not_answered", { wallet, desk, legs: batch?.length ?? 0, fault: faultText(fault) }),
		});
	}

	/** Sets the alarm by the next deadline of a ticket that waits; by those of new ones, where the others have theirs. */
	arm(deadlineMs: number | null = this.#deps.store.nextDeadline()): void {
		const { ports, wakeAt } = this.#deps;
		if (deadlineMs === null) return;
		const askAtMs = deadlineMs + BET.askAfterMs;
		const nowMs = ports.now();
		wakeAt(Math.max(askAtMs, nowMs + (askAtMs <= nowMs ? RETRY.askMs : 0)));
	}

	/** Asks about what is overdue, and sets the alarm under the questions: who dies with them asks again. */
	askOverdue(): void {
		this.#courier.kick();
		this.arm();
	}

	#look(): ReadonlyMap<string, readonly LegRef[]> {
		const { ports, store } = this.#deps;
		const byDesk = new Map<string, LegRef[]>();
		for (const { key, legs } of store.pending(ports.now() - BET.askAfterMs)) {
			for (const { desk, legNo, vote } of legs) {
				if (vote !== null) continue;
				const refs = byDesk.get(desk) ?? [];
				refs.push({ ticketKey: key, legNo });
				byDesk.set(desk, refs);
			}
		}
		this.#overdue = byDesk;
		return byDesk;
	}

	/** What the desk has left open is asked about at the next look. */
	#asked(desk: string, asked: readonly LegRef[]): void {
		const known = new Set(asked.map(legKey));
		const left = (this.#overdue.get(desk) ?? []).filter((ref) => !known.has(legKey(ref)));
		this.#overdue = new Map(this.#overdue).set(desk, left);
	}
}
