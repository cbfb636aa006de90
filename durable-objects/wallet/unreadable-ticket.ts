/** Stored tickets that cannot be read, and what goes on beside them. */
import type { Ticket } from "../../shared/ticket/ticket.ts";

/** A stored ticket that cannot be read: nothing is decided, paid or shown of it until somebody has mended its row. */
export class UnreadableTicket extends Error {
	constructor(key: string) {
		super(`the stored ticket ${key} cannot be read`);
		this.name = "UnreadableTicket";
	}
}

/** A ticket that cannot be read holds up its own legs, and nobody else's. */
export function eachReadable<T>(items: readonly T[], run: (item: T) => Ticket | null): readonly Ticket[] {
	return items.flatMap((item) => {
		try {
			return run(item) ?? [];
		} catch (fault) {
			if (fault instanceof UnreadableTicket) return [];
			throw fault;
		}
	});
}
