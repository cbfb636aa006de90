/** The player's bets, newest first: a window counting down, the decision and its price, the settlement. */
import type { Ticket } from "./api.ts";
import { el } from "./dom.ts";
import { moneyText, oddsText, refusalText } from "./format.ts";
import { onOddsFormat } from "./odds-format.ts";

export type TicketList = {
	readonly element: HTMLElement;
	readonly put: (tickets: readonly Ticket[]) => void;
};

const SHOWN = 12;
const COUNT_MS = 100;

export function ticketList(): TicketList {
	const tickets = new Map<string, Ticket>();
	const list = el("div", { class: "tickets", id: "tickets" }, el("p", { class: "muted small" }, "No bets yet."));

	const draw = (): void => {
		const newest = [...tickets.values()].toSorted((a, b) => b.placedAtMs - a.placedAtMs).slice(0, SHOWN);
		list.replaceChildren(...newest.map(ticketCard));
	};
	setInterval(() => {
		for (const bar of list.querySelectorAll("progress")) {
			const left = Number(bar.dataset.decideAt) - Date.now();
			bar.value = Math.max(0, Math.min(bar.max, left));
			const label = bar.previousElementSibling;
			if (label !== null) label.textContent = left > 0 ? `deciding in ${(left / 1000).toFixed(1)} s` : "deciding";
		}
	}, COUNT_MS);

	onOddsFormat(() => tickets.size > 0 && draw());
	return {
		element: el("section", { class: "card" }, el("h2", {}, "My bets"), list),
		put: (changed) => {
			let news = false;
			for (const ticket of changed) {
				const known = tickets.get(ticket.id);
				if (known !== undefined && known.ticketVersion >= ticket.ticketVersion) continue;
				tickets.set(ticket.id, ticket);
				news = true;
			}
			if (news) draw();
		},
	};
}

function ticketCard(ticket: Ticket): HTMLElement {
	const paid = ticket.status === "settled" && (ticket.returnMinor ?? 0) > 0;
	const legs = ticket.legs
		.map((leg) => `${leg.marketId} ${leg.outcomeId} @ ${oddsText(leg.takenOddsMilli ?? leg.shownOddsMilli)}`)
		.join(" + ");
	return el(
		"article",
		{ class: `ticket ${ticket.status}${paid ? " paid" : ""}`, "data-ticket": ticket.id, "data-status": ticket.status },
		el("div", { class: "head" }, el("span", {}, legs), el("span", {}, moneyText(ticket.stakeMinor, ticket.currency))),
		...fate(ticket),
	);
}

function fate(ticket: Ticket): readonly HTMLElement[] {
	const money = (minor: number | null): string => moneyText(minor ?? 0, ticket.currency);
	switch (ticket.status) {
		case "pending": {
			const max = Math.max(1, (ticket.decideAtMs ?? Date.now()) - ticket.placedAtMs);
			return [
				el("div", { class: "small muted" }, "deciding"),
				el("progress", {
					max,
					value: max,
					"data-decide-at": ticket.decideAtMs ?? Date.now(),
					"aria-label": "time to the decision",
				}),
			];
		}
		case "accepted": {
			const better = ticket.betterThanAsked ? ", better than asked" : "";
			return [
				el(
					"div",
					{ class: "small" },
					`accepted at ${oddsText(ticket.totalOddsMilli ?? 0)}${better}; returns ${money(ticket.potentialReturnMinor)}`,
				),
			];
		}
		case "refused": {
			const offer = ticket.maxStakeMinor === null ? "" : `; ${money(ticket.maxStakeMinor)} would be taken`;
			return [el("div", { class: "small" }, `refused: ${refusalText(ticket.code ?? "")}${offer}`)];
		}
		case "settled":
			return [
				el(
					"div",
					{ class: "small" },
					(ticket.returnMinor ?? 0) > 0 ? `settled: ${money(ticket.returnMinor)} paid` : "settled: lost",
				),
			];
	}
}
