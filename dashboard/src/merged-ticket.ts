import type { ReadTicket as Ticket } from "../../shared/ticket/schema.ts";

/**
 * PAG-5. The higher version stands. One version comes twice, from the socket and as an answer, and the end of the window is
 * no part of it: whoever was told first may not know it yet.
 */
export function mergedTicket(known: Ticket | null, next: Ticket): Ticket {
	if (known === null || next.ticketVersion > known.ticketVersion) return next;
	if (next.ticketVersion < known.ticketVersion) return known;
	const { decideAtMs } = next;
	return decideAtMs === null || decideAtMs === known.decideAtMs ? known : { ...known, decideAtMs };
}
