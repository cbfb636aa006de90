/** What a ticket is worth once its legs' results are known (MON-4, SET-1). */

import { combinedOddsMilli, legFactor, multiply, payoutMinor, returnMinor } from "../betting/money.ts";
import type { LegOutcome } from "../contracts/results.ts";
import { betLinesOf } from "./bet-lines.ts";
import { takenOddsMilli } from "./lifecycle.ts";
import type { Ticket } from "./ticket.ts";

export type DecidedLeg = { readonly oddsMilli: number; readonly outcome: LegOutcome | null };
export type TicketWorth = { readonly kind: "open" } | { readonly kind: "settled"; readonly returnMinor: number };

/**
 * A lost leg settles the ticket at nothing whatever the others do; otherwise it is settled when every leg has a result:
 * floor(stake × Π factors), at most the cap.
 */
export function ticketWorth(stakeMinor: number, legs: readonly DecidedLeg[], capMinor: number): TicketWorth {
	if (legs.some((leg) => leg.outcome?.kind === "lose")) return { kind: "settled", returnMinor: 0 };
	const factors = legs.map((leg) => (leg.outcome === null ? null : legFactor(leg.outcome, leg.oddsMilli)));
	if (factors.some((factor) => factor === null)) return { kind: "open" };
	const product = multiply(factors.filter((factor) => factor !== null));
	return { kind: "settled", returnMinor: returnMinor(stakeMinor, product, capMinor) };
}

export const isTaken = ({ status }: Pick<Ticket, "status">): boolean => status === "accepted" || status === "settled";

/** What an accepted ticket is worth by the results it has: the sum of its lines, as soon as each of them is settled. */
export function worthOf(ticket: Ticket): TicketWorth {
	let sumMinor = 0;
	for (const { legNos, stakeMinor } of betLinesOf(ticket)) {
		const legs = ticket.legs.filter(({ legNo }) => legNos.includes(legNo));
		const worth = ticketWorth(
			stakeMinor,
			legs.map((leg) => ({ oddsMilli: takenOddsMilli(leg), outcome: leg.outcome })),
			ticket.maxPayoutMinor,
		);
		if (worth.kind === "open") return worth;
		sumMinor += worth.returnMinor;
	}
	return { kind: "settled", returnMinor: Math.min(sumMinor, ticket.maxPayoutMinor) };
}

/** The largest return there can be: at the prices taken, or the shown ones before the decision. */
export function potentialReturnMinor(ticket: Ticket): number {
	const { legs, maxPayoutMinor } = ticket;
	const sumMinor = betLinesOf(ticket).reduce((sum, { legNos, stakeMinor }) => {
		const odds = legs.filter(({ legNo }) => legNos.includes(legNo)).map(takenOddsMilli);
		return sum + payoutMinor(stakeMinor, odds, maxPayoutMinor);
	}, 0);
	return Math.min(sumMinor, maxPayoutMinor);
}

/** Odds of all legs together at the prices taken; null before the decision. */
export const totalOddsMilli = (ticket: Ticket): number | null =>
	isTaken(ticket) ? combinedOddsMilli(ticket.legs.map(takenOddsMilli)) : null;
