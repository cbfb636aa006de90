/** While legs wait: a withdrawn market is noticed within half a second, and no leg waits for ever. */
import type { RefusedLeg } from "../../shared/contracts/desk.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import { BET } from "../../shared/limits.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { refusalAfterWait } from "./decide.ts";
import { refusalOf } from "./offer.ts";
import type { Quote, QuoteAsk, Quotes } from "./quotes.ts";
import { overdueLeg, type PendingLeg, type PendingTicket, ripeAtMs, type Windows } from "./windows.ts";

export type WindowWatchDeps = {
	readonly ports: Pick<Ports, "timer" | "background">;
	readonly windows: Windows;
	readonly windowMs: () => number;
	readonly quotes: Pick<Quotes, "tryAsk">;
	/** The ticket is decided here: with a no. */
	readonly refuse: (ticket: PendingTicket, vote: RefusedLeg) => void;
	/** After one look at all of them. */
	readonly looked: () => void;
};

export class WindowWatch {
	readonly #deps: WindowWatchDeps;
	#timer: Cancel | null = null;
	#isLooking = false;

	constructor(deps: WindowWatchDeps) {
		this.#deps = deps;
	}

	/** Goes on by itself for as long as legs wait. */
	start(): void {
		const { ports, windows } = this.#deps;
		if (this.#timer !== null || windows.legCount === 0) return;
		this.#timer = ports.timer(BET.quoteWatchMs, () => {
			this.#timer = null;
			this.#refuseOverdue();
			// A match that is slow to answer delays nothing but its own quote.
			if (!this.#isLooking) ports.background(this.#lookAtMarkets());
			this.start();
		});
	}

	#refuseOverdue(): void {
		const { windows, windowMs, refuse, looked } = this.#deps;
		const nowMs = windowMs();
		for (const ticket of [...windows.tickets()]) {
			const leg = overdueLeg(ticket, nowMs);
			if (leg !== undefined) refuse(ticket, { ...refOf(ticket, leg), vote: "no", ...refusalAfterWait(leg) });
		}
		looked();
	}

	async #lookAtMarkets(): Promise<void> {
		const { windows, windowMs, quotes, looked } = this.#deps;
		const nowMs = windowMs();
		const tickets = [...windows.tickets()].filter((ticket) => !isBeingConfirmed(ticket, nowMs));
		if (tickets.length === 0) return;
		this.#isLooking = true;
		const quote = await quotes.tryAsk(tickets.flatMap((ticket) => ticket.legs.map((leg) => askOf(ticket, leg))));
		this.#isLooking = false;
		if (quote === null) return;
		this.#refuseWithdrawn(quote);
		looked();
	}

	#refuseWithdrawn(quote: Quote): void {
		const { windows, refuse } = this.#deps;
		for (const ticket of [...windows.tickets()]) {
			for (const leg of ticket.legs) {
				const market = quote.market(askOf(ticket, leg));
				const code = market === undefined ? null : refusalOf(market, leg.marketVersion);
				if (code === null) continue;
				const { matchState } = quote;
				refuse(ticket, { ...refOf(ticket, leg), vote: "no", code, marketVersion: market?.marketVersion, matchState });
				break;
			}
		}
	}
}

/** From the last look to the next a confirmation asks about it, whose answer says more. A silent match delays that only until the next look. */
function isBeingConfirmed(ticket: PendingTicket, nowMs: number): boolean {
	const atMs = ripeAtMs(ticket);
	return atMs !== null && nowMs - BET.quoteWatchMs < atMs && atMs <= nowMs + BET.quoteWatchMs;
}

const refOf = ({ ticketKey }: PendingTicket, { offered }: PendingLeg): LegRef => ({
	ticketKey,
	legNo: offered.legNo,
});
const askOf = ({ terms }: PendingTicket, { offered }: PendingLeg): QuoteAsk => ({
	marketId: offered.marketId,
	view: terms.view,
});
