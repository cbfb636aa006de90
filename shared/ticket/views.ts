/**
 * A ticket as its player, and as Postgres, are told of it. Pure, and total: whatever can be stored can be shown and reported,
 * and one ticket never takes the list it stands in with it.
 */
import { takenOddsMilli } from "./lifecycle.ts";
import { keptEntries, keptLegEntries, type LegView, type TicketRow, type TicketView } from "./schema.ts";
import type { LegState, Ticket } from "./ticket.ts";
import { isTaken, potentialReturnMinor, totalOddsMilli } from "./worth.ts";

const KEPT = Object.keys(keptEntries) as (keyof typeof keptEntries)[];
const KEPT_OF_LEG = Object.keys(keptLegEntries) as (keyof typeof keptLegEntries)[];
const some = <T, K extends keyof T>(of: T, names: readonly K[]): Pick<T, K> =>
	Object.fromEntries(names.map((name) => [name, of[name]])) as Pick<T, K>;

/** What everybody is told of a ticket. */
const ticketFacts = (ticket: Ticket) => ({
	...some(ticket, KEPT),
	code: ticket.code,
	ticketVersion: ticket.version,
});

/** BET-7: what everybody is told of a leg. */
function legFacts(leg: LegState) {
	const taken = leg.vote?.vote === "yes" ? leg.vote : null;
	const refused = leg.vote?.vote === "no" ? leg.vote : null;
	return {
		...some(leg, KEPT_OF_LEG),
		takenOddsMilli: taken?.oddsMilli ?? null,
		marketVersion: taken?.marketVersion ?? leg.marketVersion,
		matchStateAtRequest: leg.matchStateAtRequest,
		matchStateAtDecision: taken?.matchState ?? refused?.matchState ?? null,
		epoch: taken?.epoch ?? null,
		seq: taken?.seq ?? null,
		tick: taken?.tick ?? null,
	};
}

export function ticketView(ticket: Ticket, decideAtMs: number | null): TicketView {
	return {
		id: ticket.ticketId,
		...ticketFacts(ticket),
		maxStakeMinor: ticket.maxStakeMinor,
		totalOddsMilli: totalOddsMilli(ticket),
		potentialReturnMinor: ticket.status === "refused" ? null : potentialReturnMinor(ticket),
		returnMinor: ticket.returnMinor,
		betterThanAsked: isTaken(ticket) && ticket.legs.some((leg) => takenOddsMilli(leg) > leg.shownOddsMilli),
		decideAtMs: ticket.status === "pending" ? decideAtMs : null,
		legs: ticket.legs.map(legView),
	};
}

function legView(leg: LegState): LegView {
	const refused = leg.vote?.vote === "no" ? leg.vote : null;
	return {
		...legFacts(leg),
		code: refused?.code ?? null,
		currentOddsMilli: refused?.oddsMilli ?? null,
		outcome: leg.outcome,
	};
}

export function ticketRow(ticket: Ticket): TicketRow {
	const { partnerId, licence, playerId, ticketId } = ticket;
	return {
		kind: "ticket",
		...{ partnerId, licence, playerId, ticketId },
		...ticketFacts(ticket),
		returnMinor: ticket.returnMinor ?? 0,
		potentialReturnMinor: ticket.status === "refused" ? 0 : potentialReturnMinor(ticket),
		legs: ticket.legs.map((leg) => ({ ...legFacts(leg), result: leg.outcome?.kind ?? null })),
	};
}
