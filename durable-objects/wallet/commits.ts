/** What the wallet commits, many at once: bets, votes and results that come while storage is busy share one transaction. */
import type { LegResult, Vote } from "../../shared/contracts/desk.ts";
import { type LegRef, ticketKey } from "../../shared/contracts/ids.ts";
import type { PlaceRequest } from "../../shared/contracts/wallet.ts";
import { BET, GROUP_COMMIT_MAX } from "../../shared/limits.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { gathering, groupCommit } from "../runtime/group-commit.ts";
import type { Ports } from "../runtime/ports.ts";
import type { WalletStore } from "./store.ts";
import type { Placed, WalletTransactions } from "./transactions.ts";
import { eachReadable, UnreadableTicket } from "./unreadable-ticket.ts";

export type PlaceItem = { readonly request: PlaceRequest; readonly generation: number };
export type VoteItem = { readonly desk: string; readonly votes: readonly Vote[] };

export type WalletCommits = {
	readonly place: (item: PlaceItem) => Promise<Placed>;
	/** Tickets that the votes have decided. */
	readonly votes: (item: VoteItem) => Promise<readonly Ticket[]>;
	/** Tickets that the results have changed. */
	readonly results: (item: readonly LegResult[]) => Promise<readonly Ticket[]>;
};

export type WalletCommitsDeps = {
	readonly ports: Ports;
	readonly store: WalletStore;
	readonly transactions: WalletTransactions;
	/** Hears of new tickets in the turn that stores them. */
	readonly placed: (tickets: readonly Ticket[]) => void;
};

export function createCommits({ ports, store, transactions, placed }: WalletCommitsDeps): WalletCommits {
	const places = (batch: readonly PlaceItem[]): readonly Placed[] => {
		const nowMs = ports.now();
		const stored = store.transaction(() => {
			store.look(batch.map(({ request }) => ticketKey(request.playerId, request.ticket.id)));
			return batch.map((item) => place(transactions, item, nowMs));
		});
		placed(stored.flatMap((entry) => (entry.kind === "placed" ? [entry.ticket] : [])));
		return stored;
	};
	const votes = (batch: readonly VoteItem[]): readonly (readonly Ticket[])[] => {
		const nowMs = ports.now();
		return store.transaction(() =>
			batch.map((item) => eachReadable(item.votes, (vote) => transactions.vote(item.desk, vote, nowMs))),
		);
	};
	const results = (batch: readonly (readonly LegResult[])[]): readonly (readonly Ticket[])[] => {
		const nowMs = ports.now();
		return store.transaction(() =>
			batch.map((item) => {
				store.look(item.map(({ ticketKey }) => ticketKey));
				return eachReadable(item, (result) => transactions.settle(result, nowMs));
			}),
		);
	};
	const gather = gathering(ports);
	return {
		place: groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, gather, run: places }),
		votes: groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, gather, run: votes }),
		results: groupCommit({ ports, maxBatch: BET.resultCallsPerCommit, run: results }),
	};
}

/** A repeated bet whose ticket cannot be read may be asked for again; those that are placed beside it go on. */
function place(transactions: WalletTransactions, { request, generation }: PlaceItem, nowMs: number): Placed {
	try {
		return transactions.place(request, generation, nowMs);
	} catch (fault) {
		if (fault instanceof UnreadableTicket) return { kind: "error", code: "busy" };
		throw fault;
	}
}

/** What could not be stored is not answered, and its desk says it again. */
export function answeredOf(store: WalletStore, legs: readonly LegRef[]): LegRef[] {
	const stored = legs.filter(({ ticketKey }) => !store.isBroken(ticketKey));
	return stored.map(({ ticketKey, legNo }) => ({ ticketKey, legNo }));
}
