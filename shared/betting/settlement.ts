/** What a ticket is worth once its legs' results are known (MON-4, SET-1). */
import type { LegOutcome } from "../contracts/results.ts";
import { legFactor, multiply, returnMinor } from "./money.ts";

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
