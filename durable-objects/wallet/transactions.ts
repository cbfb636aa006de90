/**
 * The wallet's transactions: placing, deciding, settling. Each runs inside a transaction of the store, moves money and ticket
 * together, and reports both; what is only noted of a ticket goes with the next.
 */

import * as ledger from "../../shared/betting/ledger.ts";
import { BASE_CURRENCY, isCurrency, rateOf } from "../../shared/catalogue/currencies.ts";
import { CURRENT_HOUSE_RULES } from "../../shared/catalogue/house-rules.ts";
import { decisionSpanMs, licenceProfile } from "../../shared/catalogue/licences.ts";
import type { LegResult, Vote } from "../../shared/contracts/desk.ts";
import { ticketKey } from "../../shared/contracts/ids.ts";
import type { CreatePlayer, PlaceRequest } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import { checkTicket } from "../../shared/ticket/controls.ts";
import { contentOf, newTicket, revokedTicket, takeResult, takeVote } from "../../shared/ticket/lifecycle.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { ticketRow } from "../../shared/ticket/views.ts";
import { worthOf } from "../../shared/ticket/worth.ts";
import type { Holder } from "./accounts.ts";
import type { Player, WalletStore } from "./store.ts";

export type Placed =
	| { readonly kind: "placed" | "replayed"; readonly ticket: Ticket }
	| { readonly kind: "error"; readonly code: "unauthorized" | "idempotency_conflict" | "busy" };

export class WalletTransactions {
	readonly #store: WalletStore;

	constructor(store: WalletStore) {
		this.#store = store;
	}

	/** Idempotent by the player's id. */
	openPlayer(request: CreatePlayer, nowMs: number): Player {
		const { playerId, partnerId, licence, currency, openingBalanceMinor } = request;
		const known = this.#store.player(playerId);
		if (known !== null) return known;
		const player: Player = { playerId, partnerId, licence, currency, tokenGeneration: 1 };
		this.#store.addPlayer(player, nowMs);
		if (openingBalanceMinor > 0) this.#store.post(player, ledger.deposit(playerId, openingBalanceMinor), null, nowMs);
		return player;
	}

	/** P1: identity, checks in order, hold. A refused ticket is kept too: the same id gets the same answer. */
	place(request: PlaceRequest, tokenGeneration: number, nowMs: number): Placed {
		const player = this.#store.player(request.playerId);
		if (player === null || player.tokenGeneration !== tokenGeneration) return { kind: "error", code: "unauthorized" };
		const known = this.#store.ticket(ticketKey(request.playerId, request.ticket.id));
		if (known !== null) {
			const isSame = known.content === contentOf(request.ticket);
			return isSame ? { kind: "replayed", ticket: known } : { kind: "error", code: "idempotency_conflict" };
		}
		const profile = licenceProfile(player.licence);
		if (profile === null) throw new Error(`no licence ${player.licence}`);
		const { currency } = request.ticket;
		const cashMinor = this.#store.balance(ledger.cashOf(player.playerId), player.currency);
		const { unknownMatches } = request;
		const facts = { profile, accountCurrency: player.currency, cashMinor, unknownMatches };
		const refusal = checkTicket(request.ticket, facts);
		const terms = {
			partnerId: player.partnerId,
			licence: player.licence,
			rate: rateOf(isCurrency(currency) ? currency : BASE_CURRENCY),
			maxPayoutMinor: CURRENT_HOUSE_RULES.maxPayoutMinor[currency] ?? 1,
			houseRulesVersion: CURRENT_HOUSE_RULES.version,
			deadlineMs: nowMs + decisionSpanMs(profile, BET.deadlineSlackMs),
		};
		const ticket = newTicket(request, terms, nowMs, refusal);
		if (refusal === null)
			this.#store.post(player, ledger.holdStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);
		this.#save(ticket);
		return { kind: "placed", ticket };
	}

	/** Keeps what the first offer told of the match, for the ticket's record (BET-7). */
	noteMatchStates(key: string, states: ReadonlyMap<number, string>): void {
		const ticket = this.#store.ticket(key);
		if (ticket === null || ticket.status !== "pending") return;
		const legs = ticket.legs.map((leg) => ({
			...leg,
			matchStateAtRequest: leg.matchStateAtRequest ?? states.get(leg.legNo) ?? null,
		}));
		this.#store.note({ ...ticket, legs });
	}

	/** P5. Returns the ticket where it was decided by this vote. */
	vote(desk: string, vote: Vote, nowMs: number): Ticket | null {
		const before = this.#store.ticket(vote.ticketKey);
		if (before === null) {
			// No such ticket: a reservation nobody pays for must go.
			if (vote.vote === "yes") this.#store.queueRelease(desk, vote);
			return null;
		}
		if (before.status === "refused" && vote.vote === "yes") this.#store.queueRelease(desk, vote);
		const after = takeVote(before, vote, nowMs);
		if (after === before) return null;
		if (after.status === "pending") {
			this.#store.saveTicket(after);
			return null;
		}
		return this.#decide(after, nowMs);
	}

	/**
	 * All tokens of the player are void, and what waits for its decision is refused in the same transaction: before it a bet is
	 * placed under the old generation and refused here, after it none is placed. Null: there is no such player of this partner.
	 */
	revoke(playerId: string, partnerId: string | null, nowMs: number): readonly Ticket[] | null {
		const player = this.#store.player(playerId);
		if (player === null || (partnerId !== null && player.partnerId !== partnerId)) return null;
		this.#store.raiseTokenGeneration(playerId);
		return this.#store.pendingOf(playerId).map((ticket) => this.#decide(revokedTicket(ticket, nowMs), nowMs));
	}

	/** Returns the ticket where the result changed it. */
	settle(result: LegResult, nowMs: number): Ticket | null {
		const before = this.#store.ticket(result.ticketKey);
		if (before === null) return null;
		const after = takeResult(before, result);
		if (after === before) return null;
		if (after.status === "pending") {
			this.#store.saveTicket(after);
			return null;
		}
		// Of a ticket that is lost already, or not over yet, Postgres and its player know each leg's result all the same (REP-1).
		return this.#revalue(after, nowMs) ?? this.#save({ ...after, version: after.version + 1 });
	}

	#decide(ticket: Ticket, nowMs: number): Ticket {
		const player = this.#holderOf(ticket);
		if (ticket.status === "refused") {
			this.#store.post(player, ledger.releaseStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);
			for (const leg of ticket.legs) {
				if (leg.vote?.vote !== "no") this.#store.queueRelease(leg.desk, { ticketKey: ticket.key, legNo: leg.legNo });
			}
			return this.#save(ticket);
		}
		this.#store.post(player, ledger.postStake(player.playerId, ticket.stakeMinor), ticket.key, nowMs);
		this.#save(ticket);
		// Results may have come first (SET-2).
		return this.#revalue(ticket, nowMs) ?? ticket;
	}

	/** Pays what the ticket is worth now, less what has been paid: as a reversal and a new entry (SET-1). */
	#revalue(ticket: Ticket, nowMs: number): Ticket | null {
		const worth = worthOf(ticket);
		const paidMinor = ticket.status === "settled" ? ticket.returnMinor : null;
		const dueMinor = worth.kind === "settled" ? worth.returnMinor : null;
		if (paidMinor === dueMinor) return null;
		const player = this.#holderOf(ticket);
		if (paidMinor !== null) {
			const { cashMinor } = this.#store.balances(player);
			for (const txn of ledger.reverseReturn(player.playerId, paidMinor, cashMinor))
				this.#store.post(player, txn, ticket.key, nowMs);
		}
		if (dueMinor !== null) {
			const { owedMinor } = this.#store.balances(player);
			for (const txn of ledger.payReturn(player.playerId, dueMinor, owedMinor))
				this.#store.post(player, txn, ticket.key, nowMs);
		}
		return this.#save({
			...ticket,
			status: dueMinor === null ? "accepted" : "settled",
			returnMinor: dueMinor,
			settledAtMs: dueMinor === null ? null : nowMs,
			version: ticket.version + 1,
		});
	}

	#holderOf(ticket: Ticket): Holder {
		const holder = this.#store.player(ticket.playerId);
		if (holder === null) throw new Error(`ticket ${ticket.key} has no player`);
		return holder;
	}

	/** A new version of a ticket: stored, and on its way to Postgres (REP-1). */
	#save(ticket: Ticket): Ticket {
		this.#store.saveTicket(ticket);
		this.#store.report(ticketRow(ticket));
		return ticket;
	}
}
