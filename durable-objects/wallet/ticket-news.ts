/** What is told of tickets after a commit: to callers that wait, to the players' sockets, and to Postgres. */
import type { NotedLeg } from "../../shared/contracts/desk.ts";
import { SOCKET } from "../../shared/limits.ts";
import type { MeImageBody } from "../../shared/protocol/me-view.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Ticket } from "../../shared/ticket/ticket.ts";
import { ticketView } from "../../shared/ticket/views.ts";
import type { Ports } from "../runtime/ports.ts";
import type { ReportOutbox } from "../runtime/report-outbox.ts";
import { MeFeed, meView } from "./me-feed.ts";
import type { WalletStore } from "./store.ts";
import type { WalletTransactions } from "./transactions.ts";
import type { TicketWaiters } from "./waiters.ts";

export type TicketNewsDeps = {
	readonly ports: Ports;
	readonly store: WalletStore;
	readonly transactions: WalletTransactions;
	readonly waiters: TicketWaiters;
	readonly reports: Pick<ReportOutbox, "kick">;
	/** Sends to one of the relays' sockets; false where it is gone. */
	readonly sendToReader: (socket: string, frame: string) => boolean;
};

export class TicketNews {
	readonly #deps: TicketNewsDeps;
	/** By ticket, when its windows end, as long as they run. */
	readonly #decideAt = new Map<string, number>();
	readonly me: MeFeed;

	constructor(deps: TicketNewsDeps) {
		const { ports, store, sendToReader } = deps;
		this.#deps = deps;
		this.me = new MeFeed({ ports, store, image: (playerId) => this.#image(playerId), send: sendToReader });
	}

	view(ticket: Ticket): TicketView {
		return ticketView(ticket, this.#decideAt.get(ticket.key) ?? null);
	}

	/** The desks have noted a ticket's legs, and it will be decided by then. */
	windowsRun(ticket: Ticket, noted: readonly NotedLeg[], decideAtMs: number): void {
		const { ports, store, transactions, waiters } = this.#deps;
		this.#decideAt.set(ticket.key, decideAtMs);
		const states = new Map(noted.map((leg) => [leg.legNo, leg.matchState]));
		transactions.noteMatchStates(ticket.key, states);
		// Without a delay the decision itself is a moment away: that is the word worth waiting for.
		if (decideAtMs <= ports.now()) return;
		waiters.firstWord(ticket.key);
		const now = store.ticket(ticket.key);
		if (now?.status === "pending") this.tell([now]);
	}

	decided(tickets: readonly Ticket[]): void {
		for (const { key } of tickets) {
			this.#decideAt.delete(key);
			this.#deps.waiters.decided(key);
		}
		this.tell(tickets);
	}

	tell(tickets: readonly Ticket[]): void {
		const byPlayer = new Map<string, Ticket[]>();
		for (const ticket of tickets) {
			const { playerId } = ticket;
			// Most of those who are paid are not there to see it.
			if (this.me.isRead(playerId)) byPlayer.set(playerId, [...(byPlayer.get(playerId) ?? []), ticket]);
		}
		for (const [playerId, changed] of byPlayer) {
			const player = this.#deps.store.player(playerId);
			if (player === null) continue;
			const views = changed.map((ticket) => this.view(ticket));
			this.me.changed(playerId, meView(this.#deps.store, player), views);
		}
		this.#deps.reports.kick();
	}

	#image(playerId: string): MeImageBody {
		const player = this.#deps.store.player(playerId);
		if (player === null) throw new Error(`no player ${playerId}`);
		const tickets = this.#deps.store.tickets(playerId, SOCKET.imageTickets, null).map((ticket) => this.view(ticket));
		return { me: meView(this.#deps.store, player), tickets };
	}
}
