/** What is told of tickets after a commit: to the players' sockets, and to Postgres. */
import { SOCKET } from "../../shared/limits.ts";
import type { MeImageBody } from "../../shared/protocol/me-view.ts";
import type { Ticket } from "../../shared/ticket/lifecycle.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import { ticketView } from "../../shared/ticket/views.ts";
import type { Ports } from "../runtime/ports.ts";
import type { ReportOutbox } from "../runtime/report-outbox.ts";
import { MeFeed, meView } from "./me-feed.ts";
import type { WalletStore } from "./store.ts";

export type TicketNewsDeps = {
	readonly ports: Ports;
	readonly store: WalletStore;
	readonly reports: Pick<ReportOutbox, "kick">;
	/** Sends to one of the relays' sockets; false where it is gone. */
	readonly sendToReader: (socket: string, frame: string) => boolean;
};

export class TicketNews {
	readonly #store: WalletStore;
	readonly #reports: Pick<ReportOutbox, "kick">;
	/** By ticket, when its windows end, as long as they run. */
	readonly #decideAt = new Map<string, number>();
	readonly me: MeFeed;

	constructor({ ports, store, reports, sendToReader }: TicketNewsDeps) {
		this.#store = store;
		this.#reports = reports;
		this.me = new MeFeed({ ports, store, image: (playerId) => this.#image(playerId), send: sendToReader });
	}

	view(ticket: Ticket): TicketView {
		return ticketView(ticket, this.#decideAt.get(ticket.key) ?? null);
	}

	windowsEnd(key: string, decideAtMs: number): void {
		this.#decideAt.set(key, decideAtMs);
	}

	decided(key: string): void {
		this.#decideAt.delete(key);
	}

	tell(tickets: readonly Ticket[]): void {
		const byPlayer = new Map<string, Ticket[]>();
		for (const ticket of tickets) byPlayer.set(ticket.playerId, [...(byPlayer.get(ticket.playerId) ?? []), ticket]);
		for (const [playerId, changed] of byPlayer) {
			const player = this.#store.player(playerId);
			if (player === null) continue;
			const views = changed.map((ticket) => this.view(ticket));
			this.me.changed(playerId, meView(this.#store, player), views);
		}
		this.#reports.kick();
	}

	#image(playerId: string): MeImageBody {
		const player = this.#store.player(playerId);
		if (player === null) throw new Error(`no player ${playerId}`);
		const tickets = this.#store.tickets(playerId, SOCKET.imageTickets, null).map((ticket) => this.view(ticket));
		return { me: meView(this.#store, player), tickets };
	}
}
