/** The player's bets, newest first: a window counting down, the decision and its price, the settlement. */
import type { ReadTicket as Ticket } from "../../shared/ticket/schema.ts";
import { el, setText } from "./dom.ts";
import { oddsText, offerText, refusalText } from "./format.ts";
import { mergedTicket } from "./merged-ticket.ts";
import { onOddsFormat } from "./odds-format.ts";
import { moneyText } from "./reader.ts";

export type TicketList = {
	readonly element: HTMLElement;
	readonly put: (tickets: readonly Ticket[]) => void;
	/** This page sends the ticket now. */
	readonly sent: (id: string) => void;
	/** Its offer is no more. */
	readonly offerTaken: (id: string) => void;
};
export type TicketListDeps = {
	/** Whether a refused ticket's bet can be made again from this page. */
	readonly isHere: (ticket: Ticket) => boolean;
	/** BET-6: the player takes what would be taken. */
	readonly takeOffer: (ticket: Ticket) => void;
};

const SHOWN = 12;
const COUNT_MS = 100;

export function ticketList({ isHere, takeOffer }: TicketListDeps): TicketList {
	const tickets = new Map<string, Ticket>();
	const taken = new Set<string>();
	const windows = new Windows();
	const list = el("div", { class: "tickets", id: "tickets" }, el("p", { class: "muted small" }, "No bets yet."));

	const takeButton = (ticket: Ticket): HTMLElement | null => {
		const words = offerText(ticket);
		if (words === "" || taken.has(ticket.id) || !isHere(ticket)) return null;
		return el("button", { class: "offer", type: "button", onclick: () => takeOffer(ticket) }, words);
	};
	const draw = (): void => {
		const newest = [...tickets.values()].toSorted((a, b) => b.placedAtMs - a.placedAtMs).slice(0, SHOWN);
		list.replaceChildren(...newest.map((ticket) => ticketCard(ticket, takeButton(ticket))));
		count();
	};
	const count = (): void => {
		for (const bar of list.querySelectorAll("progress")) {
			const leftMs = windows.leftMs(bar.dataset.window ?? "");
			if (leftMs === null) continue;
			bar.value = Math.max(0, Math.min(bar.max, leftMs));
			const label = bar.previousElementSibling;
			if (label !== null) setText(label, leftMs > 0 ? `deciding in ${(leftMs / 1000).toFixed(1)} s` : "deciding");
		}
	};
	setInterval(count, COUNT_MS);

	onOddsFormat(() => tickets.size > 0 && draw());
	return {
		element: el("section", { class: "card" }, el("h2", {}, "My bets"), list),
		sent: (id) => windows.sent(id),
		offerTaken: (id) => {
			taken.add(id);
			draw();
		},
		put: (changed) => {
			let news = false;
			for (const ticket of changed) {
				const known = tickets.get(ticket.id) ?? null;
				const merged = mergedTicket(known, ticket);
				if (merged === known) continue;
				tickets.set(ticket.id, merged);
				windows.told(merged);
				news = true;
			}
			if (news) draw();
		},
	};
}

/** Ends of windows on this page's own clock: the wallet's and the reader's may be hours apart, and either may be set. */
class Windows {
	readonly #sentAt = new Map<string, number>();
	readonly #endsAt = new Map<string, number>();

	sent(id: string): void {
		this.#sentAt.set(id, performance.now());
	}

	told({ id, status, decideAtMs, placedAtMs }: Ticket): void {
		if (status !== "pending" || decideAtMs === null) {
			this.#endsAt.delete(id);
			return;
		}
		const lastsMs = decideAtMs - placedAtMs;
		const sentAt = this.#sentAt.get(id);
		// A bet of another page: what is left of its window is known by the two clocks only, and never more than all of it.
		const leftMs = Math.max(0, Math.min(lastsMs, decideAtMs - Date.now()));
		this.#endsAt.set(id, sentAt === undefined ? performance.now() + leftMs : sentAt + lastsMs);
	}

	leftMs(id: string): number | null {
		const endsAt = this.#endsAt.get(id);
		return endsAt === undefined ? null : endsAt - performance.now();
	}
}

function ticketCard(ticket: Ticket, offer: HTMLElement | null): HTMLElement {
	const paid = ticket.status === "settled" && (ticket.returnMinor ?? 0) > 0;
	const legs = ticket.legs
		.map((leg) => `${leg.marketId} ${leg.outcomeId} @ ${oddsText(leg.takenOddsMilli ?? leg.shownOddsMilli)}`)
		.join(" + ");
	return el(
		"article",
		{ class: `ticket ${ticket.status}${paid ? " paid" : ""}`, "data-ticket": ticket.id, "data-status": ticket.status },
		el("div", { class: "head" }, el("span", {}, legs), el("span", {}, moneyText(ticket.stakeMinor, ticket.currency))),
		...fate(ticket),
		offer,
	);
}

function fate(ticket: Ticket): readonly HTMLElement[] {
	const money = (minor: number | null): string => moneyText(minor ?? 0, ticket.currency);
	const line = (words: string): HTMLElement => el("div", { class: "small" }, words);
	switch (ticket.status) {
		case "pending":
			return [el("div", { class: "small muted" }, "deciding"), windowBar(ticket)];
		case "accepted": {
			const better = ticket.betterThanAsked ? ", better than asked" : "";
			const at = oddsText(ticket.totalOddsMilli ?? 0);
			return [line(`accepted at ${at}${better}; returns ${money(ticket.potentialReturnMinor)}`)];
		}
		case "refused": {
			const offer = ticket.maxStakeMinor === null ? "" : `; ${money(ticket.maxStakeMinor)} would be taken`;
			return [line(`refused: ${refusalText(ticket.code ?? "")}${offer}`)];
		}
		case "settled":
			return [line((ticket.returnMinor ?? 0) > 0 ? `settled: ${money(ticket.returnMinor)} paid` : "settled: lost")];
	}
}

/** Without a known end the bar has no value: it says that something goes on, and not how long. */
function windowBar({ id, decideAtMs, placedAtMs }: Ticket): HTMLElement {
	const lastsMs = decideAtMs === null ? null : Math.max(1, decideAtMs - placedAtMs);
	return el("progress", {
		max: lastsMs ?? 1,
		value: lastsMs,
		"data-window": id,
		"aria-label": "time to the decision",
	});
}
