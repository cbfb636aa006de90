/** A version of a ticket on its way to Postgres (REP-1). Pure, and total: what can be stored can be reported. */
import type { TicketRow } from "../../shared/contracts/reports.ts";
import { potentialReturnMinor, type Ticket } from "./ticket.ts";

export function ticketRow(ticket: Ticket): TicketRow {
	return {
		kind: "ticket",
		partnerId: ticket.partnerId,
		licence: ticket.licence,
		playerId: ticket.playerId,
		ticketId: ticket.ticketId,
		ticketVersion: ticket.version,
		status: ticket.status,
		code: ticket.code,
		currency: ticket.currency,
		stakeMinor: ticket.stakeMinor,
		returnMinor: ticket.returnMinor ?? 0,
		potentialReturnMinor: ticket.status === "refused" ? 0 : potentialReturnMinor(ticket),
		houseRulesVersion: ticket.houseRulesVersion,
		placedAtMs: ticket.placedAtMs,
		decidedAtMs: ticket.decidedAtMs,
		settledAtMs: ticket.settledAtMs,
		legs: ticket.legs.map((leg) => {
			const taken = leg.vote?.vote === "yes" ? leg.vote : null;
			return {
				legNo: leg.legNo,
				matchId: leg.matchId,
				marketId: leg.marketId,
				outcomeId: leg.outcomeId,
				shownOddsMilli: leg.shownOddsMilli,
				takenOddsMilli: taken?.oddsMilli ?? null,
				marketVersion: taken?.marketVersion ?? leg.marketVersion,
				matchStateAtRequest: leg.matchStateAtRequest,
				matchStateAtDecision: taken?.matchState ?? (leg.vote?.vote === "no" ? (leg.vote.matchState ?? null) : null),
				epoch: taken?.epoch ?? null,
				seq: taken?.seq ?? null,
				tick: taken?.tick ?? null,
				settlementVersion: leg.settlementVersion,
				result: leg.outcome?.kind ?? null,
			};
		}),
	};
}
