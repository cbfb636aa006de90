/**
 * A ticket as its player, and as Postgres, are told of it. Pure, and total: whatever can be stored can be shown and reported,
 * and one ticket never takes the list it stands in with it.
 */
import { type LegState, type Ticket, takenOddsMilli } from "./lifecycle.ts";
import type { LegView, TicketRow, TicketView } from "./schema.ts";
import { isTaken, potentialReturnMinor, totalOddsMilli } from "./worth.ts";

/** What everybody is told of a ticket. */
function ticketFacts(ticket: Ticket) {
	const { status, code, currency, stakeMinor, houseRulesVersion, placedAtMs, decidedAtMs, settledAtMs } = ticket;
	const ticketVersion = ticket.version;
	return {
		...{ status, code, currency, stakeMinor, houseRulesVersion },
		...{ placedAtMs, decidedAtMs, settledAtMs, ticketVersion },
	};
}

/** BET-7: what everybody is told of a leg. */
function legFacts({ legNo, matchId, marketId, outcomeId, shownOddsMilli, settlementVersion, ...leg }: LegState) {
	const taken = leg.vote?.vote === "yes" ? leg.vote : null;
	const refused = leg.vote?.vote === "no" ? leg.vote : null;
	return {
		...{ legNo, matchId, marketId, outcomeId, shownOddsMilli, settlementVersion },
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
